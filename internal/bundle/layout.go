package bundle

import (
	"encoding/binary"
	"math"
	"time"

	"signet/assets"
)

// file is one file of the archive. Its bytes are in memory, or those of a blob.
type file struct {
	name     string // of safeName, unique in the archive
	modified time.Time
	size     int64
	crc      uint32 // CRC-32 of ISO 3309, as hash/crc32.IEEE
	body     []byte // when ref is empty
	ref      assets.Ref
	of       *item // nil for what tells of the whole kit
}

// segment is a stretch of the archive that comes from one place.
type segment struct {
	start, size int64
	bytes       []byte // when ref is empty
	ref         assets.Ref
	crc         uint32 // of a blob
}

// Numbers of APPNOTE.TXT.
const (
	localSignature     = 0x04034b50 // section 4.3.7
	centralSignature   = 0x02014b50 // section 4.3.12
	end64Signature     = 0x06064b50 // section 4.3.14
	locatorSignature   = 0x07064b50 // section 4.3.15
	endSignature       = 0x06054b50 // section 4.3.16
	unixMadeIt         = 3 << 8     // section 4.4.2
	version20          = 20         // section 4.4.3
	version45          = 45         // ZIP64
	namesAreUTF8       = 1 << 11    // section 4.4.4
	zip64Extra         = 0x0001     // section 4.5.3
	timeExtra          = 0x5455     // of Info-ZIP: "UT"
	regularFile        = 0o100644 << 16
	end64Size          = 56
	most32             = math.MaxUint32
	most16             = math.MaxUint16
	extendedTimeLength = 5
)

// le writes little-endian numbers, as all of ZIP.
type le []byte

func (b *le) u16(n ...uint16) {
	for _, v := range n {
		*b = binary.LittleEndian.AppendUint16(*b, v)
	}
}

func (b *le) u32(n ...uint32) {
	for _, v := range n {
		*b = binary.LittleEndian.AppendUint32(*b, v)
	}
}

func (b *le) u64(n ...uint64) {
	for _, v := range n {
		*b = binary.LittleEndian.AppendUint64(*b, v)
	}
}

// layout lays the files out, one after the other, and the directory behind them.
func layout(files []file) (segments []segment, size int64) {
	add := func(s segment) {
		if s.size > 0 {
			s.start = size
			segments = append(segments, s)
			size += s.size
		}
	}
	var directory le
	for _, f := range files {
		directory = append(directory, f.central(size)...)
		header := f.local()
		add(segment{size: int64(len(header)), bytes: header})
		add(segment{size: f.size, bytes: f.body, ref: f.ref, crc: f.crc})
	}
	start := size
	add(segment{size: int64(len(directory)), bytes: directory})
	end := ending(len(files), start, int64(len(directory)))
	add(segment{size: int64(len(end)), bytes: end})
	return segments, size
}

// local is the header before a file (section 4.3.7).
func (f file) local() le {
	var b, extra le
	version, size := uint16(version20), uint32(f.size)
	if f.size >= most32 {
		version, size = version45, most32
		extra.u16(zip64Extra, 16)
		extra.u64(uint64(f.size), uint64(f.size))
	}
	extra = append(extra, f.stamp()...)
	day, clock := dosTime(f.modified)
	b.u32(localSignature)
	b.u16(version, namesAreUTF8, 0, clock, day)
	b.u32(f.crc, size, size)
	b.u16(uint16(len(f.name)), uint16(len(extra)))
	return append(append(b, f.name...), extra...)
}

// central is the entry of the directory for a file whose header is at a place
// (section 4.3.12).
func (f file) central(at int64) le {
	var b, fields, extra le
	version, size, place := uint16(version20), uint32(f.size), uint32(at)
	if f.size >= most32 {
		size = most32
		fields.u64(uint64(f.size), uint64(f.size))
	}
	if at >= most32 {
		place = most32
		fields.u64(uint64(at))
	}
	if len(fields) > 0 {
		version = version45
		extra.u16(zip64Extra, uint16(len(fields)))
		extra = append(extra, fields...)
	}
	extra = append(extra, f.stamp()...)
	day, clock := dosTime(f.modified)
	b.u32(centralSignature)
	b.u16(unixMadeIt|version, version, namesAreUTF8, 0, clock, day)
	b.u32(f.crc, size, size)
	b.u16(uint16(len(f.name)), uint16(len(extra)), 0, 0, 0)
	b.u32(regularFile, place)
	return append(append(b, f.name...), extra...)
}

// ending is what stands behind the directory (sections 4.3.14 to 4.3.16).
func ending(files int, start, size int64) le {
	var b le
	count, from, length := uint16(files), uint32(start), uint32(size)
	if files >= most16 || start >= most32 || size >= most32 {
		b.u32(end64Signature)
		b.u64(end64Size - 12) // without the signature and this number
		b.u16(unixMadeIt|version45, version45)
		b.u32(0, 0)
		b.u64(uint64(files), uint64(files), uint64(size), uint64(start))
		b.u32(locatorSignature, 0)
		b.u64(uint64(start + size))
		b.u32(1)
		if files >= most16 {
			count = most16
		}
		if start >= most32 {
			from = most32
		}
		if size >= most32 {
			length = most32
		}
	}
	b.u32(endSignature)
	b.u16(0, 0, count, count)
	b.u32(length, from)
	b.u16(0)
	return b
}

// stamp is the time in UTC and to the second, which the MS-DOS fields don't have
// (Info-ZIP's proginfo/extrafld.txt); nothing where its 32 bits don't reach.
func (f file) stamp() le {
	var b le
	seconds := f.modified.Unix()
	if seconds < 0 || seconds > math.MaxInt32 {
		return nil
	}
	b.u16(timeExtra, extendedTimeLength)
	b = append(b, 1) // the time of modification only
	b.u32(uint32(seconds))
	return b
}

// dosTime is an instant in UTC in the format of MS-DOS (section 4.4.6), which
// counts pairs of seconds from 1980 to 2107.
func dosTime(t time.Time) (day, clock uint16) {
	t = t.UTC()
	switch {
	case t.Year() < 1980:
		t = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	case t.Year() > 2107:
		t = time.Date(2107, 12, 31, 23, 59, 58, 0, time.UTC)
	}
	day = uint16((t.Year()-1980)<<9 | int(t.Month())<<5 | t.Day())
	clock = uint16(t.Hour()<<11 | t.Minute()<<5 | t.Second()/2)
	return day, clock
}
