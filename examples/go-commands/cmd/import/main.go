// The import job.
package main

import (
	"fmt"

	"example.com/inventory/internal/stock"
)

func main() {
	fmt.Println("items:", len(stock.All()))
}
