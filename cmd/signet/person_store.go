package main

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"time"

	"signet/assets/s3"
	"signet/internal/people"
	s3people "signet/internal/people/s3"
	"signet/internal/people/sqlite"
)

// peopleFile is where who the members are is kept in a data directory.
const peopleFile = "people.db"

// openPeople opens where who the members are is kept: with the files, unless another
// place is named. It is apart from the log, so that people can be erased.
func (p *place) openPeople(ctx context.Context) (people.Store, error) {
	place := cmp.Or(p.people, p.files)
	if place == "" {
		return asPeople(sqlite.Open(filepath.Join(p.data, peopleFile), time.Now))
	}
	o, err := s3.ParseURL(place)
	if err != nil {
		return nil, badInput(err, "such as --people 's3://bucket/prefix?endpoint=https://host&region=…'")
	}
	core, err := o.Connect(ctx)
	if err != nil {
		return nil, err
	}
	store, err := s3people.Open(ctx, s3people.Options{Core: core, Bucket: o.Bucket, Prefix: o.Prefix, Clock: time.Now})
	if errors.Is(err, s3people.ErrVersioned) {
		return nil, badInput(err, "name a bucket without versions with --people")
	}
	return asPeople(store, err)
}

// asPeople is a store, or nil and why there is none.
func asPeople[S people.Store](s S, err error) (people.Store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}
