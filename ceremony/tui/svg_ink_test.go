package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// An ink is what something is drawn with, and the name of its class.
type ink string

// The inks beside the 16 colours: letters, faint ones, and what they stand on.
const (
	text   ink = "text"
	faint  ink = "faint"
	ground ink = "ground"
)

// colour is the ink of one of the 16 colours.
func colour(c ansi.BasicColor) ink { return ink(fmt.Sprintf("c%d", c)) }

// A shade is an ink on a dark and on a light screen.
type shade struct{ dark, light string }

// shades are all inks. Each can be read on the ground, and the ground on each.
func shades() map[ink]shade {
	return map[ink]shade{
		text:   {"#d7dbe0", "#23272e"},
		faint:  {"#8f97a3", "#646b75"},
		ground: {"#16191d", "#fbfbfa"},

		colour(ansi.Black):         {"#8f97a3", "#23272e"},
		colour(ansi.Red):           {"#ff8078", "#b3261e"},
		colour(ansi.Green):         {"#74cf84", "#1d6b31"},
		colour(ansi.Yellow):        {"#e2b64f", "#7a5600"},
		colour(ansi.Blue):          {"#82b4ff", "#0f57b0"},
		colour(ansi.Magenta):       {"#d0a9f5", "#7a3fa8"},
		colour(ansi.Cyan):          {"#66c9d8", "#0c6573"},
		colour(ansi.White):         {"#d7dbe0", "#4a5059"},
		colour(ansi.BrightBlack):   {"#8f97a3", "#646b75"},
		colour(ansi.BrightRed):     {"#ffa099", "#c22f26"},
		colour(ansi.BrightGreen):   {"#96e0a3", "#23743a"},
		colour(ansi.BrightYellow):  {"#f0cd7a", "#835e00"},
		colour(ansi.BrightBlue):    {"#a6caff", "#1762c0"},
		colour(ansi.BrightMagenta): {"#dfc3fa", "#8548b5"},
		colour(ansi.BrightCyan):    {"#8fdbe6", "#0f6e7d"},
		colour(ansi.BrightWhite):   {"#f2f4f6", "#23272e"},
	}
}

// everyInk is each of them, in one order.
func everyInk() []ink {
	out := []ink{text, faint, ground}
	for c := range ansi.BasicColor(16) {
		out = append(out, colour(c))
	}
	return out
}

// stylesheet is dark, or light where that is what the reader prefers.
func stylesheet(used []ink) string {
	var dark, light strings.Builder
	for _, i := range used {
		s := shades()[i]
		fmt.Fprintf(&dark, ".%s{color:%s}\n", i, s.dark)
		fmt.Fprintf(&light, ".%s{color:%s}\n", i, s.light)
	}
	frame := shades()[ground]
	return `text{font:15px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;white-space:pre}
text,path{fill:currentColor}
.line{fill:none;stroke:currentColor}
.bold{font-weight:700}
` + dark.String() + ".frame{fill:" + frame.dark + ";stroke:#3a4048}\n" +
		"@media (prefers-color-scheme:light){\n" + light.String() + ".frame{fill:" + frame.light + ";stroke:#cfd3d8}\n}\n"
}
