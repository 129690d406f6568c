package mattermost

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

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
