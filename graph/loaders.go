package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vikstrous/dataloadgen"

	"signet/domain"
	"signet/internal/people"
	"signet/projections"
)

// batchWait is how long a batched question waits for others like it. What is
// asked for by the rows of one page is asked for within microseconds.
var batchWait = 200 * time.Microsecond

// loaders answer the questions that the rows of a page ask, by one query for all
// of them. They remember nothing: a mutation's answer must show its effect.
type loaders struct {
	together     *projections.Together
	items        *dataloadgen.Loader[string, *projections.Item]
	versions     *dataloadgen.Loader[projections.VersionKey, *projections.Version]
	inForce      *dataloadgen.Loader[standingKey, *projections.Standing]
	signatures   *dataloadgen.Loader[projections.VersionKey, []*projections.Signature]
	validities   *dataloadgen.Loader[projections.VersionKey, []*projections.Validity]
	awaited      *dataloadgen.Loader[projections.VersionKey, []*projections.Awaited]
	recusals     *dataloadgen.Loader[projections.VersionKey, []*projections.Recusal]
	translations *dataloadgen.Loader[projections.VersionKey, []*projections.Translation]
	affected     *dataloadgen.Loader[projections.VersionKey, []*projections.Affected]
	stale        *dataloadgen.Loader[projections.VersionKey, domain.StaleTexts]
	tokens       *dataloadgen.Loader[projections.MemberKey, []*projections.Token]
	people       *dataloadgen.Loader[uuid.UUID, *people.Person]
	rounds       *dataloadgen.Loader[uuid.UUID, []*projections.AuditRound]
	counts       *dataloadgen.Loader[uuid.UUID, []*domain.Tally]
	findingSteps *dataloadgen.Loader[uuid.UUID, []*projections.FindingStep]
	newest       *dataloadgen.Loader[string, *projections.Version]
	// instant is of when a query tells; zero for other operations, which tell of what
	// comes to be while they run.
	instant time.Time
}

// standingKey is an item at an instant.
type standingKey struct {
	item string
	at   time.Time
}

type loadersKey struct{}

// withLoaders gives an operation its own loaders.
func (r *Resolver) withLoaders(ctx context.Context) context.Context {
	var instant time.Time
	if graphql.HasOperationContext(ctx) && graphql.GetOperationContext(ctx).Operation.Operation == ast.Query {
		instant = r.clock()
	}
	return context.WithValue(ctx, loadersKey{}, &loaders{
		instant:      instant,
		together:     projections.NewTogether(batchWait),
		items:        batched(orNil(r.Views.ItemsByKey)),
		versions:     batched(orNil(r.Views.VersionsByKey)),
		inForce:      batched(r.inForceAt),
		signatures:   batched(orEmpty(r.Views.SignaturesByKey)),
		validities:   batched(orEmpty(r.Views.ValiditiesByKey)),
		awaited:      batched(orEmpty(r.Views.AwaitedByKey)),
		recusals:     batched(orEmpty(r.Views.RecusalsByKey)),
		translations: batched(orEmpty(r.Views.TranslationsByKey)),
		affected:     batched(orEmpty(r.Views.AffectedByKey)),
		stale:        batched(filled(r.Views.StaleByKey, nil)),
		tokens:       batched(orEmpty(r.Views.TokensByKey)),
		people:       batched(orNil(r.peopleByID)),
		rounds:       batched(orEmpty(r.Views.AuditRounds)),
		counts:       batched(orEmpty(r.Views.CountsOfReports)),
		findingSteps: batched(orEmpty(r.Views.StepsOfFindings)),
		newest:       batched(orNil(r.newest)),
	})
}

func loadersOf(ctx context.Context) *loaders {
	return ctx.Value(loadersKey{}).(*loaders) //nolint:forcetypeassert // every operation has them
}

// together is for what each row of a page asks for itself: the rows' questions are asked
// as one.
func together(ctx context.Context) context.Context { return loadersOf(ctx).together.In(ctx) }

func batched[K comparable, V any](fetch func(context.Context, []K) (map[K]V, error)) *dataloadgen.Loader[K, V] {
	return dataloadgen.NewMappedLoader(fetch,
		dataloadgen.WithWait(batchWait), dataloadgen.WithBatchCapacity(maxPage), dataloadgen.WithoutCache())
}

// orNil answers what is not there by nothing.
func orNil[K comparable, R any](fetch func(context.Context, []K) (map[K]*R, error)) func(context.Context, []K) (map[K]*R, error) {
	return filled(fetch, nil)
}

// orEmpty answers what is not there by an empty list.
func orEmpty[K comparable, R any](fetch func(context.Context, []K) (map[K][]R, error)) func(context.Context, []K) (map[K][]R, error) {
	return filled(fetch, []R{})
}

func filled[K comparable, V any](fetch func(context.Context, []K) (map[K]V, error), nothing V) func(context.Context, []K) (map[K]V, error) {
	return func(ctx context.Context, keys []K) (map[K]V, error) {
		rows, err := fetch(ctx, keys)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			if _, there := rows[k]; !there {
				rows[k] = nothing
			}
		}
		return rows, nil
	}
}

// inForceAt answers for each instant that is asked about by one query; usually
// there is one.
func (r *Resolver) inForceAt(ctx context.Context, keys []standingKey) (map[standingKey]*projections.Standing, error) {
	items := map[time.Time][]string{}
	for _, k := range keys {
		items[k.at] = append(items[k.at], k.item)
	}
	out := make(map[standingKey]*projections.Standing, len(keys))
	for at, of := range items {
		rows, err := r.Views.InForceByKey(ctx, of, at)
		if err != nil {
			return nil, err
		}
		for _, item := range of {
			out[standingKey{item, at}] = rows[item]
		}
	}
	return out, nil
}

// loadItem returns the item of a row that the viewer may see.
func loadItem(ctx context.Context, key string) (*projections.Item, error) {
	item, err := loadersOf(ctx).items.Load(ctx, key)
	if err == nil && item == nil {
		return nil, domain.Refuse(domain.NotFound, "unknown_item", "there is no item %q", key)
	}
	return item, err
}
