// Notes in SQLite, through a driver that is written in C.
package main

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"os"

	_ "github.com/mattn/go-sqlite3"
)

func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

func main() {
	db, err := sql.Open("sqlite3", env("DATABASE", "file:data/notes.db"))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS notes (text TEXT)"); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if _, err := db.Exec("INSERT INTO notes VALUES (?)", r.URL.Path); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		var count int
		if err := db.QueryRow("SELECT COUNT(*) FROM notes").Scan(&count); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "notes: %d\n", count)
	})
	log.Fatal(http.ListenAndServe(env("LISTEN_ADDR", ":8000"), nil))
}
