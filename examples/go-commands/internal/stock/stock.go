// Package stock knows what is there.
package stock

// Item is a thing and how many of it there are.
type Item struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// All is everything that is there.
func All() []Item {
	return []Item{{Name: "apple", Count: 3}, {Name: "pear", Count: 5}}
}
