// Notes that a file keeps, as a page.
package main

import (
	"flag"
	"html/template"
	"log"
	"net/http"
	"os"
	"strings"

	"example.com/markup"
)

const notesFile = "data/notes.txt"

var version = "unversioned"

func main() {
	listen := flag.String("listen", "127.0.0.1:8400", "the address to listen on")
	flag.Parse()
	if err := os.WriteFile(notesFile, []byte("water the *plants*"), 0o600); err != nil {
		log.Fatal(err)
	}
	page := template.Must(template.ParseGlob("pages/*.html"))
	http.HandleFunc("/", func(answer http.ResponseWriter, _ *http.Request) {
		text, err := os.ReadFile(notesFile)
		if err != nil {
			http.Error(answer, err.Error(), http.StatusInternalServerError)
			return
		}
		var notes []template.HTML
		for _, line := range strings.Split(string(text), "\n") {
			notes = append(notes, markup.HTML(line))
		}
		if err := page.Execute(answer, map[string]any{"Version": version, "Notes": notes}); err != nil {
			log.Print(err)
		}
	})
	log.Fatal(http.ListenAndServe(*listen, nil))
}
