package vector

import (
	"bufio"
	"errors"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"thbot/store/fault"
)

// Limits of an operator's file.
const (
	maxWords = 400_000 // the first ones are read, which are the most frequent in the usual files
	maxWidth = 2048
	maxLine  = 1 << 20
	largest  = 1e6 // of a number

	maxSample = 2_000_000 // numbers from which the strongest directions are found: the most frequent words
)

// Load reads an operator's file in word2vec's text format: a first line with
// the number of words and of dimensions, then on each line a word and its
// numbers. Words may be of any language. The vectors are centred. Errors are
// faults that name the file and the line.
func Load(path string) (*Set, error) {
	f, err := os.Open(path)
	if err == nil {
		defer f.Close()
		err = fault.Folder(f)
	}
	if err != nil {
		e := fault.New(fault.NotFound, "The file of word vectors %s cannot be read: %s.", path, fault.Reason(err))
		e.Err = err
		return nil, e
	}
	return read(f, path)
}

// file is an operator's file while it is read.
type file struct {
	path  string
	line  int
	width int
	words []string
	data  []float32
}

func read(r io.Reader, path string) (*Set, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 1<<16), maxLine)
	f := &file{path: path}
	if !f.next(in) {
		return nil, f.unread(in.Err(), "the file is empty")
	}
	n, err := f.head(strings.TrimPrefix(in.Text(), "\ufeff"))
	if err != nil {
		return nil, err
	}
	for len(f.words) < min(n, maxWords) {
		if !f.next(in) {
			return nil, f.unread(in.Err(), "the file ends before the "+strconv.Itoa(n)+" words that its first line promises")
		}
		if err := f.row(in.Text()); err != nil {
			return nil, err
		}
	}
	if !f.centre() {
		return nil, f.bad("all the words have the same numbers, which tell nothing", nil)
	}
	return f.set(), nil
}

// next goes to the next line, also to one that is not there or cannot be read.
func (f *file) next(in *bufio.Scanner) bool {
	f.line++
	return in.Scan()
}

// unread says why there is no next line.
func (f *file) unread(err error, ended string) error {
	switch {
	case err == nil:
		return f.bad(ended, nil)
	case errors.Is(err, bufio.ErrTooLong):
		return f.bad("the line is longer than "+strconv.Itoa(maxLine)+" bytes", nil)
	}
	return f.bad("the file cannot be read further: "+fault.Reason(err), err)
}

func (f *file) head(line string) (n int, err error) {
	parts := strings.Fields(line)
	if len(parts) == 2 {
		n, err = strconv.Atoi(parts[0])
		if err == nil {
			f.width, err = strconv.Atoi(parts[1])
		}
	}
	if len(parts) != 2 || err != nil || n < 1 || f.width < 2 || f.width > maxWidth {
		return 0, f.bad("the first line must hold the number of words and the number of dimensions, such as 40000 100", err)
	}
	return n, nil
}

func (f *file) row(line string) error {
	parts := strings.Fields(line)
	if len(parts) != f.width+1 {
		return f.bad("a word and "+strconv.Itoa(f.width)+" numbers were expected", nil)
	}
	if !utf8.ValidString(parts[0]) {
		return f.bad("the word is not UTF-8 text", nil)
	}
	for _, s := range parts[1:] {
		x, err := strconv.ParseFloat(s, 32)
		if err != nil || math.IsNaN(x) {
			return f.bad("one of the numbers cannot be read", err)
		}
		if math.Abs(x) > largest {
			return f.bad("one of the numbers is larger than a million", nil)
		}
		f.data = append(f.data, float32(x))
	}
	f.words = append(f.words, strings.ToLower(parts[0]))
	return nil
}

func (f *file) bad(what string, cause error) error {
	e := fault.New(fault.Invalid, "The word vectors in %s, line %d: %s.", f.path, f.line, what)
	e.Err = cause
	return e
}

// centre takes away the mean, since vectors that are not centred are all alike.
// It tells whether they then differ.
func (f *file) centre() (differ bool) {
	mean := make([]float64, f.width)
	for i, x := range f.data {
		mean[i%f.width] += float64(x) / float64(len(f.words))
	}
	for i, x := range f.data {
		differ = differ || x != f.data[i%f.width]
	}
	for i := range f.data {
		f.data[i] -= float32(mean[i%f.width])
	}
	return differ
}

func (f *file) set() *Set {
	sample := make([]int, min(len(f.words), maxSample/f.width))
	for i := range sample {
		sample[i] = i
	}
	s := &Set{ranks: make([]int32, len(f.words)), codes: Reduce(f.data, f.width, sample)}
	pieces := make([]piece, len(f.words))
	from := 0
	for i, w := range f.words {
		pieces[i] = piece{from, from + len(w)}
		from += len(w)
		s.ranks[i] = int32(i)
	}
	s.rows = newDictionary(strings.Join(f.words, ""), pieces)
	return s
}
