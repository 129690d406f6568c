package standin

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// File is an uploaded file.
type File struct {
	ID, Name, Title, Alt string
	Data                 []byte
	Channel              string // where it is shared; empty: not yet, or nowhere

	length    int
	uploaded  bool
	completed bool
	wait      int    // asks of files.info until it is shared
	target    string // where it will be shared
	comment   string
	blocks    []object
	ts        string
}

// Files gives the files shared in a channel, oldest first.
func (s *Server) Files(channel string) []File {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []File
	for _, m := range s.channels[channel].messages {
		for _, id := range m.Files {
			all = append(all, *s.files[id])
		}
	}
	return all
}

// File gives a file.
func (s *Server) File(id string) File {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.files[id]; f != nil {
		return *f
	}
	return File{}
}

// SlowShares has the following files shared only when files.info is asked for
// the n-th time, and no block can show them before: completing an upload is
// asynchronous. 0: at once.
func (s *Server) SlowShares(n int) { s.change(func() { s.shareLag = n }) }

// LoseShares has the next n completed uploads never shared, without an error.
func (s *Server) LoseShares(n int) { s.change(func() { s.shareFails = n }) }

func (s *Server) uploadURL(a *asked) (object, *refusal) {
	n, err := strconv.Atoi(a.get("length"))
	switch {
	case err != nil || n <= 0:
		return nil, no("invalid_arguments", "[ERROR] must be greater than 0 [json-pointer:/length]")
	case n > 1<<30:
		return nil, no("file_too_large")
	case len(a.get("alt_txt")) > 1000:
		return nil, no("alt_txt_too_large")
	}
	f := &File{ID: s.id("F"), Name: a.get("filename"), Alt: a.get("alt_txt"), length: n}
	s.files[f.ID] = f
	return object{"upload_url": s.http.URL + "/upload/" + f.ID, "file_id": f.ID}, nil
}

// serveUpload takes the file itself, raw or as the only part of a form. Its
// answer is plain text.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	a := &asked{method: "upload", args: url.Values{}}
	fault := s.fault("upload")
	if fault.before(s, w, a) {
		return
	}
	data, err := uploaded(r)
	status, code := http.StatusOK, ""
	s.mu.Lock()
	f := s.files[r.PathValue("id")]
	switch {
	case f == nil || f.uploaded:
		status, code = http.StatusNotFound, "file_not_found"
	case err != nil || r.Method != http.MethodPost || len(data) != f.length:
		status, code = http.StatusBadRequest, "invalid_length"
	default:
		f.Data, f.uploaded = data, true
	}
	s.mu.Unlock()
	s.note(a, code)
	body := "OK - " + strconv.Itoa(len(data))
	if code != "" {
		body = code
	}
	if fault.after(s, w, []byte(body)) {
		return
	}
	w.WriteHeader(status)
	io.WriteString(w, body)
}

func uploaded(r *http.Request) ([]byte, error) {
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" || params["boundary"] == "" {
		return io.ReadAll(r.Body)
	}
	part, _, err := r.FormFile("file")
	if err != nil {
		return nil, err
	}
	return io.ReadAll(part)
}

func (s *Server) completeUpload(a *asked) (object, *refusal) {
	var list []struct{ ID, Title string }
	if json.Unmarshal([]byte(a.get("files")), &list) != nil || len(list) == 0 {
		return nil, no("invalid_arguments", "[ERROR] must be a list of files [json-pointer:/files]")
	}
	channel := a.get("channel_id")
	if channel != "" {
		c, refused := s.found(channel)
		switch {
		case refused != nil:
			return nil, refused
		case !c.has(s.bot.ID):
			return nil, no("not_in_channel")
		}
	}
	var blocks []object
	if raw := a.get("blocks"); raw != "" {
		var refused *refusal
		if blocks, refused = s.checkBlocks(raw, inMessage, "/blocks"); refused != nil {
			return nil, refused
		}
	}
	out := []object{}
	for _, l := range list {
		f := s.files[l.ID]
		if f == nil || !f.uploaded || f.completed {
			return nil, no("file_not_found")
		}
		f.completed, f.Title, f.target, f.wait, f.comment, f.blocks = true, l.Title, channel, s.shareLag, a.get("initial_comment"), blocks
		out = append(out, object{"id": f.ID, "title": f.Title})
		if s.shareFails > 0 {
			s.shareFails--
			f.target = ""
		}
		s.share(f)
	}
	return object{"files": out}, nil
}

// share puts a file into its channel once its time has come.
func (s *Server) share(f *File) {
	if f.target == "" || f.Channel != "" || f.wait > 0 {
		return
	}
	m := &Message{User: s.bot.ID, Text: f.comment, Blocks: f.blocks, Files: []string{f.ID}, own: true}
	s.put(s.channels[f.target], m)
	f.Channel, f.ts = f.target, m.TS
	s.see(Sight{Kind: Posted, Message: *m})
}

// ready tells whether Slack has read a file, so that a block can show it.
func (s *Server) ready(id string) bool {
	f := s.files[id]
	return f != nil && f.completed && f.wait == 0
}

func (s *Server) fileInfo(a *asked) (object, *refusal) {
	f := s.files[a.get("file")]
	if f == nil || !f.completed {
		return nil, no("file_not_found")
	}
	if f.wait > 0 {
		f.wait--
	}
	s.share(f)
	return object{"file": s.fileObject(f), "comments": []object{}, "response_metadata": object{"next_cursor": ""}}, nil
}

func (s *Server) fileDelete(a *asked) (object, *refusal) {
	f := s.files[a.get("file")]
	if f == nil {
		return nil, no("file_not_found")
	}
	for _, c := range s.channels {
		c.messages = slices.DeleteFunc(c.messages, func(m *Message) bool { return slices.Contains(m.Files, f.ID) })
	}
	delete(s.files, f.ID)
	return object{}, nil
}

func (s *Server) fileObject(f *File) object {
	kind := strings.TrimPrefix(path.Ext(f.Name), ".")
	o := object{
		"id": f.ID, "created": s.now().Unix(), "timestamp": s.now().Unix(), "name": f.Name, "title": f.Title, "filetype": kind,
		"mimetype": mime.TypeByExtension(path.Ext(f.Name)), "size": len(f.Data), "user": s.bot.ID, "mode": "hosted", "alt_txt": f.Alt,
		"is_external": false, "is_public": false, "channels": []string{}, "groups": []string{}, "ims": []string{}, "shares": object{},
		"url_private": s.http.URL + "/file/" + f.ID, "permalink": "https://" + s.team.Domain + ".slack.com/files/" + f.ID,
	}
	if f.wait > 0 {
		o["mimetype"], o["filetype"] = "", ""
	}
	if f.Channel == "" {
		return o
	}
	c := s.channels[f.Channel]
	where, list := "private", map[string]string{"im": "ims", "groups": "groups", "channels": "channels"}[c.kind()]
	if c.kind() == "channels" {
		where = "public"
	}
	o[list] = []string{c.ID}
	o["shares"] = object{where: object{c.ID: []object{{"ts": f.ts, "channel_name": c.Name, "team_id": s.team.ID, "reply_users": []string{}}}}}
	return o
}
