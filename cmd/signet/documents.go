package main

import (
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"signet/graph"
)

// documentOptions are the flags that say which GraphQL documents are run.
type documentOptions struct{ list, only, introspection string }

func (o *documentOptions) flags(flags *pflag.FlagSet) {
	flags.StringVar(&o.list, "trusted-documents", "", "JSON file with GraphQL documents that can be asked for by their ids, as relay-compiler and Apollo's tools write it")
	flags.StringVar(&o.only, "documents", "any", "which GraphQL documents are run: any, trusted (without a token only those of the list) or trusted-all (no others)")
	flags.StringVar(&o.introspection, "introspection", "", "who may ask for the GraphQL schema in any way: signed-in, or all (as with --demo)")
}

// rules reads the list.
func (o *documentOptions) rules(demo bool) (graph.DocumentRules, error) {
	var rules graph.DocumentRules
	only, known := map[string]graph.TrustedOnly{
		"any": graph.TrustedOnlyForNobody, "trusted": graph.TrustedOnlyWithoutName, "trusted-all": graph.TrustedOnlyForAll,
	}[o.only]
	if !known {
		return rules, badInput(fmt.Errorf("--documents %q is unknown", o.only), "any, trusted or trusted-all")
	}
	if only != graph.TrustedOnlyForNobody && o.list == "" {
		return rules, badInput(fmt.Errorf("--documents %s: there is no list", o.only), "name one by --trusted-documents")
	}
	rules.Only = only
	switch o.introspection {
	case "":
		rules.PublicSchema = demo
	case "all", "signed-in":
		rules.PublicSchema = o.introspection == "all"
	default:
		return rules, badInput(fmt.Errorf("--introspection %q is unknown", o.introspection), "all or signed-in")
	}
	if o.list == "" {
		return rules, nil
	}
	file, err := os.Open(o.list)
	if err != nil {
		return rules, badInput(err, "--trusted-documents names a JSON file")
	}
	defer func() { _ = file.Close() }() // it was only read
	if rules.Trusted, err = graph.ReadTrusted(file); err != nil {
		return rules, badInput(fmt.Errorf("%s: %w", o.list, err), "a list has ids and documents of this API")
	}
	return rules, nil
}
