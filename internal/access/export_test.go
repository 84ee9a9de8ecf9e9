package access

// Note is how Authenticate tells of a use.
var Note = (*Uses).note
