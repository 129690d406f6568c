package console

import (
	"bufio"
	"errors"
	"fmt"
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
	c.out = t
	c.lines = &terminal{t, fd}
	return func() { term.Restore(fd, state) }, nil
}

// lineReader gives one line of input, continued lines joined.
type lineReader interface {
	read(prompt string) (string, error)
}

// pipe reads lines from a pipe or a file and echoes them.
type pipe struct {
	in  *bufio.Reader
	out io.Writer
}

func (p *pipe) read(prompt string) (string, error) {
	var text strings.Builder
	for {
		line, err := p.in.ReadString('\n')
		if line == "" && err != nil {
			if text.Len() > 0 && errors.Is(err, io.EOF) {
				break
			}
			return "", err
		}
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if rest, more := strings.CutSuffix(line, `\`); more {
			text.WriteString(rest + "\n")
			continue
		}
		text.WriteString(line)
		break
	}
	if s := text.String(); strings.TrimSpace(s) != "" {
		fmt.Fprintf(p.out, "\n%s%s\n", prompt, people(s))
	}
	return text.String(), nil
}

// terminal reads edited lines. Up and down go through the history; Ctrl-C and
// Ctrl-D end the input.
type terminal struct {
	t  *term.Terminal
	fd int
}

func (t *terminal) read(prompt string) (string, error) {
	if w, h, err := term.GetSize(t.fd); err == nil && w > 0 {
		t.t.SetSize(w, h)
	}
	var text strings.Builder
	for {
		t.t.SetPrompt(prompt)
		line, err := t.t.ReadLine()
		if err != nil {
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
