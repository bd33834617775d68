// A server that uses a module beside it.
package main

import (
	"fmt"
	"log"
	"net/http"

	"example.com/greeting"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, greeting.For(r.URL.Query().Get("name")))
	})
	log.Fatal(http.ListenAndServe(":8081", mux))
}
