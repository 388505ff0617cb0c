package tui

// screenHandOver is what leaves the room.
type screenHandOver struct{ asItIs }

func (screenHandOver) about() []string {
	return []string{
		"A list of all files with their digests is written, and the sitting is over.",
		"Copy the whole folder to the media that leave the room. Published is the signed root alone; the rest is for whoever asks later what happened.",
	}
}
