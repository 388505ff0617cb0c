package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Schema is the JSON Schema (draft 2020-12) of a plan file, for editors that
// complete and mark as one types. It is made from [Fields] and its tags: enum
// (words, with | between), minimum and maximum, names (what the names of a map
// look like) and doc. It knows less than [Load]: what refers to something else
// in the file is not in it.
func Schema() ([]byte, error) {
	s := object(reflect.TypeFor[Fields]())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "Rootmoot plan"
	s["description"] = "The plan of a root-of-trust ceremony; ceremony.example.yaml explains it."
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("plan schema: %w", err)
	}
	return b.Bytes(), nil
}

// A schema is one JSON Schema; encoding/json sorts its members.
type schema map[string]any

// forms are what text of these types looks like.
func forms() map[reflect.Type]schema {
	return map[reflect.Type]schema{
		reflect.TypeFor[Time]():        {"pattern": `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$`},
		reflect.TypeFor[Digest]():      {"pattern": digestForm.String()},
		reflect.TypeFor[Firmware]():    {"pattern": firmwareForm.String()},
		reflect.TypeFor[Slot]():        {"pattern": keyIDForm.String()}, // a PIV slot is two digits of these,
		reflect.TypeFor[Format]():      enum(TUF, Conda),
		reflect.TypeFor[Purpose]():     enum(Genesis, Renew, Rotate, Emergency),
		reflect.TypeFor[Mode]():        enum(Production, Rehearsal),
		reflect.TypeFor[Document]():    enum(RootDocument, KeyManagerDocument),
		reflect.TypeFor[KeyType]():     enum(ECDSA, P256, P384, Ed25519, RSA),
		reflect.TypeFor[TokenKind]():   enum(PIVToken, PKCS11Token, RehearsalToken, FileToken, OpenPGPToken),
		reflect.TypeFor[PINPolicy]():   enum(PINAlways, PINOnce, PINNever),
		reflect.TypeFor[TouchPolicy](): enum(TouchAlways, TouchCached, TouchNever),
		reflect.TypeFor[Management]():  enum(ManagementProtected, ManagementSealed),
		reflect.TypeFor[Presence]():    enum(Required, Optional),
		reflect.TypeFor[Publish]():     enum(PublishName, PublishOrganisation, PublishLocation, PublishSerial),
	}
}

func enum[T ~string](values ...T) schema { return schema{"enum": values} }

// typed is the schema of a type.
func typed(t reflect.Type) schema {
	switch t.Kind() {
	case reflect.Pointer:
		return typed(t.Elem())
	case reflect.Struct:
		return object(t)
	case reflect.Slice:
		return schema{"type": "array", "items": typed(t.Elem())}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": typed(t.Elem())}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return schema{"type": "integer"}
	}
	s := schema{"type": "string"}
	for name, value := range forms()[t] {
		s[name] = value
	}
	return s
}

// object is the schema of a struct: its members, and no others.
func object(t reflect.Type) schema {
	members, required := schema{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, optional, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		members[name] = member(f)
		if optional == "" {
			required = append(required, name)
		}
	}
	s := schema{"type": "object", "properties": members, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// member is the schema of a field, as its tags have it.
func member(f reflect.StructField) schema {
	s := typed(f.Type)
	if f.Tag.Get("digits") == "plain" {
		s["type"] = []string{"string", "integer"}
	}
	if values := f.Tag.Get("enum"); values != "" {
		s["enum"] = strings.Split(values, "|")
	}
	for _, bound := range []string{"minimum", "maximum"} {
		if n := f.Tag.Get(bound); n != "" {
			s[bound] = json.Number(n)
		}
	}
	if doc := f.Tag.Get("doc"); doc != "" {
		s["description"] = doc
	}
	if f.Tag.Get("names") == "identifier" {
		s["propertyNames"] = schema{"pattern": nameForm.String(), "maxLength": maxName}
	}
	return s
}
