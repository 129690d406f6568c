// Package chattest holds the conversations that every chat has to carry: one
// suite, run against the console, Slack's stand-in and a Mattermost server.
//
// A conversation is a list of steps: a person types, presses, fills in a form,
// and sees. What is compared is what people read, without the platform's
// marks, so that one suite fits all. Only what a platform cannot show is left
// out of it, as the platform's Surface says.
//
// The conversations lie in the folder conversations, in the form that
// Conversation describes. The console is their reference: its test writes the
// answers with -update, from two plays on two days. What differs between the
// two, such as a time of day, stands as an ellipsis and can be anything, so
// that a conversation fits a platform whose clock cannot be set.
//
// Every conversation begins with an empty register, whose roster has the ten
// contact points in the order of the statement, and then the Coordinator's
// office. "guest" is in the workspace and not on the roster, and so are
// "jane" and "omar", whom some conversation adds. thbot runs with Hold,
// Reminder and without quiet hours.
//
// Limits: conversations are played one after another, and a step is over
// before the next begins; what happens at once is tested elsewhere.
package chattest

// What thbot's configuration must say for the suite: the keys overlap.hold and
// reminders.before. The key quiet is false. A reminder counted in hours is
// not moved to a working day.
const (
	Hold     = "4s"
	Reminder = "336h"
)

// Chat is a chat with thbot in it, as the people in it use and see it. People
// go by the name that the console gives them: the agency's slug, "atc",
// "guest". Its methods end the test on an error of the platform itself, such
// as a refused call; what thbot says to a wrong line is Seen.
type Chat interface {
	// Type has a user type "/thb " and the text, and gives the answer.
	Type(user, text string) Seen

	// Press presses the button, or picks the option, so labelled on what the
	// user has seen, and gives what came of it: the answer, or the message in
	// the pressed one's place.
	Press(user string, on Seen, label string) Seen

	// Fill fills in the form that was opened and sends it. A field that is
	// not in values is left as it is; of a field with options a value is the
	// option's own, not its label, and of a field for people it is a name.
	// With wrong values the answer is the form again, with Errors.
	Fill(user string, on Seen, values map[string]string) Seen

	// Inbox gives the user's direct messages from thbot, oldest first, as
	// they stand now.
	Inbox(user string) []Seen

	// Channel gives thbot's posts in the coordination channel, oldest first,
	// as they stand now.
	Channel() []Seen

	// Settle waits until what is due by now has gone out.
	Settle()
}

// Seen is one message or form as a person sees it.
type Seen struct {
	Text    string            // in plain words, lines joined by \n, without buttons
	Buttons []string          // labels, in order; of a menu the options' labels
	Form    *Form             // an open form; nil: none
	Errors  map[string]string // of a sent form, by field name; "" for what belongs to none
	Files   []File            // attached, or sent to the caller's direct messages with it
	Post    any               // what the Chat needs to press or fill; nobody else reads it
}

// Form is an open form.
type Form struct {
	Title  string
	Fields []Field
}

// Field is one field of an open form.
type Field struct {
	Name, Label, Value string
	Options            []string // labels; nil where it is not chosen from a list
}

// File is an attached file.
type File struct {
	Name string
	Alt  string // of a picture
	Size int
}
