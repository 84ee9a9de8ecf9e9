package rules

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"signet/domain"
)

// column is whom a column of the tables is about.
type column struct {
	asker    Asker
	name, vi string
	does     What
}

var columns = []column{
	{Nobody, "nobody", "không mã", What{"Ai cũng vậy, không có mã truy cập: đọc những gì công khai và có hiệu lực.", "Anybody, without a token: reads what is public and in force."}},
	{As(domain.RoleDesigner), "designer", "thiết kế", What{"Đọc, tải những gì đã được phê duyệt; khai báo sử dụng.", "Reads and downloads what is approved; declares its use."}},
	{As(domain.RoleAgency), "agency", "cơ quan", What{"Tải và khai báo cho cơ quan mình; xem việc sử dụng, webhook, phát hiện của cơ quan mình.", "Downloads and declares for its agency; sees its agency's use, webhooks and findings."}},
	{As(domain.RoleAuthor), "author", "soạn thảo", What{"Soạn và trình phiên bản.", "Drafts and submits versions."}},
	{As(domain.RoleTranslator), "translator", "dịch", What{"Dịch bản thảo sang các ngôn ngữ của mình.", "Translates drafts into their own languages."}},
	{As(domain.RoleReviewer), "reviewer", "ký duyệt", What{"Ký, trả lại, thu hồi cho cơ quan mình; ủy quyền.", "Signs, returns and withdraws for their agency; delegates."}},
	{As(domain.RoleDelegate), "delegate", "được ủy quyền", What{"Không giao được: có khi một cơ quan ủy quyền ký, trong thời hạn ủy quyền, thêm vào vai trò khác.", "Can't be given: comes with a delegation, for as long as it lasts, beside another role."}},
	{As(domain.RoleAuditor), "auditor", "kiểm tra", What{"Đọc mọi thứ, lịch sử và việc sử dụng; lập kế hoạch và kết luận kiểm tra.", "Reads everything, history and use; plans and settles audits."}},
	{As(domain.RoleAdmin), "admin", "quản trị", What{"Cơ quan, thành viên, mã truy cập, quy trình, lần cập nhật. Không soạn, không ký.", "Agencies, members, tokens, policies, editions. Neither writes nor signs."}},
	{As(domain.RoleOperator), "operator", "vận hành", What{"Người chạy chương trình trên máy chủ; không phải thành viên, không có mã truy cập. Không soạn, không ký.", "Whoever runs the program on the machine; no member, and has no token. Neither writes nor signs."}},
}

// Does says what members with a role do; nothing for a role that there is not.
func Does(role domain.Role) What {
	for _, c := range columns {
		if c.name == string(role) {
			return c.does
		}
	}
	return What{}
}

const (
	begin = "<!-- made by go generate ./graph/rules: "
	end   = "<!-- end -->"
)

// errSections: the document has no place for a section, or a place for none.
var errSections = errors.New("rules: each section has one place, between its comment and an end")

// Fill returns a document in which each part between a comment that names a section
// and the comment "end" is what the tables say. Its other words are kept.
func Fill(document []byte) ([]byte, error) {
	sections := map[string]func(*bytes.Buffer){
		"roles": writeRoles, "acts": writeActs,
		"fields":    func(b *bytes.Buffer) { writeSights(b, "trường / field", Fields) },
		"nodes":     func(b *bytes.Buffer) { writeSights(b, "`node(id:)`", Nodes) },
		"addresses": func(b *bytes.Buffer) { writeSights(b, "địa chỉ / address", Addresses) },
	}
	var out bytes.Buffer
	for {
		before, rest, more := bytes.Cut(document, []byte(begin))
		out.Write(before)
		if !more {
			break
		}
		name, rest, ok := bytes.Cut(rest, []byte(" -->\n"))
		_, rest, ended := bytes.Cut(rest, []byte(end))
		write := sections[string(name)]
		if !ok || !ended || write == nil {
			return nil, errSections
		}
		delete(sections, string(name))
		fmt.Fprintf(&out, "%s%s -->\n", begin, name)
		write(&out)
		out.WriteString(end)
		document = rest
	}
	if len(sections) > 0 {
		return nil, errSections
	}
	return out.Bytes(), nil
}

func writeRoles(b *bytes.Buffer) {
	row(b, "vai trò / role", "làm gì", "what it does")
	rule(b, 3)
	for _, c := range columns {
		row(b, c.vi+" / `"+c.name+"`", c.does.VI, c.does.EN)
	}
}

var marks = map[Mark]string{MayNot: "–", WithinOwn: "◐", May: "●"}

func writeActs(b *bytes.Buffer) {
	row(b, append([]string{"việc / act", "GraphQL", "quyền / permission"}, names(columns)...)...)
	rule(b, 3+len(columns))
	var notes notes
	for _, a := range Acts() {
		name, _ := a.Needs()
		by := strings.TrimSpace(code(a.Mutation) + " " + a.Means)
		cells := []string{a.VI + " / " + a.EN + notes.refer(a.Notes), by, code(string(name))}
		for _, c := range columns {
			cells = append(cells, marks[a.For(c.asker)])
		}
		row(b, cells...)
	}
	b.WriteString("\n")
	for i, n := range notes {
		fmt.Fprintf(b, "%d. %s / %s%s\n", i+1, n.VI, n.EN, reasons(n))
	}
}

// notes are those that were referred to, in the order of that.
type notes []Note

func (all *notes) number(n Note) int {
	at := slices.IndexFunc(*all, func(o Note) bool { return o.EN == n.EN })
	if at < 0 {
		at = len(*all)
		*all = append(*all, n)
	}
	return at
}

func (all *notes) refer(to []Note) string {
	if len(to) == 0 {
		return ""
	}
	numbers := make([]string, len(to))
	for i, n := range to {
		numbers[i] = strconv.Itoa(all.number(n) + 1)
	}
	return " (" + strings.Join(numbers, ", ") + ")"
}

func reasons(n Note) string {
	if len(n.Reasons) == 0 {
		return ""
	}
	return " (`" + strings.Join(n.Reasons, "`, `") + "`)"
}

var sights = map[Sight]string{Refused: "✕", Hidden: "○", Part: "◐", Sees: "●"}

func writeSights(b *bytes.Buffer, heading string, all []Rule) {
	callers := columns[:len(columns)-1] // the operator has no token
	row(b, append([]string{heading}, names(callers)...)...)
	rule(b, 1+len(callers))
	var parts notes
	for _, r := range all {
		cells := []string{code(r.Of)}
		for _, c := range callers {
			step, _ := r.For(c.asker)
			cell := sights[step.Sight]
			if step.Sight == Part {
				cell += " " + letter(parts.number(step.Part))
			}
			cells = append(cells, cell)
		}
		row(b, cells...)
	}
	b.WriteString("\n")
	for i, n := range parts {
		fmt.Fprintf(b, "- %s: %s / %s\n", letter(i), n.VI, n.EN)
	}
}

func letter(i int) string { return string(rune('a' + i)) }

func names(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.vi + "<br>" + c.name
	}
	return out
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

func row(b *bytes.Buffer, cells ...string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

func rule(b *bytes.Buffer, cells int) {
	row(b, slices.Repeat([]string{"---"}, cells)...)
}
