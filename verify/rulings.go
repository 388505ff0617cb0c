package verify

import "github.com/rootmoot/rootmoot/root"

// A ruling says which rule a finding of package root falls under, what it
// means by default and what under [Options.Strict]. The defaults accept every
// production chain known, and warn.
type ruling struct {
	code     root.Code
	rule     string
	usual    Result
	strict   Result
	format   root.Format // the only format that is asked; 0: both
	rootOnly bool        // not asked of key managers
}

// rulings has a row for each [root.Code]; a test holds it to that.
var rulings = [...]ruling{
	{code: root.FaultJSON, rule: "ROOT-JSON", usual: Fail, strict: Fail},
	{code: root.FaultCanonical, rule: "ROOT-CANONICAL", usual: Fail, strict: Fail},
	{code: root.FaultEnvelope, rule: "ROOT-ENVELOPE", usual: Fail, strict: Fail},
	{code: root.FaultType, rule: "ROOT-TYPE", usual: Fail, strict: Fail},
	{code: root.FaultForm, rule: "ROOT-FORM", usual: Fail, strict: Fail},
	{code: root.FaultCount, rule: "ROOT-COUNT", usual: Fail, strict: Fail},
	{code: root.FaultMemberCase, rule: "ROOT-CASE", usual: Warn, strict: Warn},
	{code: root.FaultTime, rule: "ROOT-DATE", usual: Fail, strict: Fail},
	{code: root.FaultVersion, rule: "ROOT-VERSION", usual: Fail, strict: Fail},
	{code: root.FaultVersionAbsent, rule: "ROOT-VERSION", usual: Warn, strict: Warn, format: root.Conda},
	{code: root.FaultSpecVersion, rule: "ROOT-SPEC", usual: Fail, strict: Fail},
	{code: root.FaultDateForm, rule: "ROOT-DATE-FORM", usual: Warn, strict: Fail},
	{code: root.FaultDateOrder, rule: "ROOT-DATE-ORDER", usual: Fail, strict: Fail, format: root.Conda},
	{code: root.FaultSnapshotType, rule: "ROOT-SNAPSHOT", usual: Fail, strict: Fail, format: root.TUF},
	{code: root.FaultRoleMissing, rule: "ROLE-SET", usual: Fail, strict: Fail},
	{code: root.FaultRoleUnknown, rule: "ROLE-UNKNOWN", usual: Warn, strict: Fail},
	{code: root.FaultThreshold, rule: "ROLE-THRESHOLD", usual: Fail, strict: Fail},
	{code: root.FaultUnreachable, rule: "ROLE-REACH", usual: Warn, strict: Warn},
	{code: root.FaultKeyidTwice, rule: "ROLE-KEYID-TWICE", usual: Fail, strict: Fail},
	{code: root.FaultKeyidUnknown, rule: "ROLE-KEYID-UNKNOWN", usual: Warn, strict: Fail, format: root.TUF},
	{code: root.FaultKeyTwice, rule: "ROLE-KEY-TWICE", usual: Warn, strict: Warn, format: root.TUF},
	{code: root.FaultRootOnline, rule: "ROLE-ONLINE", usual: Warn, strict: Warn, rootOnly: true},
	{code: root.FaultKeyUnknown, rule: "KEY-UNKNOWN", usual: Warn, strict: Warn, format: root.TUF},
	{code: root.FaultKeyMismatch, rule: "KEY-FORM", usual: Warn, strict: Fail, format: root.TUF},
	{code: root.FaultKeyWeak, rule: "KEY-WEAK", usual: Warn, strict: Fail},
	{code: root.FaultKeyLegacy, rule: "KEY-LEGACY", usual: Warn, strict: Fail, format: root.TUF},
	{code: root.FaultKeyidRule, rule: "KEY-ID", usual: Warn, strict: Fail, format: root.TUF},
	{code: root.FaultKeyidMismatch, rule: "KEY-ID", usual: Warn, strict: Fail, format: root.TUF},
	{code: root.FaultSigTwice, rule: "SIG-TWICE", usual: Fail, strict: Fail, format: root.TUF},
	{code: root.FaultSigMalformed, rule: "SIG-FORM", usual: Warn, strict: Fail},
	{code: root.FaultSigForm, rule: "SIG-FORM", usual: Warn, strict: Fail},
	{code: root.FaultSigHeader, rule: "SIG-HEADER", usual: Warn, strict: Warn, format: root.Conda, rootOnly: true},
	{code: root.FaultSigPlaceholder, rule: "SIG-EMPTY", usual: Warn, strict: Warn, format: root.TUF},
}

// judge is the rule and the result of a finding. One that has no row refuses.
func judge(code root.Code, strict bool) (rule string, result Result) {
	for _, r := range rulings {
		if r.code == code {
			if strict {
				return r.rule, r.strict
			}
			return r.rule, r.usual
		}
	}
	return "ROOT-FORM", Fail
}

// asked are the ids of the rules that a document of this kind is held to, each
// once, in the order of the table.
func asked(format root.Format, isRoot bool) []string {
	out := make([]string, 0, len(rulings)+1)
	for i, r := range rulings {
		if r.format != 0 && r.format != format || r.rootOnly && !isRoot {
			continue
		}
		if i == 0 || rulings[i-1].rule != r.rule {
			out = append(out, r.rule)
		}
	}
	return append(out, ruleUncommon)
}
