package rendition
import ("testing";"bytes";"image/jpeg";"signet/assets")
func BenchmarkProf(b *testing.B) {
	var j bytes.Buffer
	jpeg.Encode(&j, premultiplied(photo(4000,3000)), &jpeg.Options{Quality: 90})
	for _, c := range []struct{n string; m assets.Media; d []byte}{{"jpeg",assets.JPEG,j.Bytes()},{"logo",assets.PNG,pngOf(b, flatLogo(3000))}} {
		w := newWorkshop(b, Options{})
		ref := w.put(b, c.d)
		specs := StandardSpecs(c.m, 4000, Normal)
		b.Run(c.n+"/five", func(b *testing.B) { for b.Loop() { if err := w.together(b.Context(), ref, &batch{specs: specs}); err != nil { b.Fatal(err) } } })
		b.Run(c.n+"/one", func(b *testing.B) { for b.Loop() { if _, err := w.render(b.Context(), ref, specs[2]); err != nil { b.Fatal(err) } } })
	}
}
