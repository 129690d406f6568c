package mattermost

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
)

// pressAnswer is what the server takes as answer to a press.
type pressAnswer struct {
	Update           *postUpdate `json:"update,omitempty"`
	EphemeralText    string      `json:"ephemeral_text,omitempty"`
	SkipSlackParsing bool        `json:"skip_slack_parsing"`
}

// postUpdate replaces a post: what is absent is taken off it.
type postUpdate struct {
	Message string         `json:"message"`
	Props   map[string]any `json:"props"`
	FileIDs []string       `json:"file_ids"`
}

func privately(text string) pressAnswer {
	return pressAnswer{EphemeralText: text, SkipSlackParsing: true}
}

// press is a pressed button that was found to be ours.
type press struct {
	claim  claim
	caller caller
	post   *model.Post // nil for a reply, which cannot be fetched
}

// takeAction takes a pressed button or a choice from a menu.
func (a *Adapter) takeAction(ctx context.Context, body []byte) any {
	got, err := decodeAction(body)
	if err != nil {
		return refusal(http.StatusBadRequest)
	}
	cl, err := a.keys.openClaim(got.sealed)
	if err != nil {
		return a.refused("press", err)
	}
	handle, s, err := a.running(ctx)
	if err != nil {
		return privately(sayStarting)
	}
	delivery, err := a.verify(ctx, s, got.trigger, got.user)
	switch {
	case errors.Is(err, errStale):
		return privately(sayClock)
	case err != nil:
		return a.refused("press", err)
	}
	p := press{claim: cl, caller: caller{user: got.user, name: got.name, channel: got.channel, trigger: got.trigger, hook: cl.Hook}}
	if p.post, err = a.place(ctx, s, cl, got); err != nil {
		if status(err) != 0 && status(err) != http.StatusNotFound && status(err) != http.StatusForbidden || isNetwork(err) {
			return privately(sayUnsure)
		}
		return a.refused("press", err)
	}
	if no := a.unwelcome(ctx, got.user); no != "" {
		return privately(no)
	}
	return chat.Within[any](ctx, &a.work, a.patience, pressAnswer{}, func(ctx context.Context) func(context.Context, bool) any {
		req := a.request(s, p.caller, delivery)
		req.Press = &commands.Press{Action: cl.Action, Record: cl.Record, Revision: cl.Revision, Choice: got.choice}
		reply := a.pressed(ctx, handle, req)
		m := a.carryOut(ctx, s, p.caller, reply)
		return func(ctx context.Context, late bool) any { return a.answerPress(ctx, p, m, reply.Replace, late) }
	})
}

// Errors of a press.
var (
	errAddressee = errors.New("pressed by somebody else")
	errNotOurs   = errors.New("not on a post of ours")
	errChoice    = errors.New("a choice that the menu does not have")
)

// place checks where the button stands and who may press it, and gives the
// post where there is one.
func (a *Adapter) place(ctx context.Context, s *session, cl claim, got pressed) (*model.Post, error) {
	if cl.Addressee != got.user && !(cl.Addressee == anybody && cl.Surface == onPost) {
		return nil, errAddressee
	}
	if len(cl.Options) == 0 && got.choice != "" || len(cl.Options) > 0 && !slices.Contains(cl.Options, got.choice) {
		return nil, errChoice
	}
	if cl.Surface == onReply {
		return nil, nil
	}
	if cl.Surface != onPost || !userID.MatchString(got.post) {
		return nil, errNotOurs
	}
	post, err := call[*model.Post]("read the pressed post")(a.api.GetPost(ctx, got.post, ""))
	if err != nil {
		return nil, err
	}
	if post.UserId != s.bot.Id || post.ChannelId != got.channel {
		return nil, errNotOurs
	}
	return post, nil
}

func isNetwork(err error) bool {
	var e *apiError
	return errors.As(err, &e) && e.status == 0
}

// answerPress shows the message. In place of a post it stands only where the
// post is the presser's alone: a channel must not read what one person asked.
func (a *Adapter) answerPress(ctx context.Context, p press, m *commands.Message, replace, late bool) pressAnswer {
	private := p.post != nil && p.claim.Addressee == p.caller.user
	switch {
	case m == nil:
		return pressAnswer{}
	case replace && private:
		return a.replace(ctx, p, m, late)
	case late:
		a.tell(ctx, p.caller, m)
		return pressAnswer{}
	case len(m.Buttons()) == 0:
		return privately(text(m))
	case a.viaHook(ctx, p.caller, m) == nil:
		return pressAnswer{}
	}
	// ephemeral_text takes no buttons.
	err := a.directly(ctx, p.caller, m, nil)
	switch {
	case err != nil:
		a.log.Warn("buttons were not delivered", "error", err)
		return privately(text(m))
	case private:
		return pressAnswer{}
	}
	return privately(text(m) + "\n\n" + sayButtons)
}

// replace shows the message in place of the pressed post, whole: with the
// bot's sign, the mark and the files, or they would be gone.
func (a *Adapter) replace(ctx context.Context, p press, m *commands.Message, late bool) pressAnswer {
	parts := render(m)
	post, err := a.post(parts[0], claim{Addressee: p.caller.user, Surface: onPost})
	if err != nil {
		a.log.Error("a post cannot be made", "error", err)
		return privately(text(m))
	}
	post.Props[propBot] = "true"
	if mark, ok := p.post.Props[propMark]; ok {
		post.Props[propMark] = mark
	}
	if late {
		props := model.StringInterface(post.Props)
		_, err := call[*model.Post]("edit a post")(a.api.PatchPost(ctx, p.post.Id, &model.PostPatch{Message: &post.Message, Props: &props}))
		if err != nil {
			a.log.Warn("a pressed post was not edited", "error", err)
		}
	}
	for _, rest := range parts[1:] {
		a.more(ctx, p, rest)
	}
	if late {
		return pressAnswer{}
	}
	files := []string(p.post.FileIds)
	if files == nil {
		files = []string{}
	}
	return pressAnswer{Update: &postUpdate{Message: post.Message, Props: post.Props, FileIDs: files}, SkipSlackParsing: true}
}

// more posts what did not fit into the place of the pressed post below it.
func (a *Adapter) more(ctx context.Context, p press, b body) {
	post, err := a.post(b, claim{Addressee: p.caller.user, Surface: onPost})
	if err == nil {
		post.ChannelId = p.post.ChannelId
		post.Props[propMark] = a.keys.mark(post.ChannelId, "reply/"+nonce())
		_, err = call[*model.Post]("post")(a.api.CreatePost(ctx, post))
	}
	if err != nil {
		a.log.Warn("the rest of an answer was not posted", "error", err)
	}
}

var _ chat.Poster = (*Adapter)(nil)
