// Package assetstest is the contract of [assets.Store] as tests. Every store
// passes all of it; there is no list of exceptions.
//
//	func TestStore(t *testing.T) {
//		assetstest.Run(t, assetstest.Subject{Open: open, Damage: damage})
//	}
package assetstest
