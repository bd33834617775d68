// A clock: the server carries the front end that is built from `ui`.
package main

import (
	"log"
	"net/http"
	"time"

	"example.com/clock/ui"
)

func main() {
	http.Handle("/", http.FileServerFS(ui.Files()))
	http.HandleFunc("/now", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(time.Now().Format(time.RFC3339)))
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
