// A guest book: an HTTP server on the standard library, with a template that it reads at run time and a file that it writes.
package main

import (
	"html/template"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

const book = "data/guests.txt"

var mutex sync.Mutex

func guests() []string {
	text, err := os.ReadFile(book)
	if err != nil {
		return nil
	}
	return strings.Fields(string(text))
}

func sign(name string) error {
	mutex.Lock()
	defer mutex.Unlock()
	if err := os.MkdirAll(filepath.Dir(book), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(book, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.WriteString(name + "\n")
	return err
}

func main() {
	page := template.Must(template.ParseFiles("templates/index.html"))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if name := r.URL.Query().Get("name"); name != "" {
			if err := sign(name); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		if err := page.Execute(w, guests()); err != nil {
			log.Print(err)
		}
	})

	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })

	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Printf("listening on port %s", port)
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
