// Package markup turns stars into emphasis.
package markup

import (
	"html"
	"html/template"
	"regexp"
)

var stars = regexp.MustCompile(`\*([^*]+)\*`)

// HTML is text with *stars* as emphasis, safe to show.
func HTML(text string) template.HTML {
	return template.HTML(stars.ReplaceAllString(html.EscapeString(text), "<em>$1</em>"))
}
