package metrics

import "github.com/prometheus/client_golang/prometheus"

// Kind is what was downloaded.
type Kind string

// What can be downloaded.
const (
	Original  Kind = "original"
	Rendition Kind = "rendition"
)

// Downloads counts the files that were sent. The zero value and nil count nothing.
type Downloads struct {
	files map[Kind]prometheus.Counter
	bytes prometheus.Counter
}

// Downloads registers the counters of downloads.
func (r *Registry) Downloads() *Downloads {
	files := prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "downloads_total",
		Help: "Files that were sent, as they are or as a rendition.",
	}, []string{"kind"})
	d := &Downloads{
		files: map[Kind]prometheus.Counter{
			Original: files.WithLabelValues(string(Original)), Rendition: files.WithLabelValues(string(Rendition)),
		},
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: namespace, Name: "download_bytes_total",
			Help: "Bytes of files that were sent.",
		}),
	}
	r.reg.MustRegister(files, d.bytes)
	return d
}

// Sent counts a file of which so many bytes were sent, also when the caller went
// away before the last one. A kind that is none of the above counts bytes alone.
func (d *Downloads) Sent(kind Kind, bytes int64) {
	if d == nil || d.bytes == nil {
		return
	}
	if c, ok := d.files[kind]; ok {
		c.Inc()
	}
	d.bytes.Add(float64(max(bytes, 0)))
}
