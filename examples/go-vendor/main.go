// Hands out tickets; its one dependency is vendored.
package main

import (
	"fmt"
	"log"
	"net/http"

	"example.com/numbers"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "ticket %d\n", numbers.Next())
	})
	server := &http.Server{Addr: ":7000"}
	log.Fatal(server.ListenAndServe())
}
