package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"signet/domain"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 64, 48))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a picture that says of itself that it has 40,000 × 40,000 pixels.
func bomb(t *testing.T) []byte {
	t.Helper()
	b := picture(t)
	header := b[12:29] // IHDR and its 13 bytes
	binary.BigEndian.PutUint32(header[4:], 40_000)
	binary.BigEndian.PutUint32(header[8:], 40_000)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(header))
	return b
}

func (r *registry) blobs() int {
	r.t.Helper()
	n := 0
	for _, err := range r.store.List(context.Background()) {
		if err != nil {
			r.t.Fatal(err)
		}
		n++
	}
	return n
}

func TestUploads(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	before := r.blobs()
	for _, test := range []struct {
		name   string
		role   domain.Role
		body   []byte
		status int
		want   string
	}{
		{"nobody", "", picture(t), 401, "UNAUTHENTICATED unauthenticated"},
		{"a designer", domain.RoleDesigner, picture(t), 403, "FORBIDDEN not_permitted"},
		{"nothing", domain.RoleAuthor, nil, 415, "BAD_USER_INPUT unsupported_media"},
		{"a page", domain.RoleAuthor, []byte("<!DOCTYPE html><html><body>logo.png</body></html>"), 415, "BAD_USER_INPUT unsupported_media"},
		{"a bomb", domain.RoleAuthor, bomb(t), 422, "BAD_USER_INPUT too_many_pixels"},
		{"a torn picture", domain.RoleAuthor, picture(t)[:60], 422, "BAD_USER_INPUT broken_image"},
		{"too much", domain.RoleAuthor, append(picture(t), make([]byte, 1<<20)...), 413, "BAD_USER_INPUT too_large"},
		{"a drawing that runs", domain.RoleAuthor, []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>`), 422, "BAD_USER_INPUT unsafe_svg"},
	} {
		a := r.ask("POST", "/files", test.role, bytes.NewReader(test.body), "Content-Type", "image/png")
		if a.status != test.status || a.problem() != test.want {
			t.Errorf("%s: %d %s, want %d %s", test.name, a.status, a.body, test.status, test.want)
		}
	}
	// Without a length, the limit is found while reading.
	if a := r.ask("POST", "/files", domain.RoleAuthor, io.LimitReader(zeros{}, 8<<20)); a.status != 413 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if n := r.blobs(); n != before {
		t.Errorf("%d blobs were kept", n-before)
	}
	a := r.ask("POST", "/files", domain.RoleAuthor, bytes.NewReader(picture(t)))
	var made struct {
		Digest, MediaType   string
		Size, Width, Height int
	}
	if err := json.Unmarshal(a.body, &made); err != nil || a.status != 201 || made.MediaType != "image/png" || made.Width != 64 || made.Height != 48 || len(made.Digest) != 64 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if n := r.blobs(); n != before+1 {
		t.Errorf("%d blobs were added", n-before)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestAStoppedUploadLeavesNothing(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	before := r.blobs()
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(r.url, "http://"), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	body := picture(t)
	if _, err := fmt.Fprintf(conn, "POST /files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", r.tokens[domain.RoleAuthor], len(body), body[:len(body)/2]); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	status, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.Contains(status, " 400 ") {
		t.Errorf("%q, %v", status, err)
	}
	if n := r.blobs(); n != before {
		t.Errorf("%d blobs were kept", n-before)
	}
}

// Who may not upload is told before the body is sent.
func TestABodyIsNotReadFromWhoMayNotUpload(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(r.url, "http://"), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	status, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.Contains(status, " 401 ") {
		t.Errorf("%q, %v", status, err)
	}
}
