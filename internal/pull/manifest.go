package pull

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"signet/domain"
)

// manifestFormat is that of the lists that are understood; fields may be added to it.
const manifestFormat = "signet-bundle/v1"

// manifest is the list of a kit, as far as it is needed.
type manifest struct {
	Format    string    `json:"format"`
	Withdrawn []Version `json:"withdrawn"`
	Files     []File    `json:"files"`
}

// readManifest decodes and checks a list of files from a server.
func readManifest(text []byte) (*manifest, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var m manifest
	if err := decoder.Decode(&m); err != nil {
		return nil, invalidManifest("%s", plain(err.Error()))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, invalidManifest("something follows its end")
	}
	if m.Format != manifestFormat {
		return nil, invalidManifest("its format is %q, and not %q", m.Format, manifestFormat)
	}
	for i := range m.Files {
		m.Files[i].AsOf = time.Time{} // that is ours to say
	}
	if err := checkFiles(m.Files, invalidManifest); err != nil {
		return nil, err
	}
	for _, v := range m.Withdrawn {
		if _, err := domain.ParseKey(v.Item); err != nil || v.Number < 1 {
			return nil, invalidManifest("it names a version that can't be")
		}
	}
	return &m, nil
}
