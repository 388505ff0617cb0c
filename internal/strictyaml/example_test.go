package strictyaml_test

import (
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
)

func ExampleDecode() {
	raw := []byte("name: Example packages\nthreshold: 010\n")
	var plan struct {
		Name      string `yaml:"name"`
		Threshold int    `yaml:"threshold"`
	}
	_, err := strictyaml.Decode(raw, &plan)
	var e *strictyaml.Error
	if errors.As(err, &e) {
		fmt.Printf("ceremony.yaml:%v\n%s", e, strictyaml.Excerpt(raw, e.Line, e.Column))
	}
	// Output:
	// ceremony.yaml:2:12: threshold: want an integer in plain decimal, such as 12, not 010
	// 2 | threshold: 010
	//   |            ^
}
