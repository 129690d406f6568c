package mattermost

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

func (s *standin) createDirect(w http.ResponseWriter, _ *http.Request, _ []string, body []byte) {
	var ids []string
	s.decode(body, &ids)
	if len(ids) != 2 || s.users[ids[0]] == nil || s.users[ids[1]] == nil {
		s.refuse(w, 400, "api.channel.create_direct_channel.invalid_user.app_error")
		return
	}
	ch := &model.Channel{Id: direct(ids[1]), Type: model.ChannelTypeDirect, Name: model.GetDMNameFromIds(ids[0], ids[1])}
	s.channels[ch.Id], s.members[ch.Id] = ch, ids
	s.give(w, 201, ch)
}

// direct is the id of the bot's direct channel with a user.
func direct(user string) string { return "dm" + user[:24] }

func (s *standin) listMembers(w http.ResponseWriter, r *http.Request, at []string, _ []byte) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	all := model.ChannelMembers{}
	for i, u := range s.members[at[0]] {
		if i/size == page {
			all = append(all, model.ChannelMember{ChannelId: at[0], UserId: u})
		}
	}
	s.give(w, 200, all)
}

func (s *standin) getMember(w http.ResponseWriter, _ *http.Request, at []string, _ []byte) {
	if !slices.Contains(s.members[at[0]], at[1]) {
		s.refuse(w, 404, "app.channel.get_member.missing.app_error")
		return
	}
	s.give(w, 200, &model.ChannelMember{ChannelId: at[0], UserId: at[1]})
}

func (s *standin) listPosts(w http.ResponseWriter, r *http.Request, at []string, _ []byte) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	list := &model.PostList{Posts: map[string]*model.Post{}}
	n := 0
	for i := len(s.posts) - 1; i >= 0; i-- {
		p := s.posts[i]
		if p.ChannelId != at[0] || p.DeleteAt != 0 || s.late[p.Id].After(s.now()) {
			continue
		}
		if n/size == page {
			list.Order = append(list.Order, p.Id)
			list.Posts[p.Id] = p
		}
		n++
	}
	s.give(w, 200, list)
}

func (s *standin) createPost(w http.ResponseWriter, _ *http.Request, _ []string, body []byte) {
	var p model.Post
	s.decode(body, &p)
	if n := len([]rune(p.Message)); n > 16383 {
		s.refuse(w, 400, "model.post.is_valid.msg.app_error")
		return
	}
	if !slices.Contains(s.members[p.ChannelId], id("thbot")) {
		s.refuse(w, 403, "api.context.permissions.app_error")
		return
	}
	p.Id, p.UserId, p.CreateAt = s.newID("post"), id("thbot"), s.now().UnixMilli()
	files := p.FileIds
	p.FileIds = nil
	for _, f := range files {
		if !s.attached[f] { // a file goes onto one post; the second gets none, silently
			s.attached[f] = true
			p.FileIds = append(p.FileIds, f)
		}
	}
	p.AddProp("from_bot", "true")
	s.keep(&p)
	s.posts = append(s.posts, &p)
	s.give(w, 201, &p)
}

// keep takes the integrations out of a post's buttons, as the server does.
func (s *standin) keep(p *model.Post) {
	raw, _ := json.Marshal(p.Props["attachments"])
	var attachments []*model.MessageAttachment
	if err := json.Unmarshal(raw, &attachments); err != nil {
		s.t.Errorf("attachments: %v", err)
	}
	s.checkActions(attachments)
	for _, at := range attachments {
		for _, action := range at.Actions {
			whole := *action
			s.actions[p.Id+"/"+action.Id] = &whole
			action.Integration = nil
		}
	}
	p.Props["attachments"] = attachments
}

var letters = regexp.MustCompile(`^[A-Za-z0-9]+$`)

func (s *standin) checkActions(attachments []*model.MessageAttachment) {
	used := map[string]bool{}
	for _, at := range attachments {
		for _, action := range at.Actions {
			if err := action.IsValid(); err != nil {
				s.t.Errorf("button %q: %v", action.Name, err)
			}
			if !letters.MatchString(action.Id) || used[action.Id] {
				s.t.Errorf("button %q has the id %q: a press would get 404, or another button", action.Name, action.Id)
			}
			used[action.Id] = true
		}
	}
}

func (s *standin) find(id string) *model.Post {
	for _, p := range s.posts {
		if p.Id == id && p.DeleteAt == 0 {
			return p
		}
	}
	return nil
}

func (s *standin) getPost(w http.ResponseWriter, _ *http.Request, at []string, _ []byte) {
	if p := s.find(at[0]); p != nil {
		s.give(w, 200, p)
		return
	}
	s.refuse(w, 404, "app.post.get.app_error")
}

func (s *standin) patchPost(w http.ResponseWriter, _ *http.Request, at []string, body []byte) {
	var patch model.PostPatch
	s.decode(body, &patch)
	p := s.find(at[0])
	if p == nil {
		s.refuse(w, 404, "app.post.get.app_error")
		return
	}
	if patch.Message != nil {
		p.Message = *patch.Message
	}
	if patch.Props != nil {
		p.Props = *patch.Props
		s.keep(p)
	}
	s.give(w, 200, p)
}

func (s *standin) deletePost(w http.ResponseWriter, _ *http.Request, at []string, _ []byte) {
	p := s.find(at[0])
	if p == nil || p.UserId != id("thbot") {
		s.refuse(w, 403, "api.context.permissions.app_error") // also for one that is gone
		return
	}
	p.DeleteAt = s.now().UnixMilli()
	s.give(w, 200, map[string]string{"status": "OK"})
}

func (s *standin) uploadFile(w http.ResponseWriter, r *http.Request, _ []string, body []byte) {
	name := r.URL.Query().Get("filename")
	if name == "" {
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			s.t.Errorf("upload: %v", err)
			return
		}
		name = r.MultipartForm.File["files"][0].Filename
	}
	f := s.newID("file")
	s.files[f] = name
	s.give(w, 201, &model.FileUploadResponse{FileInfos: []*model.FileInfo{{Id: f, Name: name}}})
}

func (s *standin) openDialog(w http.ResponseWriter, _ *http.Request, _ []string, body []byte) {
	var req model.OpenDialogRequest
	s.decode(body, &req)
	if _, _, err := req.DecodeAndVerifyTriggerId(s.key, 30*time.Second); err != nil {
		s.refuse(w, 400, err.Id)
		return
	}
	// The real server answers 200 and passes an invalid form on.
	if err := req.Dialog.IsValid(); err != nil {
		s.t.Errorf("the form is invalid: %v", err)
	}
	if len(req.Dialog.State) > 3000 {
		s.t.Errorf("the form's state has %d bytes", len(req.Dialog.State))
	}
	s.dialogs = append(s.dialogs, req)
	s.give(w, 200, map[string]string{"status": "OK"})
}

func (s *standin) hook(w http.ResponseWriter, r *http.Request, hook string, body []byte) {
	if s.hooks[hook] == 0 {
		s.refuse(w, 400, "app.command_webhook.try_use.invalid")
		return
	}
	s.hooks[hook]--
	s.answers = append(s.answers, s.readAnswer(r.Header.Get("Content-Type"), body))
	w.WriteHeader(200)
	w.Write([]byte("ok"))
}

// readAnswer takes the answer to a command, keeps its buttons' contexts, as
// the server does in a cookie, and gives the rest.
func (s *standin) readAnswer(kind string, body []byte) *model.CommandResponse {
	if kind != "application/json" {
		s.t.Errorf("an answer of type %q is shown as it is", kind)
	}
	var r model.CommandResponse
	s.decode(body, &r)
	for _, one := range append([]*model.CommandResponse{&r}, r.ExtraResponses...) {
		if one.ResponseType != "ephemeral" || !one.SkipSlackParsing {
			s.t.Errorf("an answer that is not ephemeral, or parsed for Slack's forms: %s", body)
		}
		s.checkActions(one.Attachments)
		for _, at := range one.Attachments {
			for _, action := range at.Actions {
				whole := *action
				s.actions["cookie/"+action.Id] = &whole
			}
		}
	}
	return &r
}

// execute runs a command of the bot's, with the listener that the command
// names.
func (s *standin) execute(w http.ResponseWriter, _ *http.Request, _ []string, body []byte) {
	var args model.CommandArgs
	s.decode(body, &args)
	form := s.commandForm(id("thbot"), args.ChannelId, strings.TrimPrefix(args.Command, "/thb "))
	s.mu.Unlock() // the listener may ask us meanwhile
	resp, err := http.Post(s.commands[0].URL, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	s.mu.Lock()
	if err != nil || resp.StatusCode != 200 {
		s.refuse(w, 500, "api.command.execute_command.failed.app_error")
		return
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	s.give(w, 200, s.readAnswer(resp.Header.Get("Content-Type"), b))
}

// pressed is what the server sends when a user presses a button of a post, or
// of an answer, whose post the bot cannot fetch.
func (s *standin) pressed(user, post string, action *model.PostAction) model.PostActionIntegrationRequest {
	req := model.PostActionIntegrationRequest{
		UserId: id(user), UserName: user, ChannelId: id("coordination"), PostId: id("ephemeral"), TriggerId: s.trigger(id(user)),
		Type: action.Type, Context: map[string]any{},
	}
	for k, v := range action.Integration.Context {
		req.Context[k] = v
	}
	if p := s.find(post); p != nil {
		req.ChannelId, req.PostId = p.ChannelId, p.Id
	}
	return req
}

func (s *standin) commandForm(user, channel, text string) url.Values {
	hook := s.newID("hook")
	s.hooks[hook] = 5
	name := ""
	if u := s.users[user]; u != nil {
		name = u.Username
	}
	return url.Values{
		"token": {commandToken}, "team_id": {id("team")}, "team_domain": {"thb"}, "channel_id": {channel},
		"channel_name": {"contact-points"}, "user_id": {user}, "user_name": {name}, "command": {"/thb"},
		"text": {text}, "trigger_id": {s.trigger(user)}, "response_url": {s.srv.URL + "/hooks/commands/" + hook},
	}
}

func (s *standin) decode(body []byte, into any) {
	if err := json.Unmarshal(body, into); err != nil {
		s.t.Errorf("the server cannot read %.200s: %v", body, err)
	}
}
