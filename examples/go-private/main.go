// Prices, from a module of the company's own, which this repository carries until it is published.
package main

import (
	"fmt"
	"os"

	"example.com/acme/money"
	"github.com/google/uuid"
)

func main() {
	fmt.Println(money.Format(4200, "EUR"), uuid.NameSpaceURL.Version())
	if len(os.Args) > 1 {
		fmt.Println("for", os.Args[1])
	}
}
