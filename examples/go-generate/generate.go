// Package colours knows the codes of colours.
package colours

//go:generate go run ./gen
