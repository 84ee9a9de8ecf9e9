package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/internal/mail/mailtest"
	"signet/internal/testneeds"
)

// A member is told of what they watch, an agency of what it has downloaded, and who
// signs of what waits: by a real mail server.
func TestMembersAreToldByMail(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	s := newStaff(t)
	paper := strings.TrimSpace(must(t, s.dir, "token", "--agency", "press", "--agency-name", "Báo", "--role", "agency"))
	post := mailtest.Start(t, mailtest.Options{User: "signet", Password: "mật khẩu"})
	secret := filepath.Join(s.dir, "password")
	if err := os.WriteFile(secret, []byte("mật khẩu\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := serving(t, s.dir,
		"--smtp", post.Addr, "--smtp-tls", "none", "--smtp-user", "signet", "--smtp-password-file", secret,
		"--mail-from", "Bộ nhận diện <brand@haiphong.example>", "--public-url", "https://registry.example")
	addresses := map[string]string{s.author: "tac-gia@x.example", s.binh: "binh@x.example", paper: "bao@x.example"}
	for token, address := range addresses {
		me := p.ask(token, `{ viewer { member agency } }`, nil)
		p.ask(token, `mutation($in: SetPersonInput!) { setPerson(input: $in) { member { id } } }`,
			vars{"in": vars{"agency": me.text("viewer.agency"), "member": me.text("viewer.member"), "name": "", "mail": address}})
	}
	if a := p.ask("", `{ nodeState { mails } }`, nil); !strings.Contains(a.raw, "true") {
		t.Error(a.raw)
	}
	s.submit(p)
	mailed(t, post, "binh@x.example", "https://registry.example/vi/review/slogan/1")
	p.ask(s.author, `mutation { watchItem(input: {key: "slogan"}) { viewer { watches } } }`, nil)
	p.ask(s.binh, `mutation { signVersion(input: {key: "slogan", version: 1}) { version { state } } }`, nil)
	mailed(t, post, "tac-gia@x.example", "https://registry.example/vi/items/slogan")
	if status, _, body := p.get("/kit.zip?channel=print", paper); status != http.StatusOK {
		t.Fatal(status, string(body))
	}
	p.ask(s.admin, `mutation { withdrawVersion(input: {key: "slogan", version: 1, reason: "sai tên"}) { version { state } } }`, nil)
	heard := map[string]mailtest.Mail{}
	for range 2 {
		m := post.Next(t)
		heard[m.To[0]] = m
	}
	for _, address := range []string{"tac-gia@x.example", "bao@x.example"} {
		if m := heard[address]; !strings.Contains(m.Text, "sai tên") || !strings.Contains(m.HTML, "https://registry.example/en/items/slogan") || m.From != "brand@haiphong.example" || m.User != "signet" {
			t.Errorf("%s reads %+v", address, m)
		}
	}
	if own := strings.Contains(heard["bao@x.example"].Text, "Báo"); !own {
		t.Errorf("the agency is not told how it has used it: %s", heard["bao@x.example"].Text)
	}
	p.stop()
	if more := post.Taken(); len(more) > 0 {
		t.Errorf("somebody is told more: %+v", more)
	}
	for _, address := range addresses {
		for _, found := range inMails(t, s.dir, address) {
			t.Error(found)
		}
	}
}

// submit lets the author write a slogan that waits for Bình's signature.
func (s *staff) submit(p *process) {
	s.t.Helper()
	p.ask(s.admin, `mutation($in: SetPolicyInput!) { setPolicy(input: $in) { __typename } }`, vars{"in": vars{"kind": "SLOGAN", "leads": []string{staffAgency}, "required": []string{}, "reason": "dòng 3"}})
	p.ask(s.author, `mutation($in: RegisterItemInput!) { registerItem(input: $in) { __typename } }`, vars{"in": vars{"key": "slogan", "kind": "SLOGAN", "public": true}})
	p.ask(s.author, `mutation($in: DraftVersionInput!) { draftVersion(input: $in) { __typename } }`, vars{"in": vars{"key": "slogan", "content": sloganOf("Cửa ngõ ra biển")}})
	p.ask(s.author, `mutation($in: SubmitVersionInput!) { submitVersion(input: $in) { __typename } }`, vars{"in": vars{"key": "slogan", "version": 1}})
}

// mailed sees that the next mail is for somebody, and leads somewhere.
func mailed(t *testing.T, post *mailtest.Server, address, leads string) {
	t.Helper()
	if m := post.Next(t); m.To[0] != address || !strings.Contains(m.Text, leads) || m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("%q to %q: %s", m.Subject, m.To, m.Text)
	}
}

// inMails tells where the queue of mails holds an address.
func inMails(t *testing.T, dir, address string) (found []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, defaultData, mailsFile+"*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), address) {
			found = append(found, address+" is in "+file)
		}
	}
	return found
}

func TestWhatFlagsOfMailAreRefused(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte("p\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := mailOptions{server: "smtp.example:587", security: "starttls", user: "signet", password: secret, from: "brand@city.example"}
	const public = "https://registry.example"
	if sender, err := good.sender(public); err != nil || sender == nil {
		t.Fatal(sender, err)
	}
	if sender, err := (&mailOptions{security: "starttls"}).sender(""); err != nil || sender != nil {
		t.Errorf("without a mail server: %v, %v", sender, err)
	}
	for title, change := range map[string]func(*mailOptions){
		"no server, but a sender":        func(o *mailOptions) { o.server = "" },
		"a server without a port":        func(o *mailOptions) { o.server = "smtp.example" },
		"no sender":                      func(o *mailOptions) { o.from = "" },
		"another kind of TLS":            func(o *mailOptions) { o.security = "on" },
		"a password in the clear":        func(o *mailOptions) { o.security = "none" },
		"a user without a password":      func(o *mailOptions) { o.password = "" },
		"a password without a user":      func(o *mailOptions) { o.user = "" },
		"a file that is not there":       func(o *mailOptions) { o.password = secret + "x" },
		"a file in which nothing stands": func(o *mailOptions) { o.password = empty },
	} {
		t.Run(title, func(t *testing.T) {
			o := good
			change(&o)
			sender, err := o.sender(public)
			if code, _ := explain(err); err == nil || sender != nil || code != exitBadInput {
				t.Errorf("%v, %v", sender, err)
			}
		})
	}
	for _, public := range []string{"", "registry.example", ":"} {
		if _, err := good.sender(public); err == nil {
			t.Errorf("mails would lead to %q", public)
		}
	}
}
