package main

import (
	"io"
	"os"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/vbauerster/mpb/v8/cwriter"

	"seeder/internal/terminal"
)

// style is how a piece of a line looks on a terminal with colours.
type style string

// The styles, as the parameters of SGR (ECMA-48, 8.3.117).
const (
	plain style = ""
	bold  style = "1"
	dim   style = "2"
	good  style = "32"
	warn  style = "33"
	bad   style = "31"
)

// piece is a part of a line in one style. Text of others is escaped when it is
// drawn, so that it does nothing to the terminal.
type piece struct {
	text  string
	style style
}

// screenLine is a line of a screen.
type screenLine []piece

func textLine(s string) screenLine { return screenLine{{text: s}} }

// String is the line without styles.
func (l screenLine) String() string {
	var b strings.Builder
	for _, p := range l {
		b.WriteString(p.text)
	}
	return strings.TrimRight(b.String(), " ")
}

// fit returns the line cut to width columns, of which a cut one ends in an
// ellipsis.
func (l screenLine) fit(width int) screenLine {
	var out screenLine
	used := 0
	for i, p := range l {
		p.text = terminal.Visible(p.text)
		w := runewidth.StringWidth(p.text)
		if used+w > width || used+w == width && !blank(l[i+1:]) {
			return append(out, piece{runewidth.Truncate(p.text+"  ", width-used, "…"), p.style})
		}
		out, used = append(out, p), used+w
	}
	return out
}

func blank(pieces []piece) bool {
	for _, p := range pieces {
		if p.text != "" {
			return false
		}
	}
	return true
}

// Control sequences of ECMA-48 and xterm.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l\x1b[?7l" // alternate screen, no cursor, no wrapping
	leaveScreen = "\x1b[?7h\x1b[?25h\x1b[?1049l"
	home        = "\x1b[H"
	clearRight  = "\x1b[K"
	clearBelow  = "\x1b[J"
)

// screen redraws a terminal in place. It uses the alternate screen, where lines
// that a narrower window would wrap cannot disturb what is drawn next.
type screen struct {
	out    io.Writer
	size   func() (width, height int, err error)
	colour bool
	last   []screenLine
}

// Size of a terminal that does not tell its own.
const (
	usualWidth  = 80
	usualHeight = 24
)

// newScreen begins to draw on out; nil when that is no terminal that can be
// redrawn. Close gives the terminal back.
func newScreen(out io.Writer) *screen {
	f, ok := out.(*os.File)
	if !ok || !canRedraw(out) {
		return nil
	}
	s := &screen{out: out, colour: os.Getenv("NO_COLOR") == ""}
	s.size = func() (int, int, error) { return cwriter.GetSize(int(f.Fd())) }
	return s
}

// dimensions returns the columns and lines there are.
func (s *screen) dimensions() (width, height int) {
	width, height, err := s.size()
	if err != nil || width <= 0 || height <= 0 {
		return usualWidth, usualHeight
	}
	return width, height
}

// draw shows the lines, those that fit. What was there is cleared before a line is
// written: behind one as wide as the terminal the cursor stands on its last character,
// which would be cleared, too.
func (s *screen) draw(lines []screenLine) error {
	var b strings.Builder
	if s.last == nil {
		b.WriteString(enterScreen)
	}
	b.WriteString(home)
	width, height := s.dimensions()
	fit := lines[:min(len(lines), height)]
	for i, l := range fit {
		if i > 0 {
			b.WriteString("\r\n")
		}
		if i < len(fit)-1 {
			b.WriteString(clearRight)
		} else {
			b.WriteString(clearBelow)
		}
		s.write(&b, l.fit(width))
	}
	s.last = lines
	_, err := io.WriteString(s.out, b.String())
	return err
}

// write adds a line; styles are left out where colours are not wanted.
func (s *screen) write(b *strings.Builder, l screenLine) {
	for _, p := range l {
		if p.style == plain || !s.colour {
			b.WriteString(p.text)
			continue
		}
		b.WriteString("\x1b[" + string(p.style) + "m" + p.text + "\x1b[0m")
	}
}

// Close leaves the alternate screen and leaves what was shown last behind.
func (s *screen) Close() error {
	if s.last == nil {
		return nil
	}
	var b strings.Builder
	b.WriteString(leaveScreen)
	width, _ := s.dimensions()
	for _, l := range s.last {
		s.write(&b, l.fit(width))
		b.WriteString("\r\n")
	}
	s.last = nil
	_, err := io.WriteString(s.out, b.String())
	return err
}
