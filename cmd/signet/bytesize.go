package main

import (
	"errors"
	"strconv"
	"strings"
)

// byteSize is the value of a flag: a number of bytes, with KiB, MiB or GiB behind
// it for powers of 1024.
type byteSize int64

var byteUnits = []struct {
	name  string
	bytes int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}}

// Type names the value in a verb's help.
func (b *byteSize) Type() string { return "size" }

// String writes the size in the greatest unit of which it is a whole number.
func (b *byteSize) String() string {
	for _, u := range byteUnits {
		if int64(*b)%u.bytes == 0 && int64(*b) >= u.bytes {
			return strconv.FormatInt(int64(*b)/u.bytes, 10) + u.name
		}
	}
	return strconv.FormatInt(int64(*b), 10)
}

// Set reads a size between 1 byte and 64 GiB.
func (b *byteSize) Set(s string) error {
	for _, u := range byteUnits {
		digits, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 1 || n > 64<<30/u.bytes {
			break
		}
		*b = byteSize(n * u.bytes)
		return nil
	}
	return errors.New("a size is a whole number of bytes, KiB, MiB or GiB, up to 64GiB")
}
