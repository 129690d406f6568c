package coverage

import (
	"image"
	"image/color"
	"image/draw"
	"math"
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

// canvas draws rectangles and writing.
type canvas struct {
	img   *image.RGBA
	faces map[face]font.Face
}

type face struct {
	size float64
	bold bool
}

func newCanvas(width, height int) *canvas {
	c := &canvas{image.NewRGBA(image.Rect(0, 0, width, height)), map[face]font.Face{}}
	c.fill(c.img.Bounds(), paper)
	return c
}

func (c *canvas) face(size float64, bold bool) font.Face {
	key := face{size, bold}
	if f, ok := c.faces[key]; ok {
		return f
	}
	which := 0
	if bold {
		which = 1
	}
	f, err := opentype.NewFace(fonts()[which], &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic(err) // the options are constants
	}
	c.faces[key] = f
	return f
}

func (c *canvas) fill(r image.Rectangle, col color.RGBA) {
	draw.Draw(c.img, r, image.NewUniform(col), image.Point{}, draw.Src)
}

func (c *canvas) frame(r image.Rectangle, col color.RGBA, thick int) {
	c.fill(image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+thick), col)
	c.fill(image.Rect(r.Min.X, r.Max.Y-thick, r.Max.X, r.Max.Y), col)
	c.fill(image.Rect(r.Min.X, r.Min.Y, r.Min.X+thick, r.Max.Y), col)
	c.fill(image.Rect(r.Max.X-thick, r.Min.Y, r.Max.X, r.Max.Y), col)
}

// stripes fills with slanted lines.
func (c *canvas) stripes(r image.Rectangle, col color.RGBA) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if (x+y)%16 < 6 {
				c.img.SetRGBA(x, y, col)
			}
		}
	}
}

// text writes from x on, with y as the line the letters stand on.
func (c *canvas) text(x, y int, s string, size float64, bold bool, col color.RGBA) {
	d := font.Drawer{Dst: c.img, Src: image.NewUniform(col), Face: c.face(size, bold), Dot: fixed.P(x, y)}
	d.DrawString(s)
}

func (c *canvas) width(s string, size float64, bold bool) int {
	return font.MeasureString(c.face(size, bold), s).Ceil()
}

// fit writes no wider than most: smaller where it must be.
func (c *canvas) fit(x, y, most int, s string, size float64, col color.RGBA) {
	for size > 16 && c.width(s, size, false) > most {
		size--
	}
	c.text(x, y, s, size, false, col)
}

// centred writes in the middle of the rectangle, down pixels below its middle.
func (c *canvas) centred(r image.Rectangle, down int, s string, size float64, bold bool, col color.RGBA) {
	for size > 16 && c.width(s, size, bold) > r.Dx()-4 {
		size--
	}
	x := r.Min.X + (r.Dx()-c.width(s, size, bold))/2
	c.text(x, (r.Min.Y+r.Max.Y)/2+down, s, size, bold, col)
}

// upright writes from the bottom to the top, centred on x.
func (c *canvas) upright(x, bottom int, s string, size float64, col color.RGBA) {
	w := c.width(s, size, true)
	high := int(math.Ceil(size * 1.3))
	line := newCanvas(w, high)
	line.faces = c.faces
	line.text(0, int(size), s, size, true, col)
	left := x - high/2 - 1
	for ly := range high {
		for lx := range w {
			c.img.SetRGBA(left+ly, bottom-lx, line.img.RGBAAt(lx, ly))
		}
	}
}

// wrap breaks a text at spaces to the width.
func (c *canvas) wrap(s string, size float64, most int) []string {
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
