// Package pivcard is both ends of the conversation with a PIV smart card: a
// card in software, and the one small client that speaks to it and to real
// cards.
//
// # The conversation
//
// A host sends command APDUs, a card answers each with a response APDU (ISO
// 7816-4). A command is a header of four bytes and, if there is data, its
// length and the data:
//
//	CLA INS P1 P2 [Lc data] [Le]
//	00  20  00 80  08 31 32 33 34 35 36 FF FF    VERIFY, PIN 123456
//
// A response is data and a status word of two bytes: 9000 is success, 63Cx a
// wrong PIN with x tries left, 6982 a security condition that does not hold.
// Data longer than 255 bytes travels as a chain of commands with CLA 10; an
// answer longer than 256 bytes ends in 61xx and is fetched with GET RESPONSE.
//
// # The applet
//
// PIV (NIST SP 800-73-4, with the extensions of the YubiKey) holds a private
// key in each of several slots; this project signs with slot 9c, "digital
// signature". Three secrets guard it: the PIN (needed to sign), the PUK
// (unblocks a PIN) and the management key (needed to write). Each slot's key
// has a PIN policy and a touch policy, fixed when the key is generated, and
// the card attests them: it signs a certificate that names the key, its
// policies and the card's serial number with the key in slot F9.
//
// # The two ends
//
// [Card] models the persistent and the volatile state of such a card and
// answers any bytes whatever. [Client] speaks over a [Transport]; everything
// it asks of a card is asked inside [Client.Transaction], so that serial
// number, key, PIN and signature belong to one card and one moment. A card's
// answer is read strictly and never believed further than its shape: who needs
// to know whether a signature is right verifies it.
//
// The card in software is for rehearsals and tests. Its attestations chain to
// [RehearsalRoot], whose private key everybody has.
package pivcard
