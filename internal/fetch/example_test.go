package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"testing/fstest"

	"github.com/rootmoot/rootmoot/internal/fetch"
)

// A walk along a chain ends where the server says that there is no more.
func Example() {
	files := fstest.MapFS{
		"tuf/1.root.json": {Data: []byte("one")},
		"tuf/2.root.json": {Data: []byte("two")},
	}
	web := httptest.NewServer(http.FileServerFS(files))
	defer web.Close()

	server, err := fetch.Open(web.URL+"/tuf", fetch.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	for n := 1; ; n++ {
		raw, err := server.Read(context.Background(), fmt.Sprintf("%d.root.json", n), 512_000)
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Println("up to date at version", n-1)
			return
		}
		if err != nil {
			fmt.Println("not known whether there is more:", err)
			return
		}
		fmt.Printf("%d: %s\n", n, raw)
	}
	// Output:
	// 1: one
	// 2: two
	// up to date at version 2
}
