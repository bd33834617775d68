// Package money shows amounts.
package money

import "fmt"

// Format shows cents as an amount.
func Format(cents int, currency string) string {
	return fmt.Sprintf("%d.%02d %s", cents/100, cents%100, currency)
}
