package assets

import (
	"bufio"
	"errors"
	"io"
)

var errManyBlocks = errors.New("there are too many blocks before the picture")

// maxBlocks is how many extensions may come before the first frame of a GIF.
const maxBlocks = 1 << 10

// gifFrame walks over a GIF (https://www.w3.org/Graphics/GIF/spec-gif89a.txt)
// to the end of its first frame, the only one that is ever drawn: a file with a
// good header may go on as something else, or end.
func gifFrame(file io.Reader) error {
	r := bufio.NewReader(file)
	var screen [13]byte
	if _, err := io.ReadFull(r, screen[:]); err != nil {
		return errNoEnd
	}
	if _, err := r.Discard(colourTable(screen[10])); err != nil {
		return errNoEnd
	}
	for range maxBlocks {
		kind, err := r.ReadByte()
		if err != nil {
			return errNoEnd
		}
		switch kind {
		case 0x21: // an extension: its label, then data
			if _, err := r.Discard(1); err != nil {
				return errNoEnd
			}
			if err := subBlocks(r); err != nil {
				return err
			}
		case 0x2C:
			return gifImage(r)
		default:
			return errNoHeader
		}
	}
	return errManyBlocks
}

// gifImage reads the descriptor of a frame, which begins with its place, and
// passes over its colours, the size of its codes, and its data.
func gifImage(r *bufio.Reader) error {
	var descriptor [9]byte
	if _, err := io.ReadFull(r, descriptor[:]); err != nil {
		return errNoEnd
	}
	if _, err := r.Discard(colourTable(descriptor[8]) + 1); err != nil {
		return errNoEnd
	}
	return subBlocks(r)
}

// colourTable returns the length of the table that a flags byte announces.
func colourTable(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// subBlocks passes over pieces that begin with their length, to the empty one.
func subBlocks(r *bufio.Reader) error {
	for {
		length, err := r.ReadByte()
		if err != nil {
			return errNoEnd
		}
		if length == 0 {
			return nil
		}
		if _, err := r.Discard(int(length)); err != nil {
			return errNoEnd
		}
	}
}
