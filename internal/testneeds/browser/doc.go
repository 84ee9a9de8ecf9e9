// Package browser drives a headless Chromium in tests of pages that this program
// serves. It speaks the Chrome DevTools Protocol over the pipe of
// --remote-debugging-pipe (https://chromedevtools.github.io/devtools-protocol/),
// so that it opens no port and needs no further module.
//
// A page under test notes what it asked of the network, what it broke of its
// Content-Security-Policy and what went wrong in its scripts.
package browser
