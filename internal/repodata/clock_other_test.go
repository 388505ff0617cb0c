//go:build !unix

package repodata_test

import "errors"

func processor() (float64, error) {
	return 0, errors.New("the time of the processor is not known on this system")
}
