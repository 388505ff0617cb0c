package lockfile

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// parseYAML reads conda-lock.yml (version 1: the member package) and pixi.lock
// (versions 4 to 6: the member packages).
func parseYAML(raw []byte) ([]Entry, error) {
	var file yaml.Node
	if err := yaml.Load(raw, &file); err != nil {
		return nil, fmt.Errorf("neither a list of addresses under %s nor YAML: %w", marker, err)
	}
	if len(file.Content) == 0 {
		return nil, errors.New("the file is empty")
	}
	if err := single(&file, 0); err != nil {
		return nil, err
	}
	top := file.Content[0]
	version := text(member(top, "version"))
	switch conda, pixi := member(top, "package"), member(top, "packages"); {
	case conda != nil && pixi == nil && version == "1":
		return condaLock(conda)
	case pixi != nil && conda == nil && (version == "4" || version == "5" || version == "6"):
		return pixiLock(pixi, member(top, "environments"))
	}
	return nil, fmt.Errorf("neither conda-lock.yml of version 1 nor pixi.lock of version 4 to 6 (this is version %.20q)", version)
}

// maxDepth bounds the nesting. Lock files have some six levels.
const maxDepth = 32

// single: everything stands where it is read, and once.
func single(n *yaml.Node, depth int) error {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return fmt.Errorf("line %d: an anchor or alias: write out what is meant", n.Line)
	}
	if depth > maxDepth {
		return fmt.Errorf("line %d: more than %d levels", n.Line, maxDepth)
	}
	names := make(map[string]bool)
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if c.Kind != yaml.ScalarNode || names[c.Value] || c.Tag == "!!merge" {
				return fmt.Errorf("line %d: %.100q is there twice, or is no plain name", c.Line, c.Value)
			}
			names[c.Value] = true
		}
		if err := single(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// member is the value of that name in a mapping, nil if there is none.
func member(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

// text is a scalar as it is written, "" for anything else and for nothing.
func text(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

func condaLock(list *yaml.Node) ([]Entry, error) {
	return each(list, func(n *yaml.Node, e *Entry) bool {
		e.Name = text(member(n, "name"))
		switch text(member(n, "manager")) {
		case "":
			return false
		case "conda":
			hash := member(n, "hash")
			e.at(text(member(n, "url")))
			e.SHA256, e.MD5 = text(member(hash, "sha256")), text(member(hash, "md5"))
		}
		return true
	})
}

// pixiLock reads the list of packages, and what environments name and the list
// does not have: that has no digest then.
func pixiLock(list, environments *yaml.Node) ([]Entry, error) {
	listed := make(map[string]bool)
	out, err := each(list, func(n *yaml.Node, e *Entry) bool {
		address := text(member(n, "conda"))
		if text(member(n, "kind")) == "conda" {
			address = text(member(n, "url"))
		}
		if e.Name = text(member(n, "name")); e.Name == "" {
			e.Name = "a package of pypi"
		}
		if address != "" {
			listed[address] = true
			e.at(address)
			e.SHA256, e.MD5 = text(member(n, "sha256")), text(member(n, "md5"))
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	walk(environments, func(n *yaml.Node) {
		if address := text(member(n, "conda")); address != "" && !listed[address] {
			listed[address] = true
			e := Entry{Line: n.Line}
			e.at(address)
			out = append(out, e)
		}
	})
	return out, nil
}

// walk shows every mapping.
func walk(n *yaml.Node, show func(*yaml.Node)) {
	if n == nil {
		return
	}
	if n.Kind == yaml.MappingNode {
		show(n)
	}
	for _, c := range n.Content {
		walk(c, show)
	}
}

// each reads the elements of a list. One that read is false about is no package.
func each(list *yaml.Node, read func(*yaml.Node, *Entry) bool) ([]Entry, error) {
	if list.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("line %d: want a list of packages", list.Line)
	}
	var out []Entry
	for _, n := range list.Content {
		e := Entry{Line: n.Line}
		if n.Kind != yaml.MappingNode || !read(n, &e) {
			return nil, fmt.Errorf("line %d: no package of this form of lock file", n.Line)
		}
		out = append(out, e)
	}
	return out, nil
}
