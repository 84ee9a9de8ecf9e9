package main

import (
	"bytes"
	"os"
	"testing"
)

func TestThePublishedSchemaIsThatOfTheAPI(t *testing.T) {
	written, err := os.ReadFile("../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written, schema()) {
		t.Error("graph/schema.graphql is out of date: run go generate ./graph")
	}
}
