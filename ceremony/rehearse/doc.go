// Package rehearse sets the stage for rehearsals: a folder with rehearsal
// tokens, plans, sittings and a chain of its own. A rehearsal runs the real
// engine, the real journal and the real verifier; only the tokens are cards in
// software, and what it makes is marked so that nothing else accepts it.
//
// The folder:
//
//	tokens/           a file a token, PIN and all: they are worth nothing
//	1-genesis.yaml    the plans
//	2-rotate.yaml
//	1-genesis/        the sittings
//	2-rotate/
//	chain/            1.root.json, 2.root.json
//
// A [Scenario] begins after the first sitting and goes its own way, stage by
// stage. Its sittings lie in folders of their own, stick/ holds what was carried,
// and scenario.json says how far it has come. Scenarios are data: what happens
// ([Event]), which command is called then, who comes to it, what it must say.
// Who calls the commands, and shows them, is the program.
//
// Who plays the people is in package people, which sees no more than they do.
package rehearse
