package domain

import (
	"testing"

	"github.com/google/uuid"
)

var (
	sato = Actor{Member: person(13), Agency: industry, Roles: Roles{RoleTranslator}, Locales: []Locale{"ja"}}
	ghi  = person(70) // a comment
)

// withSource is the slogan with another source text, and its translations.
func withSource(text string) Content {
	c := sloganContent()
	c.Units[1].Text = Texts{"vi": text, "en": "Hai Phong – gateway to the sea", "ja": "海への玄関口"}
	return c
}

func translationStories() []story {
	translate := func(l Locale, unit, text string) attempt {
		return try(Items, TranslateVersion{Key: sloganKey, Version: 1, Locale: l, Texts: map[string]string{unit: text}})
	}
	done := func(by Actor, l Locale, text string) VersionTranslated {
		return VersionTranslated{Key: sloganKey, Version: 1, Author: by.Member, Agency: by.Agency, Locale: l, Texts: map[string]string{"slogan": text}}
	}
	draft := kit.and(drafted(1))
	changed := draft.and(VersionRevised{Key: sloganKey, Version: 1, Author: lan.Member, Content: withSource("Cảng lớn")})
	japanese := done(sato, "ja", "海への玄関口")
	second := kit.and(passed(1)...).and(VersionDrafted{Key: sloganKey, Version: 2, Author: lan.Member, Agency: foreign, Content: withSource("Cảng lớn")})
	submitSecond := try(Items, SubmitVersion{Key: sloganKey, Version: 2})
	stale := refused(Conflict, "stale_translation", "content.units[1].text.en")
	english := done(lan, "en", "A great port")
	withoutEnglish := withSource("Cảng lớn")
	delete(withoutEnglish.Units[1].Text, "en")
	delete(withoutEnglish.Units[1].Text, "ja")
	return []story{
		{"a translator writes a text in their locale", draft, sato, translate("JA", "slogan", " 海がひらく "), happens(done(sato, "ja", "海がひらく"))},
		{"an author of the version's agency in any", draft, minh, translate("ko", "slogan", "바다"), happens(done(minh, "ko", "바다"))},
		{"a translator not in another locale", draft, sato, translate("ko", "slogan", "바다"), refused(Forbidden, "not_your_locale", "locale")},
		{"an author not of another agency", draft, khanh, translate("ko", "slogan", "바다"), refused(Forbidden, "not_author", "")},
		{"nobody the source", draft, lan, translate("vi", "slogan", "x"), refused(Invalid, "source_locale", "locale")},
		{"what it says already is not said again", draft, sato, translate("ja", "slogan", "海への玄関口"), quiet()},
		{"a text is taken out", draft, sato, translate("ja", "slogan", ""), happens(done(sato, "ja", ""))},
		{"there is no such unit", draft, sato, translate("ja", "jingle", "x"), refused(NotFound, "unknown_unit", "texts.jingle")},
		{"there is no such locale", draft, sato, translate("tiếng", "slogan", "x"), refused(Invalid, "unknown_locale", "locale")},
		{"a text is text", draft, sato, translate("ja", "slogan", "\xff"), refused(Invalid, "not_utf8", "texts.slogan")},
		{"not once it is under review", draft.and(submitted(1, Effective{})), sato, translate("ja", "slogan", "x"), refused(Conflict, "wrong_state", "version")},
		{"who translated does not sign", kit.and(drafted(1), done(binh, "ja", "海"), submitted(1, Effective{})), binh, signV1, refused(Forbidden, "self_approval", "")},

		{"a source that changed leaves its translations behind", changed, lan, submitV1, stale},
		{"also from one version to the next", second, lan, submitSecond, stale},
		{"one is confirmed by saying it again", changed, sato, translate("ja", "slogan", "海への玄関口"), happens(japanese)},
		{"then the other is still behind", changed.and(japanese), lan, submitV1, stale},
		{
			"when all are up to date it is submitted", changed.and(japanese, english), lan, submitV1,
			happens(submitted(1, Effective{})),
		},
		{
			"also when what was behind is taken out", draft.and(VersionRevised{Key: sloganKey, Version: 1, Author: lan.Member, Content: withoutEnglish}), lan, submitV1,
			happens(submitted(1, Effective{})),
		},
		{
			"a source that is again what it was leaves nothing behind", changed.and(revised(1, lan)), lan, submitV1,
			happens(submitted(1, Effective{})),
		},
		{
			"a translation that changed with its source is up to date",
			draft.and(VersionRevised{Key: sloganKey, Version: 1, Author: lan.Member, Content: messageSlogan()}), lan, submitV1,
			happens(submitted(1, Effective{})),
		},
	}
}

func commentStories() []story {
	say := func(c CommentOnVersion) attempt {
		c.Key, c.Version = sloganKey, 1
		if c.Comment == uuid.Nil {
			c.Comment = ghi
		}
		if c.Text == "" {
			c.Text = " Hay! "
		}
		return try(Items, c)
	}
	said := VersionCommented{Key: sloganKey, Version: 1, Comment: ghi, Agency: culture, Member: tung.Member, Text: "Hay!"}
	onText := said
	onText.Unit, onText.Locale, onText.Passage = "slogan", "ja", &Passage{2, 4, "の玄"}
	answer := said
	answer.Comment, answer.ReplyTo = person(71), &ghi
	draft := kit.and(drafted(1))
	commented := draft.and(said)
	settle := try(Items, ResolveComment{Key: sloganKey, Version: 1, Comment: ghi})
	settled := func(by Actor) CommentResolved {
		return CommentResolved{Key: sloganKey, Version: 1, Comment: ghi, Agency: by.Agency, Member: by.Member}
	}
	return []story{
		{"on the version as a whole", draft, tung, say(CommentOnVersion{}), happens(said)},
		{"on a passage of a text, in characters", draft, tung, say(CommentOnVersion{Unit: "slogan", Locale: "ja", Start: 2, End: 4}), happens(onText)},
		{"in answer to another", commented, tung, say(CommentOnVersion{Comment: person(71), ReplyTo: ghi}), happens(answer)},
		{"not to one that is not there", draft, tung, say(CommentOnVersion{Comment: person(71), ReplyTo: ghi}), refused(NotFound, "unknown_comment", "replyTo")},
		{"an id is used once", commented, tung, say(CommentOnVersion{}), refused(Conflict, "comment_exists", "comment")},
		{"it says something", draft, tung, try(Items, CommentOnVersion{Key: sloganKey, Version: 1, Comment: ghi, Text: " "}), refused(Invalid, "empty_text", "text")},
		{"it has an id", draft, tung, try(Items, CommentOnVersion{Key: sloganKey, Version: 1, Text: "x"}), refused(Invalid, "invalid_comment", "comment")},
		{"there is no such unit", draft, tung, say(CommentOnVersion{Unit: "jingle"}), refused(NotFound, "unknown_unit", "unit")},
		{"there is no such text", draft, tung, say(CommentOnVersion{Unit: "slogan", Locale: "ko"}), refused(NotFound, "unknown_text", "locale")},
		{"a passage is one of a unit", draft, tung, say(CommentOnVersion{End: 2}), refused(Invalid, "unit_required", "unit")},
		{"a passage lies within its text", draft, tung, say(CommentOnVersion{Unit: "slogan", Locale: "ja", Start: 2, End: 7}), refused(Invalid, "invalid_passage", "passage")},
		{"a passage is not turned round", draft, tung, say(CommentOnVersion{Unit: "slogan", Locale: "ja", Start: 4, End: 2}), refused(Invalid, "invalid_passage", "passage")},
		{"not more than some", draft, tung, tryIn(muchDiscussed(), CommentOnVersion{Key: sloganKey, Version: 1, Comment: ghi, Text: "x"}), refused(Conflict, "too_many_comments", "")},
		{"a withdrawn version is not talked about", kit.and(passed(1)...).and(withdrawn(1, noon)), tung, say(CommentOnVersion{}), refused(Conflict, "wrong_state", "version")},
		{"who said it settles it", commented, tung, settle, happens(settled(tung))},
		{"or who writes the version", commented, lan, settle, happens(settled(lan))},
		{"not others", commented, hoa, settle, refused(Forbidden, "not_your_comment", "")},
		{"it is settled already", commented.and(settled(tung)), tung, settle, quiet()},
		{"there is no such comment", draft, tung, settle, refused(NotFound, "unknown_comment", "comment")},
	}
}

// muchDiscussed is the slogan with as many comments as a version may have.
func muchDiscussed() Item {
	item := Items.Fold(kit.and(drafted(1)).of(ItemStream(sloganKey))...)
	v := item.Version(1)
	v.Comments = map[uuid.UUID]CommentState{}
	for n := range MaxComments {
		v.Comments[uuid.UUID{0: byte(n), 1: byte(n >> 8), 2: 1}] = CommentState{}
	}
	return item
}

func TestStateOfTexts(t *testing.T) {
	for _, c := range []struct {
		state        VersionState
		there, stale bool
		want         TextState
	}{
		{Drafted, false, false, TextMissing},
		{Approved, false, false, TextMissing},
		{Drafted, true, true, TextStale},
		{Drafted, true, false, TextDraft},
		{Returned, true, false, TextDraft},
		{Submitted, true, false, TextInReview},
		{Approved, true, false, TextApproved},
		{Withdrawn, true, false, TextApproved},
	} {
		if got := StateOf(c.state, c.there, c.stale); got != c.want {
			t.Errorf("%s, there %t, stale %t: %s, want %s", c.state, c.there, c.stale, got, c.want)
		}
	}
}

func placeholderStories() []story {
	letter := kit.and(ItemRegistered{Key: "thu", Kind: Template, Source: "vi", Agency: foreign})
	with := func(p Placeholder) attempt {
		c := templateContent()
		p.Name = "date"
		c.Placeholders = []Placeholder{{Name: "investor"}, p}
		return try(Items, DraftVersion{Key: "thu", Content: c})
	}
	at := "content.placeholders[1]"
	forms := func(l Locale, f PluralForms) map[Locale]PluralForms { return map[Locale]PluralForms{l: f} }
	lettered := func(f map[Locale]PluralForms) past {
		c := templateContent()
		c.Placeholders[1] = Placeholder{Name: "date", Type: PlaceholderPlural, Forms: f}
		return letter.and(VersionDrafted{Key: "thu", Version: 1, Author: lan.Member, Agency: foreign, Content: c})
	}
	submit := try(Items, SubmitVersion{Key: "thu", Version: 1})
	plural := templateContent()
	plural.Placeholders[1] = Placeholder{Name: "date", Type: PlaceholderPlural, Forms: forms("zh-CN", PluralForms{"other": "# 天"})}
	return []story{
		{
			"a plural without forms in a language in which it is used is not submitted", lettered(forms("vi", PluralForms{"other": "# ngày"})), lan, submit,
			refused(Conflict, "forms_missing", "content.placeholders[1].forms.en"),
		},
		{
			"one that has them is", lettered(map[Locale]PluralForms{"vi": {"other": "# ngày"}, "en": {"one": "# day", "other": "# days"}}), lan, submit,
			happens(VersionSubmitted{Key: "thu", Version: 1, Policy: terms}),
		},
		{"there is no such type", letter, lan, with(Placeholder{Type: "money"}), refused(Invalid, "unknown_placeholder_type", at+".type")},
		{"there is no such style", letter, lan, with(Placeholder{Type: PlaceholderDate, Style: "percent"}), refused(Invalid, "unknown_placeholder_style", at+".style")},
		{"a text has no style", letter, lan, with(Placeholder{Style: "long"}), refused(Invalid, "unknown_placeholder_style", at+".style")},
		{"a plural has forms", letter, lan, with(Placeholder{Type: PlaceholderPlural}), refused(Invalid, "forms_required", at+".forms")},
		{"only a plural has", letter, lan, with(Placeholder{Forms: forms("vi", PluralForms{"other": "#"})}), refused(Invalid, "not_a_plural", at+".forms")},
		{"among them the other", letter, lan, with(Placeholder{Type: PlaceholderPlural, Forms: forms("en", PluralForms{"one": "#"})}), refused(Invalid, "other_form_required", at+".forms.en")},
		{"and none that is no category", letter, lan, with(Placeholder{Type: PlaceholderPlural, Forms: forms("en", PluralForms{"some": "#", "other": "#"})}), refused(Invalid, "unknown_plural_category", at+".forms.en")},
		{"in a locale that is one", letter, lan, with(Placeholder{Type: PlaceholderPlural, Forms: forms("xx", PluralForms{"other": "#"})}), refused(Invalid, "unknown_locale", at+".forms.xx")},
		{
			"they are kept by their canonical locale", letter, lan, with(Placeholder{Type: PlaceholderPlural, Forms: forms("zh-cn", PluralForms{"other": " # 天 "})}),
			happens(VersionDrafted{Key: "thu", Version: 1, Author: lan.Member, Agency: foreign, Content: plural}),
		},
	}
}

func webhookStories() []story {
	id := person(80)
	const address = "https://hooks.example.vn/signet"
	topics := []Topic{TopicInForce, TopicWithdrawn}
	register := func(url string, topics ...Topic) attempt {
		return try(Webhooks, RegisterWebhook{Webhook: id, Agency: culture, URL: url, Topics: topics})
	}
	known := city.and(WebhookRegistered{Webhook: id, Agency: culture, URL: address, Topics: topics})
	removed := WebhookRemoved{Webhook: id}
	change := func(agency, url string) attempt {
		return try(Webhooks, ChangeWebhook{Webhook: id, Agency: agency, URL: url, Topics: topics})
	}
	return []story{
		{
			"an agency wants to be told", city, tung, register(address, TopicWithdrawn, TopicInForce, TopicWithdrawn),
			happens(WebhookRegistered{Webhook: id, Agency: culture, URL: address, Topics: topics}),
		},
		{"of something", city, tung, register(address), refused(Invalid, "topics_required", "topics")},
		{"that there is", city, tung, register(address, "weather"), refused(Invalid, "unknown_topic", "topics[0]")},
		{"at an address", city, tung, register("hooks.example.vn", TopicInForce), refused(Invalid, "invalid_url", "url")},
		{"of the web", city, tung, register("file:///etc/passwd", TopicInForce), refused(Invalid, "invalid_url", "url")},
		{"without a password in it", city, tung, register("https://me:secret@example.vn", TopicInForce), refused(Invalid, "invalid_url", "url")},
		{"under an id", city, tung, try(Webhooks, RegisterWebhook{Agency: culture, URL: address, Topics: topics}), refused(Invalid, "invalid_webhook", "webhook")},
		{"for an agency that is there", city, tung, try(Webhooks, RegisterWebhook{Webhook: id, Agency: "zz", URL: address, Topics: topics}), refused(NotFound, "unknown_agency", "agency")},
		{"an id is used once", known.and(removed), tung, register(address, TopicInForce), refused(Conflict, "webhook_exists", "webhook")},
		{"another address", known, tung, change(culture, address+"/2"), happens(WebhookChanged{Webhook: id, URL: address + "/2", Topics: topics})},
		{"the same is no change", known, tung, change(culture, address), quiet()},
		{"one of another agency is not there", known, tung, change(foreign, address), refused(NotFound, "unknown_webhook", "webhook")},
		{"one that was removed neither", known.and(removed), tung, change(culture, address), refused(NotFound, "unknown_webhook", "webhook")},
		{"nor is the address of a change anything", known, tung, change(culture, "x"), refused(Invalid, "invalid_url", "url")},
		{"secrets are counted", known.and(WebhookSecretRotated{Webhook: id, Generation: 2}), tung, try(Webhooks, RotateWebhookSecret{Webhook: id, Agency: culture}), happens(WebhookSecretRotated{Webhook: id, Generation: 3})},
		{"it is removed", known, tung, try(Webhooks, RemoveWebhook{Webhook: id, Agency: culture}), happens(removed)},
		{"not one of another agency", known, tung, try(Webhooks, RemoveWebhook{Webhook: id, Agency: foreign}), refused(NotFound, "unknown_webhook", "webhook")},
		{"nor is its secret changed", known, tung, try(Webhooks, RotateWebhookSecret{Webhook: id, Agency: foreign}), refused(NotFound, "unknown_webhook", "webhook")},
	}
}
