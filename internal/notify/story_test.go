package notify_test

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
)

// do runs a command that nothing speaks against.
func do[S any](w *world, d domain.Decider[S], c domain.Command[S], by domain.Actor) eventlog.Position {
	w.t.Helper()
	result, err := commands.Run(context.Background(), w.runner, d, c, commands.Request{Actor: by})
	if err != nil {
		w.t.Fatalf("%T: %v", c, err)
	}
	return result.Position
}

// hook registers a webhook of an agency, at the host of a name.
func (w *world) hook(name, agency string, topics ...domain.Topic) uuid.UUID {
	w.t.Helper()
	if len(topics) == 0 {
		topics = domain.Topics
	}
	id := uuid.NewSHA1(uuid.Nil, []byte(name))
	do(w, domain.Webhooks, domain.RegisterWebhook{Webhook: id, Agency: agency, URL: "https://" + name + "/in", Topics: topics}, operator)
	return id
}

// draft writes the next version of a slogan.
func (w *world) draft(key, text string) {
	w.t.Helper()
	if state, _, err := commands.Load(context.Background(), w.log, domain.Items, domain.ItemStream(key)); err != nil {
		w.t.Fatal(err)
	} else if !state.Exists {
		do(w, domain.Items, domain.RegisterItem{Key: key, Kind: domain.Slogan, Public: true}, lan)
	}
	do(w, domain.Items, domain.DraftVersion{Key: key, Content: domain.Content{Units: []domain.Unit{
		{ID: "name", Role: domain.UnitName, Text: domain.Texts{"vi": "Tên"}},
		{ID: "slogan", Role: domain.UnitSlogan, Text: domain.Texts{"vi": text}},
	}}}, lan)
}

// approve brings a new version of a slogan to its approval.
func (w *world) approve(key string, version int, e domain.Effective) {
	w.t.Helper()
	w.draft(key, fmt.Sprint("Biển mở ", version))
	do(w, domain.Items, domain.SubmitVersion{Key: key, Version: version, Effective: e}, lan)
	do(w, domain.Items, domain.SignVersion{Key: key, Version: version}, binh)
	do(w, domain.Items, domain.SignVersion{Key: key, Version: version}, hoa)
}
