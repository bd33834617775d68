// Makes the package `names` of the table of colours.
package main

import (
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	table, err := os.Open("colours.csv")
	if err != nil {
		log.Fatal(err)
	}
	rows, err := csv.NewReader(table).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	var source strings.Builder
	source.WriteString("package names\n\nvar Codes = map[string]string{\n")
	for _, row := range rows {
		fmt.Fprintf(&source, "\t%q: %q,\n", row[0], row[1])
	}
	source.WriteString("}\n")
	if err := os.MkdirAll("names", 0o755); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("names/names.go", []byte(source.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}
