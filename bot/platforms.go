package bot

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
	"thbot/store/fault"
)

// Platforms are the connected chats as one: a directory of all their accounts,
// and their channels. It is safe for concurrent use.
type Platforms struct {
	all []chat.Server

	mu       sync.Mutex
	channels map[string]string // destinations, by platform, as far as they are known
}

var _ commands.Directory = (*Platforms)(nil)

// NewPlatforms puts chats together, of each kind one.
func NewPlatforms(all ...chat.Server) *Platforms {
	return &Platforms{all: all, channels: map[string]string{}}
}

// All gives the chats.
func (p *Platforms) All() []chat.Server { return p.all }

// of gives the chat of the name, or nil.
func (p *Platforms) of(platform string) chat.Server {
	for _, s := range p.all {
		if s.Platform() == platform {
			return s
		}
	}
	return nil
}

// names gives "slack and mattermost".
func (p *Platforms) names() string {
	var names []string
	for _, s := range p.all {
		names = append(names, s.Platform())
	}
	return strings.Join(names, " and ")
}

// Resolve implements commands.Directory: "mattermost:jane" is found there,
// "@jane" where it was typed.
func (p *Platforms) Resolve(ctx context.Context, near store.AccountID, name string) (store.Account, error) {
	where := near.Platform
	if before, _, named := strings.Cut(name, ":"); named && word(before) {
		where = strings.ToLower(before)
	}
	if s := p.of(where); s != nil {
		return s.Resolve(ctx, near, name)
	}
	return store.Account{}, fault.New(fault.NotFound, "%s is not connected here, only %s.", where, p.names()).WithTry("/thb contact list")
}

// word tells whether s can be the name of a chat.
func word(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0
}

// Active tells whether the account is there, not deactivated and no bot's.
// One of a chat that is not connected is not.
func (p *Platforms) Active(ctx context.Context, id store.AccountID) (bool, error) {
	if s := p.of(id.Platform); s != nil {
		return s.Active(ctx, id)
	}
	return false, nil
}

// Zone gives the time zone of the account's profile, or nil where it has none.
func (p *Platforms) Zone(ctx context.Context, id store.AccountID) (*time.Location, error) {
	if s := p.of(id.Platform); s != nil {
		return s.Zone(ctx, id)
	}
	return nil, nil
}

// Channels gives the destinations of the coordination channels, as far as
// they are known: a chat that was never reached since the start has none yet.
func (p *Platforms) Channels() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Values(p.channels))
}

// look asks the connected chats for their channels.
func (p *Platforms) look(ctx context.Context) {
	for _, s := range p.all {
		if !s.State().Connected {
			continue
		}
		if d, err := s.Destination(ctx); err == nil {
			p.mu.Lock()
			p.channels[s.Platform()] = d
			p.mu.Unlock()
		}
	}
}
