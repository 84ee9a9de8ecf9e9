package people

import (
	"cmp"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"signet/domain"
)

// Checked returns the person as a store keeps it: name and mail in NFC, without
// white space around them, and without identities and watches. Errors are refusals with their
// field: invalid_person, invalid_name, invalid_mail.
func (p Person) Checked() (Person, error) {
	if err := CheckID(p.ID); err != nil {
		return Person{}, err
	}
	name, err := domain.NormaliseText(p.Name, MaxName)
	if err != nil {
		return Person{}, domain.Refuse(domain.Invalid, "invalid_name", "%s", domain.AsError(err).Sentence).At("name")
	}
	if strings.ContainsAny(name, "\n\t") {
		return Person{}, domain.Refuse(domain.Invalid, "invalid_name", "a name is one line").At("name")
	}
	address, err := checkedMail(p.Mail)
	if err != nil {
		return Person{}, err
	}
	return Person{ID: p.ID, Name: name, Mail: address, Changed: p.Changed}, nil
}

// CheckID refuses the id of nobody: invalid_person.
func CheckID(id uuid.UUID) error {
	if id == uuid.Nil {
		return domain.Refuse(domain.Invalid, "invalid_person", "a person has an id").At("person")
	}
	return nil
}

// checkedMail accepts a plain address: no name around it, no comments, nothing
// quoted.
func checkedMail(s string) (string, error) {
	refused := domain.Refuse(domain.Invalid, "invalid_mail", "write a plain mail address of at most %d bytes, such as an.nguyen@haiphong.example", MaxMail).At("mail")
	address, err := domain.NormaliseText(s, MaxMail)
	switch {
	case err != nil:
		return "", refused
	case address == "":
		return "", nil
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > MaxMail || strings.ContainsFunc(address, isNoMail) {
		return "", refused
	}
	return address, nil
}

func isNoMail(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"()<>,;:\[]`, r) }

// Check refuses an identity that no provider gives: invalid_identity.
func (i Identity) Check() error {
	refused := func(field, sentence string, args ...any) error {
		return domain.Refuse(domain.Invalid, "invalid_identity", sentence, args...).At("%s", field)
	}
	for _, part := range []struct {
		field, text string
		limit       int
	}{{"issuer", i.Issuer, MaxIssuer}, {"subject", i.Subject, MaxSubject}} {
		switch {
		case part.text == "" || len(part.text) > part.limit:
			return refused(part.field, "it has 1 to %d bytes", part.limit)
		case !utf8.ValidString(part.text) || strings.ContainsFunc(part.text, unicode.IsControl):
			return refused(part.field, "it is UTF-8 without control characters")
		}
	}
	return nil
}

// CheckWatch refuses what nobody can watch, and the id of nobody: invalid_key,
// invalid_person.
func CheckWatch(id uuid.UUID, what string) error {
	if err := CheckID(id); err != nil || what == WholeKit {
		return err
	}
	if _, err := domain.ParseKey(what); err != nil {
		return domain.AsError(err).At("key")
	}
	return nil
}

// TooManyWatches refuses to let somebody watch more than MaxWatches.
func TooManyWatches() error {
	return domain.Refuse(domain.Conflict, "too_many_watches", "one can watch %d items, or the whole kit", MaxWatches).At("key")
}

// Watching adds something to what is watched, which is sorted: too_many_watches.
func Watching(watches []string, what string) ([]string, error) {
	at, there := slices.BinarySearch(watches, what)
	switch {
	case there:
		return watches, nil
	case len(watches) >= MaxWatches:
		return nil, TooManyWatches()
	}
	return slices.Insert(slices.Clone(watches), at, what), nil
}

// Unwatching takes something away from what is watched.
func Unwatching(watches []string, what string) []string {
	return slices.DeleteFunc(slices.Clone(watches), func(w string) bool { return w == what })
}

// SortIdentities sorts them by issuer and subject.
func SortIdentities(all []Identity) {
	slices.SortFunc(all, func(a, b Identity) int {
		return cmp.Or(cmp.Compare(a.Issuer, b.Issuer), cmp.Compare(a.Subject, b.Subject))
	})
}
