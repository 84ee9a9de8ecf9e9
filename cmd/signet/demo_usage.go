package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/assets/rendition"
	"signet/domain"
	"signet/internal/commands"
)

// sampleUse is a use that an agency of the demo declares. The channels are those
// that the city's plan names; the places are made up.
type sampleUse struct {
	agency, item string
	version      int
	channel      string
	place        string
	ago          time.Duration // before the demo was set up
}

const day = 24 * time.Hour

// sampleUses also holds versions that are no longer in force, since finding
// those is what declared uses are for.
var sampleUses = []sampleUse{
	{"bao-ptth", "slogan-open-sea", 1, "press", "Chuyên trang «Hải Phòng hội nhập», trang 3", 41 * day},
	{"so-ngoai-vu", "slogan-open-sea", 1, "portal", "Cổng thông tin điện tử, mục tiếng Anh", 37 * day},
	{"so-vhttdl", "slogan-red-flamboyant", 1, "events", "Festival Hoa Phượng Đỏ, phông sân khấu", 33 * day},
	{"so-khcn", "slogan-gateway", 1, "linkedin", "Trang LinkedIn của Sở", 30 * day},
	{"ban-ql-kkt", "logo-sample", 1, "portal", "Trang giới thiệu khu kinh tế, tiếng Nhật", 6 * day},
	{"bao-ptth", "logo-sample", 1, "youtube", "Kênh YouTube, đoạn mở đầu", 5 * day},
	{"so-vhttdl", "logo-sample", 1, "fanpage", "Fanpage du lịch, ảnh bìa", 4 * day},
	{"so-ngoai-vu", "slogan-open-sea", 2, "events", "Hội nghị gặp gỡ Nhật Bản, phông nền", 3 * day},
	{"so-cong-thuong", "template-investor-letter", 1, "publications", "Thư mời hội nghị xúc tiến đầu tư", 2 * day},
	{"so-cong-thuong", "positioning", 1, "publications", "Cẩm nang xúc tiến thương mại, lời mở đầu", 36 * time.Hour},
}

// sampleDownload is what an agency of the demo downloaded of the logo.
type sampleDownload struct {
	agency, channel string
	name            string // ends the name of the file
	rendition       string // query of the rendition; empty: the original
	times           int
	ago             time.Duration
}

var sampleDownloads = []sampleDownload{
	{"ban-ql-kkt", "portal", "ngang-đủ-màu.svg", "", 2, 6 * day},
	{"bao-ptth", "youtube", "ngang-âm-bản.svg", "width=1920", 3, 5 * day},
	{"bao-ptth", "press", "ngang-một-màu.png", "", 4, 4 * day},
	{"so-vhttdl", "fanpage", "biểu-tượng-đủ-màu.svg", "width=400&height=400&fit=pad&background=FFFFFF", 5, 4 * day},
	{"so-ngoai-vu", "events", "ngang-đủ-màu.png", "", 1, 3 * day},
	{"so-cong-thuong", "publications", "dọc-đủ-màu.svg", "width=1200&format=webp", 2, 2 * day},
	{"so-cong-thuong", "", "ngang-đủ-màu.svg", "", 1, day},
}

const sampleLogo = "logo-sample"

// useDemo adds the usage of the weeks before the demo was set up.
func useDemo(ctx context.Context, r *registry, begun time.Time) error {
	for n, u := range sampleUses {
		actor, err := demoMember(ctx, r, u.agency, domain.RoleAgency)
		if err != nil {
			return err
		}
		at, err := sinceInForce(ctx, r, u.item, u.version, begun.Add(-u.ago))
		if err != nil {
			return err
		}
		id := uuid.NewSHA1(demoPeople, fmt.Appendf(nil, "use/%d", n))
		declare := domain.DeclareUse{
			Use: id, Agency: u.agency, Item: u.item, Version: u.version, Channel: u.channel, Place: u.place, Since: domain.DateOf(at),
		}
		if err := demoCommand(ctx, r, domain.Uses, declare, actor, "use", at); err != nil {
			return fmt.Errorf("declare the use of %s: %w", u.item, err)
		}
	}
	logo, _, err := commands.Load(ctx, r.log, domain.Items, domain.ItemStream(sampleLogo))
	if err != nil {
		return err
	}
	for n, d := range sampleDownloads {
		if err := downloadSample(ctx, r, &logo, n, d, begun); err != nil {
			return fmt.Errorf("download the logo: %w", err)
		}
	}
	return nil
}

// downloadSample records one line of sampleDownloads, an hour apart each.
func downloadSample(ctx context.Context, r *registry, logo *domain.Item, n int, d sampleDownload, begun time.Time) error {
	actor, err := demoMember(ctx, r, d.agency, domain.RoleAgency)
	if err != nil {
		return err
	}
	version := logo.Version(1)
	if version == nil {
		return fmt.Errorf("the sample kit has no %s", sampleLogo)
	}
	file := slices.IndexFunc(version.Content.Files, func(f domain.File) bool { return strings.HasSuffix(f.Name, d.name) })
	if file < 0 {
		return fmt.Errorf("the logo has no file %s", d.name)
	}
	picture, err := canonical(d.rendition)
	if err != nil {
		return err
	}
	for i := range d.times {
		at, err := sinceInForce(ctx, r, sampleLogo, 1, begun.Add(-d.ago+time.Duration(i)*time.Hour))
		if err != nil {
			return err
		}
		record := domain.RecordDownload{
			Agency: d.agency, Month: at, Item: sampleLogo, Version: 1, Digest: version.Content.Files[file].Digest, Rendition: picture, Channel: d.channel,
		}
		if err := demoCommand(ctx, r, domain.DownloadLog, record, actor, fmt.Sprintf("download/%d/%d", n, i), at); err != nil {
			return err
		}
	}
	return nil
}

// canonical is the one spelling of a rendition's query.
func canonical(query string) (string, error) {
	if query == "" {
		return "", nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", err
	}
	spec, err := rendition.ParseSpec(values)
	return spec.String(), err
}

// sinceInForce returns the instant, or one soon after the version came in force
// if that was later: nobody uses what is not there yet.
func sinceInForce(ctx context.Context, r *registry, item string, version int, at time.Time) (time.Time, error) {
	validities, err := r.views.Validities(ctx, item, version)
	if err != nil {
		return at, err
	}
	if len(validities) == 0 {
		return at, fmt.Errorf("%s, version %d, was never in force", item, version)
	}
	if soon := validities[0].From.Add(time.Hour); at.Before(soon) {
		return soon, nil
	}
	return at, nil
}
