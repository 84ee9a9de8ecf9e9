package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// Where the value of a flag comes from when the command line does not say: an
// environment variable, then a file.
const (
	configFlag     = "config"
	variablePrefix = "SIGNET_"
)

const settingsHelp = `

Every flag can be set by an environment variable, such as SIGNET_DATA for --data or
SIGNET_LOG_PREFIX for --log-prefix, or in a YAML file named by --config, as "log-prefix: …".
The command line goes before the environment, and that before the file.`

// variableOf is the environment variable of a flag.
func variableOf(flag string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// settle gives the flags of a verb that were not given on the command line their
// values from the environment and from the file of --config.
func settle(cmd *cobra.Command) error {
	flags := cmd.Flags()
	if err := fromEnvironment(flags.Lookup(configFlag), flags); err != nil {
		return err
	}
	file, err := readSettings(cmd)
	if err != nil {
		return err
	}
	var wrong error
	flags.VisitAll(func(f *pflag.Flag) {
		if wrong != nil || f.Name == "help" {
			return
		}
		if wrong = fromEnvironment(f, flags); wrong == nil && !f.Changed {
			if value, ok := file[f.Name]; ok {
				wrong = set(flags, f.Name, value, flags.Lookup(configFlag).Value.String()+": "+f.Name)
			}
		}
	})
	return wrong
}

func fromEnvironment(f *pflag.Flag, flags *pflag.FlagSet) error {
	name := variableOf(f.Name)
	if value := os.Getenv(name); value != "" && !f.Changed {
		return set(flags, f.Name, value, name)
	}
	return nil
}

func set(flags *pflag.FlagSet, name, value, origin string) error {
	if err := flags.Set(name, value); err != nil {
		return badInput(fmt.Errorf("%s: %w", origin, err), "see --"+name)
	}
	return nil
}

// readSettings reads the file of --config. A key that is no flag of any verb is
// refused; one of another verb is left to that.
func readSettings(cmd *cobra.Command) (map[string]string, error) {
	name := cmd.Flags().Lookup(configFlag).Value.String()
	if name == "" {
		return nil, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, badInput(err, "--config names a YAML file")
	}
	var nodes map[string]yaml.Node
	if err := yaml.Unmarshal(text, &nodes); err != nil {
		return nil, badInput(fmt.Errorf("%s: %w", name, err), `write "flag: value", one in a line`)
	}
	known := flagsOf(cmd.Root())
	values := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(nodes)) {
		node := nodes[key]
		if !known[key] || key == configFlag {
			return nil, badInput(fmt.Errorf("%s: line %d: there is no flag %q", name, node.Line, key), `see "signet help"`)
		}
		if values[key], err = scalar(&node); err != nil {
			return nil, badInput(fmt.Errorf("%s: line %d: %s: %w", name, node.Line, key, err), "a value is a word, or a list of them")
		}
	}
	return values, nil
}

var errNoScalar = errors.New("this is no value of a flag")

// scalar is a value as the command line has it; those of a list are joined.
func scalar(node *yaml.Node) (string, error) {
	switch node.Kind {
	case yaml.ScalarNode:
		return node.Value, nil
	case yaml.SequenceNode:
	default: // an empty mapping and an alias hold no words, and are not the empty word
		return "", errNoScalar
	}
	words := make([]string, len(node.Content))
	for i, n := range node.Content {
		if n.Kind != yaml.ScalarNode {
			return "", errNoScalar
		}
		words[i] = n.Value
	}
	return strings.Join(words, ","), nil
}

// flagsOf are the flags of a verb and of all below it.
func flagsOf(cmd *cobra.Command) map[string]bool {
	known := map[string]bool{}
	note := func(f *pflag.Flag) { known[f.Name] = true }
	cmd.Flags().VisitAll(note)
	cmd.PersistentFlags().VisitAll(note)
	for _, sub := range cmd.Commands() {
		maps.Copy(known, flagsOf(sub))
	}
	return known
}
