// Load measures how fast a bot takes slash commands over signed HTTP, with the
// stand-in as its Slack. It knows nothing of thbot but the words that it types,
// so that a bot on another stack can be measured beside it.
//
//	load -rows 100000 > rows.jsonl       activities, to fill the store with
//	load -bot http://127.0.0.1:8080 -pid PID -n 2000
//
// It says where Slack stands and with which secrets, waits until the bot takes
// a command, sends n of them, 16 at once, and prints requests a second, the
// times in the middle and at the far end, and the bot's memory. A request is
// over when the bot has acknowledged it; one that is not acknowledged with 200
// and the wanted words within three seconds is counted as failed.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"thbot/bot/slack/standin"
	"thbot/commands/made"
)

type options struct {
	rows, n, atOnce, pid int
	listen, bot, want    string
	seed                 uint64
	ready                time.Duration
}

func main() {
	var o options
	flag.IntVar(&o.rows, "rows", 0, "write this many activities as JSONL and end")
	flag.IntVar(&o.n, "n", 2000, "commands to send")
	flag.IntVar(&o.atOnce, "at-once", 16, "commands under way at the same time")
	flag.IntVar(&o.pid, "pid", 0, "process id of the bot, to tell its memory")
	flag.StringVar(&o.listen, "listen", "127.0.0.1:8085", "where Slack stands")
	flag.StringVar(&o.bot, "bot", "http://127.0.0.1:8080", "where the bot listens")
	flag.Uint64Var(&o.seed, "seed", 2, "of the activities: the same ones again are answered, not recorded")
	flag.StringVar(&o.want, "want", "recorded for", "words that a right answer has; empty: any answer")
	flag.DurationVar(&o.ready, "ready", 5*time.Minute, "how long the bot may take to start")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func (o options) run() error {
	if o.rows > 0 {
		return made.WriteJSONL(os.Stdout, o.rows, 1)
	}
	slack := standin.New(standin.Config{Addr: o.listen})
	defer slack.Close()
	l := &load{options: o, slack: slack, client: &http.Client{
		Timeout: 3 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: o.atOnce, MaxConnsPerHost: o.atOnce},
	}}
	l.people()
	fmt.Fprintf(os.Stderr, "Slack stands at %s, bot token %s, signing secret %s, channel thb-contact-points. Waiting for the bot at %s.\n",
		slack.URL(), standin.BotToken, standin.SigningSecret, o.bot)
	if err := l.wait(); err != nil {
		return err
	}
	l.send()
	return nil
}

// load is one measurement.
type load struct {
	options
	slack   *standin.Server
	client  *http.Client
	users   map[string]string // ids by agency
	channel string

	mu     sync.Mutex
	times  []time.Duration
	failed map[string]int
}

// people makes the contact points, whose names are their agencies' slugs.
func (l *load) people() {
	l.users = map[string]string{}
	members := []string{l.slack.Bot().ID}
	for _, name := range strings.Fields("easo europol eu-lisa emcdda eurojust eige frontex eurofound fra cepol atc") {
		l.users[name] = l.slack.AddUser(standin.User{Name: name}).ID
		members = append(members, l.users[name])
	}
	l.channel = l.slack.AddChannel(standin.Channel{Name: "thb-contact-points", Private: true}, members...).ID
}

// wait asks the bot until it answers.
func (l *load) wait() error {
	var why error
	for end := time.Now().Add(l.ready); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		var said string
		if said, why = l.ask("cepol", "whoami"); why == nil && (l.want == "" || strings.Contains(said, "CEPOL")) {
			return nil
		}
	}
	return fmt.Errorf("the bot does not answer: %w", why)
}

// ask sends a command and gives the acknowledgement.
func (l *load) ask(user, text string) (string, error) {
	req := l.slack.Draft(l.users[user], l.channel, text).Request(l.bot, time.Now(), 0)
	resp, err := l.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", resp.StatusCode)
	}
	return string(body), err
}

// send sends all commands and prints the figures.
func (l *load) send() {
	rows := made.Rows(l.n, l.seed)
	next := make(chan made.Row)
	l.failed = map[string]int{}
	var workers sync.WaitGroup
	begun := time.Now()
	for range l.atOnce {
		workers.Go(func() {
			for r := range next {
				l.one(r)
			}
		})
	}
	for _, r := range rows {
		next <- r
	}
	close(next)
	workers.Wait()
	l.print(time.Since(begun))
}

// one records one activity.
func (l *load) one(r made.Row) {
	begun := time.Now()
	said, err := l.ask(r.Agency, line(r))
	took := time.Since(begun)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
		l.failed["no answer, or another status than 200"]++
	case !strings.Contains(said, l.want):
		l.failed["another answer"]++
	default:
		l.times = append(l.times, took)
	}
}

// line is what a person would type to record the activity.
func line(r made.Row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "record %s", r.Title)
	for _, key := range []struct {
		name   string
		values []string
	}{
		{"commitment", r.Commitments}, {"exploitation", r.Exploitation}, {"audience", r.Audience}, {"country", r.Countries},
	} {
		if len(key.values) > 0 {
			fmt.Fprintf(&b, " %s:%q", key.name, strings.Join(key.values, ","))
		}
	}
	if r.From != "" {
		fmt.Fprintf(&b, " from:%s", r.From)
	}
	if r.To != "" {
		fmt.Fprintf(&b, " to:%s", r.To)
	}
	return b.String()
}

func (l *load) print(took time.Duration) {
	slices.Sort(l.times)
	at := func(part float64) time.Duration {
		if len(l.times) == 0 {
			return 0
		}
		return l.times[min(len(l.times)-1, int(part*float64(len(l.times))))].Round(100 * time.Microsecond)
	}
	fmt.Printf("%d commands, %d at once, in %s: %.0f requests a second\n", l.n, l.atOnce, took.Round(time.Millisecond), float64(len(l.times))/took.Seconds())
	fmt.Printf("p50 %s, p99 %s, longest %s\n", at(0.50), at(0.99), at(1))
	for why, n := range l.failed {
		fmt.Printf("failed, %s: %d\n", why, n)
	}
	if l.pid > 0 {
		fmt.Print(memory(l.pid))
	}
}

// memory gives the resident memory of a process, now and at its most, on
// Linux.
func memory(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return fmt.Sprintf("memory: %v\n", err)
	}
	var out strings.Builder
	for row := range bytes.Lines(b) {
		for name, words := range map[string]string{"VmRSS:": "resident", "VmHWM:": "resident at most"} {
			if rest, ok := bytes.CutPrefix(row, []byte(name)); ok {
				fmt.Fprintf(&out, "%s: %s\n", words, strings.Join(strings.Fields(string(rest)), " "))
			}
		}
	}
	return out.String()
}
