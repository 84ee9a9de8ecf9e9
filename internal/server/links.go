package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/links"
	"signet/projections"
)

// maxLinkRequest bounds what asks for a link, in bytes.
const maxLinkRequest = 16 << 10

// linkDays is how many days a link is good for, unless another number is asked for.
const linkDays = 7

// linkToken is what stands for a token at who comes by a link.
const linkToken = "link"

// link makes an address that lets anybody download one thing for some time:
//
//	POST /links {"address": "/files/logo/current/logo.svg?preset=print", "days": 7}
//
// What is downloaded by it is recorded as the caller's own. The address is one of
// /files/ or /kit.zip that the caller can download now.
func (s *Server) link(w http.ResponseWriter, r *http.Request) {
	viewer := access.From(r.Context())
	made, until, err := s.makeLink(w, r, viewer)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, r, http.StatusCreated, map[string]any{"url": here(r) + made.String(), "until": until.UTC()})
}

func (s *Server) makeLink(w http.ResponseWriter, r *http.Request, viewer access.Viewer) (*url.URL, time.Time, error) {
	for _, p := range []domain.Permission{domain.DownloadAssets, domain.ReadApproved} { // a limited token may lack one of them
		if err := viewer.Require(p); err != nil {
			return nil, time.Time{}, err
		}
	}
	asked := struct {
		Address string `json:"address"`
		Days    int    `json:"days"`
	}{Days: linkDays}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxLinkRequest))
	d.DisallowUnknownFields()
	if err := d.Decode(&asked); err != nil {
		return nil, time.Time{}, domain.Refuse(domain.Invalid, "invalid_json", `send {"address": "/files/…", "days": 7}`)
	}
	address, err := s.linkable(r, asked.Address)
	if err != nil {
		return nil, time.Time{}, err
	}
	if asked.Days < 1 || asked.Days > int(links.MaxLifetime.Hours()/24) {
		return nil, time.Time{}, domain.Refuse(domain.Invalid, "invalid_lifetime", "a link is good for 1 to %d days", int(links.MaxLifetime.Hours()/24)).At("days")
	}
	return s.Links.Sign(address, links.Maker{Agency: viewer.Agency, Member: viewer.Member}, s.now(), time.Duration(asked.Days)*24*time.Hour)
}

// linkable refuses addresses of what can't be downloaded, as who comes by the link
// would be refused.
func (s *Server) linkable(r *http.Request, address string) (*url.URL, error) {
	invalid := domain.Refuse(domain.Invalid, "invalid_address", "a link leads to a file of a version, or to the kit: /files/…, /kit.zip").At("address")
	u, err := url.Parse(address)
	if err != nil || u.Host != "" && u.Scheme+"://"+u.Host != here(r) || u.Fragment != "" || path.Clean(u.Path) != u.Path {
		return nil, invalid
	}
	if u.Path == kitPath {
		_, _, err := s.selection(u.Query())
		return u, err
	}
	parts := strings.Split(strings.TrimPrefix(u.Path, filesPath), "/")
	if !strings.HasPrefix(u.Path, filesPath) || len(parts) != 3 {
		return nil, invalid
	}
	want, err := parseFileQuery(u.Query())
	if err != nil {
		return nil, err
	}
	if want.preview {
		return nil, invalid // what goes to somebody else is used, and recorded
	}
	viewer := access.From(r.Context())
	viewer.Roles = linkRoles
	_, err = s.find(access.With(r.Context(), viewer), parts[0], parts[1], parts[2])
	if errors.Is(err, errWithdrawn) {
		err = domain.Refuse(domain.Conflict, "withdrawn", "this version was withdrawn and may not be used any more").At("address")
	}
	return u, err
}

// linkRoles are what who comes by a link may do: download what is approved.
var linkRoles = domain.Roles{domain.RoleAgency}

// linked finds out who calls, as known does, or who made the link that somebody comes
// by. The link is good only while its maker may download.
func (s *Server) linked(next http.HandlerFunc) http.HandlerFunc {
	known := s.known(next)
	return func(w http.ResponseWriter, r *http.Request) {
		if s.Links == nil || !links.Signed(r.URL.Query()) {
			known.ServeHTTP(w, r)
			return
		}
		viewer, query, err := s.maker(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if a, ok := w.(*answered); ok {
			a.viewer = viewer
		}
		r = r.WithContext(access.With(r.Context(), viewer))
		r.URL.RawQuery = query.Encode()
		s.bear(w, r, next) // anybody may have the link: it is the address that asks
	}
}

// maker returns who made the link of a request, and its query without the signature.
func (s *Server) maker(r *http.Request) (access.Viewer, url.Values, error) {
	maker, query, err := s.Links.Verify(r.URL, s.now())
	if err != nil {
		return access.Viewer{}, nil, err
	}
	member, err := s.Views.Member(r.Context(), maker.Agency, maker.Member)
	if errors.Is(err, projections.ErrNotFound) {
		return access.Viewer{}, nil, errMakerGone
	}
	if err != nil {
		return access.Viewer{}, nil, err
	}
	actor := domain.Actor{Member: member.ID, Agency: member.Agency, Roles: member.Roles}
	if !actor.May(domain.DownloadAssets, domain.Scope{Agency: actor.Agency}) {
		return access.Viewer{}, nil, errMakerGone
	}
	actor.Roles, actor.Token = linkRoles, linkToken
	return access.Viewer{Actor: actor}, query, nil
}

var errMakerGone = domain.Refuse(domain.Forbidden, "link_ended", "who made the link may not download any more")
