//go:build !race

package resvg

// oneLogoOf says which part of the logos is compared.
const oneLogoOf = 1
