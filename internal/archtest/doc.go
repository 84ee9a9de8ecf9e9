// Package archtest keeps the house in order: which package may import which,
// which folders stand at the top, and that no package is named after nothing
// in particular.
//
// Each guarded package has a small imports_test.go of its own that states its
// rule, so that whoever opens the package reads the rule there and a broken
// one fails beside the code that broke it. Rules are about production files
// only; a test may import what it likes. Files for other systems count too, for
// build constraints are not looked at.
package archtest
