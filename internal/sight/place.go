package sight

import "math"

// place maps the unit square of one rectangle into that of another:
// x = a·u + b·v + c, y = d·u + e·v + f.
type place struct{ a, b, c, d, e, f float64 }

var asItIs = place{a: 1, e: 1}

func (p place) at(u, v float64) (x, y float64) {
	return p.a*u + p.b*v + p.c, p.d*u + p.e*v + p.f
}

// inverse of a place that keeps some area.
func (p place) inverse() place {
	det := p.a*p.e - p.b*p.d
	q := place{a: p.e / det, b: -p.b / det, d: -p.d / det, e: p.a / det}
	q.c, q.f = -(q.a*p.c + q.b*p.f), -(q.d*p.c + q.e*p.f)
	return q
}

// cropped is where the whole is if only the part r of it is seen.
func cropped(r rect) place {
	return place{a: 1 / r.width(), c: -r.x0 / r.width(), e: 1 / r.height(), f: -r.y0 / r.height()}
}

// around is the smallest upright rectangle around the unit square's image.
func (p place) around() rect {
	return rect{
		p.c + min(p.a, 0) + min(p.b, 0), p.f + min(p.d, 0) + min(p.e, 0),
		p.c + max(p.a, 0) + max(p.b, 0), p.f + max(p.d, 0) + max(p.e, 0),
	}
}

// then applies a change about the middle of the image: it is moved by shares of the
// box, stretched along its own axes, and turned, where aspect is width by height of
// the box.
func (p place) then(m move, aspect float64) place {
	x, y := p.at(0.5, 0.5)
	sin, cos := math.Sincos(m.turn)
	a, d := p.a*m.wide, p.d*m.wide
	b, e := p.b*m.high, p.e*m.high
	q := place{
		a: cos*a - sin*d/aspect, d: sin*a*aspect + cos*d,
		b: cos*b - sin*e/aspect, e: sin*b*aspect + cos*e,
	}
	q.c, q.f = x+m.right-(q.a+q.b)/2, y+m.down-(q.d+q.e)/2
	return q
}

// move is a change of place.
type move struct{ right, down, wide, high, turn float64 }
