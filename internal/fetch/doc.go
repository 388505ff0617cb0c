// Package fetch reads files by name from a folder on a web server.
//
// A consumer of roots walks a chain: it asks for version N+1 until there is
// none. So everything hangs on what "none" is. A server that says so makes the
// consumer up to date; a server that could not be asked proves nothing, and
// taking the one for the other leaves people on an old root, or stops them
// where they could go on. An answer is therefore one of four:
//
//	200 and the whole body   the bytes
//	404, 410, 403            an error that is [fs.ErrNotExist]
//	more than was wanted     a [*TooLargeError]
//	anything else            could not be asked: why, how often, what to do
//
// 403 stands there because object stores give it for a name that they do not
// have, unless the asker may list the folder; python-tuf and go-tuf take it so
// too (ngclient/updater.py: _load_root; metadata/updater: loadRoot). Only the
// server's own word counts. What a proxy answers for itself, when it is asked
// for a tunnel, says nothing about a file.
//
// The bytes are believed by nobody before their signatures are checked. What
// https adds is that an onlooker can neither see nor choose which true but old
// answer a consumer gets. So there is no way around it, except on this machine,
// or where the caller says that plain http will do; a redirect never leads out
// of it. Whoever runs the server can still withhold N+1: that shows when the
// root expires.
//
// Servers may be slow, broken or hostile. Sizes are bounded, of headers too,
// before and while they are read. Each try has an end, however slowly bytes
// drip. Nothing is decompressed. A body that ends too early is no file; nor is
// one that only the end of the connection would end, since whoever cuts it ends
// it too, and crypto/tls does not mind. What may pass (a lost connection, 408,
// 429, 500, 502, 503, 504) is asked again, up to three times in all; what will
// not (a stranger's certificate, a refusal) is not.
//
// Nothing about the asker leaves the machine but its address, the name of the
// file and the words "rootmoot" and "identity": no credentials from anywhere,
// no cookies, no Referer. A proxy is taken from the environment, as everywhere
// ([http.ProxyFromEnvironment]), and its password goes to the proxy alone and
// into no message. HTTP/1.1 is all that is spoken: files that are asked for one
// after another gain nothing from more, and it is the least that can go wrong.
package fetch
