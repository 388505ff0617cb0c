package plan

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// decode reads the file into f, strictly, and tells where a path stands.
func decode(raw []byte, f *Fields) (func(string) (int, int), error) {
	if err := yaml.Load(raw, f, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		return nil, err
	}
	var n yaml.Node
	if err := yaml.Unmarshal(raw, &n); err != nil {
		return nil, err
	}
	return func(path string) (int, int) { return position(n.Content[0], path) }, nil
}

func position(n *yaml.Node, path string) (int, int) {
	path = strings.NewReplacer("[", ".[", "]", "").Replace(path)
next:
	for part := range strings.SplitSeq(path, ".") {
		if part == "" {
			continue
		}
		if i, err := strconv.Atoi(strings.TrimPrefix(part, "[")); err == nil && part[0] == '[' && i < len(n.Content) {
			n = n.Content[i]
			continue
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == part {
				n = n.Content[i+1]
				continue next
			}
		}
		break
	}
	return n.Line, n.Column
}
