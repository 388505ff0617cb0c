package plan

import "go.yaml.in/yaml/v4"

// decode reads the file into f, strictly.
func decode(raw []byte, f *Fields) error {
	return yaml.Load(raw, f, yaml.WithKnownFields(), yaml.WithUniqueKeys())
}
