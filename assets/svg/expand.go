package svg

// expands are the elements whose href brings what it refers to into the picture.
var expands = set("use pattern linearGradient radialGradient filter feImage textPath")

// node is one element.
type node struct {
	name   string
	parent int // place in walker.nodes, or -1
	line   int
	// refers are the ids that it draws or paints with.
	refers []string
}

// cost is what drawing an element takes once references are followed.
type cost struct{ elements, depth int }

// expansion computes the cost of elements. An element may be reached by many
// ways, but is computed once.
type expansion struct {
	w        *walker
	children [][]int
	state    []byte // of each element: new, open, or done
	costs    []cost
}

const (
	isNew = iota
	isOpen
	isDone
)

// expand returns the number of elements that the whole file draws, or refuses
// it: too many, too deep, or something that holds itself.
func (w *walker) expand() (int, error) {
	e := &expansion{
		w: w, children: make([][]int, len(w.nodes)),
		state: make([]byte, len(w.nodes)), costs: make([]cost, len(w.nodes)),
	}
	for at, n := range w.nodes {
		if n.parent >= 0 {
			e.children[n.parent] = append(e.children[n.parent], at)
		}
	}
	total, err := e.of(0, 1)
	return total.elements, err
}

// of returns the cost of one element. level counts the elements that are being
// computed around it, so that a chain of references ends before the stack does.
func (e *expansion) of(at, level int) (cost, error) {
	n := e.w.nodes[at]
	switch {
	case e.state[at] == isDone:
		return e.costs[at], nil
	case e.state[at] == isOpen:
		return cost{}, &Error{Line: n.line, Sentence: "the element " + n.name + " refers to itself, perhaps by way of others"}
	case level > MaxExpandedDepth:
		return cost{}, &Error{Line: n.line, Sentence: "references make this deeper than is accepted"}
	}
	e.state[at] = isOpen
	total := cost{elements: 1}
	for _, child := range e.children[at] {
		if err := e.add(&total, child, level); err != nil {
			return cost{}, err
		}
	}
	for _, id := range n.refers {
		// Where an id is given twice, programs differ in which one they take.
		for _, target := range e.w.ids[id] {
			if err := e.add(&total, target, level); err != nil {
				return cost{}, err
			}
		}
	}
	total.depth++
	if total.depth > MaxExpandedDepth {
		return cost{}, &Error{Line: n.line, Sentence: "references make this deeper than is accepted"}
	}
	e.state[at], e.costs[at] = isDone, total
	return total, nil
}

func (e *expansion) add(total *cost, at, level int) error {
	c, err := e.of(at, level+1)
	if err != nil {
		return err
	}
	total.elements += c.elements
	total.depth = max(total.depth, c.depth)
	if total.elements > MaxExpanded {
		return &Error{Line: e.w.nodes[at].line, Sentence: "references make more elements of this than are accepted"}
	}
	return nil
}
