package s3

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestAURLSaysWhereBlobsAre(t *testing.T) {
	for text, want := range map[string]Options{
		"s3://brand?endpoint=https://s3.example.vn":                                  {Bucket: "brand", Endpoint: "s3.example.vn"},
		"s3://brand/?endpoint=https://s3.example.vn/":                                {Bucket: "brand", Endpoint: "s3.example.vn"},
		"s3://brand/kit/logos/?endpoint=https://s3.example.vn:9000&region=hn-1":      {Bucket: "brand", Prefix: "kit/logos", Endpoint: "s3.example.vn:9000", Region: "hn-1"},
		"s3://brand/h%E1%BA%A3i?endpoint=http%3A%2F%2F127.0.0.1%3A7070":              {Bucket: "brand", Prefix: "hải", Endpoint: "127.0.0.1:7070", Insecure: true},
		"s3://brand?endpoint=http://[::1]:7070&create=true&iam=true&ca=/etc/own.pem": {Bucket: "brand", Endpoint: "[::1]:7070", Insecure: true, CreateBucket: true, IAM: true, CAFile: "/etc/own.pem"},
	} {
		if got, err := ParseURL(text); err != nil || got != want {
			t.Errorf("%s:\n got %#v, %v\nwant %#v", text, got, err, want)
		}
	}
}

func TestWhatIsNoURLOfABucketIsRefused(t *testing.T) {
	const secret = "wJalrXUtnFEMI"
	for text, want := range map[string]struct {
		err   *Error
		field string
	}{
		"":                                                               {ErrInvalidOptions, "url"},
		"https://brand?endpoint=https://h":                               {ErrInvalidOptions, "url"},
		"s3:brand?endpoint=https://h":                                    {ErrInvalidOptions, "url"},
		"s3://brand":                                                     {ErrInvalidOptions, "endpoint"},
		"s3://brand?endpoint=s3.example.vn":                              {ErrInvalidOptions, "endpoint"},
		"s3://brand?endpoint=ftp://h":                                    {ErrInvalidOptions, "endpoint"},
		"s3://brand?endpoint=https://":                                   {ErrInvalidOptions, "endpoint"},
		"s3://brand?endpoint=https://h/path":                             {ErrInvalidOptions, "endpoint"},
		"s3://brand?endpoint=https://h:99999":                            {ErrInvalidOptions, "endpoint"},
		"s3://brand?endpoint=https://::1":                                {ErrInvalidOptions, "endpoint"},
		"s3://brand?endpoint=https://h&region=":                          {ErrInvalidOptions, "region"},
		"s3://brand?endpoint=https://h&region=a/b":                       {ErrInvalidOptions, "region"},
		"s3://brand?endpoint=https://h&ca=":                              {ErrInvalidOptions, "ca"},
		"s3://brand?endpoint=https://h&create=1":                         {ErrInvalidOptions, "create"},
		"s3://brand?endpoint=https://h&iam=yes":                          {ErrInvalidOptions, "iam"},
		"s3://brand?endpoint=https://h&verify=no":                        {ErrInvalidOptions, "url"},
		"s3://brand?endpoint=https://h&endpoint=https://i":               {ErrInvalidOptions, "url"},
		"s3://brand?endpoint=https://h;region=x":                         {ErrInvalidOptions, "url"},
		"s3://brand?endpoint=https://h#x":                                {ErrInvalidOptions, "url"},
		"s3://?endpoint=https://h":                                       {ErrInvalidOptions, "bucket"},
		"s3://Brand?endpoint=https://h":                                  {ErrInvalidOptions, "bucket"},
		"s3://b?endpoint=https://h":                                      {ErrInvalidOptions, "bucket"},
		"s3://brand/a/../b?endpoint=https://h":                           {ErrInvalidOptions, "prefix"},
		"s3://brand/a//b?endpoint=https://h":                             {ErrInvalidOptions, "prefix"},
		"s3://brand/a%5Cb?endpoint=https://h":                            {ErrInvalidOptions, "prefix"},
		"s3://brand/a%0Ab?endpoint=https://h":                            {ErrInvalidOptions, "prefix"},
		"s3://brand/%FF?endpoint=https://h":                              {ErrInvalidOptions, "prefix"},
		"s3://brand/ha%CC%89i?endpoint=https://h":                        {ErrInvalidOptions, "prefix"},
		"s3://brand/" + strings.Repeat("a", 513) + "?endpoint=https://h": {ErrInvalidOptions, "prefix"},
		"s3://signet:" + secret + "@brand?endpoint=https://h":            {ErrCredentialsInURL, ""},
		"s3://brand?endpoint=https://signet:" + secret + "@h":            {ErrCredentialsInURL, ""},
		"s3://brand?endpoint=https://h&secret_key=" + secret:             {ErrCredentialsInURL, ""},
		"s3://brand?endpoint=https://h&AWS-Secret-Access-Key=" + secret:  {ErrCredentialsInURL, ""},
		"s3://signet:" + secret + "@brand:port?endpoint=https://h":       {ErrInvalidOptions, "url"},
		"s3://signet:" + secret + "\x7f@brand?endpoint=https://h":        {ErrInvalidOptions, "url"},
	} {
		_, err := ParseURL(text)
		var refused *Error
		if !errors.As(err, &refused) || !errors.Is(err, want.err) || refused.Field != want.field {
			t.Errorf("%q: got %v, want %s of %q", text, err, want.err.Code(), want.field)
			continue
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q: the error tells the secret", text)
		}
	}
}

func TestPrintedOptionsShowNoSecret(t *testing.T) {
	o := Options{Bucket: "brand", Endpoint: "h", AccessKey: "A", SecretKey: "hidden-1", SessionToken: "hidden-2"}
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{fmt.Sprint(o), fmt.Sprintf("%+v", o), fmt.Sprintf("%#v", o), string(text)} {
		if strings.Contains(printed, "hidden") {
			t.Errorf("%s", printed)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	f.Add("s3://brand/kit?endpoint=https://s3.example.vn:9000&region=hn-1")
	f.Add("s3://brand/h%E1%BA%A3i/%25?endpoint=http://[::1]:7070&create=true&iam=true&ca=/a%20b")
	f.Add("s3://user:secret@brand?endpoint=https://h")
	f.Add("s3://brand/../..?endpoint=https://h/..")
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ParseURL(text)
		if err != nil {
			var refused *Error
			if !errors.As(err, &refused) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := ParseURL(o.URL())
		if err != nil || again != o {
			t.Fatalf("%q became %#v, and that %#v, %v", text, o, again, err)
		}
		o.Cache = "cache"
		if _, err := o.complete(); err != nil {
			t.Fatalf("%q can be read and not be used: %v", text, err)
		}
		if o.AccessKey != "" || o.SecretKey != "" || strings.HasPrefix(o.Prefix, "/") || strings.Contains("/"+o.Prefix+"/", "/../") {
			t.Fatalf("%q became %#v", text, o)
		}
	})
}
