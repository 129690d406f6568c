package mattermost

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/bot/chattest"
	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
)

// real is a Mattermost server of flesh and blood, with the adapter before a
// register, and people who act through the server's public API.
type real struct {
	t        *testing.T
	world    world
	orders   io.Writer
	lines    *bufio.Reader
	adapter  *Adapter
	store    *store.Store
	commands *commands.Commands
	special  chat.Handler // answers commands that begin with "test"
	folder   string

	built   sync.Once
	program string // thbot

	cert, key string // files of a certificate that nobody but the server trusts

	mu       sync.Mutex
	captured []byte // the command delivered last
}

// world is what bot/mattermost/real tells of the server.
type world struct {
	URL, Team, Channel, Room, Log string
	TeamID                        string `json:"team_id"`
	ChannelID                     string `json:"channel_id"` // of the contact points and the office
	RoomID                        string `json:"room_id"`    // of all but the outsider
	Bot, Admin                    login
	Users                         map[string]login
}

type login struct{ ID, Name, Token string }

func startReal(t *testing.T) *real {
	const how = "THBOT_REAL=1 go test -timeout 25m ./bot/mattermost -run TestRealServer (needs Go's module proxy, and Debian's package postgresql)"
	switch os.Getenv("THBOT_REAL") {
	case "":
		if os.Getenv("CI") != "true" {
			t.Skip("without a real server: " + how)
		}
	case "elsewhere": // as in .ci/run, which runs it once and by itself
		t.Skip("with a real server elsewhere: " + how)
	}
	r := &real{t: t, folder: t.TempDir()}
	program := filepath.Join(r.folder, "real")
	build := exec.Command("go", "build", "-C", "real", "-o", program, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		t.Fatal(err)
	}
	r.cert, r.key = certificate(t, r.folder)
	cmd := exec.Command(program, "-ca", r.cert)
	cmd.Dir = "real" // its own module, for the build of the server
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	r.orders, r.lines = in, bufio.NewReader(out)
	line, err := r.lines.ReadBytes('\n')
	if err != nil {
		t.Fatalf("no server: %v", err)
	}
	if err := json.Unmarshal(line, &r.world); err != nil {
		t.Fatal(err)
	}
	r.connect()
	return r
}

func (r *real) order(order string) {
	r.t.Helper()
	fmt.Fprintln(r.orders, order)
	if line, err := r.lines.ReadString('\n'); err != nil || line != "done "+order+"\n" {
		r.t.Fatalf("%s: %q, %v", order, line, err)
	}
}

// connect puts the adapter between the server and a register whose roster has
// the contact points and the Coordinator's office.
func (r *real) connect() {
	t := r.t
	db, err := bolt.Open(filepath.Join(t.TempDir(), "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	if r.store, err = store.Open(context.Background(), db); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.store.Close() })
	listener := httptest.NewUnstartedServer(nil)
	r.adapter, err = New(Config{
		URL: r.world.URL, Team: r.world.Team, Channel: r.world.Room, Token: r.world.Bot.Token,
		PublicURL: "http://" + listener.Listener.Addr().String(), Secret: r.store.Secret(),
	})
	if err != nil {
		t.Fatal(err)
	}
	listener.Config.Handler = r.capture(r.adapter.Handler())
	listener.Start()
	t.Cleanup(listener.Close)
	if r.commands, err = commands.New(commands.Config{Store: r.store, Directory: r.adapter}); err != nil {
		t.Fatal(err)
	}
	handle := chat.Handler(func(ctx context.Context, req commands.Request) commands.Reply {
		if r.special != nil && (strings.HasPrefix(req.Text, "test") || req.Press != nil && strings.HasPrefix(req.Press.Action, "test")) {
			return r.special(ctx, req)
		}
		return r.commands.Handle(ctx, req)
	})
	r.adapter.handle.Store(&handle)
	t.Cleanup(r.adapter.work.Wait)
	s, err := r.adapter.conn.Session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if s.command != nil {
		t.Fatal(s.command)
	}
	by := store.By{Actor: store.Program, Op: "contact", At: time.Now().UTC()}
	err = r.store.Update(context.Background(), by, func(ch *store.Change) error {
		for _, a := range r.commands.Catalogue().Agencies {
			if err := ch.AddPerson(&store.Person{Role: store.ContactPoint, Agency: a.Slug, Accounts: []store.Account{{AccountID: s.accountID(r.world.Users[a.Slug].ID), Name: a.Slug}}}); err != nil {
				return err
			}
		}
		return ch.AddPerson(&store.Person{Role: store.Coordinator, Accounts: []store.Account{{AccountID: s.accountID(r.world.Users["atc"].ID), Name: "atc"}}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// capture keeps what the server delivers, as somebody on the way could.
func (r *real) capture(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		if strings.HasSuffix(req.URL.Path, "/command") {
			r.mu.Lock()
			r.captured = b
			r.mu.Unlock()
		}
		req.Body = io.NopCloser(bytes.NewReader(b))
		next.ServeHTTP(w, req)
	})
}

func (r *real) head() int64 { return (&office{desk: &desk{t: r.t}, store: r.store}).head() }

func TestRealServer(t *testing.T) {
	r := startReal(t)
	t.Run("conversation", r.conversation)
	t.Run("forms", r.forms)
	t.Run("presses", r.presses)
	t.Run("forgeries", r.forgeries)
	t.Run("mentions", r.mentions)
	t.Run("posts", r.posts)
	t.Run("accounts", r.accountsThatLeave)
	t.Run("check", r.check)
	t.Run("restart", r.restart)
	// From here on thbot serve runs as a process.
	t.Run("forged forms", r.forgedForms)
	t.Run("forged presses", r.forgedPresses)
	t.Run("forged commands", r.forgedCommands)
	t.Run("guests", r.guests)
	t.Run("beside", r.beside)
	t.Run("rush", r.rush)
	t.Run("mentioned nobody", r.mentionedNobody)
	t.Run("private CA", r.privateCA)
	t.Run("proxy", r.proxied)
	t.Run("restarted", r.restarted)
	t.Run("down while due", r.downWhileDue)
	t.Run("killed after a post", r.killedAfterPost)
	t.Run("suite", func(t *testing.T) { chattest.Run(t, func(t *testing.T) chattest.Chat { return r.newRoom(t) }) })
}

func (r *real) on(t *testing.T) func() {
	outer := r.t
	r.t = t
	return func() { r.t = outer }
}
