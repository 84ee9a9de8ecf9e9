package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// settled are the values that the flags of a verb get.
type settled struct {
	data, listen string
	count        int
	tags         []string
}

// settleWith settles a verb's flags: from its arguments, the environment, and a file.
func settleWith(t *testing.T, args []string, environment map[string]string, file string) (settled, error) {
	t.Helper()
	for name, value := range environment {
		t.Setenv(name, value)
	}
	var s settled
	root := &cobra.Command{Use: "x", SilenceErrors: true, SilenceUsage: true, PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return settle(cmd) }}
	root.PersistentFlags().String(configFlag, "", "")
	verb := &cobra.Command{Use: "verb", RunE: func(*cobra.Command, []string) error { return nil }}
	verb.Flags().StringVar(&s.data, "data", "default", "")
	verb.Flags().StringVar(&s.listen, "listen-on", "default", "")
	verb.Flags().IntVar(&s.count, "count", 1, "")
	verb.Flags().StringSliceVar(&s.tags, "tag", nil, "")
	another := &cobra.Command{Use: "another", RunE: verb.RunE}
	another.Flags().String("elsewhere", "", "")
	root.AddCommand(verb, another)
	if file != "" {
		name := filepath.Join(t.TempDir(), "signet.yaml")
		if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(args, "--config") {
			args = append(args, "--config", name)
		}
	}
	root.SetArgs(append([]string{"verb"}, args...))
	return s, root.Execute()
}

func TestSettings(t *testing.T) {
	for name, c := range map[string]struct {
		args        []string
		environment map[string]string
		file        string
		want        settled
	}{
		"nobody says anything": {want: settled{data: "default", listen: "default", count: 1}},
		"the file says": {
			file: "data: of the file\nlisten-on: 127.0.0.1:1\ncount: 7\ntag: [a, b]\nelsewhere: for another verb\n",
			want: settled{data: "of the file", listen: "127.0.0.1:1", count: 7, tags: []string{"a", "b"}},
		},
		"the environment goes before the file": {
			environment: map[string]string{"SIGNET_LISTEN_ON": "of the environment", "SIGNET_TAG": "c,d"}, file: "listen-on: x\ndata: y\ntag: a\n",
			want: settled{data: "y", listen: "of the environment", count: 1, tags: []string{"c", "d"}},
		},
		"the command line goes before both": {
			args: []string{"--data", "said"}, environment: map[string]string{"SIGNET_DATA": "x"}, file: "data: y\n",
			want: settled{data: "said", listen: "default", count: 1},
		},
		"an empty variable says nothing": {environment: map[string]string{"SIGNET_DATA": ""}, want: settled{data: "default", listen: "default", count: 1}},
		"other variables are not ours":   {environment: map[string]string{"SIGNET_NOTHING": "x"}, want: settled{data: "default", listen: "default", count: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := settleWith(t, c.args, c.environment, c.file)
			if err != nil || got.data != c.want.data || got.listen != c.want.listen || got.count != c.want.count || !slices.Equal(got.tags, c.want.tags) {
				t.Errorf("%+v, %v; want %+v", got, err, c.want)
			}
		})
	}
}

func TestBadSettingsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		environment map[string]string
		file, names string
	}{
		"a key that is no flag":         {file: "data: x\nlistne-on: y\n", names: "listne-on"},
		"a value of another kind":       {file: "count: many\n", names: "count"},
		"a variable of another kind":    {environment: map[string]string{"SIGNET_COUNT": "many"}, names: "SIGNET_COUNT"},
		"a table for a value":           {file: "data: {a: b}\n", names: "data"},
		"an empty table for a value":    {file: "data: {}\n", names: "data"},
		"a value that points elsewhere": {file: "count: &n 7\ndata: *n\n", names: "data"},
		"a file that is no YAML":        {file: "data: [\n", names: "signet.yaml"},
		"a file that names another":     {file: "config: other.yaml\n", names: "config"},
		"a file that is not there":      {environment: map[string]string{"SIGNET_CONFIG": "/nowhere.yaml"}, names: "nowhere.yaml"},
		"a file that is a list of YAML": {file: "- data\n", names: "signet.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := settleWith(t, nil, c.environment, c.file)
			var f *failure
			if !errors.As(err, &f) || f.code != exitBadInput || !strings.Contains(err.Error(), c.names) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestANodeOfAClusterSaysWhetherItTellsWebhooks(t *testing.T) {
	if _, err := (hookOptions{}).rules(true, nil); err == nil {
		t.Error("nobody said whether this node tells webhooks")
	}
	for _, tell := range []string{"on", "off"} {
		if _, err := (hookOptions{tell: tell}).rules(true, nil); err != nil {
			t.Error(err)
		}
	}
	if _, err := (hookOptions{tell: "perhaps"}).rules(false, nil); err == nil {
		t.Error("perhaps")
	}
}
