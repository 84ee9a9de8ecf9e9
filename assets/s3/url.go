package s3

import (
	"net/url"
	"slices"
	"strings"
)

// ParseURL reads where blobs are:
//
//	s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=REGION
//
// PREFIX and region may be left out, endpoint may not; one that begins with
// http:// is not encrypted. Further parameters are ca (a PEM file, as
// Options.CAFile), and create=true and iam=true (Options.CreateBucket,
// Options.IAM). A parameter is given at most once. The folder for the cache and
// the key are not in the URL: the caller adds them.
//
// Errors are ErrInvalidOptions, which names the parameter, and
// ErrCredentialsInURL; they repeat nothing of the URL.
func ParseURL(text string) (Options, error) {
	// What net/url says of a broken URL holds the URL, and so its password.
	parsed, err := url.Parse(text)
	if err != nil || parsed.Scheme != "s3" || parsed.Opaque != "" || parsed.Fragment != "" {
		return Options{}, ErrInvalidOptions.at("url").because("write s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION")
	}
	if parsed.User != nil {
		return Options{}, ErrCredentialsInURL
	}
	parameters, err := url.ParseQuery(parsed.RawQuery)
	if err != nil {
		return Options{}, ErrInvalidOptions.at("url").because("the parameters can't be read")
	}
	o := Options{Bucket: parsed.Host, Prefix: strings.Trim(parsed.Path, "/")}
	for name, values := range parameters {
		if len(values) != 1 {
			return Options{}, ErrInvalidOptions.at("url").because("a parameter is there twice")
		}
		if err := o.set(name, values[0]); err != nil {
			return Options{}, err
		}
	}
	if err := o.checkPlace(); err != nil {
		return Options{}, err
	}
	return o, nil
}

// secretParameters are what people write who put a key into the URL.
var secretParameters = []string{
	"access_key", "accesskey", "access_key_id", "aws_access_key_id", "key", "secret", "secret_key", "secretkey",
	"secret_access_key", "aws_secret_access_key", "session_token", "aws_session_token", "token", "password",
}

func (o *Options) set(name, value string) error {
	var err error
	switch name {
	case "endpoint":
		return o.setEndpoint(value)
	case "region":
		if value == "" {
			return ErrInvalidOptions.at(name).because("it is empty")
		}
		o.Region = value
	case "ca":
		if value == "" || strings.ContainsRune(value, 0) {
			return ErrInvalidOptions.at(name).because("name a file")
		}
		o.CAFile = value
	case "create":
		o.CreateBucket, err = isTrue(name, value)
	case "iam":
		o.IAM, err = isTrue(name, value)
	default:
		if slices.Contains(secretParameters, strings.ReplaceAll(strings.ToLower(name), "-", "_")) {
			return ErrCredentialsInURL
		}
		return ErrInvalidOptions.at("url").because("the parameters are endpoint, region, ca, create and iam")
	}
	return err
}

func isTrue(name, value string) (bool, error) {
	if value != "true" {
		return false, ErrInvalidOptions.at(name).because("write true, or leave it out")
	}
	return true, nil
}

func (o *Options) setEndpoint(value string) error {
	scheme, host, ok := strings.Cut(value, "://")
	if strings.Contains(host, "@") {
		return ErrCredentialsInURL
	}
	if !ok || scheme != "https" && scheme != "http" {
		return ErrInvalidOptions.at("endpoint").because("write https://HOST:PORT")
	}
	o.Endpoint, o.Insecure = strings.TrimSuffix(host, "/"), scheme == "http"
	return nil
}

// URL returns what ParseURL reads as these options, without cache and key.
func (o Options) URL() string {
	scheme := "https"
	if o.Insecure {
		scheme = "http"
	}
	parameters := url.Values{"endpoint": {scheme + "://" + o.Endpoint}}
	for name, value := range map[string]string{"region": o.Region, "ca": o.CAFile} {
		if value != "" {
			parameters.Set(name, value)
		}
	}
	for name, is := range map[string]bool{"create": o.CreateBucket, "iam": o.IAM} {
		if is {
			parameters.Set(name, "true")
		}
	}
	place := url.URL{Scheme: "s3", Host: o.Bucket, Path: "/" + strings.Trim(o.Prefix, "/"), RawQuery: parameters.Encode()}
	return place.String()
}
