package graph

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"signet/domain"
)

const (
	// maxMap is the longest "map" part, in bytes.
	maxMap = 64 << 10
	// maxFiles is how many files one request may carry.
	maxFiles = 20
)

func isMultipart(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "multipart/form-data"
}

// fromMultipart reads a multipart request. A form can be sent from any web site,
// so that only those with a token, which browsers never add by themselves, are
// read; and only if the sender may upload at all.
func (t overHTTP) fromMultipart(w http.ResponseWriter, r *http.Request) (_ *graphql.RawParams, done func(), _ *refusal) {
	if _, err := need(r.Context(), domain.UploadAssets); err != nil {
		told := Tell(err)
		refused := refuse(told.Status, told.Reason, told.Sentence)
		refused.err.Extensions["code"] = told.Code
		return nil, nil, refused
	}
	limit := t.maxUpload + maxBody
	if r.ContentLength > limit {
		return nil, nil, refusedBody(&http.MaxBytesError{Limit: limit})
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, refusedForm("the request is no multipart form")
	}
	f := form{parts: parts}
	if refused := f.read(); refused != nil {
		f.close()
		return nil, nil, refused
	}
	return f.params, f.close, nil
}

func refusedForm(sentence string) *refusal {
	return refuse(http.StatusBadRequest, "invalid_multipart", sentence)
}

// form is a multipart request that is being read.
type form struct {
	parts  *multipart.Reader
	params *graphql.RawParams
	places map[string][]string // by name of the part
	files  []*os.File
}

func (f *form) read() *refusal {
	operations, refused := f.text("operations", maxBody)
	if refused != nil {
		return refused
	}
	if f.params, refused = decodeParams(operations); refused != nil {
		return refused
	}
	places, refused := f.text("map", maxMap)
	if refused != nil {
		return refused
	}
	if decode(places, &f.places) != nil || len(f.places) == 0 || len(f.places) > maxFiles {
		return refusedForm("the part map says for 1 to " + strconv.Itoa(maxFiles) + " files where each belongs, as lists of paths")
	}
	for {
		part, err := f.parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return brokenForm(err)
		}
		if refused := f.file(part); refused != nil {
			return refused
		}
	}
	for name := range f.places {
		return refusedForm("the file " + strconv.Quote(name) + " of the map did not come")
	}
	return nil
}

// text reads the next part, which must have the name.
func (f *form) text(name string, limit int64) ([]byte, *refusal) {
	part, err := f.parts.NextPart()
	switch {
	case errors.Is(err, io.EOF):
		return nil, refusedForm("the form has no part " + name)
	case err != nil:
		return nil, brokenForm(err)
	case part.FormName() != name:
		return nil, refusedForm("the parts come in this order: operations, map, files")
	}
	text, err := io.ReadAll(io.LimitReader(part, limit+1))
	if err != nil {
		return nil, brokenForm(err)
	}
	if int64(len(text)) > limit {
		return nil, refusedBody(&http.MaxBytesError{Limit: limit})
	}
	return text, nil
}

// file keeps a part in a file without a name, and puts it where it belongs.
func (f *form) file(part *multipart.Part) *refusal {
	paths, known := f.places[part.FormName()]
	if !known || len(paths) != 1 {
		return refusedForm("each file belongs to exactly one place of the map")
	}
	delete(f.places, part.FormName())
	kept, err := os.CreateTemp("", "signet-upload-*")
	if err != nil {
		return unavailable()
	}
	f.files = append(f.files, kept)
	size, err := io.Copy(kept, part)
	if err != nil {
		var onDisk *os.PathError
		if errors.As(err, &onDisk) {
			return unavailable()
		}
		return brokenForm(err)
	}
	if _, err := kept.Seek(0, io.SeekStart); err != nil {
		return unavailable()
	}
	upload := graphql.Upload{File: kept, Filename: part.FileName(), Size: size, ContentType: part.Header.Get("Content-Type")}
	if !put(f.params.Variables, paths[0], upload) {
		return refusedForm("the map names no variable that is null: " + strconv.Quote(clipped(paths[0])))
	}
	return nil
}

func (f *form) close() {
	for _, file := range f.files {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}
}

// put replaces the null at a path such as variables.input.file.
func put(variables map[string]any, path string, upload graphql.Upload) bool {
	names := strings.Split(path, ".")
	if names[0] != "variables" || len(names) < 2 {
		return false
	}
	var at any = variables
	for i, name := range names[1:] {
		last := i == len(names)-2
		switch within := at.(type) {
		case map[string]any:
			next, there := within[name]
			if last && there && next == nil {
				within[name] = upload
				return true
			}
			at = next
		case []any:
			n, err := strconv.Atoi(name)
			if err != nil || n < 0 || n >= len(within) {
				return false
			}
			if last && within[n] == nil {
				within[n] = upload
				return true
			}
			at = within[n]
		default:
			return false
		}
	}
	return false
}

func brokenForm(err error) *refusal {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return refusedBody(err)
	}
	return refusedForm("the form stops before its end, or its parts can't be told apart")
}

func unavailable() *refusal {
	refused := refuse(http.StatusInsufficientStorage, "no_space", "there is no space left to take in files")
	refused.err.Extensions["code"] = Unavailable
	return refused
}

func clipped(s string) string {
	if len(s) > 100 {
		return s[:100]
	}
	return s
}
