package tui

import (
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// screenHandOver is what leaves the room.
type screenHandOver struct{}

func (screenHandOver) page(v sitting.View, c canvas) page {
	return c.blocks(v.Heading, v.Body)
}

func (screenHandOver) about() []string {
	return []string{
		"A list of all files with their digests is written, and the sitting is over.",
		"Copy the whole folder to the media that leave the room. Published is the signed root alone; the rest is for whoever asks later what happened.",
	}
}
