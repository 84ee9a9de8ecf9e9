package graph_test

// The documents that the stories send.
const (
	registerItem  = `mutation($in: RegisterItemInput!) { registerItem(input: $in) { item { id key kind revision public } position } }`
	draftVersion  = `mutation($in: DraftVersionInput!) { draftVersion(input: $in) { version { id number state author item { revision } } position } }`
	reviseDraft   = `mutation($in: ReviseDraftInput!) { reviseDraft(input: $in) { version { number state content { units { text(locale: "ja") } } } } }`
	submitVersion = `mutation($in: SubmitVersionInput!) { submitVersion(input: $in) { version { state missing leads required } } }`
	signVersion   = `mutation($in: SignVersionInput!) { signVersion(input: $in) { version { state status missing signatures { agency } validities { from until } } position } }`
	returnVersion = `mutation($in: ReturnVersionInput!) { returnVersion(input: $in) { version { state } } }`
	withdraw      = `mutation($in: WithdrawVersionInput!) { withdrawVersion(input: $in) { version { state status withdrawnReason } } }`
	declareUse    = `mutation($in: DeclareUseInput!) { declareUse(input: $in) { use { id revision inForce since } } }`
	endUse        = `mutation($in: EndUseInput!) { endUse(input: $in) { use { ended } } }`
	uploadFile    = `mutation($in: UploadFileInput!) { uploadFile(input: $in) { digest mediaType size width height warnings } }`
)

// slogan is the content of a slogan that says so in Vietnamese and Japanese.
func slogan(vi, ja string) vars {
	return vars{"units": []any{
		vars{"id": "name", "role": "NAME", "texts": []any{vars{"locale": "vi", "text": "Khẩu hiệu"}}},
		vars{"id": "slogan", "role": "SLOGAN", "texts": []any{vars{"locale": "vi", "text": vi}, vars{"locale": "ja", "text": ja}}},
	}}
}

// titled gives a slogan another title.
func titled(content vars, vi, en string) vars {
	content["units"].([]any)[0].(vars)["texts"] = []any{vars{"locale": "vi", "text": vi}, vars{"locale": "en", "text": en}}
	return content
}

// inForce brings a slogan to be in force: written by lan, signed by minh and hoa.
func (w *world) inForce(key, vi, ja string) {
	w.t.Helper()
	if r := w.ask("lan", registerItem, vars{"in": vars{"key": key, "kind": "SLOGAN"}}); len(r.Errors) > 0 && r.reason() != "key_taken" {
		w.t.Fatal(r.raw)
	}
	n := w.must("lan", draftVersion, vars{"in": vars{"key": key, "content": slogan(vi, ja)}}).at("draftVersion.version.number")
	of := vars{"in": vars{"key": key, "version": n}}
	w.must("lan", submitVersion, of)
	w.must("minh", signVersion, of)
	w.must("hoa", signVersion, of)
}
