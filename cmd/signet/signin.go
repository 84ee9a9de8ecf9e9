package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signet/internal/oidc"
	"signet/internal/signin"
)

// loginKeyFile is where the key that seals logins lies in a data directory.
const loginKeyFile = "login.key"

// signinOptions say how long sessions last, and by which provider of OpenID Connect people
// log in, if by any.
type signinOptions struct {
	issuer, client, secret, audience, rules, public, key string // secret, rules, key: files
	hours                                                int    // of a session
}

func (o *signinOptions) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.issuer, "oidc-issuer", "", "OpenID provider by which people log in, such as https://login.example/realms/city; nobody does if left out")
	flags.StringVar(&o.client, "oidc-client-id", "", "how the provider knows the registry")
	flags.StringVar(&o.secret, "oidc-client-secret-file", "", "file with the client's secret; a public client if left out")
	flags.StringVar(&o.audience, "oidc-audience", "", "audience of the provider's access tokens that the API takes; it takes none if left out")
	flags.StringVar(&o.rules, "oidc-rules", "", "YAML file that says which claims make somebody a member of which agency, with which roles")
	flags.StringVar(&o.public, "public-url", "", "where browsers find the registry, such as https://registry.example")
	flags.IntVar(&o.hours, "session-hours", int(signin.DefaultSession/time.Hour), "hours after which who has logged in, by the provider or with a token, does so again")
	flags.StringVar(&o.key, "session-key-file", "", "file with the key of logins under way, the same for all nodes; made in the folder if left out")
}

// lasts is how long a session lasts.
func (o *signinOptions) lasts() time.Duration { return time.Duration(o.hours) * time.Hour }

// check refuses what can't be right, whether there is a provider or not.
func (o *signinOptions) check() error {
	if most := int(signin.MaxSession / time.Hour); o.hours < 1 || o.hours > most {
		return badInput(fmt.Errorf("a session lasts 1 to %d hours", most), "see --session-hours")
	}
	if o.public == "" {
		return nil
	}
	if err := http.NewCrossOriginProtection().AddTrustedOrigin(strings.TrimSuffix(o.public, "/")); err != nil {
		return badInput(err, "--public-url is an address without a path, such as https://registry.example")
	}
	return nil
}

// open makes the door by which people come in who log in at the provider; nil if there
// is none. The provider need not answer yet.
func (o *signinOptions) open(reg *registry, remote bool) (*signin.Door, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.issuer == "" {
		if o.client != "" || o.rules != "" || o.audience != "" || o.secret != "" {
			return nil, badInput(errors.New("--oidc-issuer is missing"), "without it nobody logs in, and other flags of OpenID Connect say nothing")
		}
		return nil, nil //nolint:nilnil // there is none
	}
	rules, err := o.readRules()
	if err != nil {
		return nil, err
	}
	secret, err := o.readSecret()
	if err != nil {
		return nil, err
	}
	key, err := o.readKey(reg.dir, remote)
	if err != nil {
		return nil, err
	}
	provider, err := oidc.New(oidc.Options{
		Issuer: o.issuer, ClientID: o.client, ClientSecret: secret, PublicURL: o.public, Audience: o.audience, Key: key, Clock: reg.runner.Clock,
	})
	if err != nil {
		return nil, badInput(err, "see --oidc-issuer, --oidc-client-id, --oidc-audience and --public-url")
	}
	door, err := signin.New(signin.Options{
		Runner: reg.runner, Views: reg.views, People: reg.people, Provider: provider, Rules: rules, Session: o.lasts(),
	})
	if err != nil {
		return nil, badInput(err, "see --session-hours")
	}
	return door, nil
}

func (o *signinOptions) readRules() (oidc.Rules, error) {
	text, err := os.ReadFile(o.rules)
	if err != nil {
		return nil, badInput(err, "--oidc-rules names a file")
	}
	rules, err := oidc.ParseRules(text)
	if err != nil {
		return nil, badInput(fmt.Errorf("%s: %w", o.rules, err), "docs/operations.md has an example")
	}
	return rules, nil
}

func (o *signinOptions) readSecret() (string, error) {
	if o.secret == "" {
		return "", nil
	}
	text, err := os.ReadFile(o.secret)
	secret := strings.TrimSpace(string(text))
	if err == nil && secret == "" {
		err = fmt.Errorf("%s is empty", o.secret)
	}
	if err != nil {
		return "", badInput(err, "--oidc-client-secret-file names a file with the secret, which the provider shows")
	}
	return secret, nil
}

// readKey reads the key from the file that was named, or that of the folder, which is
// made the first time. A login may begin at one node and end at another one.
func (o *signinOptions) readKey(dir string, remote bool) ([]byte, error) {
	const hint = "head -c 32 /dev/urandom makes such a file, which all nodes share"
	if o.key == "" && remote {
		return nil, badInput(errors.New("--session-key-file is missing"), hint)
	}
	if o.key == "" {
		return secretOf(filepath.Join(dir, loginKeyFile))
	}
	key, err := os.ReadFile(o.key)
	if err == nil && len(key) < oidc.KeySize {
		err = fmt.Errorf("%s has %d bytes, at least %d", o.key, len(key), oidc.KeySize)
	}
	if err != nil {
		return nil, badInput(err, hint)
	}
	return key, nil
}
