package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"time"

	"thbot/bot"
	"thbot/bot/chat"
	"thbot/bot/slack"
	"thbot/store"
	"thbot/store/fault"
)

// checkTime is how long a chat may take to be looked over.
const checkTime = time.Minute

// checkChats looks over the configured chats: those that are served, or the
// configuration's where nothing serves.
func (p *program) checkChats(ctx context.Context, r *register, say say) error {
	on, err := p.configured()
	if f := fault.As(err); f != nil {
		say(false, "configuration: %s", f.What)
		return nil
	}
	if len(on) == 0 {
		return err
	}
	people, err := p.people(on, r.commands.Catalogue())
	if f := fault.As(err); f != nil {
		say(false, "configuration: %s", f.What)
	}
	checkAddresses(p.config, say)
	if r.serving == nil {
		p.checkListeners(on, say)
	}
	checkUnserved(on, people, say)
	var all []chat.Server
	if r.serving != nil {
		all = r.serving.chats
	} else if all, err = p.connect(on, r.store.Secret()); err != nil {
		say(false, "configuration: %s", err)
		return nil
	}
	onRoster, err := rosterOf(ctx, r.store)
	if err != nil {
		return err
	}
	for _, c := range all {
		ctx, cancel := context.WithTimeout(ctx, checkTime)
		for _, f := range c.Check(ctx, chat.Checkup{OnRoster: onRoster, Serving: r.serving != nil}) {
			say(f.OK, "%s", f.Text)
		}
		if c.State().Connected {
			err = checkPeople(ctx, r.store, c, people, say)
		}
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

// rosterOf gives a function that tells whether an account is on the roster.
func rosterOf(ctx context.Context, s *store.Store) (func(store.AccountID) bool, error) {
	known := map[store.AccountID]bool{}
	err := s.View(ctx, func(v *store.View) error {
		roster, err := v.Roster()
		for _, p := range roster {
			for _, a := range p.Accounts {
				known[a.AccountID] = true
			}
		}
		return err
	})
	return func(id store.AccountID) bool { return known[id] }, err
}

// checkPeople lists where the roster differs from the configuration's names
// for one chat. That is no mistake: the roster is changed in the chat.
func checkPeople(ctx context.Context, s *store.Store, c chat.Server, people []bot.Entry, say say) error {
	differ := 0
	for _, e := range people {
		if e.Platform != c.Platform() {
			continue
		}
		account, err := c.Resolve(ctx, store.AccountID{Platform: e.Platform}, e.Name)
		if err != nil {
			say(false, "roster: %s (%s) cannot be looked up: %s", e.Name, e.Where, err)
			differ++
			continue
		}
		what, refuses, err := difference(ctx, s, e, account)
		if err != nil {
			return err
		}
		if what != "" {
			say(!refuses, "roster: %s (%s) %s", e.Name, e.Where, what)
			differ++
		}
	}
	if differ == 0 {
		say(true, "roster: it holds everybody of the configuration on %s", c.Platform())
	}
	return checkAccounts(ctx, s, c, say)
}

// checkAccounts names the people of the roster whose account in the chat is
// gone, or whose name means another account by now. Ids alone count, so nobody
// gains by a name that he has taken.
func checkAccounts(ctx context.Context, s *store.Store, c chat.Server, say say) error {
	var roster []*store.Person
	err := s.View(ctx, func(v *store.View) (err error) {
		roster, err = v.Roster()
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range roster {
		for _, a := range p.Accounts {
			if a.Platform != c.Platform() {
				continue
			}
			active, err := c.Active(ctx, a.AccountID)
			if err != nil {
				say(false, "roster: the account of %s on %s cannot be looked up: %s", store.PersonRef(p.ID), a.Platform, err)
				continue
			}
			if !active {
				say(false, "roster: the account of %s on %s is deactivated or gone; /thb contact remove %s takes the person off", store.PersonRef(p.ID), a.Platform, store.PersonRef(p.ID))
			}
			now, err := c.Resolve(ctx, a.AccountID, a.Platform+":"+a.Name)
			if a.Name != "" && err == nil && now.AccountID != a.AccountID {
				say(false, "roster: the name of %s on %s belongs to the account %s by now; the roster still means %s", store.PersonRef(p.ID), a.Platform, now.User, a.User)
			}
		}
	}
	return nil
}

// difference says how a person of the configuration stands on the roster, or
// "" where both say the same, and whether a start is refused for it.
func difference(ctx context.Context, s *store.Store, e bot.Entry, account store.Account) (what string, refuses bool, err error) {
	err = s.View(ctx, func(v *store.View) error {
		kept, err := v.NamedAccount(e.Name)
		if err != nil {
			return err
		}
		there, err := v.Claimant(account.AccountID)
		switch {
		case err != nil:
			return err
		case kept != (store.AccountID{}) && kept != account.AccountID:
			refuses, what = true, fmt.Sprintf("meant the account %s when it was first looked up and now means %s: thbot does not start like that", kept.User, account.User)
		case there == nil:
			what = "is not on it; the configuration fills an empty roster only, but for administrators"
		case there.Role != e.Role || there.Agency != e.Agency:
			what = fmt.Sprintf("is on it as %s, in another role than in the configuration", store.PersonRef(there.ID))
		}
		return nil
	})
	return what, refuses, err
}

// checkListeners tries what a start takes: the certificate and the addresses.
func (p *program) checkListeners(on []platform, say say) {
	try := func(setting, address string) {
		l, err := listen(setting, address, nil, nil, slog.New(slog.DiscardHandler))
		if f := fault.As(err); f != nil {
			say(false, "%s", f.What)
			return
		}
		l.Close()
	}
	if _, err := tlsConfig(p.config.TLSCert, p.config.TLSKey); err != nil {
		say(false, "%s", err)
	}
	if slices.ContainsFunc(on, func(c platform) bool { return c.name != "slack" || p.config.Slack.Mode == slack.HTTP }) {
		try("listen", p.config.Listen)
	}
	if p.config.AdminListen != "" {
		try("admin_listen", p.config.AdminListen)
	}
}

// checkUnserved names the people of the configuration who are of a chat that
// is not configured: until it is, they stand on no roster.
func checkUnserved(on []platform, people []bot.Entry, say say) {
	for _, e := range people {
		if !slices.ContainsFunc(on, func(c platform) bool { return c.name == e.Platform }) {
			say(false, "roster: %s (%s) is of a chat that is not configured", e.Name, e.Where)
		}
	}
}

// checkAddresses looks over how the chats reach the listener.
func checkAddresses(c *config, say say) {
	if c.PublicURL == "" {
		return
	}
	public, err := url.Parse(c.PublicURL)
	if err != nil || public.Host == "" || public.Scheme != "http" && public.Scheme != "https" {
		say(false, "public_url: %q is no web address", c.PublicURL)
		return
	}
	host, _, err := net.SplitHostPort(c.Listen)
	direct := err == nil && !loopback(host)
	switch {
	case public.Scheme == "https" && c.TLSCert == "" && direct:
		say(true, "listen: %s takes requests from other machines without TLS: let only the proxy that serves %s reach it, as in a container, or set tls_cert and tls_key", c.Listen, c.PublicURL)
	case public.Scheme == "http" && !loopback(public.Hostname()):
		say(false, "public_url: %s is not encrypted, and the records of the register go over it", c.PublicURL)
	case public.Scheme == "http" && c.TLSCert != "":
		say(false, "public_url: %s is plain HTTP, and the listener takes TLS only", c.PublicURL)
	default:
		say(true, "public_url: %s leads to the listener on %s", c.PublicURL, c.Listen)
	}
	if host, _, err := net.SplitHostPort(c.AdminListen); err == nil && !loopback(host) {
		say(true, "admin_listen: %s can be read from other machines; it tells figures, no records", c.AdminListen)
	}
}

// loopback tells whether a host is this machine alone.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
