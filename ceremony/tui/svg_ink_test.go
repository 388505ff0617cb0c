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
	inkText   ink = "text"
	inkFaint  ink = "faint"
	inkGround ink = "ground"
)

// inkOf is the ink of one of the 16 colours.
func inkOf(c ansi.BasicColor) ink { return ink(fmt.Sprintf("c%d", c)) }

// An inkShade is an ink on a dark and on a light screen.
type inkShade struct{ dark, light string }

// inkShades are all inks. Each can be read on the ground, and the ground on each.
func inkShades() map[ink]inkShade {
	return map[ink]inkShade{
		inkText:   {"#d7dbe0", "#23272e"},
		inkFaint:  {"#8f97a3", "#646b75"},
		inkGround: {"#16191d", "#fbfbfa"},

		inkOf(ansi.Black):         {"#8f97a3", "#23272e"},
		inkOf(ansi.Red):           {"#ff8078", "#b3261e"},
		inkOf(ansi.Green):         {"#74cf84", "#1d6b31"},
		inkOf(ansi.Yellow):        {"#e2b64f", "#7a5600"},
		inkOf(ansi.Blue):          {"#82b4ff", "#0f57b0"},
		inkOf(ansi.Magenta):       {"#d0a9f5", "#7a3fa8"},
		inkOf(ansi.Cyan):          {"#66c9d8", "#0c6573"},
		inkOf(ansi.White):         {"#d7dbe0", "#4a5059"},
		inkOf(ansi.BrightBlack):   {"#8f97a3", "#646b75"},
		inkOf(ansi.BrightRed):     {"#ffa099", "#c22f26"},
		inkOf(ansi.BrightGreen):   {"#96e0a3", "#23743a"},
		inkOf(ansi.BrightYellow):  {"#f0cd7a", "#835e00"},
		inkOf(ansi.BrightBlue):    {"#a6caff", "#1762c0"},
		inkOf(ansi.BrightMagenta): {"#dfc3fa", "#8548b5"},
		inkOf(ansi.BrightCyan):    {"#8fdbe6", "#0f6e7d"},
		inkOf(ansi.BrightWhite):   {"#f2f4f6", "#23272e"},
	}
}

// everyInk is each of them, in one order.
func everyInk() []ink {
	out := []ink{inkText, inkFaint, inkGround}
	for c := range ansi.BasicColor(16) {
		out = append(out, inkOf(c))
	}
	return out
}

// stylesheet is dark, or light where that is what the reader prefers.
func stylesheet(used []ink) string {
	var dark, light strings.Builder
	for _, i := range used {
		s := inkShades()[i]
		fmt.Fprintf(&dark, ".%s{color:%s}\n", i, s.dark)
		fmt.Fprintf(&light, ".%s{color:%s}\n", i, s.light)
	}
	frame := inkShades()[inkGround]
	return `text{font:15px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;white-space:pre}
text,path{fill:currentColor}
.line{fill:none;stroke:currentColor;stroke-opacity:.6}
.bold{font-weight:700}
` + dark.String() + ".frame{fill:" + frame.dark + ";stroke:#3a4048}\n" +
		"@media (prefers-color-scheme:light){\n" + light.String() + ".frame{fill:" + frame.light + ";stroke:#cfd3d8}\n}\n"
}
