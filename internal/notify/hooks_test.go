package notify_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/notify"
	"signet/internal/webhooks"
)

// signedBy tells with which secrets of a webhook a message was signed.
func (w *world) signedBy(a arrival, id uuid.UUID, generations ...int) {
	w.t.Helper()
	for generation := 1; generation <= 3; generation++ {
		want := false
		for _, g := range generations {
			want = want || g == generation
		}
		err := webhooks.Verify(w.notifier.Secret(id, generation), a.header, a.raw, a.at, time.Minute)
		if (err == nil) != want {
			w.t.Errorf("signed with secret %d: %v, want %v", generation, err, generations)
		}
	}
}

func TestAMessageIsSignedWithTheOldSecretTooForADay(t *testing.T) {
	story(t, func(w *world) {
		id := w.hook("culture", culture, domain.TopicApproved)
		say := func(key string) arrival {
			w.t.Helper()
			w.approve(key, 1, domain.Effective{})
			w.settle()
			return w.hears("culture", "version.approved "+key+"/1")[0]
		}
		w.signedBy(say("one"), id, 1)
		do(w, domain.Webhooks, domain.RotateWebhookSecret{Webhook: id, Agency: culture}, operator)
		rotated := w.clock()
		w.settle()
		w.signedBy(say("two"), id, 1, 2)
		w.leap(rotated.Add(24*time.Hour).Sub(w.clock()) - time.Minute)
		w.signedBy(say("three"), id, 1, 2)
		w.pass(time.Minute)
		w.pass(time.Minute)
		w.signedBy(say("four"), id, 2)
		do(w, domain.Webhooks, domain.RotateWebhookSecret{Webhook: id, Agency: culture}, operator)
		w.settle()
		w.signedBy(say("five"), id, 2, 3)
		if w.notifier.Secret(id, 1) == w.notifier.Secret(uuid.New(), 1) {
			t.Error("two webhooks have one secret")
		}
	})
}

func TestARemovedWebhookIsToldNothing(t *testing.T) {
	story(t, func(w *world) {
		id := w.hook("culture", culture)
		w.hook("party", party, domain.TopicApproved)
		w.answers(always(500))
		w.approve("slogan", 1, domain.Effective{})
		w.settle()
		w.hears("culture", "version.approved slogan/1")
		w.hears("party", "version.approved slogan/1")
		w.answers(always(200))
		do(w, domain.Webhooks, domain.RemoveWebhook{Webhook: id, Agency: culture}, operator)
		w.settle()
		w.approve("slogan", 2, domain.Effective{})
		w.pass(time.Hour)
		w.hears("culture") // not even what it could not take before
		w.hears("party", "version.approved slogan/1", "version.approved slogan/2")
		w.restart()
		w.pass(time.Hour)
		w.hears("culture")
	})
}

func TestANewAddressAndNewTopicsCountAtOnce(t *testing.T) {
	story(t, func(w *world) {
		id := w.hook("culture", culture, domain.TopicApproved)
		w.answers(func(a arrival) int {
			if a.receiver == "culture" {
				return 500
			}
			return 200
		})
		w.approve("slogan", 1, domain.Effective{})
		w.settle()
		first := w.hears("culture", "version.approved slogan/1")[0]
		do(w, domain.Webhooks, domain.ChangeWebhook{Webhook: id, Agency: culture, URL: "https://elsewhere/in", Topics: []domain.Topic{domain.TopicWithdrawn}}, operator)
		w.pass(30 * time.Second)
		w.hears("culture")
		for _, second := range w.hears("elsewhere", "version.approved slogan/1") {
			if second.id != first.id {
				t.Errorf("the same message is %s and %s", first.id, second.id)
			}
		}
		w.approve("slogan", 2, domain.Effective{})
		do(w, domain.Items, domain.WithdrawVersion{Key: "slogan", Version: 2, Reason: "sai"}, hoa)
		w.settle()
		w.hears("elsewhere", "version.withdrawn slogan/2")
	})
}

func TestManyWebhooksAreAllTold(t *testing.T) {
	story(t, func(w *world) {
		const many = 120 // more than a page
		for i := range many {
			w.hook(fmt.Sprint("hook-", i), culture, domain.TopicApproved)
		}
		w.approve("slogan", 1, domain.Effective{})
		w.settle()
		for i := range many {
			w.hears(fmt.Sprint("hook-", i), "version.approved slogan/1")
		}
	})
}

func TestADeliveryIsListedAndSentAgain(t *testing.T) {
	story(t, func(w *world) {
		id := w.hook("culture", culture, domain.TopicApproved)
		w.approve("slogan", 1, domain.Effective{})
		w.settle()
		first := w.hears("culture", "version.approved slogan/1")[0]
		ctx := context.Background()
		list, err := w.notifier.Deliveries(ctx, id, "", 0, 10)
		if err != nil || len(list) != 1 || list[0].MessageID != first.id || list[0].Status != webhooks.Delivered || list[0].Topic != "version.approved" {
			t.Errorf("%+v, %v", list, err)
		}
		if err := w.notifier.Redeliver(ctx, id, first.id); err != nil {
			t.Error(err)
		}
		w.settle()
		if again := w.hears("culture", "version.approved slogan/1")[0]; again.id != first.id || !bytes.Equal(again.raw, first.raw) {
			t.Errorf("%s %s, before %s %s", again.id, again.raw, first.id, first.raw)
		}
		for _, unknown := range []error{w.notifier.Redeliver(ctx, id, "msg_x"), w.notifier.Redeliver(ctx, uuid.New(), first.id)} {
			if refused := domain.AsError(unknown); refused == nil || refused.Code != domain.NotFound || refused.Reason != "unknown_delivery" || refused.Field != "delivery" {
				t.Errorf("%v", unknown)
			}
		}
	})
}

func TestANotifierRefusesWhatIsUnsafe(t *testing.T) {
	if _, err := notify.New(notify.Options{Master: master[:31]}); err == nil {
		t.Error("a short master secret was taken")
	}
	n, err := notify.New(notify.Options{Master: master})
	if err != nil {
		t.Fatal(err)
	}
	for address, reason := range map[string]string{
		"http://city.vn/": "url_scheme", "https://127.0.0.1/": "url_address", "https://a:b@city.vn/": "url_user_info", "https://[::1]/": "url_address",
	} {
		if refused := domain.AsError(n.CheckURL(address)); refused == nil || refused.Code != domain.Invalid || refused.Reason != reason || refused.Field != "url" {
			t.Errorf("%s: %v", address, n.CheckURL(address))
		}
	}
	if err := n.CheckURL("https://city.vn/hooks"); err != nil {
		t.Error(err)
	}
}
