package ceremony_test

import (
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// What a token signs beside metadata is a text that its keyholder could read.
func ExampleStatement() {
	s := ceremony.Statement{
		Type:      ceremony.Sealed,
		Rehearsal: true,
		Plan:      root.DigestOf([]byte("the frozen plan")),
		Attempt:   root.DigestOf([]byte("a random number")),
		Candidate: root.DigestOf([]byte("the canonical signed part")),
		Journal:   root.DigestOf([]byte("the journal's last entry")),
	}
	fmt.Printf("%s", s.Text())
	// Output:
	// rootmoot rehearsal statement v1
	// type: seal
	// plan: d755912ef19d4c797791c7527762dfc77b67128e4647db61eab526b95bed7577
	// attempt: 2c6bfea700977eabcf4419eae82ae139bb084e21fb7853ff050d82f43576b631
	// candidate: f7362972c4cc2781649b05e14431cda939850929a854537655f883b95f72b09a
	// journal: 7ff93681015c3c696d16d6fc2851e8ff647657766314492b199aca2f13811192
}

// A fact is written in exactly one way, and its id is the digest of that.
func ExampleFact_Encode() {
	f := ceremony.Fact{Body: ceremony.Word{Participant: "chennai", Agrees: true}}
	fmt.Printf("%s\n", f.Encode())
	_, err := ceremony.ParseFact([]byte(`{"kind": "word", "body": {"participant": "chennai", "agrees": true}}`))
	fmt.Println(err)
	// Output:
	// {"kind":"word","body":{"participant":"chennai","agrees":true}}
	// fact of kind "word": not written as this program writes it
}
