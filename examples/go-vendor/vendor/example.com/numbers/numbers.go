// Package numbers hands out numbers, each once.
package numbers

import "sync/atomic"

var last atomic.Int64

// Next is a number that nobody had before.
func Next() int64 {
	return last.Add(1)
}
