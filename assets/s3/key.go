package s3

import (
	"context"
	"net/http"
	"os"
	"strings"

	"github.com/minio/minio-go/v7/pkg/credentials"
)

// maxSecret is far more than a secret key has, in bytes.
const maxSecret = 4096

// keys finds the key to sign requests with. Errors: ErrNoCredentials, and
// ErrInvalidOptions for a file that can't be used.
func (o Options) keys(ctx context.Context, transport http.RoundTripper) (*credentials.Credentials, error) {
	access, secret := o.AccessKey, o.SecretKey
	if o.SecretFile != "" {
		text, err := os.ReadFile(o.SecretFile)
		if err != nil {
			return nil, ErrInvalidOptions.at("secretFile").from(err)
		}
		secret = strings.TrimSpace(string(text))
		if secret == "" || len(secret) > maxSecret {
			return nil, ErrInvalidOptions.at("secretFile").because("it must hold the secret key and nothing else")
		}
		if access == "" {
			access = os.Getenv("AWS_ACCESS_KEY_ID")
		}
	}
	if access != "" || secret != "" {
		if access == "" || secret == "" {
			return nil, ErrNoCredentials.because("a key has two parts, of which one is missing")
		}
		return credentials.NewStaticV4(access, secret, o.SessionToken), nil
	}
	found := []credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}}
	if o.IAM {
		found = append(found, &credentials.IAM{})
	}
	chain := credentials.NewChainCredentials(found)
	ctx, cancel := context.WithTimeout(ctx, o.Patience)
	defer cancel()
	value, err := chain.GetWithContext(&credentials.CredContext{Context: ctx, Client: &http.Client{Transport: transport}})
	if err != nil {
		return nil, ErrNoCredentials.from(err)
	}
	if value.AccessKeyID == "" || value.SecretAccessKey == "" {
		// Requests without a key would be tried as those of anybody.
		return nil, ErrNoCredentials
	}
	return chain, nil
}
