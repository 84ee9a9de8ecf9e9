package phrases

// SetWindow makes the index search so many letters at once, at least.
func (x *Index) SetWindow(letters int) { x.window = letters }
