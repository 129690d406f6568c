package coverage

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strconv"
	"strings"

	"thbot/store/date"
)

// Measures of the picture, in pixels. It is made for the width of a phone:
// the smallest writing is a fortieth of the width.
const (
	margin     = 24
	labelWidth = 306
	cellWidth  = 96
	cellHeight = 84
	headHeight = 190
	titleHigh  = 150
	footLine   = 40
)

// The colours, by their place in the palette. What is written has a contrast
// of at least 4.5 to 1 to what it stands on. None carries a meaning alone:
// every state has a word or a pattern too.
const (
	paper uint8 = iota
	ink
	grey
	rule
	blue
	amber
	hatch
	shaded
)

var palette = color.Palette{
	paper:  color.RGBA{0xff, 0xff, 0xff, 0xff},
	ink:    color.RGBA{0x1a, 0x1a, 0x1a, 0xff},
	grey:   color.RGBA{0x59, 0x59, 0x59, 0xff},
	rule:   color.RGBA{0x8a, 0x92, 0x9b, 0xff},
	blue:   color.RGBA{0x16, 0x4a, 0x7c, 0xff},
	amber:  color.RGBA{0xff, 0xd9, 0x8a, 0xff},
	hatch:  color.RGBA{0xd5, 0xdb, 0xe1, 0xff},
	shaded: color.RGBA{0xee, 0xf1, 0xf4, 0xff},
}

// Picture draws the matrix as a PNG. The same matrix gives the same bytes.
func Picture(m *Matrix) ([]byte, error) {
	foot := footWords(m)
	d := newDrawing(m, foot)
	d.title()
	d.heads()
	for row := range m.Commitments {
		d.row(row)
	}
	d.totals()
	d.legend()
	d.foot(foot)
	var out bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&out, d.img); err != nil {
		return nil, fmt.Errorf("encode picture: %w", err)
	}
	return out.Bytes(), nil
}

// drawing is a picture on its way.
type drawing struct {
	*canvas
	m   *Matrix
	top int // of the first row
}

func newDrawing(m *Matrix, foot []string) *drawing {
	width := 2*margin + labelWidth + (len(m.Agencies)+1)*cellWidth
	c := newCanvas(width, 1)
	lines := 0
	for _, f := range foot {
		lines += len(c.wrap(f, footSize, width-2*margin))
	}
	top := titleHigh + headHeight
	height := top + (len(m.Commitments)+1)*cellHeight + legendHeight + lines*footLine + 2*margin
	full := newCanvas(width, height)
	full.faces, full.glyphs = c.faces, c.glyphs
	return &drawing{full, m, top}
}

func (d *drawing) title() {
	d.text(margin, 66, "Coverage of the commitments, "+d.m.Period.Words(date.None), 46, true, ink)
	d.text(margin, 116, "As of "+d.m.Today.Date().Words(date.None)+" · "+activities(d.m.Total.Sum()), 32, false, grey)
}

func (d *drawing) x(col int) int { return margin + labelWidth + col*cellWidth }
func (d *drawing) y(row int) int { return d.top + row*cellHeight }

func (d *drawing) heads() {
	for col, a := range d.m.Agencies {
		d.upright(d.x(col)+cellWidth/2, d.top-14, a.Short, 34, ink)
	}
	d.upright(d.x(len(d.m.Agencies))+cellWidth/2, d.top-14, "All", 34, ink)
}

func (d *drawing) row(row int) {
	c := d.m.Commitments[row]
	d.text(margin, d.y(row)+53, strconv.Itoa(c.Number), 32, true, ink)
	d.fit(margin+46, d.y(row)+53, labelWidth-56, c.Slug, 32, ink)
	for col := range d.m.Agencies {
		d.cell(d.box(row, col), &d.m.Cells[row][col])
	}
	note := ""
	switch len(d.m.Working(row)) {
	case 0:
		note = "gap"
	case 1:
		note = "one"
	}
	d.sum(d.box(row, len(d.m.Agencies)), d.m.Rows[row].Sum(), note)
}

func (d *drawing) box(row, col int) image.Rectangle {
	return image.Rect(d.x(col), d.y(row), d.x(col)+cellWidth, d.y(row)+cellHeight).Inset(3)
}

// cell draws a cell: its state by words, with a colour and a pattern of its own.
func (d *drawing) cell(r image.Rectangle, c *Cell) {
	switch {
	case c.State == Active && c.Stale:
		d.fill(r, amber)
		d.frame(r, ink, 3)
		d.centred(r, -4, numbers(c.Tally), 32, true, ink)
		d.centred(r, 28, "stale", 25, false, ink)
	case c.State == Active:
		d.fill(r, blue)
		d.centred(r, 11, numbers(c.Tally), 34, true, paper)
	case c.State == Nothing:
		d.stripes(r, hatch)
		d.frame(r, grey, 2)
		d.centred(r, -4, "none", 28, true, ink)
		d.centred(r, 28, dayShort(c, d.m), 25, false, ink)
	default:
		d.frame(r, rule, 2)
		d.centred(r, 10, "–", 30, false, grey)
	}
}

func (d *drawing) sum(r image.Rectangle, n int, note string) {
	d.fill(r, shaded)
	if note == "" {
		d.centred(r, 11, strconv.Itoa(n), 34, true, ink)
		return
	}
	d.frame(r, ink, 3)
	d.centred(r, -4, strconv.Itoa(n), 32, true, ink)
	d.centred(r, 28, note, 25, false, ink)
}

func (d *drawing) totals() {
	row := len(d.m.Commitments)
	d.text(margin, d.y(row)+53, "All activities", 32, true, ink)
	for col, a := range d.m.Agencies {
		note := ""
		if d.m.IsSilent(a.Slug) {
			note = "silent"
		}
		d.sum(d.box(row, col), d.m.Columns[col].Sum(), note)
	}
	d.sum(d.box(row, len(d.m.Agencies)), d.m.Total.Sum(), "")
}

const (
	legendHeight = 262
	footSize     = 30
)

// legend explains the four states, each drawn as it stands in the matrix.
func (d *drawing) legend() {
	top := d.y(len(d.m.Commitments)+1) + 26
	today := d.m.Today.Time(d.m.Zone())
	half := (d.img.Bounds().Dx() - 2*margin) / 2
	for i, item := range []struct {
		cell  Cell
		words string
	}{
		{Cell{State: Active, Tally: Tally{1, 2, 0}}, "planned · ongoing · completed"},
		{Cell{State: Active, Tally: Tally{1, 2, 0}, Stale: true}, "all current work is stale"},
		{Cell{State: Nothing, Said: today}, "says it plans nothing (day)"},
		{Cell{}, "silent: nothing recorded or said"},
	} {
		x, y := margin+i%2*half, top+i/2*(cellHeight+8)
		r := image.Rect(x, y, x+cellWidth, y+cellHeight).Inset(3)
		d.cell(r, &item.cell)
		d.text(x+cellWidth+12, y+52, item.words, 28, false, ink)
	}
	d.text(margin, top+2*(cellHeight+8)+36, "gap: nobody works on it · one: rests on one agency", 28, false, ink)
}

func (d *drawing) foot(lines []string) {
	y := d.y(len(d.m.Commitments)+1) + legendHeight + margin
	for _, l := range lines {
		for _, part := range d.wrap(l, footSize, d.img.Bounds().Dx()-2*margin) {
			y += footLine
			d.text(margin, y-8, part, footSize, false, ink)
		}
	}
}

func numbers(t Tally) string {
	return fmt.Sprintf("%d·%d·%d", t.Planned, t.Ongoing, t.Completed)
}

// dayShort is the day of a statement, short enough for a cell: "3 Feb", or
// "Dec 2025" where the year differs.
func dayShort(c *Cell, m *Matrix) string {
	t := c.Said.In(m.Zone())
	if t.Year() != m.Today.Year() {
		return t.Format("Jan 2006")
	}
	return t.Format("2 Jan")
}

// footWords are the facts below the picture.
func footWords(m *Matrix) []string {
	var lines []string
	if gaps := m.Gaps(); len(gaps) > 0 {
		lines = append(lines, "Gaps: "+strings.Join(gaps, ", "))
	}
	if m.Total.Sum() > 0 {
		lines = append(lines, m.shareWords())
	}
	return lines
}
