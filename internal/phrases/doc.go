// Package phrases finds known phrases in documents: where a web page or a file
// says a slogan, a message or a template's words as they were approved, disguised
// or changed a little.
//
// What is compared are the letters: of the phrase and of the document's visible
// text only letters and digits are kept, in compatibility form (Unicode Standard
// Annex #15, NFKC) and lower case, Latin ones without their marks and đ as d.
// Other scripts keep their marks: the voiced marks of kana carry meaning, and
// traditional and simplified Chinese are different texts. So blanks, line breaks,
// markup, punctuation, invisible characters, letter spacing and full width
// disguise nothing. What stands there in truth is then compared once more,
// character by character, which tells apart phrases that have the same letters.
//
// How much a phrase must say to be looked for in which way is told by [Index].
package phrases
