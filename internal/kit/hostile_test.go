package kit

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"signet/domain"
	"signet/internal/testneeds"
)

// No YAML of the largest size may cost more than this, many times what it takes.
const (
	hostileTime  = 20 * time.Second
	hostileBytes = 400 << 20 // allocated in all, not at once
)

func TestHostileYAMLIsCheap(t *testing.T) {
	testneeds.PlainInCI(t)
	for _, piece := range []string{
		"[", "- ", "? ", "{a: ", "a: b\n", "!", "&a ", "\"\\x41", "# c\n", "[a,", ": ", "\t", "\n", "x", "---\n",
	} {
		t.Run(piece, func(t *testing.T) {
			body := []byte(strings.Repeat(piece, MaxFileBytes/len(piece)))
			if strings.ContainsAny(piece, "\n,") { // as many as are let through, the rest in one text
				body = []byte(strings.Repeat(piece, MaxFileParts))
				body = append(body, strings.Repeat("x", MaxFileBytes-len(body))...)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			var d document
			if _, err := decode(rootFile, body, &d); domain.AsError(err) == nil {
				t.Errorf("%v", err)
			}
			runtime.ReadMemStats(&after)
			if took, cost := time.Since(start), after.TotalAlloc-before.TotalAlloc; took > hostileTime || cost > hostileBytes {
				t.Errorf("it took %s and %d MB", took, cost>>20)
			} else {
				t.Logf("%s, %d MB", took, cost>>20)
			}
		})
	}
}
