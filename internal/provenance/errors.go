package provenance

import "signet/domain"

// The reasons of the refusals of this package beside those of
// [Stamp.Normalise]. All are domain.Invalid.
const (
	// NoSuchMedia: files of this kind are not stamped.
	NoSuchMedia = "no_such_media"
	// Broken: the file is not what its media type says, is cut off, or holds
	// a stamp that can't be right; for the last one the refusal names the field.
	Broken = "broken"
	// TooLarge: the file has more bytes or parts than are looked at.
	TooLarge = "too_large"
	// Protected: the PDF is encrypted, and can't be read; or it is signed or PDF/A, and
	// would not be what it was with a stamp, or without the one that it has.
	Protected = "protected"
)

func broken(sentence string, args ...any) *domain.Error {
	return domain.Refuse(domain.Invalid, Broken, sentence, args...)
}

func tooLarge(sentence string, args ...any) *domain.Error {
	return domain.Refuse(domain.Invalid, TooLarge, sentence, args...)
}

func protected(sentence string) *domain.Error {
	return domain.Refuse(domain.Invalid, Protected, "%s", sentence)
}
