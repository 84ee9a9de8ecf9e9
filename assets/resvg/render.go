package resvg

import (
	"context"
	"errors"
	"fmt"
	"image"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// MaxSide is the longest side of a picture, in pixels.
const MaxSide = 4096

// ErrNotDrawn is for a file that the renderer does not accept; it wraps the
// renderer's own reason.
var ErrNotDrawn = errors.New("the SVG can't be drawn")

// Side says which side of a picture has a given length; the other one follows
// from the proportions of the file, rounded up.
type Side string

// The sides.
const (
	Width  Side = "width"
	Height Side = "height"
)

// Render draws an SVG file, which is UTF-8, with one side of length pixels. It
// reads nothing but the file: no fonts are installed, so text is left out, and
// links to other files are not followed.
//
// Each rendering has an instance of its own with a limited memory; a file that
// exceeds it, or that the renderer can't read, is ErrNotDrawn. A context that
// ends stops it in the middle with the context's error. The same file and
// length give the same pixels on every machine.
func (r *Renderer) Render(ctx context.Context, svg []byte, side Side, length int) (*image.RGBA, error) {
	if length < 1 || length > MaxSide || side != Width && side != Height {
		return nil, fmt.Errorf("%w: a side has 1 to %d pixels", ErrNotDrawn, MaxSide)
	}
	compiled, err := r.compiled(ctx)
	if err != nil {
		return nil, err
	}
	h := newHost()
	ctx = context.WithValue(ctx, hostKey{}, h)
	mod, err := r.runtime.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return nil, ended(ctx, err)
	}
	// Closing gives the memory back; there is nothing in it to lose.
	defer func() { _ = mod.Close(context.WithoutCancel(ctx)) }()
	picture, err := (&drawing{ctx: ctx, mod: mod, host: h}).draw(string(svg), side, length)
	if err != nil {
		return nil, ended(ctx, err)
	}
	return picture, nil
}

// ended tells a call that was stopped from one that failed.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ErrNotDrawn, err)
}

// drawing is one rendering.
type drawing struct {
	ctx  context.Context
	mod  api.Module
	host *host
}

func (d *drawing) draw(svg string, side Side, length int) (*image.RGBA, error) {
	options := fmt.Sprintf(`{"fitTo":{"mode":%q,"value":%d},"font":{"loadSystemFonts":false}}`, side, length)
	at, err := pass(d.ctx, d.mod, options)
	if err != nil {
		return nil, err
	}
	document, err := d.result("resvg_new", uint64(d.host.add(textObject(svg))), uint64(at), uint64(len(options)), 0)
	if err != nil {
		return nil, err
	}
	rendered, err := d.result("resvg_render", uint64(document))
	if err != nil {
		return nil, err
	}
	width, err := d.call("renderedimage_width", uint64(rendered))
	if err != nil {
		return nil, err
	}
	height, err := d.call("renderedimage_height", uint64(rendered))
	if err != nil {
		return nil, err
	}
	number, err := d.call("renderedimage_pixels", uint64(rendered))
	if err != nil {
		return nil, err
	}
	pixels, ok := d.host.take(number).(bytesObject)
	if !ok || len(pixels) != 4*int(width)*int(height) {
		return nil, errGlue
	}
	return &image.RGBA{Pix: pixels, Stride: 4 * int(width), Rect: image.Rect(0, 0, int(width), int(height))}, nil
}

// call calls an exported function with one result.
func (d *drawing) call(name string, parameters ...uint64) (uint32, error) {
	result, err := d.mod.ExportedFunction(name).Call(d.ctx, parameters...)
	if err != nil {
		return 0, err
	}
	if len(result) == 0 {
		return 0, nil
	}
	return uint32(result[0]), nil
}

// result calls an exported function that returns a Rust Result: it writes value,
// error and whether it failed to a place that the caller reserves on the
// module's stack.
func (d *drawing) result(name string, parameters ...uint64) (uint32, error) {
	const reserved = 16
	place, err := d.call("__wbindgen_add_to_stack_pointer", api.EncodeI32(-reserved))
	if err != nil {
		return 0, err
	}
	if _, err := d.call(name, append([]uint64{uint64(place)}, parameters...)...); err != nil {
		return 0, err
	}
	var fields [3]uint32
	for i := range fields {
		field, ok := d.mod.Memory().ReadUint32Le(place + uint32(4*i))
		if !ok {
			return 0, errGlue
		}
		fields[i] = field
	}
	if _, err := d.call("__wbindgen_add_to_stack_pointer", reserved); err != nil {
		return 0, err
	}
	if fields[2] != 0 {
		reason, ok := d.host.take(fields[1]).(errorObject)
		if !ok {
			return 0, errGlue
		}
		return 0, errors.New(string(reason))
	}
	return fields[0], nil
}
