package repodata

import (
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// window is how far back the frames refer that are written here: what channels
// use, and every reader takes.
const window = 8 << 20

// Compress gives a writer whose text goes to w as one zstd frame, with a
// checksum, once it is closed; w stays open. It uses one more core, and some
// 20 MiB.
func Compress(w io.Writer) (io.WriteCloser, error) {
	z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(window),
		zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	return z, nil
}
