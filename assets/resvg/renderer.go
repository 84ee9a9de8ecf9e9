package resvg

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed" // the renderer itself
	"fmt"
	"io"
	"sync"

	"github.com/tetratelabs/wazero"
)

//go:embed resvg.wasm.gz
var compressed []byte

// Version changes when the renderer may draw other pixels: that of the npm
// package that it was taken from.
const Version = "resvg-wasm-2.6.2"

// DefaultMemory is the limit of one rendering, in bytes. The largest picture
// takes 64 MiB, and each group with opacity, mask or filter as much again.
const DefaultMemory = 512 << 20

// pageSize is that of WebAssembly.
const pageSize = 64 << 10

// Options says how a Renderer works; the zero value is good.
type Options struct {
	// CacheDir keeps the compiled code between starts, if it is set: then the
	// first picture of a process takes some 50 ms more than the others, and
	// without it some seconds.
	CacheDir string
	// Memory limits one rendering, in bytes; 0 means DefaultMemory.
	Memory int64
}

// Renderer draws SVG files. It may be used by many goroutines at once; the
// caller limits how many.
type Renderer struct {
	options Options
	runtime wazero.Runtime

	// mu guards the rest.
	mu     sync.Mutex
	module wazero.CompiledModule
	cache  wazero.CompilationCache
	closed bool
}

// New returns a renderer. It costs nothing before its first picture or Warm.
func New(options Options) *Renderer {
	if options.Memory <= 0 {
		options.Memory = DefaultMemory
	}
	return &Renderer{options: options}
}

// Warm compiles the renderer, so that the first picture does not wait for it.
func (r *Renderer) Warm(ctx context.Context) error {
	_, err := r.compiled(ctx)
	return err
}

// Close gives back what was compiled. Pictures in the making fail.
func (r *Renderer) Close(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	if r.module == nil {
		return nil
	}
	r.module = nil
	err := r.runtime.Close(ctx)
	if r.cache != nil {
		if e := r.cache.Close(ctx); err == nil {
			err = e
		}
	}
	return err
}

// compiled returns the module, which it compiles once. A caller whose context
// ends does not stop it for the others.
func (r *Renderer) compiled(ctx context.Context) (wazero.CompiledModule, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, fmt.Errorf("%w: the renderer is closed", ErrNotDrawn)
	}
	if r.module != nil {
		return r.module, nil
	}
	if err := r.compile(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("preparing the SVG renderer: %w", err)
	}
	return r.module, nil
}

func (r *Renderer) compile(ctx context.Context) (err error) {
	code, err := decompress()
	if err != nil {
		return err
	}
	config := wazero.NewRuntimeConfig().
		WithMemoryLimitPages(uint32(r.options.Memory / pageSize)).
		WithCloseOnContextDone(true)
	if r.options.CacheDir != "" {
		if r.cache, err = wazero.NewCompilationCacheWithDir(r.options.CacheDir); err != nil {
			return err
		}
		config = config.WithCompilationCache(r.cache)
	}
	runtime := wazero.NewRuntimeWithConfig(ctx, config)
	module, err := runtime.CompileModule(ctx, code)
	if err == nil {
		err = instantiateHost(ctx, runtime, module)
	}
	if err != nil {
		// What is wrong has been found; closing adds nothing.
		_ = runtime.Close(ctx)
		return err
	}
	r.runtime, r.module = runtime, module
	return nil
}

func decompress() ([]byte, error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(unpacked)
}
