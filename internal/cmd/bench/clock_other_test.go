//go:build !unix

package bench

import (
	"errors"
	"os"
)

func processor() (float64, error) {
	return 0, errors.New("the time of the processor is not known on this system")
}

func largest(*os.ProcessState) (float64, error) {
	return 0, errors.New("the memory of a process is not known on this system")
}
