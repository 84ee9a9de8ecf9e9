package server

import (
	"context"
	"log/slog"

	"signet/domain"
	"signet/internal/commands"
	"signet/projections"
)

// Admission is what lets the first administrator in.
type Admission = admission

// NewAdmission makes one that logs nothing.
func NewAdmission(r *commands.Runner, v *projections.Views) *Admission {
	return &admission{r, v, slog.New(slog.DiscardHandler)}
}

// Open is whether somebody can come in.
func (a *admission) Open(ctx context.Context) (bool, error) { return a.open(ctx) }

// Admit lets somebody in.
func (a *admission) Admit(ctx context.Context, key string, name domain.Texts) (string, error) {
	return a.admit(ctx, key, name)
}
