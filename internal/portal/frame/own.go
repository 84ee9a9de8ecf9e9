package frame

import "embed"

//go:embed pages static
var own embed.FS

// ownFile is a file of the folder static.
func ownFile(name string) string { return ownPage("static/" + name) }

func ownPage(name string) string {
	text, err := own.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}
