// Greets in many languages: a command-line tool that carries its data along.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"strings"
)

//go:embed greetings.txt
var greetings string

func main() {
	language := flag.String("language", "en", "language to greet in")
	flag.Parse()
	for _, line := range strings.Split(greetings, "\n") {
		if code, greeting, found := strings.Cut(line, " "); found && code == *language {
			fmt.Printf("%s, %s!\n", greeting, strings.Join(flag.Args(), " and "))
			return
		}
	}
	fmt.Fprintf(os.Stderr, "greet: no greeting in %q\n", *language)
	os.Exit(1)
}
