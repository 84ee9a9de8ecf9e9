package resvg

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// The module was made by wasm-bindgen for JavaScript: it keeps values of its
// host by number, and imports the functions of module "wbg" to make and read
// them. These are answers to the ones that drawing without fonts takes; the
// others end the call.

// Numbers below firstObject are constants of JavaScript, of which undefined is
// the only one that comes up.
const firstObject = 132

// host is what the module believes to be JavaScript, for one rendering.
type host struct {
	objects map[uint32]any
	next    uint32
}

// The kinds of objects that come up.
type (
	memoryObject struct{}                  // WebAssembly.Memory, or its buffer
	viewObject   struct{ at, size uint32 } // Uint8Array on the memory
	bytesObject  []byte                    // Uint8Array of its own
	errorObject  string                    // Error
	textObject   string                    // a string
)

type hostKey struct{}

// errGlue is for a module that asks for what it is not given.
var errGlue = errors.New("the renderer asked for an unknown object")

func newHost() *host {
	return &host{objects: map[uint32]any{}, next: firstObject}
}

func (h *host) add(object any) uint32 {
	h.next++
	h.objects[h.next] = object
	return h.next
}

func (h *host) take(number uint32) any {
	object := h.objects[number]
	delete(h.objects, number)
	return object
}

// answer is an imported function: it takes its parameters from the stack and
// leaves its result there.
type answer func(ctx context.Context, h *host, mod api.Module, stack []uint64) error

// imported describes the functions with an answer; all parameters are 32-bit
// integers.
var imported = map[string]answer{
	"__wbindgen_memory": func(_ context.Context, h *host, _ api.Module, stack []uint64) error {
		stack[0] = uint64(h.add(memoryObject{}))
		return nil
	},
	"__wbg_buffer_12d079cc21e14bdb": func(_ context.Context, h *host, _ api.Module, stack []uint64) error {
		stack[0] = uint64(h.add(memoryObject{}))
		return nil
	},
	"__wbg_newwithbyteoffsetandlength_aa4a17c33a06e5cb": func(_ context.Context, h *host, _ api.Module, stack []uint64) error {
		stack[0] = uint64(h.add(viewObject{at: uint32(stack[1]), size: uint32(stack[2])}))
		return nil
	},
	"__wbg_new_63b92bc8671ed464": copyBytes,
	"__wbindgen_string_get":      getString,
	"__wbindgen_string_new":      makeString,
	"__wbg_new_28c511d9baebfa89": makeError,
	"__wbindgen_throw":           throw,
	"__wbindgen_object_drop_ref": func(_ context.Context, h *host, _ api.Module, stack []uint64) error {
		h.take(uint32(stack[0]))
		return nil
	},
	"__wbg_instanceof_Uint8Array_2b3bbecd033d19f6": func(_ context.Context, h *host, _ api.Module, stack []uint64) error {
		_, isBytes := h.objects[uint32(stack[0])].(bytesObject)
		stack[0] = 0
		if isBytes {
			stack[0] = 1
		}
		return nil
	},
}

// copyBytes is new Uint8Array(view): the pixels leave the module.
func copyBytes(_ context.Context, h *host, mod api.Module, stack []uint64) error {
	view, ok := h.objects[uint32(stack[0])].(viewObject)
	if !ok {
		return errGlue
	}
	inside, ok := mod.Memory().Read(view.at, view.size)
	if !ok {
		return errGlue
	}
	stack[0] = uint64(h.add(bytesObject(append([]byte(nil), inside...))))
	return nil
}

// getString writes a string into the module's memory, and its place and length
// to where the module asks.
func getString(ctx context.Context, h *host, mod api.Module, stack []uint64) error {
	result := uint32(stack[0])
	var at, size uint32
	if text, ok := h.objects[uint32(stack[1])].(textObject); ok {
		var err error
		if at, err = pass(ctx, mod, string(text)); err != nil {
			return err
		}
		size = uint32(len(text))
	}
	if !mod.Memory().WriteUint32Le(result, at) || !mod.Memory().WriteUint32Le(result+4, size) {
		return errGlue
	}
	return nil
}

func makeString(_ context.Context, h *host, mod api.Module, stack []uint64) error {
	text, ok := mod.Memory().Read(uint32(stack[0]), uint32(stack[1]))
	if !ok {
		return errGlue
	}
	stack[0] = uint64(h.add(textObject(text)))
	return nil
}

func makeError(_ context.Context, h *host, mod api.Module, stack []uint64) error {
	text, ok := mod.Memory().Read(uint32(stack[0]), uint32(stack[1]))
	if !ok {
		return errGlue
	}
	stack[0] = uint64(h.add(errorObject(text)))
	return nil
}

func throw(_ context.Context, _ *host, mod api.Module, stack []uint64) error {
	text, _ := mod.Memory().Read(uint32(stack[0]), uint32(stack[1]))
	return fmt.Errorf("the renderer failed: %q", text)
}

// pass copies a text into memory that the module allocates, and will free.
func pass(ctx context.Context, mod api.Module, text string) (uint32, error) {
	result, err := mod.ExportedFunction("__wbindgen_malloc").Call(ctx, uint64(len(text)), 1)
	if err != nil {
		return 0, err
	}
	at := uint32(result[0])
	if !mod.Memory().WriteString(at, text) {
		return 0, errGlue
	}
	return at, nil
}

// instantiateHost gives the runtime a module "wbg" with all that compiled
// imports.
func instantiateHost(ctx context.Context, runtime wazero.Runtime, compiled wazero.CompiledModule) error {
	builder := runtime.NewHostModuleBuilder("wbg")
	for _, function := range compiled.ImportedFunctions() {
		_, name, _ := function.Import()
		known, ok := imported[name]
		if !ok {
			known = func(context.Context, *host, api.Module, []uint64) error {
				return fmt.Errorf("%w: %s", errGlue, name)
			}
		}
		call := func(ctx context.Context, mod api.Module, stack []uint64) {
			h, ok := ctx.Value(hostKey{}).(*host)
			if !ok {
				panic(errGlue)
			}
			// A panic here is how wazero ends a call: it becomes its error.
			if err := known(ctx, h, mod, stack); err != nil {
				panic(err)
			}
		}
		builder.NewFunctionBuilder().
			WithGoModuleFunction(api.GoModuleFunc(call), function.ParamTypes(), function.ResultTypes()).
			Export(name)
	}
	_, err := builder.Instantiate(ctx)
	return err
}
