package main

import (
	"fmt"
	"regexp"
	"strings"
)

// ready proves what a card is that was made ready for the plan.
func (v *vault) ready(name string) {
	v.t.Helper()
	c := v.cards[name]
	v.learn(c)
	v.run(0, "token", "attest", "--plan", "plan.yaml", name, "--attestation-ca", "ca.pem", "--out", name+".pem")
	v.want("the token", v.run(0, "token", "inspect", fmt.Sprint(c.serial), "--attestation-ca", "ca.pem"),
		"ecdsa-p256, generated, PIN always, touch always", "a certificate for this key", "5 of 5 tries left, factory default: no",
		"kept by the token behind its PIN", "attested   yes, to a root of ca.pem")
}

// provisioning begins to make a card ready.
func (v *vault) provisioning(name string, more ...string) {
	v.t.Helper()
	v.begin(append([]string{"token", "provision", "--plan", "plan.yaml", name, "--attestation-ca", "ca.pem"}, more...)...)
}

// provisions makes a card ready in the guide. It is pulled when it has a PIN,
// and found again.
func (v *vault) provisions(name string, slot int) {
	v.t.Helper()
	c := v.cards[name]
	v.provisioning(name, "--record", name+".json", "--no-animation")
	serial := fmt.Sprint(c.serial)
	v.step("Look at the token")
	v.does("say the serial number", serial)
	v.step("Empty the token")
	v.want("the reset", v.does("empty the token", "empty token "+serial), "is empty")
	v.step("Tries")
	v.do("give PIN and PUK 5 and 5 tries")
	v.step("PIN")
	v.does("choose the PIN", c.pin, c.pin)
	v.step("PUK")
	v.put(slot, "")
	v.want("the refusal", v.does("choose the PUK", c.puk, c.puk), "REMOVED")
	v.put(slot, name)
	v.find("look at it")
	v.term.keys("Enter") // it only looks, and asks no y
	v.step("PUK")
	v.want("what it says of itself", v.read(), "is back: it is half done: PIN set")
	v.does("choose the PUK", c.puk, c.puk)
	v.step("Management key")
	v.does("set a random management key")
	v.step("Key")
	v.do("make the key")
	v.step("Attestation")
	v.want("the verdict", v.do("have the token attest its key"), "ATTEST-CHAIN", "given with --attestation-ca")
	v.step("Certificate")
	v.do("store the attestation as certificate")
	v.step("Read back")
	v.do("read everything back")
	v.sees("the end", sight.over)
	v.want("the end", v.read(), "Token "+serial+" of "+name+" was provisioned. Its attestation holds.")
	v.term.keys("Enter")
	v.want("what is left on the screen", v.term.ended(0), "token "+serial+" is ready; the record is in "+name+".json", "fingerprint of its key: ")
}

// does does something in the guide, with what is asked for, and gives what came
// of it.
func (v *vault) does(label string, texts ...string) string {
	v.t.Helper()
	v.choose(label)
	s := v.fill(texts...)
	if s.came() {
		return v.goOn()
	}
	return s.asks()
}

// provisionsInLines makes a card ready in lines. The program is killed when the
// card has its secrets, and begun again.
func (v *vault) provisionsInLines(name string) {
	v.t.Helper()
	c := v.cards[name]
	v.provisioning(name, "--plain")
	v.pick("say the serial number")
	v.line("The number on the case", fmt.Sprint(c.serial))
	v.pick("empty the token")
	v.line("Type ", fmt.Sprintf("empty token %d", c.serial))
	v.pick("give PIN and PUK 5 and 5 tries")
	v.pick("choose the PIN")
	v.line("New PIN, 6 to 8 characters", c.pin)
	v.line("The new PIN once more", c.pin)
	v.pick("choose the PUK")
	v.line("New PUK, 8 characters", c.puk)
	v.line("The new PUK once more", c.puk)
	v.prompted("number of what to do")
	v.spy()
	v.term.kill()
	v.provisioning(name, "--plain", "--record", name+".json")
	v.pick("say the serial number")
	v.line("The number on the case", fmt.Sprint(c.serial))
	v.pick("go on with what was begun")
	v.pick("set a random management key")
	v.line("of "+name+" (tries left: 5)", c.pin)
	v.pick("make the key")
	v.pick("have the token attest its key")
	v.pick("store the attestation as certificate")
	v.pick("read everything back")
	said := v.term.ended(0)
	v.want("the lines", said, "was provisioned. Its attestation holds.")
}

// pick chooses what to do by its number.
func (v *vault) pick(label string) {
	v.t.Helper()
	const prompt = "number of what to do, or q to leave"
	number := ""
	v.term.steady("the offer "+label, func(s string) bool {
		m := regexp.MustCompile(`(?m)^ [ >] +(\d+)  `+regexp.QuoteMeta(label)).FindAllStringSubmatch(s, -1)
		if len(m) > 0 {
			number = m[len(m)-1][1]
		}
		return number != "" && prompts(s, prompt)
	})
	v.line(prompt, number)
}

// line answers a prompt.
func (v *vault) line(prompt, answer string) {
	v.t.Helper()
	v.prompted(prompt)
	v.term.text(answer)
	v.term.keys("Enter")
}

func (v *vault) prompted(prompt string) {
	v.t.Helper()
	v.term.steady("the prompt "+prompt, func(s string) bool { return prompts(s, prompt) })
}

// prompts reports whether a prompt, of one line or two, stands at the end.
func prompts(screen, prompt string) bool {
	lines := strings.Split(strings.TrimRight(screen, "\n "), "\n")
	end := oneLine(lines[max(0, len(lines)-2):])
	return strings.HasSuffix(end, ":") && strings.Contains(end, prompt)
}
