//go:build !cgo

package filter

// What the compiler says of this line is for whoever builds without cgo.
var _ int = "extrapasha needs cgo: set CGO_ENABLED=1 and apt-get install gcc libc6-dev libhdf5-dev libisal-dev"
