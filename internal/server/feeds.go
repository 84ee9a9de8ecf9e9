package server

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/report"
	"signet/projections"
)

// feedLength is how many entries the news feed has.
const feedLength = 100

// feedNames are how feed and calendar are called.
var (
	feedNames     = map[string]string{"vi": "Bộ nhận diện: những thay đổi", "en": "Brand kit: what has changed"}
	calendarNames = map[string]string{"vi": "Bộ nhận diện: thời hạn", "en": "Brand kit: deadlines"}
)

// changeNames say what became of a version.
var changeNames = map[projections.Change]map[string]string{
	projections.ChangeApproved:   {"vi": "đã được phê duyệt", "en": "approved"},
	projections.ChangeInForce:    {"vi": "có hiệu lực", "en": "in force"},
	projections.ChangeSuperseded: {"vi": "đã được thay thế", "en": "superseded"},
	projections.ChangeWithdrawn:  {"vi": "đã bị thu hồi, không được sử dụng", "en": "withdrawn, not to be used any more"},
}

// changes is the news feed: what became of versions, and the issue of editions.
//
//	GET /feeds/changes.atom?lang=vi&kind=slogan
//	GET /feeds/changes.atom?lang=vi&item=slogan-open-sea
//
// Without a token it tells of what is public.
func (s *Server) changes(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	kind := domain.Kind(r.URL.Query().Get("kind"))
	if _, err := domain.ParseKind(string(kind)); err != nil && kind != "" {
		s.fail(w, r, domain.AsError(err).At("kind"))
		return
	}
	item := r.URL.Query().Get("item")
	if _, err := domain.ParseKey(item); err != nil && item != "" {
		s.fail(w, r, domain.AsError(err).At("item"))
		return
	}
	known := access.From(ctx).Can(domain.ReadApproved)
	rows, err := s.Views.Recent(ctx, s.now(), kind, item, !known, feedLength)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	news, err := s.news(r, rows, known)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if kind == "" && item == "" {
		editions, err := s.editionNews(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		news = append(news, editions...)
	}
	lang := langOf(r)
	feed := report.Feed{Title: feedNames, SelfURL: selfURL(r, kind, item, lang), HomeURL: here(r) + "/", Updated: time.Unix(0, 0)}
	for _, n := range news {
		if n.At.After(feed.Updated) {
			feed.Updated = n.At
		}
	}
	feed.ID = "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(feed.HomeURL+feedPlace(kind, item, lang))).String()
	var body bytes.Buffer
	if err := report.WriteAtom(&body, feed, news, lang); err != nil {
		s.fail(w, r, err)
		return
	}
	s.document200(w, r, "application/atom+xml; charset=utf-8", "", body.Bytes())
}

// feedPlace tells feeds apart: their identities are for ever (RFC 4287, section 4.2.6).
func feedPlace(kind domain.Kind, item string, lang report.Lang) string {
	place := "feeds/changes/" + string(kind) + "/" + string(lang)
	if item != "" {
		place += "/" + item
	}
	return place
}

// selfURL is where this feed is. What else the caller has asked for is left out: it
// may be no URL.
func selfURL(r *http.Request, kind domain.Kind, item string, lang report.Lang) string {
	q := url.Values{"lang": {string(lang)}}
	if kind != "" {
		q.Set("kind", string(kind))
	}
	if item != "" {
		q.Set("item", item)
	}
	return here(r) + r.URL.EscapedPath() + "?" + q.Encode()
}

// news makes entries of notices; their items' names come by one query. Why
// something was withdrawn is for those who are known.
func (s *Server) news(r *http.Request, rows []*projections.Notice, known bool) ([]report.News, error) {
	keys := make([]projections.VersionKey, 0, len(rows))
	for _, n := range rows {
		keys = append(keys, projections.VersionKey{Item: n.Item, Number: n.Version})
	}
	versions, err := s.Views.VersionsByKey(r.Context(), keys)
	if err != nil {
		return nil, err
	}
	out := make([]report.News, 0, len(rows))
	for i, n := range rows {
		id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s/%d/%s/%d", n.Item, n.Version, n.What, n.At.UnixMicro()))
		entry := report.News{
			ID: "urn:uuid:" + id.String(), At: n.At, Category: string(n.What), URL: here(r) + "/" + string(langOf(r)) + "/items/" + n.Item,
			Title: map[string]string{}, Summary: map[string]string{},
		}
		v := versions[keys[i]]
		for lang, what := range changeNames[n.What] {
			name := n.Item
			if v != nil {
				name = v.Content.Name().First(domain.Locale(lang))
			}
			entry.Title[lang] = fmt.Sprintf("%s (%s %d): %s", name, map[string]string{"vi": "phiên bản", "en": "version"}[lang], n.Version, what)
			if known && v != nil && n.What == projections.ChangeWithdrawn {
				entry.Summary[lang] = v.WithdrawnWhy
			}
		}
		out = append(out, entry)
	}
	return out, nil
}

func (s *Server) editionNews(r *http.Request) ([]report.News, error) {
	editions, err := s.Views.IssuedEditions(r.Context(), 0, feedLength)
	var out []report.News
	for _, e := range editions {
		out = append(out, report.News{
			ID: "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "edition/%d", e.Number)).String(), At: e.Issued, Category: "edition_issued", URL: here(r) + "/" + string(langOf(r)) + "/book/editions",
			Title: map[string]string{
				"vi": fmt.Sprintf("Ban hành lần cập nhật %d: %s", e.Number, e.TitleIn("vi")),
				"en": fmt.Sprintf("Edition %d issued: %s", e.Number, e.TitleIn("en")),
			},
			Summary: map[string]string{"vi": "Quyết định " + e.Decision, "en": "Decision " + e.Decision},
		})
	}
	return out, err
}

// deadlines is a calendar: when editions are due, with a token that may read drafts
// what the member's agency is to do until when, and for auditors when audits are due.
//
//	GET /feeds/deadlines.ics?lang=vi
func (s *Server) deadlines(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	editions, err := s.Views.Editions(ctx, 0, feedLength)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	all := editionDeadlines(editions)
	if viewer := access.From(ctx); viewer.Can(domain.ReadUnapproved) {
		waiting, err := s.Views.ReviewQueue(ctx, viewer.Agency, projections.VersionKey{}, maxDeadlines)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		all = append(all, reviewDeadlines(waiting)...)
	}
	if access.From(ctx).Can(domain.ReadAllUsage) {
		audits, err := s.Views.Audits(ctx, "", true, 0, feedLength)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		all = append(all, auditDeadlines(audits)...)
	}
	var body bytes.Buffer
	if err := report.WriteICS(&body, calendarNames, all, langOf(r), s.now()); err != nil {
		s.fail(w, r, err)
		return
	}
	s.document200(w, r, "text/calendar; charset=utf-8", "deadlines.ics", body.Bytes())
}

// maxDeadlines bounds how much of what waits stands in a calendar.
const maxDeadlines = 1000

// editionDeadlines are the days by which editions are due; also of the one that
// must follow the last, when nobody has opened it yet.
func editionDeadlines(editions []*projections.Edition) []report.Deadline {
	var out []report.Deadline
	for i, e := range editions {
		out = append(out, report.Deadline{
			UID: fmt.Sprintf("edition-%d@signet", e.Number), Day: string(e.Due), Done: !e.Issued.IsZero(),
			Title: map[string]string{
				"vi": fmt.Sprintf("Hạn ban hành lần cập nhật %d: %s", e.Number, e.TitleIn("vi")),
				"en": fmt.Sprintf("Edition %d due: %s", e.Number, e.TitleIn("en")),
			},
		})
		if i == len(editions)-1 && e.NextDue != "" {
			out = append(out, report.Deadline{
				UID: fmt.Sprintf("edition-%d@signet", e.Number+1), Day: string(e.NextDue),
				Title: map[string]string{
					"vi": fmt.Sprintf("Hạn ban hành lần cập nhật %d (tối thiểu 02 năm/lần)", e.Number+1),
					"en": fmt.Sprintf("Edition %d due (at least every two years)", e.Number+1),
				},
			})
		}
	}
	return out
}

var stepNames = map[projections.ReviewStep]map[string]string{
	projections.StepCoordinating: {"vi": "Hạn ký (phối hợp)", "en": "Signature due (coordinating)"},
	projections.StepLead:         {"vi": "Hạn ký (chủ trì)", "en": "Signature due (lead)"},
	projections.StepRevision:     {"vi": "Hạn chỉnh sửa", "en": "Revision due"},
}

func reviewDeadlines(waiting []*projections.Awaited) []report.Deadline {
	var out []report.Deadline
	for _, a := range waiting {
		if a.Due == "" {
			continue
		}
		d := report.Deadline{UID: fmt.Sprintf("%s-%d-%s-%s@signet", a.Item, a.Version, a.Step, a.Agency), Day: string(a.Due), Title: map[string]string{}}
		for lang, name := range stepNames[a.Step] {
			d.Title[lang] = fmt.Sprintf("%s: %s/%d", name, a.Item, a.Version)
		}
		out = append(out, d)
	}
	return out
}

func auditDeadlines(audits []*projections.Audit) []report.Deadline {
	var out []report.Deadline
	for _, a := range audits {
		out = append(out, report.Deadline{
			UID: fmt.Sprintf("audit-%s-%d@signet", a.ID, a.Round), Day: string(a.Due),
			Title: map[string]string{
				"vi": fmt.Sprintf("Hạn kiểm tra, vòng %d: %s", a.Round, a.TitleIn("vi")),
				"en": fmt.Sprintf("Audit due, round %d: %s", a.Round, a.TitleIn("en")),
			},
		})
	}
	return out
}

// langOf is the language of an answer: the query's lang, or else what the browser
// prefers.
func langOf(r *http.Request) report.Lang {
	return report.ParseLang(r.Header.Get("Accept-Language"), r.URL.Query().Get("lang"))
}

// here is where the caller has found this server; a caller need not say so, or may
// say what is no host.
func here(r *http.Request) string {
	scheme := "http://"
	if secure(r) {
		scheme = "https://"
	}
	if u, err := url.Parse(scheme + r.Host); err != nil || u.Host == "" {
		return scheme + "localhost"
	}
	return scheme + r.Host
}

// document200 answers with a document that was made for this caller.
func (s *Server) document200(w http.ResponseWriter, r *http.Request, media, name string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Authorization, Accept-Language")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if name != "" {
		h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // an error is the caller's having gone
	}
}
