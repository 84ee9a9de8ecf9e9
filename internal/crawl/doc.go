// Package crawl brings what a web site or a folder holds, page by page and picture
// by picture, to whoever looks at it; it judges nothing itself.
//
// [Site] is for the web: polite (RFC 9309), bounded in every direction, and never led
// into a private network. [Folder] is for files. Both hand each [Resource] to a visit
// function, once. What a site holds is found in one order, whatever the timing: pages
// as they are linked, then style sheets, then all else. So a limit cuts the same
// place each time, and a picture comes with the places of all pages that show it.
package crawl
