package mattermost

import (
	"context"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chattest"
)

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

// privateCA has a conversation over TLS, both ways: with a CA that only thbot
// is told of, and with one that only the server is told of.
func (r *real) privateCA(t *testing.T) {
	defer r.on(t)()
	chattest.Run(t, func(t *testing.T) chattest.Chat {
		way := newWire(t, r.world.URL, true)
		return r.newRoom(t, way.trusted(way.URL), func(s *served) {
			s.config = append(slices.DeleteFunc(s.config, func(l string) bool { return strings.HasPrefix(l, "public_url") }),
				fmt.Sprintf("public_url = %q", "https://"+s.listen), fmt.Sprintf("tls_cert = %q", r.cert), fmt.Sprintf("tls_key = %q", r.key))
		})
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
	if median := times[len(times)/2]; median > time.Second {
		t.Errorf("half of the answers took more than %s", median)
	}
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
	if after, _, err := cepol.api.GetPost(context.Background(), flag.Id, ""); err != nil || !strings.Contains(after.Message, "coordinate") {
		t.Errorf("%+v, %v", after, err)
	}
	if got := cepol.run("overlap O1"); !strings.Contains(got.Text, "the two coordinate") {
		t.Errorf("%q", got.Text)
	}
}
