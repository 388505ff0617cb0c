package canonical

import "slices"

// Kind is what a [Value] is.
type Kind uint8

// The six kinds of JSON; true and false are both Bool.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// String names the kind as JSON does.
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object"}[k]
}

// A Value is one node of a JSON tree. Values are immutable: a change makes a
// new value that shares what did not change. A nil *Value stands for "not
// there", and every method answers for it as for an empty one.
type Value struct {
	kind    Kind
	text    string // String: decoded; Number: the literal as received; Bool: "true" or "false"
	names   []string
	members []*Value // elements of an Array, or values of an Object beside names
}

// A Member is one name and value of an object.
type Member struct {
	Name  string
	Value *Value
}

// NewString, NewInt, NewBool, NewArray and NewObject make values. The names of
// an object must be distinct; a repeated one keeps its last value.
func NewString(s string) *Value { return &Value{kind: String, text: s} }

// NewNumber makes a number from its literal, which must be a JSON number.
func NewNumber(literal string) *Value { return &Value{kind: Number, text: literal} }

// NewBool makes true or false.
func NewBool(b bool) *Value {
	if b {
		return &Value{kind: Bool, text: "true"}
	}
	return &Value{kind: Bool, text: "false"}
}

// NewArray makes an array.
func NewArray(elements ...*Value) *Value { return &Value{kind: Array, members: elements} }

// NewObject makes an object.
func NewObject(members ...Member) *Value {
	v := &Value{kind: Object}
	at := make(map[string]int, len(members)) // a chain of With would copy the object for each member
	for _, m := range members {
		if i, again := at[m.Name]; again {
			v.members[i] = m.Value
			continue
		}
		at[m.Name] = len(v.names)
		v.names = append(v.names, m.Name)
		v.members = append(v.members, m.Value)
	}
	return v
}

// Kind tells what v is.
func (v *Value) Kind() Kind {
	if v == nil {
		return Null
	}
	return v.kind
}

// Text is the decoded string of a String or the literal of a Number, and
// whether v is of that kind.
func (v *Value) Text(k Kind) (string, bool) {
	if v == nil || v.kind != k {
		return "", false
	}
	return v.text, true
}

// Bool is the value of a Bool, and whether v is one.
func (v *Value) Bool() (value, ok bool) {
	if v == nil || v.kind != Bool {
		return false, false
	}
	return v.text == "true", true
}

// Elements are the elements of an array; nil for anything else.
func (v *Value) Elements() []*Value {
	if v == nil || v.kind != Array {
		return nil
	}
	return v.members
}

// Members are the members of an object in the order received; nil for
// anything else.
func (v *Value) Members() []Member {
	if v == nil || v.kind != Object {
		return nil
	}
	out := make([]Member, len(v.names))
	for i, n := range v.names {
		out[i] = Member{n, v.members[i]}
	}
	return out
}

// Len is the number of elements or members.
func (v *Value) Len() int {
	if v == nil {
		return 0
	}
	return len(v.members)
}

// Get is the member of that name, or nil. It searches: whoever wants all
// members of a received object walks [Value.Members].
func (v *Value) Get(name string) *Value {
	if v == nil {
		return nil
	}
	if i := slices.Index(v.names, name); i >= 0 {
		return v.members[i]
	}
	return nil
}

// With is v, an object, with one member set or added. It copies the object's
// list: many members at once are for [NewObject].
func (v *Value) With(name string, m *Value) *Value {
	out := &Value{kind: Object, names: slices.Clone(v.names), members: slices.Clone(v.members)}
	if i := slices.Index(v.names, name); i >= 0 {
		out.members[i] = m
		return out
	}
	out.names = append(out.names, name)
	out.members = append(out.members, m)
	return out
}

// Without is v, an object, without one member.
func (v *Value) Without(name string) *Value {
	if v == nil {
		return nil
	}
	i := slices.Index(v.names, name)
	if i < 0 {
		return v
	}
	return &Value{
		kind:    Object,
		names:   slices.Delete(slices.Clone(v.names), i, i+1),
		members: slices.Delete(slices.Clone(v.members), i, i+1),
	}
}
