// Package bundle makes one ZIP file of the kit: the logos, the texts, a list of
// all of it with digests, and a page to read.
//
// The whole archive is laid out before its first byte is sent. Nothing in it is
// compressed, so that each place in it is known; it holds no time but those of the
// kit, and everything stands in a fixed order. Hence the same choice of the same
// kit is the same bytes, has a length and a strong entity tag, and a download that
// broke off goes on where it stopped (RFC 9110, section 14). Memory holds the
// texts; of the files only a piece.
//
// The archive follows APPNOTE.TXT 6.3.10 of PKWARE
// (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), with ZIP64 where
// a size or a place needs it.
package bundle
