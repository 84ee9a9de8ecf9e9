package esdbtest

import (
	"regexp"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// defaultWindow is how many events the server considers at once if the client
// does not say.
const defaultWindow = 320

// filter chooses the events of a subscription to $all. A stream's name and a
// type are judged once.
type filter struct {
	byType   bool
	prefixes []string
	pattern  *regexp.Regexp
	interval int // checkpoints come after so many events were considered

	judged map[uint32]bool // by index of the stream or the type
}

// newFilter reads a filter; nil if the client wants all.
func newFilter(o *streams.ReadReq_Options) (*filter, *refusal) {
	asked := o.GetFilter()
	if asked == nil {
		return nil, nil
	}
	f := &filter{judged: map[uint32]bool{}}
	expression := asked.GetStreamIdentifier()
	if expression == nil {
		f.byType, expression = true, asked.GetEventType()
	}
	f.prefixes = expression.GetPrefix()
	if text := expression.GetRegex(); text != "" {
		pattern, err := regexp.Compile(text)
		if err != nil {
			return nil, badRequest("the filter is no regular expression")
		}
		f.pattern = pattern
	}
	window := defaultWindow
	if asked.GetCount() == nil {
		window = int(asked.GetMax())
	}
	if f.interval = window * int(asked.GetCheckpointIntervalMultiplier()); f.interval <= 0 {
		return nil, badRequest("the window and the interval of checkpoints must be above 0")
	}
	return f, nil
}

// lets tells whether the filter lets an event pass.
func (f *filter) lets(log *store, e entry) bool {
	if f == nil {
		return true
	}
	key := e.stream
	if f.byType {
		key = e.kind
	}
	passes, known := f.judged[key]
	if !known {
		passes = f.judge(log.label(e, f.byType))
		f.judged[key] = passes
	}
	return passes
}

func (f *filter) judge(name string) bool {
	if f.pattern != nil {
		return f.pattern.MatchString(name)
	}
	for _, p := range f.prefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}
