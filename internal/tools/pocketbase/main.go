// Command pocketbase is a PocketBase server for the test that measures signet beside it:
// PocketBase used as a framework, as its documentation shows, with one collection.
//
//	pocketbase fill --dir FOLDER < ROWS
//	pocketbase serve --dir FOLDER --http 127.0.0.1:0
//
// ROWS are JSON objects one after another, as [row] says. The collection "slogans" may be
// read by anybody. Settings are PocketBase's own (SQLite with WAL, no rate limits), but
// requests are not logged, and the page that makes the first superuser is not opened. Serve
// prints the address at which it listens.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
	"github.com/spf13/cobra"
)

const collection = "slogans"

// row is what is in force of an item in one locale. Its record has the id KEY-LOCALE, so
// that it is found in the fastest way that PocketBase has.
type row struct {
	Key        string `json:"key"`
	Number     int    `json:"number"`
	Kind       string `json:"kind"`
	Locale     string `json:"locale"`
	Name       string `json:"name"`
	Text       string `json:"text"`
	ValidFrom  string `json:"validFrom"`  // RFC 3339
	ValidUntil string `json:"validUntil"` // RFC 3339, or empty
}

func main() {
	app := pocketbase.NewWithConfig(pocketbase.Config{HideStartBanner: true})
	app.RootCmd.AddCommand(&cobra.Command{
		Use:  "fill",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return fill(app, cmd.InOrStdin()) },
	})
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.InstallerFunc = nil
		listener, err := net.Listen("tcp", e.Server.Addr)
		if err != nil {
			return err
		}
		e.Listener = listener
		fmt.Printf("http://%s/\n", listener.Addr())
		return e.Next()
	})
	if err := app.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// fill makes the collection with its rows, in one transaction.
func fill(app core.App, rows io.Reader) error {
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	settings := app.Settings()
	settings.Logs.MaxDays = 0 // nothing is logged
	if err := app.Save(settings); err != nil {
		return err
	}
	c := slogans()
	if err := app.Save(c); err != nil {
		return err
	}
	return app.RunInTransaction(func(tx core.App) error {
		decoder := json.NewDecoder(rows)
		for {
			var r row
			if err := decoder.Decode(&r); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			if err := tx.SaveNoValidate(r.record(c)); err != nil {
				return fmt.Errorf("%s: %w", r.Key, err)
			}
		}
	})
}

// slogans is the collection, with the index that answers the list in its order.
func slogans() *core.Collection {
	c := core.NewBaseCollection(collection)
	everybody := types.Pointer("")
	c.ListRule, c.ViewRule = everybody, everybody
	if id, ok := c.Fields.GetByName("id").(*core.TextField); ok {
		id.Min, id.Max, id.Pattern = 0, 0, `^[a-z0-9-]+$`
	}
	c.Fields.Add(
		&core.TextField{Name: "key"},
		&core.NumberField{Name: "number", OnlyInt: true},
		&core.TextField{Name: "kind"},
		&core.TextField{Name: "locale"},
		&core.TextField{Name: "name"},
		&core.TextField{Name: "text"},
		&core.DateField{Name: "valid_from"},
		&core.DateField{Name: "valid_until"},
	)
	c.AddIndex("idx_slogans_kind_locale", false, "kind, locale, key", "")
	return c
}

func (r row) record(c *core.Collection) *core.Record {
	record := core.NewRecord(c)
	for name, value := range map[string]any{
		"id": r.Key + "-" + r.Locale, "key": r.Key, "number": r.Number, "kind": r.Kind, "locale": r.Locale,
		"name": r.Name, "text": r.Text, "valid_from": r.ValidFrom, "valid_until": r.ValidUntil,
	} {
		record.Set(name, value)
	}
	return record
}
