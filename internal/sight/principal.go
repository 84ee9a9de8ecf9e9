package sight

import "math"

// direction is one way in which the cells of some planes differ from each other.
type direction struct {
	mix    []float64 // what of each plane is in it
	share  float64   // of the whole variance
	values []float32 // one for each cell: their mean is 0, and their squares add up to 1
}

// principal finds the directions in which planes vary most, the most important first;
// those of a share less than least are noise. A plain picture has none.
func principal(planes [][]float32, least float64) []direction {
	n := len(planes[0])
	means := make([]float64, len(planes))
	for c, plane := range planes {
		for _, v := range plane {
			means[c] += float64(v)
		}
		means[c] /= float64(n)
	}
	covariance := make([][]float64, len(planes))
	total := 0.0
	for a := range planes {
		covariance[a] = make([]float64, len(planes))
		for b := range planes {
			sum := 0.0
			for i := range n {
				sum += (float64(planes[a][i]) - means[a]) * (float64(planes[b][i]) - means[b])
			}
			covariance[a][b] = sum
		}
		total += covariance[a][a]
	}
	if total < float64(n) { // less than one shade
		return nil
	}
	var out []direction
	values, vectors := eigen(covariance)
	for j, value := range values {
		if value < least*total {
			continue
		}
		d := direction{mix: vectors[j], share: value / total, values: make([]float32, n)}
		scale := 1 / math.Sqrt(value)
		for c := range d.mix {
			d.mix[c] *= scale
		}
		for i := range n {
			sum := 0.0
			for c, plane := range planes {
				sum += d.mix[c] * (float64(plane[i]) - means[c])
			}
			d.values[i] = float32(sum)
		}
		out = append(out, d)
	}
	return out
}

// eigen returns the eigenvalues of a small symmetric matrix, the largest first, and
// their vectors, by Jacobi's rotations; it spoils the matrix.
func eigen(m [][]float64) (values []float64, vectors [][]float64) {
	n := len(m)
	vectors = make([][]float64, n)
	for i := range vectors {
		vectors[i] = make([]float64, n)
		vectors[i][i] = 1
	}
	for range 12 { // sweeps; 4×4 settles in 6
		for p := range n {
			for q := p + 1; q < n; q++ {
				rotate(m, vectors, p, q)
			}
		}
	}
	values = make([]float64, n)
	for i := range values {
		values[i] = m[i][i]
	}
	for i := range values {
		for j := i; j > 0 && values[j] > values[j-1]; j-- {
			values[j], values[j-1] = values[j-1], values[j]
			vectors[j], vectors[j-1] = vectors[j-1], vectors[j]
		}
	}
	return values, vectors
}

// rotate makes m[p][q] zero.
func rotate(m, vectors [][]float64, p, q int) {
	if math.Abs(m[p][q]) < 1e-12 {
		return
	}
	theta := (m[q][q] - m[p][p]) / (2 * m[p][q])
	t := 1 / (math.Abs(theta) + math.Sqrt(theta*theta+1))
	if theta < 0 {
		t = -t
	}
	c := 1 / math.Sqrt(t*t+1)
	s := t * c
	for k := range m {
		m[k][p], m[k][q] = c*m[k][p]-s*m[k][q], s*m[k][p]+c*m[k][q]
	}
	for k := range m {
		m[p][k], m[q][k] = c*m[p][k]-s*m[q][k], s*m[p][k]+c*m[q][k]
		vectors[p][k], vectors[q][k] = c*vectors[p][k]-s*vectors[q][k], s*vectors[p][k]+c*vectors[q][k]
	}
}
