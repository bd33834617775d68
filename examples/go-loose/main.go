// A job in a single file, without a module.
package main

import "fmt"

func main() {
	sum := 0
	for number := 1; number <= 100; number++ {
		sum += number
	}
	fmt.Println("the sum is", sum)
}
