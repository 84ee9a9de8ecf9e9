package rendition

import (
	"context"
	"errors"
	"image"
	"io"
	"slices"

	"signet/assets"
)

// original is an opened original, of which any number of renditions are made.
type original struct {
	assets.Info
	blob        assets.Blob
	orientation assets.Orientation // of a bitmap
	courses     []course           // of a bitmap, one for each Spec
	pyramid     *pyramid           // of a bitmap
	colours     colours            // of a bitmap
	file        []byte             // of an SVG
}

// render is the pure function: the bytes of a rendition.
func (m *Maker) render(ctx context.Context, ref assets.Ref, s Spec) ([]byte, error) {
	o, err := m.open(ctx, ref)
	if err != nil {
		return nil, err
	}
	defer o.blob.Close()
	if err := o.prepare(ctx, s); err != nil {
		return nil, err
	}
	return m.finish(ctx, o, 0, s)
}

// open opens an original and reads its header, no more. The caller closes the
// blob.
func (m *Maker) open(ctx context.Context, ref assets.Ref) (*original, error) {
	blob, err := m.store.Open(ctx, ref)
	if err != nil {
		return nil, err
	}
	info, err := assets.Inspect(ctx, blob, blob.Size())
	if err != nil {
		return nil, errors.Join(err, blob.Close())
	}
	o := &original{Info: info, blob: blob, orientation: 1}
	if info.Media == assets.JPEG {
		o.orientation = assets.ReadOrientation(o.section())
	}
	return o, nil
}

func (o *original) section() *io.SectionReader { return io.NewSectionReader(o.blob, 0, o.blob.Size()) }

// prepare decodes what the specs need, once.
func (o *original) prepare(ctx context.Context, specs ...Spec) (err error) {
	if o.Media == assets.SVG {
		o.file, err = io.ReadAll(o.section())
		return err
	}
	if !o.Media.IsBitmap() {
		return assets.ErrNoRendition
	}
	o.colours = coloursOf(o.Media, o.section())
	stored := o.orientation.Seen(image.Pt(o.Width, o.Height))
	var levels []int
	for _, s := range specs {
		c, err := courseFor(s, stored, o.orientation)
		if err != nil {
			return err
		}
		o.courses = append(o.courses, c)
		levels = append(levels, c.level)
	}
	slices.Sort(levels)
	if o.pyramid, err = decodeLevels(o.Media, o.section(), stored, slices.Compact(levels)); err != nil {
		return err
	}
	return ctx.Err()
}

// finish makes the rendition number i of the prepared ones.
func (m *Maker) finish(ctx context.Context, o *original, i int, s Spec) ([]byte, error) {
	var picture *image.NRGBA
	var err error
	if o.Media == assets.SVG {
		picture, err = m.vector(ctx, o.file, image.Pt(o.Width, o.Height), s)
	} else {
		picture, err = bitmap(ctx, o.pyramid, o.courses[i], o.colours.convert, s)
	}
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	made, err := encode(picture, s)
	if err == nil && o.colours.carry != nil {
		made = withProfile(made, o.colours.carry, s.Format)
	}
	return made, err
}
