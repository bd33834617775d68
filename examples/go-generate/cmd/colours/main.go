// Says the code of a colour.
package main

import (
	"fmt"
	"os"

	"example.com/colours/names"
)

func main() {
	for _, name := range os.Args[1:] {
		code, known := names.Codes[name]
		if !known {
			fmt.Fprintln(os.Stderr, "no colour:", name)
			os.Exit(1)
		}
		fmt.Println(name, code)
	}
}
