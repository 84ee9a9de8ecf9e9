// Package accesslog reads the access logs of web servers, in the common log format
// and in the combined one, and counts in them how often which version was asked for.
//
// The formats are those of Apache's mod_log_config ("%h %l %u %t \"%r\" %>s %b", the
// same with \"%{Referer}i\" \"%{User-agent}i\", and either of them after "%v ") and of
// nginx (ngx_http_log_module, "combined"). In what is quoted, Apache writes \" \\ \n \t
// and \xHH; nginx writes \xHH.
//
// Of who asked nothing is kept: addresses and names are in no result. While a log is
// read, a keyed hash of an address stands for it, to know the parts of one download.
package accesslog
