package mattermost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
)

// Properties of a post.
const (
	propMark        = "thbot"
	propBot         = "from_bot"
	propAttachments = "attachments"
)

// mostFiles is how many files a post takes.
const mostFiles = 10

// Send implements chat.Poster. What goes before the post itself (the direct
// channel, the files) can be made twice without harm.
func (a *Adapter) Send(ctx context.Context, p chat.Post) chat.Outcome {
	channel, post, err := a.prepare(ctx, p)
	if err != nil {
		return outcome("", err)
	}
	if post.FileIds, err = a.upload(ctx, channel, p.Files); err != nil {
		return outcome("", err)
	}
	made, err := call[*model.Post]("post")(a.api.CreatePost(ctx, post))
	if err == nil && (made == nil || made.Id == "") {
		err = &apiError{op: "post", err: errors.New("the answer names no post")}
	}
	if err != nil {
		return outcome("", err)
	}
	return outcome(made.Id, nil)
}

// Edit implements chat.Poster. The files of the post stay as they are, since the
// oldest server that thbot supports takes none with an edit; where a newer
// picture was to take the place of one, the post says from when its own is.
func (a *Adapter) Edit(ctx context.Context, id string, p chat.Post) chat.Outcome {
	_, post, err := a.prepare(ctx, p)
	if err != nil {
		return outcome("", err)
	}
	old, err := a.oldPicture(ctx, id, p.Files)
	if err != nil {
		return outcome("", err)
	}
	post.Message += old
	// Given properties replace all there are, the bot's sign included.
	post.Props[propBot] = "true"
	props := model.StringInterface(post.Props)
	_, err = call[*model.Post]("edit a post")(a.api.PatchPost(ctx, id, &model.PostPatch{Message: &post.Message, Props: &props}))
	return outcome(id, err)
}

// oldPicture says of which day the picture of a post is that stays where a newer
// one was to go; nothing where there is none.
func (a *Adapter) oldPicture(ctx context.Context, id string, newer []commands.File) (string, error) {
	if !slices.ContainsFunc(newer, func(f commands.File) bool { return f.Alt != "" }) {
		return "", nil
	}
	post, err := call[*model.Post]("read a post")(a.api.GetPost(ctx, id, ""))
	if err != nil || len(post.FileIds) == 0 {
		return "", err
	}
	day := time.UnixMilli(post.CreateAt).UTC().Format("2 January 2006")
	return "\n\n" + fmt.Sprintf(sayOldPicture, day), nil
}

// prepare makes a post of a rendered body, its buttons signed now.
func (a *Adapter) prepare(ctx context.Context, p chat.Post) (string, *model.Post, error) {
	var b body
	if err := json.Unmarshal(p.Body, &b); err != nil {
		return "", nil, &apiError{op: "post", status: http.StatusBadRequest, id: "thbot.body", err: err}
	}
	channel, err := a.channel(ctx, p.Place)
	if err != nil {
		return "", nil, err
	}
	who := claim{Addressee: p.Place.Account.User, Surface: onPost}
	if p.Place.Channel {
		who.Addressee = anybody
	}
	post, err := a.post(b, who)
	if err != nil {
		return "", nil, err
	}
	post.ChannelId = channel
	post.Props[propMark] = a.keys.mark(channel, p.Key)
	return channel, post, nil
}

// post makes message and attachments; who says for whom the buttons are.
func (a *Adapter) post(b body, who claim) (*model.Post, error) {
	message, attachments, err := a.dress(b, who)
	if err != nil {
		return nil, err
	}
	return &model.Post{Message: message, Props: model.StringInterface{propAttachments: attachments}}, nil
}

// dress gives a body's message and attachments with signed buttons.
func (a *Adapter) dress(b body, who claim) (string, []*model.MessageAttachment, error) {
	message := ""
	attachments := []*model.MessageAttachment{}
	for i, s := range b.Sections {
		if i == 0 {
			message = s.Text
			if s.Text = ""; len(s.Buttons) == 0 {
				continue
			}
		}
		at := &model.MessageAttachment{Text: s.Text, Fallback: s.Plain}
		for _, button := range s.Buttons {
			action, err := a.signed(button, who)
			if err != nil {
				return "", nil, err
			}
			at.Actions = append(at.Actions, action)
		}
		attachments = append(attachments, at)
	}
	return message, attachments, nil
}

func (a *Adapter) signed(b button, who claim) (*model.PostAction, error) {
	action := &model.PostAction{Id: b.ID, Name: b.Label, Type: model.PostActionTypeButton}
	if b.Danger {
		action.Style = "danger"
	}
	who.Action, who.Record, who.Revision = b.Action, b.Record, b.Revision
	for _, o := range b.Options {
		action.Type = model.PostActionTypeSelect
		action.Options = append(action.Options, &model.PostActionOptions{Text: o.Label, Value: o.Value})
		who.Options = append(who.Options, o.Value)
	}
	sealed, err := a.keys.sealClaim(who)
	if err != nil {
		return nil, fmt.Errorf("sign a button: %w", err)
	}
	action.Integration = &model.PostActionIntegration{URL: a.callback("action"), Context: map[string]any{contextKey: sealed}}
	return action, nil
}

// channel gives the channel of a place; for a person the direct one.
func (a *Adapter) channel(ctx context.Context, p chat.Place) (string, error) {
	if p.Channel {
		return p.Account.User, nil
	}
	return a.direct(ctx, p.Account.User)
}

func (a *Adapter) direct(ctx context.Context, user string) (string, error) {
	if id, ok := a.directs.Get(a.now(), user); ok {
		return id, nil
	}
	s, err := a.conn.Session(ctx)
	if err != nil {
		return "", err
	}
	ch, err := call[*model.Channel]("open direct messages")(a.api.CreateDirectChannel(ctx, s.bot.Id, user))
	if err != nil {
		return "", err
	}
	a.directs.Put(a.now(), user, ch.Id)
	return ch.Id, nil
}

// upload brings files to the server. A file goes onto one post only, so every
// attempt uploads anew.
func (a *Adapter) upload(ctx context.Context, channel string, files []commands.File) ([]string, error) {
	if len(files) > mostFiles {
		return nil, &apiError{op: "upload files", status: http.StatusBadRequest, id: "thbot.files"}
	}
	var ids []string
	for _, f := range files {
		up, err := call[*model.FileUploadResponse]("upload a file")(a.api.UploadFile(ctx, f.Data, channel, f.Name))
		if err != nil {
			return nil, err
		}
		if len(up.FileInfos) != 1 {
			return nil, &apiError{op: "upload a file", err: errors.New("the answer names no file")}
		}
		ids = append(ids, up.FileInfos[0].Id)
	}
	return ids, nil
}

// History is read in pages. An attempt of unknown outcome is at most about a
// day old, so mostPages pages hold it in any channel that people can read.
const (
	pageSize  = 200
	mostPages = 100
	clockSlip = 10 * time.Minute // by which the server's clock may differ from ours
)

// Find implements chat.Poster. A post counts if the bot wrote it and it
// carries the mark, which somebody else can read, but not use.
func (a *Adapter) Find(ctx context.Context, place chat.Place, key string, since time.Time) ([]string, error) {
	s, err := a.conn.Session(ctx)
	if err != nil {
		return nil, err
	}
	channel, err := a.channel(ctx, place)
	if err != nil {
		return nil, err
	}
	mark, earliest := a.keys.mark(channel, key), since.Add(-clockSlip).UnixMilli()
	found := map[string]*model.Post{}
	for page := range mostPages {
		list, err := call[*model.PostList]("read the history")(a.api.GetPostsForChannel(ctx, channel, page, pageSize, "", false, false))
		if err != nil {
			return nil, err
		}
		older := len(list.Order) < pageSize
		for _, id := range list.Order {
			p := list.Posts[id]
			if p == nil {
				continue
			}
			older = older || p.CreateAt < earliest
			if p.UserId == s.bot.Id && p.DeleteAt == 0 && p.CreateAt >= earliest && p.Props[propMark] == mark {
				found[id] = p
			}
		}
		if older {
			break
		}
	}
	return oldestFirst(found), nil
}

func oldestFirst(posts map[string]*model.Post) []string {
	ids := make([]string, 0, len(posts))
	for id := range posts {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y string) int {
		if d := posts[x].CreateAt - posts[y].CreateAt; d != 0 {
			return int(d)
		}
		return bytes.Compare([]byte(x), []byte(y))
	})
	return ids
}

// Delete implements chat.Poster. A post that is gone already is deleted; the
// server answers 403 for it, as for one that we may not delete.
func (a *Adapter) Delete(ctx context.Context, _ chat.Place, id string) error {
	resp, err := a.api.DeletePost(ctx, id)
	err = failed("delete a post", resp, err)
	switch status(err) {
	case http.StatusNotFound:
		return nil
	case http.StatusForbidden:
		if _, gone := call[*model.Post]("read a post")(a.api.GetPost(ctx, id, "")); status(gone) == http.StatusNotFound {
			return nil
		}
	}
	return err
}
