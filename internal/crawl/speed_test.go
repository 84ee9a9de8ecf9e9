package crawl

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// speedVariable is set to 1 by who wants the speed to be measured.
const speedVariable = "SIGNET_MEASURE_CRAWL"

// A site of 2000 pages of 20 kB each, and ten pictures that all of them show.
func TestSpeed(t *testing.T) {
	if os.Getenv(speedVariable) != "1" {
		t.Skip(speedVariable + " is not 1")
	}
	const size = 2000
	text := strings.Repeat("<p class=text>Hải Phòng, thành phố Cảng</p>\n", 320)
	address, _ := listening(t, func(w http.ResponseWriter, r *http.Request) {
		var n int
		if _, err := fmt.Sscanf(r.URL.Path, "/p%d", &n); err != nil && r.URL.Path != "/" {
			w.Header().Set("Content-Type", "image/png")
			_, _ = fmt.Fprint(w, png+strings.Repeat("x", 10_000))
			return
		}
		var b strings.Builder
		for i := range 50 {
			fmt.Fprintf(&b, "<a href=/p%d>%d</a>", (n*7+i*i+1)%size, i)
		}
		for i := range 10 {
			fmt.Fprintf(&b, "<img src=/i%d.png>", i)
		}
		sends(b.String()+text)(w, r)
	})
	began, visited := time.Now(), atomic.Int32{}
	s, err := Site(t.Context(), []string{address}, Options{AllowPrivate: true}, func(Resource) error { visited.Add(1); return nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pages, %d resources, %d MB in %s", s.Pages, s.Resources, s.Bytes/1e6, time.Since(began))
	if s.Pages < size || time.Since(began) > 20*time.Second {
		t.Errorf("%+v", s)
	}
}
