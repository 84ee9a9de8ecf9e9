package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"signet/assets"
	"signet/domain"
	"signet/internal/proof"
)

// proofCheck is how a proof file is checked: nothing is believed but the key.
type proofCheck struct {
	key       string   // a verifier key, or the file that holds it
	witnesses []string // those who must have cosigned, in the same way
	files     []string // that are to be what was signed
	asJSON    bool
}

// verifyProof checks a proof file, without the registry, and tells what it proves.
func verifyProof(cmd *cobra.Command, name string, o proofCheck) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return badInput(err, "name a file that signet prove, or a page of the registry, has written")
	}
	key, err := verifierKey(o.key)
	if err != nil {
		return err
	}
	witnesses := make([]string, len(o.witnesses))
	for i, w := range o.witnesses {
		if witnesses[i], err = verifierKey(w); err != nil {
			return err
		}
	}
	file, err := proof.Read(text)
	var v proof.Verdict
	if err == nil {
		v, err = file.Check(key, witnesses...)
	}
	if err == nil {
		err = holdFiles(&v, o.files)
	}
	told := toldProof(&v, err)
	if o.asJSON {
		err = errors.Join(printJSON(cmd.OutOrStdout(), told), err)
	} else {
		printProof(cmd.OutOrStdout(), &v, told)
	}
	if err != nil {
		return &failure{exitFailed, "nothing of the file is proved", err}
	}
	return nil
}

// verifierKey is the key that was given as itself or as the name of a file.
func verifierKey(given string) (string, error) {
	const hint = "--key is a key such as name+1a2b3c4d+…, or a file that holds one; take it from where the registry can't change it"
	if given == "" {
		return "", badInput(errors.New("--key is missing"), hint)
	}
	if text, err := os.ReadFile(given); err == nil {
		given = string(text)
	}
	key, err := proof.ReadVerifierKey(given)
	if err != nil {
		return "", badInput(err, hint)
	}
	return key, nil
}

// errOtherFile: a file is none of those that were signed.
type errOtherFile struct{ name, digest string }

func (e *errOtherFile) Error() string {
	return fmt.Sprintf("%s (SHA-256 %s) is none of the files of the version", e.name, e.digest)
}

// holdFiles compares files with those that were signed.
func holdFiles(v *proof.Verdict, names []string) error {
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return badInput(err, "--file names a file that is to be one of the version's")
		}
		digest := string(assets.RefOf(content))
		if v.Version == nil || !slices.ContainsFunc(v.Version.Content.Files, func(f domain.File) bool { return f.Digest == digest }) {
			return &errOtherFile{name, digest}
		}
	}
	return nil
}

// provedProof is what is told of a proof file, as JSON.
type provedProof struct {
	OK       bool           `json:"ok"`
	Code     string         `json:"code,omitempty"` // of what is wrong
	Event    string         `json:"event,omitempty"`
	Sentence string         `json:"sentence,omitempty"`
	Subject  *proof.Subject `json:"subject,omitempty"`
	Log      *provedLog     `json:"checkpoint,omitempty"`
	Older    *provedLog     `json:"older,omitempty"`
	State    string         `json:"state,omitempty"`
	From     *time.Time     `json:"from,omitempty"`
	Edition  int            `json:"edition,omitempty"`
	Signed   []provedAct    `json:"signatures,omitempty"`
	Acts     []provedAct    `json:"events,omitempty"`
	Files    []provedFile   `json:"files,omitempty"`
	Unproved []proof.Caveat `json:"unproved,omitempty"`
}

type provedLog struct {
	Origin    string   `json:"origin"`
	Size      int64    `json:"size"`
	Root      string   `json:"root"`
	Witnesses []string `json:"witnesses,omitempty"`
}

type provedAct struct {
	Leaf   int64     `json:"leaf"`
	What   string    `json:"what"`
	At     time.Time `json:"at"`
	Member string    `json:"member"`
	Agency string    `json:"agency,omitempty"`
}

type provedFile struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

func toldProof(v *proof.Verdict, err error) provedProof {
	if err != nil {
		told := provedProof{Code: "file_differs", Sentence: err.Error()}
		var wrong *proof.Error
		if errors.As(err, &wrong) {
			told.Code, told.Sentence = string(wrong.Code), wrong.Sentence
			if wrong.Event != nil {
				told.Event = wrong.Event.String()
			}
		}
		return told
	}
	told := provedProof{OK: true, Subject: &v.Subject, Log: toldLog(v.Checkpoint), Unproved: v.Unproved}
	if v.Older != nil {
		told.Older = toldLog(*v.Older)
	}
	for _, e := range v.Events {
		told.Acts = append(told.Acts, provedAct{e.Leaf, e.Type, e.At, e.Member.String(), e.Agency})
	}
	if version := v.Version; version != nil {
		told.State, told.From, told.Edition = string(version.State), version.From, version.Edition
		for _, s := range version.Signatures {
			told.Signed = append(told.Signed, provedAct{s.Event.Leaf, s.Event.Type, s.Event.At, s.Member.String(), s.Agency})
		}
		for _, f := range version.Content.Files {
			told.Files = append(told.Files, provedFile{f.Name, f.Digest})
		}
	}
	if v.Edition != nil {
		told.From = v.Edition.From
	}
	return told
}

func toldLog(c proof.Checkpoint) *provedLog {
	told := &provedLog{Origin: c.Origin, Size: c.Size, Root: c.Root.String()}
	for _, w := range c.Cosigned {
		told.Witnesses = append(told.Witnesses, w.Name)
	}
	return told
}

// printProof prints for a person, in both languages of the house.
func printProof(w io.Writer, v *proof.Verdict, told provedProof) {
	if !told.OK {
		fmt.Fprintf(w, "SAI / WRONG: %s\n", told.Code)
		if told.Event != "" {
			fmt.Fprintf(w, "  sự kiện / event: %s\n", told.Event)
		}
		fmt.Fprintf(w, "  %s\n", told.Sentence)
		return
	}
	fmt.Fprintf(w, "ĐÚNG / PROVED: %s\n", subjectOf(v))
	printLog(w, "điểm kiểm / checkpoint", told.Log)
	if told.Older != nil {
		printLog(w, "nối tiếp / continues", told.Older)
	}
	if v.Version != nil {
		printVersion(w, v.Version)
	}
	if v.Edition != nil {
		printEdition(w, v.Edition)
	}
	if len(v.Events) > 0 {
		fmt.Fprintln(w, "\nsự kiện trong nhật ký / events in the log")
		for _, e := range v.Events {
			fmt.Fprintf(w, "  #%-7d %s  %-26s %s  %s\n", e.Leaf, local(e.At), e.Type, e.Member, e.Agency)
		}
	}
	if len(v.Unproved) > 0 {
		fmt.Fprintln(w, "\nđiều không được chứng minh / what is not proved")
	}
	for _, c := range v.Unproved {
		fmt.Fprintf(w, "  – %s\n", unproved[c])
	}
}

// unproved says what a file can't show.
var unproved = map[proof.Caveat]string{
	proof.LaterEvents:     "việc xảy ra sau điểm kiểm; cần tệp mới hơn / what came after the checkpoint; a newer file shows that",
	proof.OneHistory:      "rằng mọi người thấy cùng một nhật ký; cần chữ ký nhân chứng (--witness) / that everybody is shown the same log; a witness's signature does (--witness)",
	proof.EditionIssue:    "khi nào kỳ cập nhật của phiên bản được ban hành; xem bằng chứng của kỳ đó / when the version's edition was issued; the proof of the edition does",
	proof.VersionApproval: "các phiên bản trong kỳ được duyệt thế nào; xem bằng chứng của từng phiên bản / how its versions were approved; their own proofs do",
	proof.Successor:       "có phiên bản mới hơn đã thay thế hay chưa / whether a later version has taken its place",
	proof.Identity:        "mã thành viên là ai; cơ quan cho biết / who the members are; their agencies know",
}

// stateWords are what a version's state is called.
var stateWords = map[domain.VersionState]string{
	domain.Drafted:   "đang soạn / draft",
	domain.Submitted: "đang trình / submitted",
	domain.Returned:  "bị trả lại / returned",
	domain.Approved:  "đã phê duyệt / approved",
	domain.Withdrawn: "đã thu hồi / withdrawn",
}

func subjectOf(v *proof.Verdict) string {
	switch v.Subject.Kind {
	case proof.KindVersion:
		return fmt.Sprintf("%s, phiên bản / version %d", v.Subject.Item, v.Subject.Version)
	case proof.KindEdition:
		return fmt.Sprintf("kỳ cập nhật / edition %d", v.Subject.Edition)
	}
	return "hai điểm kiểm cùng một lịch sử / two checkpoints of one history"
}

func printLog(w io.Writer, what string, l *provedLog) {
	fmt.Fprintf(w, "%s: %s, %d sự kiện / events, %s\n", what, l.Origin, l.Size, l.Root)
	for _, name := range l.Witnesses {
		fmt.Fprintf(w, "  nhân chứng / witness: %s\n", name)
	}
}

func printVersion(w io.Writer, v *proof.VersionVerdict) {
	fmt.Fprintf(w, "trạng thái / state: %s", stateWords[v.State])
	if v.From != nil {
		fmt.Fprintf(w, ", từ / from %s", local(*v.From))
	} else if v.Edition > 0 {
		fmt.Fprintf(w, ", theo kỳ cập nhật / with edition %d", v.Edition)
	}
	fmt.Fprintln(w)
	if v.Withdrawn != nil && v.Until != nil {
		fmt.Fprintf(w, "thu hồi / withdrawn: %s, từ / from %s, %s\n", v.Withdrawn.Agency, local(*v.Until), v.Withdrawn.Reason)
	}
	fmt.Fprintln(w, "\nchữ ký / signatures")
	for _, s := range v.Signatures {
		fmt.Fprintf(w, "  %s  %-24s %s (#%d)\n", local(s.Event.At), s.Agency, s.Member, s.Event.Leaf)
	}
	for _, agency := range v.Awaited {
		fmt.Fprintf(w, "  chưa ký / not yet: %s\n", agency)
	}
	fmt.Fprintln(w, "\nnội dung / content")
	for _, f := range v.Content.Files {
		fmt.Fprintf(w, "  %s  SHA-256 %s\n", f.Name, f.Digest)
	}
	for _, u := range v.Content.Units {
		for _, locale := range slices.Sorted(maps.Keys(u.Text)) {
			fmt.Fprintf(w, "  %s [%s] %s\n", u.Role, locale, u.Text[locale])
		}
	}
}

func printEdition(w io.Writer, e *proof.EditionVerdict) {
	switch {
	case e.Issued == nil:
		fmt.Fprintln(w, "chưa ban hành / not issued")
	case e.From != nil:
		fmt.Fprintf(w, "ban hành / issued: %s, %s\n", local(*e.From), e.Decision)
	}
	for _, entry := range e.Entries {
		fmt.Fprintf(w, "  %s, phiên bản / version %d\n", entry.Item, entry.Version)
	}
	for _, item := range e.Retired {
		fmt.Fprintf(w, "  hết hiệu lực / retired: %s\n", item)
	}
}

// local is an instant in the city's time, to the second.
func local(at time.Time) string { return at.In(domain.CityZone).Format("2006-01-02 15:04:05 -07:00") }
