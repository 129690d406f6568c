package mattermost

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chattest"
	"thbot/store"
	"thbot/store/bolt"
)

// secret gives the register's, as whoever has a backup knows it.
func (s *served) secret() []byte {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "backup.db")
	s.run("backup", path)
	db, err := bolt.Open(path)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := store.Open(context.Background(), db)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	return r.Secret()
}

// unchanged runs f, and holds that the register is the same then.
func (s *served) unchanged(f func()) {
	s.t.Helper()
	head, before := s.head(), s.titles()
	f()
	if after := s.titles(); s.head() != head || !maps.Equal(before, after) {
		s.t.Errorf("the register changed: %v, then %v; the journal had %s entries, then %s", before, after, head, s.head())
	}
}

// forgedForms: any signed-in user can make the server send a form that he was
// never shown.
func (r *real) forgedForms(t *testing.T) {
	defer r.on(t)()
	s := r.serve(t)
	cepol, guest, frontex := r.person("cepol"), r.person("guest"), r.person("frontex")
	cepol.say("record Course on forced labour for judges in Romania, March 2031")
	cepol.run("edit A1")
	d, url := cepol.dialog()
	keys, err := newKeyring(s.secret())
	if err != nil {
		t.Fatal(err)
	}
	f, err := keys.openForm(d.State)
	if err != nil {
		t.Fatal(err)
	}
	change := map[string]any{"title": "Taken over"}
	s.unchanged(func() {
		for _, p := range []*person{guest, frontex} {
			if out, err := p.submit(d, url, change); err == nil && out.Error == "" {
				t.Errorf("a form of another is taken from %s: %+v", p.login.Name, out)
			}
		}
		for name, state := range map[string]string{"none": "", "nonsense": "x.y", "cut": d.State[:len(d.State)-2]} {
			other := d
			other.State = state
			if out, err := cepol.submit(other, url, change); err == nil && out.Error == "" {
				t.Errorf("a form with the state %s is taken: %+v", name, out)
			}
		}
		old := f
		old.Expires = time.Now().Add(-time.Minute).Unix()
		expired := d
		if expired.State, err = keys.sealForm(old); err != nil {
			t.Fatal(err)
		}
		out, err := cepol.submit(expired, url, change)
		if err != nil || !strings.Contains(out.Error, "more than an hour") || !strings.Contains(out.Error, "Taken over") {
			t.Errorf("an expired form: %+v, %v", out, err)
		}
		extra := maps.Clone(change)
		extra["agency"] = "frontex"
		if out, err := cepol.submit(d, url, extra); err == nil && out.Error == "" {
			t.Errorf("a field that the form has not is taken: %+v", out)
		}
	})
	if out, err := cepol.submit(d, url, change); err != nil || out.Error != "" || len(out.Errors) > 0 {
		t.Fatalf("the form itself is refused: %+v, %v", out, err)
	}
	if !eventually(10*time.Second, func() bool { return s.titles()["A1"] == "Taken over" }) {
		t.Fatal("the form itself changed nothing")
	}
	s.unchanged(func() {
		if out, err := cepol.submit(d, url, map[string]any{"title": "Again"}); err != nil || !strings.Contains(out.Error, "taken before") {
			t.Errorf("a form sent again: %+v, %v", out, err)
		}
	})
}

// forgedPresses: a button that a user posts with our address, one of another's
// answer, and one in another's direct messages.
func (r *real) forgedPresses(t *testing.T) {
	defer r.on(t)()
	ctx := context.Background()
	s := r.serve(t)
	cepol, witness := r.person("cepol"), r.person("witness")
	reply := cepol.say("record Course on forced labour for judges in Romania, March 2031")
	keys, err := newKeyring(s.secret())
	if err != nil {
		t.Fatal(err)
	}
	undo := claim{Action: "undo.change", Record: "J1", Surface: onPost, Addressee: anybody}
	contexts := map[string]string{"nonsense": "e30.AAAA", "nothing": ""}
	for name, change := range map[string]func(*claim){ // as if the secret were known
		"a post of a user's": func(*claim) {},
		"somebody else's":    func(c *claim) { c.Surface, c.Addressee = onReply, reply.UserId },
	} {
		c := undo
		change(&c)
		if contexts[name], err = keys.sealClaim(c); err != nil {
			t.Fatal(err)
		}
	}
	s.unchanged(func() {
		for name, sealed := range contexts {
			own := &model.Post{ChannelId: r.world.RoomID, Message: "press me"}
			own.AddProp("attachments", []*model.MessageAttachment{{Actions: []*model.PostAction{{
				Id: "forged", Name: "Forged", Type: "button", Integration: &model.PostActionIntegration{
					URL: "http://" + s.listen + "/mattermost/action", Context: map[string]any{contextKey: sealed}},
			}}}})
			made, _, err := witness.api.CreatePost(ctx, own)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := witness.api.DoPostAction(ctx, made.Id, "forged"); err == nil {
				t.Errorf("a button with %s is taken", name)
			}
		}
	})
	if err := cepol.press(reply, "Undo", ""); err != nil {
		t.Errorf("the button itself is refused: %v", err)
	}
}

// forgedCommands: replayed, with a wrong token, and with a trigger of another.
func (r *real) forgedCommands(t *testing.T) {
	defer r.on(t)()
	var way *wire
	s := r.serve(t, func(s *served) {
		way = newWire(t, "http://"+s.listen, false)
		s.config = append(slices.DeleteFunc(s.config, func(l string) bool { return strings.HasPrefix(l, "public_url") }),
			fmt.Sprintf("public_url = %q", way.URL))
	})
	cepol, frontex := r.person("cepol"), r.person("frontex")
	reply := cepol.say("record Course on forced labour for judges in Romania, March 2031")
	frontex.say("show A1")
	const command, action = "/mattermost/command", "/mattermost/action"
	theirs, err := url.ParseQuery(string(way.body(command)))
	if err != nil {
		t.Fatal(err)
	}
	cepol.say("show A1")
	ours, err := url.ParseQuery(string(way.body(command)))
	if err != nil || ours.Get("user_id") != cepol.login.ID {
		t.Fatalf("%v, %v", ours, err)
	}
	ours.Set("text", "record Something else")
	if err := cepol.press(reply, "Change details", ""); err != nil {
		t.Fatal(err)
	}
	press := way.body(action)
	s.unchanged(func() {
		for name, change := range map[string]func(url.Values){
			"replayed":                  func(url.Values) {},
			"with a wrong token":        func(v url.Values) { v.Set("token", "wrong") },
			"without a token":           func(v url.Values) { v.Del("token") },
			"in the name of another":    func(v url.Values) { v.Set("user_id", r.world.Users["atc"].ID) },
			"with another's trigger":    func(v url.Values) { v.Set("trigger_id", theirs.Get("trigger_id")) },
			"with a trigger of his own": func(v url.Values) { v.Set("trigger_id", "YTpiOjE6YWFhYQ==") },
		} {
			form := maps.Clone(ours)
			change(form)
			resp, err := http.PostForm("http://"+s.listen+command, form)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusBadRequest {
				t.Errorf("a command %s: %s", name, resp.Status)
			}
		}
		for name, change := range map[string]func(map[string]any){
			"replayed":               func(map[string]any) {},
			"in the name of another": func(v map[string]any) { v["user_id"] = r.world.Users["atc"].ID },
			"with another's trigger": func(v map[string]any) { v["trigger_id"] = theirs.Get("trigger_id") },
		} {
			var body map[string]any
			if err := json.Unmarshal(press, &body); err != nil {
				t.Fatal(err)
			}
			change(body)
			resp, err := http.Post("http://"+s.listen+action, "application/json", strings.NewReader(asJSON(t, body)))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("a press %s: %s", name, resp.Status)
			}
		}
	})
}

// mentionedNobody puts every payload into every text field, and has all of it
// told: in the channel, where the witness reads as one of the office, and to
// the others.
func (r *real) mentionedNobody(t *testing.T) {
	defer r.on(t)()
	ctx := context.Background()
	witness := r.person("witness")
	admin := r.api(r.world.Admin)
	if _, _, err := admin.AddChannelMember(ctx, r.world.ChannelID, witness.login.ID); err != nil {
		t.Fatal(err)
	}
	defer admin.RemoveUserFromChannel(ctx, r.world.ChannelID, witness.login.ID)
	since := time.Now().UnixMilli()
	s := r.serve(t, func(s *served) {
		s.sections["roles"] = []string{`coordinators = ["mattermost:atc", "mattermost:witness"]`}
	})
	count := func() int64 {
		m, _, err := witness.api.GetChannelMember(ctx, r.world.ChannelID, witness.login.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		return m.MentionCount
	}
	before := count()
	people := map[string]*person{}
	for _, a := range append([]string{"atc"}, agencies...) {
		people[a] = r.someone(a)
	}
	n := 0
	for i, payload := range mentions {
		if strings.Contains(payload, "\x00") {
			continue // no client sends it
		}
		by := people[agencies[i%len(agencies)]]
		text := fmt.Sprintf("record Course %d %s for judges\n%s kind:training commitment:training when:2031 with:%s", i, payload, payload, agencies[(i+1)%len(agencies)])
		got, err := by.try(text)
		if err != nil || !strings.Contains(got.Text, "recorded") {
			continue // such as a text that reads as a key; the register says so
		}
		n++
		id := fmt.Sprintf("A%d", n)
		by.try("update " + id + " " + payload)
		by.try("edit " + id + ` others:"` + payload + `" plan:"` + payload + `"`)
	}
	if n < 35 {
		t.Errorf("only %d of %d payloads were recorded", n, len(mentions))
	}
	people["atc"].try(`meeting add @all <!channel> @witness 2031-03-03 10:00 place:"@here" agenda:"<!here> @channel"`)
	people["atc"].try("digest post")
	if !eventually(30*time.Second, func() bool { return len(r.botPosts(witness, r.world.ChannelID, since)) > 0 }) {
		t.Fatalf("no digest\n%s", s.log)
	}
	if got := count() - before; got != 0 {
		t.Errorf("the witness was mentioned %d times", got)
	}
	cepol := people["cepol"]
	if !eventually(20*time.Second, func() bool { return len(r.botPosts(cepol, cepol.direct(), since)) > 2 }) {
		t.Error("nothing was told in private")
	}
	for _, where := range []string{r.world.ChannelID, cepol.direct()} {
		for _, q := range r.botPosts(cepol, where, since) {
			if all := asJSON(t, q.Message) + asJSON(t, q.Attachments()); live.MatchString(q.Message) {
				t.Errorf("a mention lives: %s", all)
			}
		}
	}
	api := r.api(r.world.Bot)
	for _, payload := range []string{"@witness", "@all", "**@all**"} {
		if _, _, err := api.CreatePost(ctx, &model.Post{ChannelId: r.world.ChannelID, Message: payload}); err != nil {
			t.Fatal(err)
		}
	}
	if got := count() - before; got < 3 {
		t.Errorf("the control rose by %d", got)
	}
}

// botPosts gives the bot's posts in a channel since a time, oldest first.
func (r *real) botPosts(p *person, channel string, since int64) []*model.Post {
	r.t.Helper()
	list, _, err := p.api.GetPostsSince(context.Background(), channel, since, false)
	if err != nil {
		return nil // the server may be down
	}
	var all []*model.Post
	for _, q := range list.Posts {
		if q.UserId == r.world.Bot.ID && q.CreateAt >= since && q.DeleteAt == 0 && q.Type == "" {
			all = append(all, q)
		}
	}
	slices.SortFunc(all, func(a, b *model.Post) int { return int(a.CreateAt - b.CreateAt) })
	return all
}

// downWhileDue stops the server while a digest falls due.
func (r *real) downWhileDue(t *testing.T) {
	defer r.on(t)()
	since := time.Now().UnixMilli()
	slot := time.Now().UTC().Add(20 * time.Second).Truncate(time.Minute).Add(time.Minute)
	s := r.serve(t, func(s *served) {
		holidays := filepath.Join(s.folder, "none.txt")
		if err := os.WriteFile(holidays, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s.config = append(s.config, `timezone = "UTC"`, fmt.Sprintf("holidays = %q", holidays))
		s.sections["digest"] = []string{fmt.Sprintf("schedule = %q", slot.Format("4 15 2 1 *"))}
	})
	atc, cepol := r.someone("atc"), r.someone("cepol")
	if got, err := cepol.try("record Course on forced labour for judges in Romania, March 2031"); err != nil || !strings.Contains(got.Text, "recorded") {
		t.Fatalf("%+v, %v", got, err)
	}
	r.order("stop")
	time.Sleep(time.Until(slot.Add(15 * time.Second)))
	r.order("start")
	parts := func() []*model.Post { return r.botPosts(atc, r.world.ChannelID, since) }
	if !eventually(2*time.Minute, func() bool { return len(parts()) > 0 && s.calm() }) {
		t.Fatalf("no digest came\n%s", s.log)
	}
	news := map[string]int{}
	for _, q := range parts() {
		news[q.Message+asJSON(t, q.Attachments())]++
	}
	all, heads := slices.Sorted(maps.Keys(news)), 0
	for text, times := range news {
		if strings.Contains(text, "Course on forced labour") {
			heads += times
		}
	}
	if heads != 1 {
		t.Errorf("the digest came %d times:\n%s", heads, strings.Join(all, "\n--\n"))
	}
	if got, err := atc.try("show A1"); err != nil || !strings.Contains(got.Text, "forced labour") {
		t.Errorf("after the restart: %+v, %v", got, err)
	}
}

// calm tells whether nothing that is due is on its way.
func (s *served) calm() bool {
	got, err := s.r.someone("atc").try("outbox")
	return err == nil && got.Text != "" && !strings.Contains(got.Text, "Due, on the way")
}

// killedAfterPost kills thbot when the server has taken a post, before it
// could mark that.
func (r *real) killedAfterPost(t *testing.T) {
	defer r.on(t)()
	since := time.Now().UnixMilli()
	way := newWire(t, r.world.URL, false)
	s := r.serve(t, func(s *served) { s.sections["mattermost"][0] = fmt.Sprintf("url = %q", way.URL) })
	killed := make(chan struct{})
	way.meddle(func(req *http.Request, resp *http.Response) {
		if req.Method == http.MethodPost && req.URL.Path == "/api/v4/posts" && resp.StatusCode == http.StatusCreated {
			way.meddle(nil)
			s.cmd.Process.Kill()
			close(killed)
		}
	})
	for by, text := range map[string]string{
		"cepol":     "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2031",
		"eurofound": "record Webinar on indicators of labour exploitation for labour inspectors in Romania, April 2031",
	} {
		if got, err := r.someone(by).try(text); err != nil || !strings.Contains(got.Text, "recorded") {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	<-killed
	s.kill()
	flags := func() (n int) {
		for _, name := range []string{"cepol", "eurofound"} {
			p := r.someone(name)
			for _, q := range r.botPosts(p, p.direct(), since) {
				if strings.Contains(q.Message, "It may be the same work") {
					n++
				}
			}
		}
		return n
	}
	if !eventually(10*time.Second, func() bool { return flags() == 1 }) {
		t.Fatalf("%d messages came before the kill", flags())
	}
	s.start()
	if !eventually(4*time.Minute, s.calm) {
		t.Fatalf("it is still on its way\n%s", s.log)
	}
	if n := flags(); n != 1 {
		t.Errorf("the message came %d times", n)
	}
	if got, err := r.someone("atc").try("outbox"); err != nil || !strings.Contains(got.Text, "0 failed") {
		t.Errorf("%+v, %v", got, err)
	}
}

// privateCA has a conversation over TLS with a CA that only thbot is told of.
func (r *real) privateCA(t *testing.T) {
	defer r.on(t)()
	chattest.Run(t, func(t *testing.T) chattest.Chat {
		way := newWire(t, r.world.URL, true)
		return r.newRoom(t, way.trusted(way.URL))
	}, "07-partner")
}

// proxied has a conversation through a proxy, which knows CONNECT alone.
func (r *real) proxied(t *testing.T) {
	defer r.on(t)()
	var proxy *tunnel
	chattest.Run(t, func(t *testing.T) chattest.Chat {
		way := newWire(t, r.world.URL, true)
		proxy = newTunnel(t, way.Listener.Addr().String())
		return r.newRoom(t, way.trusted("https://example.com"), func(s *served) {
			s.environ = append(s.environ, "HTTPS_PROXY="+proxy.URL)
		})
	}, "04-update")
	if hosts := proxy.hosts(); !strings.Contains(hosts, "example.com:443") {
		t.Errorf("the proxy was asked for %q", hosts)
	}
}

// trusted has thbot reach the server by the address, and trust the wire.
func (w *wire) trusted(address string) func(*served) {
	return func(s *served) {
		ca := filepath.Join(s.folder, "ca.pem")
		b := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.Certificate().Raw})
		if err := os.WriteFile(ca, b, 0o600); err != nil {
			s.t.Fatal(err)
		}
		s.config = append(s.config, fmt.Sprintf("ca_file = %q", ca))
		s.sections["mattermost"][0] = fmt.Sprintf("url = %q", address)
	}
}

// beside runs the other subcommands while thbot serves.
func (r *real) beside(t *testing.T) {
	defer r.on(t)()
	s := r.serve(t)
	cepol := r.someone("cepol")
	if got, err := cepol.try("record Course on forced labour for judges in Romania, March 2031"); err != nil || !strings.Contains(got.Text, "recorded") {
		t.Fatalf("%+v, %v", got, err)
	}
	if got := s.titles()["A1"]; !strings.Contains(got, "forced labour") {
		t.Errorf("export: %q", got)
	}
	backup := filepath.Join(s.folder, "backup.db")
	s.run("backup", backup)
	copied := filepath.Join(s.folder, "copy.jsonl")
	s.run("export", "--db", backup, copied)
	if b, err := os.ReadFile(copied); err != nil || !strings.Contains(string(b), "forced labour") {
		t.Errorf("the backup holds %q, %v", b, err)
	}
	out, err := s.command("check").CombinedOutput()
	for _, want := range []string{"connected to version 9.10", "the server reaches", "private, and the bot is in it", "all 11 in the channel are on the roster"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("check, %v: %q is missing in:\n%s", err, want, out)
		}
	}
	if got, err := cepol.try("show A1"); err != nil || !strings.Contains(got.Text, "forced labour") {
		t.Errorf("afterwards: %+v, %v", got, err)
	}
}

// rush has twenty people record ten activities each, all at once.
func (r *real) rush(t *testing.T) {
	defer r.on(t)()
	people := r.rushing()
	s := r.serve(t, func(s *served) {
		for i, name := range people {
			if i >= len(agencies) {
				s.contacts = append(s.contacts, contact{agencies[i%len(agencies)], name})
			}
		}
	})
	const each = 10
	var wait sync.WaitGroup
	var mu sync.Mutex
	var times []time.Duration
	acknowledged := map[string]bool{}
	for _, name := range people {
		p := r.someone(name)
		wait.Go(func() {
			for i := range each {
				title := fmt.Sprintf("Course %d of %s on a subject of its own, %d 2031", i, name, i)
				begun := time.Now()
				got, err := p.try("record " + title)
				took := time.Since(begun)
				if err != nil {
					t.Errorf("%s: %v", title, err)
					continue
				}
				mu.Lock()
				times = append(times, took)
				if strings.Contains(got.Text, "recorded") {
					acknowledged[title] = true
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	slices.Sort(times)
	t.Logf("%d commands of %d people, %d acknowledged; median %s, nine of ten within %s, longest %s",
		len(times), len(people), len(acknowledged), times[len(times)/2].Round(time.Millisecond), times[len(times)*9/10].Round(time.Millisecond), times[len(times)-1].Round(time.Millisecond))
	stored := map[string]bool{}
	for _, title := range s.titles() {
		stored[title] = true
	}
	for title := range acknowledged {
		if !stored[title] {
			t.Errorf("acknowledged and not stored: %s", title)
		}
	}
	if len(acknowledged) < len(people)*each*9/10 {
		t.Errorf("only %d of %d were acknowledged", len(acknowledged), len(people)*each)
	}
}

// guests: the roster alone decides, whatever the server calls an account.
func (r *real) guests(t *testing.T) {
	defer r.on(t)()
	s := r.serve(t, func(s *served) { s.contacts = append(s.contacts, contact{"eurofound", "visitor"}) })
	visitor, stranger := r.person("visitor"), r.person("stranger")
	for _, p := range []*person{visitor, stranger} {
		me, _, err := p.api.GetMe(context.Background(), "")
		if err != nil || me.Roles != model.SystemGuestRoleId {
			t.Fatalf("%s is no guest of the server: %+v, %v", p.login.Name, me, err)
		}
	}
	if got := visitor.say("record Study on temporary work agencies, 2031"); !strings.Contains(got.Message, "recorded** for Eurofound") {
		t.Errorf("a guest who is on the roster: %q", got.Message)
	}
	visitor.run("edit A1")
	visitor.dialog()
	s.unchanged(func() {
		if got := stranger.say("record My own"); !strings.Contains(got.Message, "belongs to the contact points") {
			t.Errorf("a guest who is not: %q", got.Message)
		}
	})
}

// restarted stops both sides in the middle of a conversation.
func (r *real) restarted(t *testing.T) {
	defer r.on(t)()
	since := time.Now().UnixMilli()
	s := r.serve(t)
	cepol, eurofound := r.someone("cepol"), r.someone("eurofound")
	cepol.run("record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2031")
	eurofound.run("record Webinar on indicators of labour exploitation for labour inspectors in Romania, April 2031")
	var flag *model.Post
	if !eventually(20*time.Second, func() bool {
		if all := r.botPosts(cepol, cepol.direct(), since); len(all) > 0 {
			flag = all[0]
		}
		return flag != nil
	}) {
		t.Fatalf("no message came\n%s", s.log)
	}
	r.order("stop")
	s.stop()
	r.order("start")
	s.start()
	flag, _, err := cepol.api.GetPost(context.Background(), flag.Id, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := cepol.press(flag, "We will coordinate", ""); err != nil {
		t.Fatalf("the button from before: %v", err)
	}
	if after, _, err := cepol.api.GetPost(context.Background(), flag.Id, ""); err != nil || !strings.Contains(after.Message, "noted") {
		t.Errorf("%+v, %v", after, err)
	}
	if got := cepol.run("overlap O1"); !strings.Contains(got.Text, "the two coordinate") {
		t.Errorf("%q", got.Text)
	}
}
