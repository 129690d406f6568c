package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync"

	"thbot/bot"
	"thbot/bot/admin"
	"thbot/bot/chat"
	"thbot/bot/outbox"
	"thbot/cmd/thbot/control"
	"thbot/commands"
	"thbot/store"
	"thbot/store/fault"
)

// serve runs the configured chats over one register until it is told to stop.
func (p *program) serve(ctx context.Context) error {
	if err := p.none(); err != nil {
		return err
	}
	s, err := p.prepare(ctx)
	if err != nil {
		return err
	}
	defer s.parts.store.Close()
	return s.run(ctx)
}

// serving is a thbot that serves.
type serving struct {
	*program
	parts     *parts
	chats     []chat.Server
	bot       *bot.Bot
	people    []bot.Entry
	listeners []*listener
	controls  *control.Server // nil: no socket
	broken    chan error      // why it cannot go on
}

// prepare does all that can be refused before anything is served.
func (p *program) prepare(ctx context.Context) (*serving, error) {
	on, err := p.configured()
	if err != nil {
		return nil, err
	}
	if len(on) == 0 {
		return nil, nothingToServe()
	}
	catalogue, err := p.catalogue()
	if err != nil {
		return nil, err
	}
	people, err := p.people(on, catalogue)
	if err != nil {
		return nil, err
	}
	s := &serving{program: p, people: people, broken: make(chan error, 8)}
	var platforms *bot.Platforms
	p.unsure = func(err error) { s.fail(err) }
	s.parts, err = p.open(ctx, func(r *store.Store) (commands.Directory, func() []string, error) {
		var err error
		s.chats, err = p.connect(on, r.Secret())
		platforms = bot.NewPlatforms(s.chats...)
		return platforms, platforms.Channels, err
	})
	if err != nil {
		return nil, err
	}
	watch := admin.New(admin.Config{Store: s.parts.store, Platforms: s.chats, Version: version(), StoreSize: p.storeSize, Now: p.now,
		Outbox: func() outbox.Counts { return s.bot.Counts() }})
	_, alone := p.boltPath() // one process at a time can open the file
	s.bot = bot.New(bot.Config{Commands: s.parts.commands, Platforms: platforms, Roster: people, Now: p.now, Log: p.log, Observer: watch, Alone: alone})
	if err = s.control(); err == nil {
		err = s.listen(watch)
	}
	if err != nil {
		s.stop()
		s.parts.store.Close()
		return nil, err
	}
	return s, nil
}

func nothingToServe() error {
	var examples []string
	for _, c := range platforms() {
		examples = append(examples, c.example)
	}
	return fault.New(fault.Invalid, "No chat is configured, so there is nothing to serve. To try thbot without one: thbot console. To serve a chat, set in thbot.toml\n%s\nThe README's part “Configuration” has every key.", strings.Join(examples, "\nor\n"))
}

// fail ends the serving with an error.
func (s *serving) fail(err error) {
	select {
	case s.broken <- err:
	default: // the first ones are enough
	}
}

// listen takes the addresses, so that one that is in use refuses the start.
func (s *serving) listen(watch *admin.Admin) error {
	c := s.config
	tls, err := tlsConfig(c.TLSCert, c.TLSKey)
	if err != nil {
		return err
	}
	mux, delivers := http.NewServeMux(), false
	for _, p := range s.chats {
		if h := p.Handler(); h != nil {
			mux.Handle("/"+p.Platform()+"/", h)
			delivers = true
		}
	}
	if delivers {
		l, err := listen("listen", c.Listen, mux, tls, s.log)
		if err != nil {
			return err
		}
		s.listeners = append(s.listeners, l)
		s.log.Info("listening for the chats", "address", l.Addr().String(), "tls", tls != nil)
	}
	if c.AdminListen != "" {
		l, err := listen("admin_listen", c.AdminListen, watch.Handler(), nil, s.log)
		if err != nil {
			return err
		}
		s.listeners = append(s.listeners, l)
		s.log.Info("listening for operators", "address", l.Addr().String())
	}
	return nil
}

// run serves until ctx ends or it cannot go on, then stops in order: nothing
// new is taken, what has begun is finished; the store is closed last.
func (s *serving) run(ctx context.Context) error {
	s.log.Info("thbot serves", "version", version(), "store", s.parts.store.Name(), "chats", len(s.chats))
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	var parts sync.WaitGroup
	for _, l := range s.listeners {
		parts.Go(func() {
			if err := l.serve(); err != nil {
				s.fail(err)
			}
		})
	}
	if s.controls != nil {
		parts.Go(func() {
			if err := s.controls.Serve(); err != nil {
				s.fail(err)
			}
		})
	}
	ended := make(chan error, 1)
	go func() { ended <- s.bot.Run(running) }()
	var err error
	select {
	case <-ctx.Done():
		s.log.Info("thbot stops: what has begun is finished")
	case err = <-s.broken:
	case err = <-ended:
		ended <- nil
	}
	s.stop()
	end()
	err = errors.Join(err, <-ended)
	parts.Wait()
	if err == nil {
		s.log.Info("thbot has stopped")
	}
	return err
}

// stop takes nothing new and lets the answers under way go out.
func (s *serving) stop() {
	var all sync.WaitGroup
	for _, l := range s.listeners {
		all.Go(l.stop)
	}
	if s.controls != nil {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
			defer cancel()
			s.controls.Stop(ctx)
		})
	}
	all.Wait()
}

// storeSize gives the bytes of the store's file.
func (p *program) storeSize() (int64, error) {
	path, ok := p.boltPath()
	if !ok {
		return 0, errors.ErrUnsupported
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
