package coverage

import (
	"image"
	"image/color"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

var fonts = sync.OnceValue(func() [2]*opentype.Font {
	var f [2]*opentype.Font
	for i, ttf := range [][]byte{goregular.TTF, gobold.TTF} {
		parsed, err := opentype.Parse(ttf)
		if err != nil {
			panic(err) // the fonts are part of the program
		}
		f[i] = parsed
	}
	return f
})

// canvas draws rectangles and writing into a picture of few colours: a byte a
// pixel, which is several times faster to draw and to pack than full colour.
type canvas struct {
	img    *image.Paletted
	faces  map[style]font.Face
	glyphs map[styledRune]*glyph
	blends [shaded + 1][shaded + 1]*[levels]uint8
	under  [256]uint8 // the plain colour below a blend
}

// levels are the steps between the paper and the ink of a letter's edge.
const levels = 16

type style struct {
	size int
	bold bool
}

type styledRune struct {
	style
	r rune
}

// glyph is a letter: how strong it is in each pixel of its box.
type glyph struct {
	box     image.Rectangle // around the point on the line where the letter begins
	level   []uint8
	advance fixed.Int26_6
}

func newCanvas(width, height int) *canvas {
	c := &canvas{
		img:   image.NewPaletted(image.Rect(0, 0, width, height), append(color.Palette{}, palette...)),
		faces: map[style]font.Face{}, glyphs: map[styledRune]*glyph{},
	}
	for i := range palette {
		c.under[i] = uint8(i)
	}
	return c
}

func (c *canvas) face(s style) font.Face {
	if f, ok := c.faces[s]; ok {
		return f
	}
	which := 0
	if s.bold {
		which = 1
	}
	f, err := opentype.NewFace(fonts()[which], &opentype.FaceOptions{Size: float64(s.size), DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic(err) // the options are constants
	}
	c.faces[s] = f
	return f
}

// glyph draws a letter once.
func (c *canvas) glyph(s style, r rune) *glyph {
	key := styledRune{s, r}
	if g, ok := c.glyphs[key]; ok {
		return g
	}
	box, mask, at, advance, _ := c.face(s).Glyph(fixed.Point26_6{}, r)
	g := &glyph{box: box, advance: advance, level: make([]uint8, 0, box.Dx()*box.Dy())}
	for y := range box.Dy() {
		for x := range box.Dx() {
			a := 0
			if alpha, ok := mask.(*image.Alpha); ok {
				a = int(alpha.AlphaAt(at.X+x, at.Y+y).A)
			}
			g.level = append(g.level, uint8(a*(levels-1)/0xff))
		}
	}
	c.glyphs[key] = g
	return g
}

// blend gives the colours between a paper and an ink.
func (c *canvas) blend(paper, ink uint8) *[levels]uint8 {
	if b := c.blends[paper][ink]; b != nil {
		return b
	}
	from, to := c.img.Palette[paper].(color.RGBA), c.img.Palette[ink].(color.RGBA)
	b := &[levels]uint8{0: paper, levels - 1: ink}
	mix := func(x, y uint8, n int) uint8 { return uint8((int(x)*(levels-1-n) + int(y)*n) / (levels - 1)) }
	for n := 1; n < levels-1; n++ {
		if len(c.img.Palette) == 256 {
			b[n] = ink // cannot happen with the pairs drawn here
			continue
		}
		b[n] = uint8(len(c.img.Palette))
		c.under[b[n]] = paper
		c.img.Palette = append(c.img.Palette, color.RGBA{mix(from.R, to.R, n), mix(from.G, to.G, n), mix(from.B, to.B, n), 0xff})
	}
	c.blends[paper][ink] = b
	return b
}

func (c *canvas) fill(r image.Rectangle, col uint8) {
	r = r.Intersect(c.img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := c.img.Pix[y*c.img.Stride+r.Min.X : y*c.img.Stride+r.Max.X]
		for x := range row {
			row[x] = col
		}
	}
}

func (c *canvas) frame(r image.Rectangle, col uint8, thick int) {
	c.fill(image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+thick), col)
	c.fill(image.Rect(r.Min.X, r.Max.Y-thick, r.Max.X, r.Max.Y), col)
	c.fill(image.Rect(r.Min.X, r.Min.Y, r.Min.X+thick, r.Max.Y), col)
	c.fill(image.Rect(r.Max.X-thick, r.Min.Y, r.Max.X, r.Max.Y), col)
}

// stripes fills with slanted lines.
func (c *canvas) stripes(r image.Rectangle, col uint8) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if (x+y)%16 < 6 {
				c.img.Pix[y*c.img.Stride+x] = col
			}
		}
	}
}

// text writes from x on, with y as the line the letters stand on.
func (c *canvas) text(x, y int, s string, size int, bold bool, ink uint8) {
	c.write(s, style{size, bold}, ink, func(dx, dy int) (int, int) { return x + dx, y + dy })
}

// write draws letter by letter; place says where a pixel goes that lies so far
// from the beginning of the line.
func (c *canvas) write(s string, st style, ink uint8, place func(dx, dy int) (int, int)) {
	var dot fixed.Int26_6
	for _, r := range s {
		g := c.glyph(st, r)
		for i, level := range g.level {
			if level == 0 {
				continue
			}
			x, y := place(dot.Round()+g.box.Min.X+i%g.box.Dx(), g.box.Min.Y+i/g.box.Dx())
			if (image.Point{x, y}).In(c.img.Rect) {
				p := &c.img.Pix[y*c.img.Stride+x]
				*p = c.blend(c.under[*p], ink)[level]
			}
		}
		dot += g.advance
	}
}

func (c *canvas) width(s string, size int, bold bool) int {
	var w fixed.Int26_6
	for _, r := range s {
		w += c.glyph(style{size, bold}, r).advance
	}
	return w.Ceil()
}

// smallest is the least size of writing.
const smallest = 16

// fit writes no wider than most: smaller where it must be.
func (c *canvas) fit(x, y, most int, s string, size int, ink uint8) {
	for size > smallest && c.width(s, size, false) > most {
		size--
	}
	c.text(x, y, s, size, false, ink)
}

// centred writes in the middle of the rectangle, down pixels below its middle.
func (c *canvas) centred(r image.Rectangle, down int, s string, size int, bold bool, ink uint8) {
	for size > smallest && c.width(s, size, bold) > r.Dx()-4 {
		size--
	}
	x := r.Min.X + (r.Dx()-c.width(s, size, bold))/2
	c.text(x, (r.Min.Y+r.Max.Y)/2+down, s, size, bold, ink)
}

// upright writes from the bottom to the top, centred on x.
func (c *canvas) upright(x, bottom int, s string, size int, ink uint8) {
	line := x + size*7/20 // half the height of a capital letter
	c.write(s, style{size, true}, ink, func(dx, dy int) (int, int) { return line + dy, bottom - dx })
}

// wrap breaks a text at spaces to the width.
func (c *canvas) wrap(s string, size int, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && c.width(longer, size, false) > most {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	return append(lines, line)
}
