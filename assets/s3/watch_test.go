package s3

import (
	"context"
	"errors"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/minio/minio-go/v7"

	"signet/assets"
)

func TestACallMayTakeAnyTimeWhileItGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := watch{patience: 15 * time.Second}.over(t.Context(), func(ctx context.Context, progress func()) error {
			for range 1000 {
				select {
				case <-time.After(14 * time.Second):
					progress()
				case <-ctx.Done():
					return fromRemote(ctx.Err())
				}
			}
			return nil
		})
		if err != nil {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

func TestACallWithoutProgressEndsWithPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := watch{patience: 15 * time.Second}.over(t.Context(), func(ctx context.Context, _ func()) error {
			<-ctx.Done()
			return fromRemote(ctx.Err())
		})
		isAway(t, err, ErrUnreachable)
		if took := time.Since(began); took != 15*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestTheCallersContextIsTheCallersError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := watch{patience: 15 * time.Second}.over(ctx, func(ctx context.Context, _ func()) error {
			<-ctx.Done()
			return fromRemote(ctx.Err())
		})
		if err != context.DeadlineExceeded { //nolint:errorlint // nothing else may be in it
			t.Errorf("got %v", err)
		}
	})
}

func TestWhatIsTriedAgain(t *testing.T) {
	answer := func(status int, code string) error {
		return fromRemote(minio.ErrorResponse{StatusCode: status, Code: code})
	}
	for title, c := range map[string]struct {
		err  error
		made int
		want error
	}{
		"a lost connection":        {fromRemote(syscall.ECONNRESET), attempts, ErrUnreachable},
		"an overloaded server":     {answer(http.StatusServiceUnavailable, "SlowDown"), attempts, ErrUnreachable},
		"a failing server":         {answer(http.StatusInternalServerError, "Odd"), attempts, ErrUnreachable},
		"too many requests":        {answer(http.StatusTooManyRequests, "Odd"), attempts, ErrUnreachable},
		"bytes damaged en route":   {answer(http.StatusBadRequest, minio.BadDigest), attempts, ErrRefused},
		"damaged bytes":            {assets.ErrCorrupt, 2, assets.ErrCorrupt},
		"no such blob":             {answer(http.StatusNotFound, minio.NoSuchKey), 1, assets.ErrNotFound},
		"no such bucket":           {answer(http.StatusNotFound, minio.NoSuchBucket), 1, ErrBucketMissing},
		"a wrong key":              {answer(http.StatusForbidden, "Odd"), 1, ErrAccessDenied},
		"another region":           {answer(http.StatusMovedPermanently, "PermanentRedirect"), 1, ErrWrongRegion},
		"not done there":           {answer(http.StatusNotImplemented, minio.NotImplemented), 1, assets.ErrUnavailable},
		"a full server":            {answer(http.StatusInsufficientStorage, "XMinioStorageFull"), 1, assets.ErrNoSpace},
		"a full quota":             {answer(http.StatusForbidden, "QuotaExceeded"), 1, assets.ErrNoSpace},
		"a blob that is too large": {answer(http.StatusBadRequest, minio.EntityTooLarge), 1, assets.ErrTooLarge},
		"a full local disk":        {syscall.ENOSPC, 1, assets.ErrNoSpace},
		"a broken local disk":      {syscall.EIO, 1, syscall.EIO},
	} {
		t.Run(title, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				made, began := 0, time.Now()
				err := watch{patience: 15 * time.Second}.over(t.Context(), func(context.Context, func()) error {
					made++
					return c.err
				})
				if made != c.made || !errors.Is(err, c.want) {
					t.Errorf("made %d times, then %v; want %d, %v", made, err, c.made, c.want)
				}
				if took := time.Since(began); made > 2 && (took < 700*time.Millisecond || took > 1400*time.Millisecond) {
					t.Errorf("the pauses took %v", took)
				}
			})
		})
	}
}
