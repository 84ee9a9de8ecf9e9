package proof

// Follows is follows, for the test that it knows every event there is.
var Follows = follows
