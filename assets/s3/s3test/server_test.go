package s3test_test

import (
	"net/http"
	"os"
	"testing"

	"signet/assets/s3/s3test"
	"signet/internal/testneeds"
)

func TestAServerAnswersUntilItIsStoppedAndAgainAfterwards(t *testing.T) {
	server := s3test.Start(t, testneeds.Missing)
	if !answers(t, server) {
		t.Fatal("it does not answer")
	}
	server.Stop()
	server.Stop()
	if answers(t, server) {
		t.Fatal("it answers after it was stopped")
	}
	server.Restart()
	if !answers(t, server) {
		t.Fatal("it does not answer again")
	}
	if info, err := os.Stat(server.Path("", "")); err != nil || !info.IsDir() {
		t.Fatalf("there is no folder of buckets: %v", err)
	}
}

func answers(t *testing.T, server *s3test.Server) bool {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+server.Endpoint+"/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return true
}
