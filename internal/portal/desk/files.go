package desk

import (
	"errors"
	"mime/multipart"

	"signet/assets"
	"signet/graph"
	"signet/internal/portal/frame"
)

// failure is a file that was not taken in.
type failure struct{ Name, Reason, Sentence string }

// receive takes in the files that came with a form, and adds them to what it says.
// Where scripts run they are uploaded by those, one by one, and none comes here.
func receive(v *frame.Visit, c *content) ([]failure, error) {
	if v.MultipartForm == nil {
		return nil, nil
	}
	var failures []failure
	for _, part := range v.MultipartForm.File["files"] {
		if part.Filename == "" {
			continue
		}
		info, err := receiveOne(v, part)
		if err != nil {
			told := graph.Tell(err)
			if told.Code != graph.BadUserInput {
				return nil, err
			}
			failures = append(failures, failure{part.Filename, told.Reason, told.Sentence})
			continue
		}
		f := file{Name: part.Filename, Digest: string(info.Ref), MediaType: string(info.Media), Size: int(info.Size), Width: info.Width, Height: info.Height}
		for _, w := range info.Warnings {
			f.Warnings = append(f.Warnings, w.Sentence)
		}
		f.guess()
		c.Files = append(c.Files, f)
	}
	v.MultipartForm.File = nil // taken once
	return failures, nil
}

func receiveOne(v *frame.Visit, part *multipart.FileHeader) (assets.Info, error) {
	from, err := part.Open()
	if err != nil {
		return assets.Info{}, err
	}
	info, err := v.Site().Receive(v.Context(), from)
	return info, errors.Join(err, from.Close())
}
