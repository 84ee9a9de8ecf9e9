package audits

import "signet/internal/portal/frame"

// compared draws agencies and channels beside each other, of the whole time of a filter:
// of each the field is asked, which takes a scope and answers with one span. Where the
// filter has one agency or one channel already there is nothing to compare.
func compared[T any](v *frame.Visit, f *filter, page, field, fragments string, read func(T) point) (agencies, channels *drawing, err error) {
	var questions []asked
	var points []point
	add := func(p point, agency, channel string) {
		points = append(points, p)
		questions = append(questions, asked{field, "UsageScope", frame.Vars{"agency": orNil(agency), "channel": orNil(channel)}})
	}
	if f.All && f.Agency == "" {
		for _, key := range f.Agencies {
			path := v.Path(page+"?agency=", key, "&channel=", f.Channel, "&from=", v.Value("from"), "&to=", v.Value("to"), "&by=", f.By)
			add(point{Key: key, Name: v.Agency(key), Path: path}, key, f.Channel)
		}
	}
	n := len(points)
	if f.Channel == "" {
		for _, key := range f.Channels {
			path := v.Path(page+"?agency=", f.Agency, "&channel=", key, "&from=", v.Value("from"), "&to=", v.Value("to"), "&by=", f.By)
			add(point{Key: key, Name: channelName(v, key), Path: path}, f.Agency, key)
		}
	}
	d := document{Name: "AuditsCompared", Types: "$from: Date!, $to: Date!", Variables: frame.Vars{"from": f.From, "to": f.To}, Fragments: fragments}
	answers, err := askEach[[]T](v, d, questions)
	if err != nil {
		return nil, nil, err
	}
	for i, spans := range answers {
		if len(spans) == 0 {
			continue
		}
		told := read(spans[0])
		told.Key, told.Name, told.Path = points[i].Key, points[i].Name, points[i].Path
		points[i] = told
	}
	if n > 0 {
		agencies = drawEach(v, "agencies", v.T("audits.agency"), points[:n])
	}
	if n < len(points) {
		channels = drawEach(v, "channels", v.T("audits.channel"), points[n:])
	}
	return agencies, channels, nil
}

// channelName is how a channel is called; one that the plan does not name has its key.
func channelName(v *frame.Visit, key string) string {
	if name := v.T("audits.channel." + key); name != "audits.channel."+key {
		return name
	}
	return key
}
