package console

import (
	"bufio"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// readFrom prepares the input: a terminal with line editing and history, or
// plain lines. The function it returns puts the terminal back.
func (c *Console) readFrom() (func(), error) {
	in, isFile := c.cfg.In.(*os.File)
	if !c.cfg.Terminal || !isFile {
		c.lines = &pipe{in: bufio.NewReader(c.cfg.In), out: c.out}
		return func() {}, nil
	}
	fd := int(in.Fd())
	state, err := term.MakeRaw(fd)
	if err != nil {
		return nil, err
	}
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, c.cfg.Out}, "")
	if w, h, err := term.GetSize(fd); err == nil {
		t.SetSize(w, h)
	}
	c.out = t
	c.lines = &terminal{t}
	return func() { term.Restore(fd, state) }, nil
}

// terminal reads edited lines. Up and down go through the history.
type terminal struct{ t *term.Terminal }

func (t *terminal) read(prompt string) (string, error) {
	var text strings.Builder
	for {
		t.t.SetPrompt(prompt)
		line, err := t.t.ReadLine()
		if err != nil && err != term.ErrPasteIndicator {
			return "", err
		}
		if rest, more := strings.CutSuffix(line, `\`); more {
			text.WriteString(rest + "\n")
			prompt = "… "
			continue
		}
		text.WriteString(line)
		return text.String(), nil
	}
}
