package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"thbot/store/fault"
)

// whole sets every key of the contract's section 5 to something else than its
// default.
const whole = `
store = "bolt:x.db"
control = "x.sock"
timezone = "Europe/Vienna"
listen = "127.0.0.1:1"
admin_listen = "127.0.0.1:2"
public_url = "https://x.example.eu"
catalogue = "c.toml"
ca_file = "ca.pem"
stale_after = "30d"
holidays = "h.txt"
quiet = false
tls_cert = "t.crt"
tls_key = "t.key"
[slack]
mode = "http"
channel = "s"
allow_outsiders = true
api_url = "https://slack.example.eu/"
[mattermost]
url = "https://chat.example.eu"
team = "t"
channel = "m"
allow_outsiders = true
[roles]
admins = ["slack:U1", "mattermost:jane"]
coordinators = ["slack:U2"]
[[contacts]]
agency = "europol"
user = "mattermost:cp"
[[contacts]]
agency = "fra"
user = "slack:U3"
[digest]
schedule = "0 8 * * TUE"
name_silent = false
[reminders]
before = ["7d", "1h"]
[overlap]
threshold = 0.7
hold = "5m"
escalate = "3d"
lexicon = "l.toml"
vectors = "v.txt"
`

// wholeEnviron is the same in the environment, but for the contacts.
var wholeEnviron = []string{
	"THBOT_STORE=bolt:x.db", "THBOT_CONTROL=x.sock", "THBOT_TIMEZONE=Europe/Vienna", "THBOT_LISTEN=127.0.0.1:1",
	"THBOT_ADMIN_LISTEN=127.0.0.1:2", "THBOT_PUBLIC_URL=https://x.example.eu", "THBOT_CATALOGUE=c.toml", "THBOT_CA_FILE=ca.pem",
	"THBOT_STALE_AFTER=30d", "THBOT_HOLIDAYS=h.txt", "THBOT_QUIET=false", "THBOT_TLS_CERT=t.crt", "THBOT_TLS_KEY=t.key",
	"THBOT_SLACK_MODE=http", "THBOT_SLACK_CHANNEL=s", "THBOT_SLACK_ALLOW_OUTSIDERS=true", "THBOT_SLACK_API_URL=https://slack.example.eu/",
	"THBOT_MATTERMOST_URL=https://chat.example.eu", "THBOT_MATTERMOST_TEAM=t", "THBOT_MATTERMOST_CHANNEL=m", "THBOT_MATTERMOST_ALLOW_OUTSIDERS=true",
	"THBOT_ROLES_ADMINS=slack:U1, mattermost:jane", "THBOT_ROLES_COORDINATORS=slack:U2",
	"THBOT_DIGEST_SCHEDULE=0 8 * * TUE", "THBOT_DIGEST_NAME_SILENT=false", "THBOT_REMINDERS_BEFORE=7d,1h,",
	"THBOT_OVERLAP_THRESHOLD=0.7", "THBOT_OVERLAP_HOLD=5m", "THBOT_OVERLAP_ESCALATE=3d", "THBOT_OVERLAP_LEXICON=l.toml", "THBOT_OVERLAP_VECTORS=v.txt",
	"PATH=/bin", "OTHER_THBOT_X=1",
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "thbot.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestEveryKey holds that each key reads the same from the file and from the
// environment, that none keeps its default, and that none is left out here.
func TestEveryKey(t *testing.T) {
	file, err := readConfig(write(t, whole), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Contacts) != 2 || file.Contacts[1] != (contact{"fra", "slack:U3"}) {
		t.Fatalf("contacts: %v", file.Contacts)
	}
	environ, err := readConfig("", wholeEnviron)
	if err != nil {
		t.Fatal(err)
	}
	environ.Contacts = file.Contacts
	if !reflect.DeepEqual(values(file), values(environ)) {
		t.Fatalf("file\n%v\nenvironment\n%v", values(file), values(environ))
	}
	standard := values(defaults())
	for key, value := range values(file) {
		if value == standard[key] {
			t.Errorf("%s is not set in this test", key)
		}
	}
}

// values gives every key with its value in words.
func values(c *config) map[string]string {
	all := map[string]string{}
	collect(reflect.ValueOf(c).Elem(), "", all)
	return all
}

func collect(v reflect.Value, prefix string, into map[string]string) {
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("toml")
		switch {
		case tag == "":
		case v.Field(i).Kind() == reflect.Struct:
			collect(v.Field(i), tag+".", into)
		default:
			into[prefix+tag] = fmt.Sprint(v.Field(i).Interface())
		}
	}
}

// TestDefaults holds the defaults of the contract.
func TestDefaults(t *testing.T) {
	c, err := readConfig("", nil)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"store": "bolt:thbot.db", "control": "thbot.sock", "timezone": "Europe/Brussels", "listen": "127.0.0.1:8080", "admin_listen": "127.0.0.1:9090",
		"stale_after": "90d", "digest.schedule": "0 9 * * MON", "digest.name_silent": "true", "reminders.before": "[14d 3d 2h]",
		"overlap.threshold": "0", "overlap.hold": "10m", "overlap.escalate": "10d",
	} {
		if got := values(c)[key]; got != want {
			t.Errorf("%s is %s, not %s", key, got, want)
		}
	}
}

// TestEnvironmentOverFile holds that the environment has the last word, also
// with an empty list.
func TestEnvironmentOverFile(t *testing.T) {
	c, err := readConfig(write(t, "stale_after = \"30d\"\n[reminders]\nbefore = [\"7d\"]\n"), []string{"THBOT_STALE_AFTER=60d", "THBOT_REMINDERS_BEFORE="})
	if err != nil || c.StaleAfter != "60d" || len(c.Reminders.Before) != 0 {
		t.Fatalf("%v, %v", c, err)
	}
	p := &program{config: c}
	if r, err := p.rules(); err != nil || r.Reminders == nil {
		t.Fatalf("no reminders means %v, %v; nil would mean the usual ones", r.Reminders, err)
	}
}

func TestSecrets(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(secret, []byte("xoxb-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readConfig("", []string{"THBOT_SLACK_BOT_TOKEN_FILE=" + secret, "THBOT_MATTERMOST_TOKEN=abc"})
	if err != nil || c.secrets["SLACK_BOT_TOKEN"] != "xoxb-1" || c.secrets["MATTERMOST_TOKEN"] != "abc" {
		t.Fatalf("%v, %v", c, err)
	}
	for _, name := range secretNames {
		if _, err := readConfig("", []string{"THBOT_" + name + "=x"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSections holds that a section is on when any of its keys is set, by file,
// environment or secret, and off by its defaults.
func TestSections(t *testing.T) {
	for _, c := range []struct {
		file    string
		environ []string
		want    []string
	}{
		{"", nil, nil},
		{"[slack]\nchannel = \"thb-contact-points\"\n", nil, []string{"slack"}},
		{"[slack]\n", nil, nil},
		{"", []string{"THBOT_MATTERMOST_URL=https://chat.example.eu"}, []string{"mattermost"}},
		{"", []string{"THBOT_SLACK_BOT_TOKEN=x", "THBOT_STORE_PASSWORD=y"}, []string{"slack"}},
		{"[mattermost]\nteam = \"thb\"\n", []string{"THBOT_SLACK_MODE=http"}, []string{"mattermost", "slack"}},
	} {
		got, err := readConfig(write(t, c.file), c.environ)
		if err != nil {
			t.Fatal(err)
		}
		if on := slices.Sorted(maps.Keys(got.on)); !slices.Equal(slices.DeleteFunc(on, func(s string) bool { return s != "slack" && s != "mattermost" }), c.want) {
			t.Errorf("%q %q: %v is on", c.file, c.environ, on)
		}
	}
}

// TestRefused holds what refuses to start, and the words in which.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		file    string
		environ []string
		want    string
	}{
		{"colour = 1\n[slack]\nbot_token = \"xoxb-1\"\n", nil, "does not know: colour, slack.bot_token. Secrets stand in the environment"},
		{"stale_after = 90\n", nil, "line 1, column 15: `stale_after` takes text in quotes, and has a number."},
		{"store = \"bolt:x.db\n", nil, "line 1"},
		{"[digest]\nname_silent = \"yes\"\n", nil, "line 2, column 15: `digest.name_silent` takes true or false, and has text in quotes."},
		{"", []string{"THBOT_COLOUR=1"}, "there is no setting THBOT_COLOUR"},
		{"", []string{"THBOT_SLACK_BOT_TOKEN=a", "THBOT_SLACK_BOT_TOKEN_FILE=b"}, "both THBOT_SLACK_BOT_TOKEN and THBOT_SLACK_BOT_TOKEN_FILE are set"},
		{"", []string{"THBOT_SLACK_BOT_TOKEN_FILE=/nowhere/token"}, "THBOT_SLACK_BOT_TOKEN_FILE cannot be read"},
		{"", []string{"THBOT_OVERLAP_THRESHOLD=high"}, "THBOT_OVERLAP_THRESHOLD is no number"},
		{"", []string{"THBOT_DIGEST_NAME_SILENT=maybe"}, "THBOT_DIGEST_NAME_SILENT is neither true nor false"},
		{"", []string{"THBOT_CONTACTS=europol"}, "there is no setting THBOT_CONTACTS"},
		{"", []string{"THBOT_A=1", "THBOT_B=2"}, "THBOT_A; there is no setting THBOT_B"},
		{"[slack]\nmode = \"carrier pigeon\"\n", nil, "slack.mode"},
	} {
		_, err := readConfig(write(t, c.file), c.environ)
		if f := fault.As(err); f == nil || !strings.Contains(f.What, c.want) {
			t.Errorf("%q %q: %v", c.file, c.environ, err)
		}
		if err != nil && strings.Contains(err.Error(), "xoxb-1") {
			t.Errorf("a secret stands in the error: %v", err)
		}
	}
	if _, err := readConfig(filepath.Join(t.TempDir(), "none.toml"), nil); fault.As(err) == nil {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestRules holds that values which are read but make no sense are refused
// with the key and a value that works.
func TestRules(t *testing.T) {
	for _, setting := range []string{
		"TIMEZONE=Europe/Atlantis", "TIMEZONE=", "TIMEZONE=Local", "STALE_AFTER=long", "OVERLAP_HOLD=-1m", "OVERLAP_ESCALATE=x",
		"REMINDERS_BEFORE=14d,soon", "DIGEST_SCHEDULE=every monday", "DIGEST_SCHEDULE=", "HOLIDAYS=/nowhere/holidays.txt",
	} {
		c, err := readConfig("", []string{"THBOT_" + setting})
		if err != nil {
			t.Fatal(err)
		}
		p := &program{config: c}
		if _, err := p.rules(); fault.As(err) == nil {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

// TestStorePath holds what is said of a store that names no file, and that a
// password in it is not repeated.
func TestStorePath(t *testing.T) {
	for store, want := range map[string]string{
		"":                        "`store` has to name a file, after `bolt:`. Try: store = \"bolt:thbot.db\"",
		"bolt:":                   "`store` has to name a file, after `bolt:`. Try: store = \"bolt:thbot.db\"",
		"x.db":                    "`store` has to name a file, after `bolt:`. Try: store = \"bolt:x.db\"",
		"postgres://u:secret@h/d": "`store` begins with `postgres:`, and this thbot knows `bolt:` only. Try: store = \"bolt:thbot.db\"",
	} {
		p := &program{config: &config{Store: store}}
		if _, err := p.storePath(); err == nil || err.Error() != want {
			t.Errorf("%q: %v", store, err)
		}
	}
}

// TestLengthsOfTime holds that seconds do, too, in the configuration.
func TestLengthsOfTime(t *testing.T) {
	for value, want := range map[string]time.Duration{"3s": 3 * time.Second, "10m": 10 * time.Minute, "2w": 14 * 24 * time.Hour} {
		if got, err := duration("overlap.hold", value); err != nil || got != want {
			t.Errorf("%s is %s, %v", value, got, err)
		}
	}
	for _, value := range []string{"", "s", "-3s", "0s", "3"} {
		if got, err := duration("overlap.hold", value); err == nil {
			t.Errorf("%q is %s", value, got)
		}
	}
}
