// Package witness lets somebody outside hold the registry to its history: the protocol of
// https://c2sp.org/tlog-witness, both sides of it.
//
// A witness keeps, of every log that it knows, the latest checkpoint that it has cosigned,
// and cosigns another one only when that is proved to continue it. So an operator who
// rewrites the log can't get the witness's cosignature any more, and who asks for it is
// safe from being shown another history than everybody else. [Ask] and [Keeper] are the
// side of the registry, [Server] is a small witness that an agency can run.
//
// Witnesses are the operator's own configuration: they may be anywhere, also inside of the
// operator's network, and are not asked where their names lead to.
package witness
