package verify

import "github.com/rootmoot/rootmoot/root"

// KeyManager judges a conda key_mgr document under the trusted root: structure,
// type, freshness, and the quorum of the role key_mgr, whose signatures count
// in the raw form only (conda-content-trust verify_delegation). Of a refused
// document the KeyManager is nil. Whether it is older than one already seen,
// or t older than the newest root, is not asked here.
func KeyManager(t Trusted, raw []byte, o Options) (*root.KeyManager, Report) {
	const subject = "key_mgr.json"
	rep := Report{Subject: subject, At: o.At}
	if !timed(&rep, subject, o) || !standing(&rep, t, o) {
		return nil, rep
	}
	rep.Root = t.document()
	m, checks := readKeyManager(subject, raw, o)
	rep.Add(checks...)
	if m == nil {
		return nil, rep
	}
	role, _ := t.root.Role(root.RoleManager)
	rep.Add(rehearsal(subject, &m.Body, o), sameFormat(subject, t, &m.Body))
	rep.Add(offline(subject, t, m)...)
	rep.Add(made(subject, nil, &m.Body, o)...)
	rep.Add(quorums(subject, m.Envelope, quorum{ruleDelegated, role})...)
	rep.Add(fresh(subject, &m.Body, o))
	if rep.Verdict() != Accepted {
		return nil, rep
	}
	return m, rep
}

func readKeyManager(subject string, raw []byte, o Options) (*root.KeyManager, []Check) {
	size := sized(subject, raw)
	if size.Result == Fail {
		return nil, []Check{size}
	}
	m, err := root.ParseKeyManager(raw)
	if err != nil {
		return nil, []Check{unreadable(subject, err)}
	}
	return m, structure([]Check{size}, subject, &m.Body, false, o)
}
