package esdbtest

import (
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that is wrapped
	"google.golang.org/grpc/mem"
)

// raw is an answer that was encoded when the event was written.
type raw []byte

// rawCodec is the codec of protocol buffers that also takes raw answers: it
// copies them into buffers that are used again.
type rawCodec struct{}

// Marshal implements encoding.CodecV2.
func (rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	if message, ok := v.(*raw); ok {
		return mem.BufferSlice{mem.Copy(*message, mem.DefaultBufferPool())}, nil
	}
	return encoding.GetCodecV2("proto").Marshal(v)
}

// Unmarshal implements encoding.CodecV2.
func (rawCodec) Unmarshal(data mem.BufferSlice, v any) error {
	return encoding.GetCodecV2("proto").Unmarshal(data, v)
}

// Name implements encoding.CodecV2.
func (rawCodec) Name() string { return "proto" }
