//! The providers: a table. What is special about one stands in its row, and nowhere else.
//!
//! | provider | speaks | special |
//! |---|---|---|
//! | Apple | OpenID Connect | the client secret is a JWT that we sign; the answer is posted; the name comes once, unsigned |
//! | Discord | OAuth 2.0 | |
//! | Facebook | OAuth 2.0 | never says whether an address is verified |
//! | GitHub | OAuth 2.0 | addresses stand at an address of their own |
//! | GitLab | OpenID Connect | may be one's own |
//! | Google | OpenID Connect | is the authority on its own addresses |
//! | LinkedIn | OAuth 2.0 | its id tokens repeat no nonce, so that its userinfo is asked instead |
//! | Microsoft | OpenID Connect | an issuer per tenant, named in `tid`; never says whether an address is verified |
//! | Slack | OpenID Connect | |
//! | X | OAuth 2.0 | everything stands below `data`; no address |

use model::ProviderKind;

/// What is special about a provider.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// What people call it, unless the operator says otherwise.
    pub name: &'static str,
    /// What applications call it, unless the operator says otherwise.
    pub target: &'static str,
    /// What it speaks.
    pub protocol: Protocol,
    /// The scope that tells who somebody is.
    pub scope: &'static str,
    /// It posts its answer (OAuth 2.0 Form Post Response Mode).
    pub posts_answer: bool,
    /// How it takes the wish that people show once more who they are.
    pub again: Again,
    /// The domains whose addresses it hands out itself: there it knows better than anybody.
    pub authority: &'static [&'static str],
}

/// How a provider takes the wish that people show once more who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// By `prompt=login` and `max_age`, and its `auth_time` says when they did (OpenID Connect Core §3.1.2.1): it is
    /// held to that.
    SignIn,
    /// By `prompt=select_account` only. What people show then is its own affair.
    Choose,
    /// Not at all.
    Never,
}

/// What a provider speaks.
#[derive(Clone, Copy, Debug)]
pub enum Protocol {
    /// OpenID Connect, found by discovery.
    OpenId(Issuer),
    /// OAuth 2.0, with an address that tells who the person is. None: as the operator has written it.
    OAuth(Option<&'static OAuthProvider>),
}

/// How the issuer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issuer {
    /// It is always this one.
    Fixed(&'static str),
    /// It is this one, unless the operator has one of their own.
    Usual(&'static str),
    /// The operator says which.
    Configured,
    /// It is made of the tenant.
    OfTenant,
}

/// A provider of OAuth 2.0.
#[derive(Clone, Copy, Debug)]
pub struct OAuthProvider {
    /// What stands for the issuer in an identity. It never changes.
    pub issuer: &'static str,
    /// Where the browser is sent.
    pub authorization: &'static str,
    /// Where a code is exchanged.
    pub token: &'static str,
    /// It takes the secret by HTTP Basic.
    pub basic: bool,
    /// Where it tells who the person is.
    pub user_info: &'static str,
    /// Where it lists the person's addresses, when that is an address of its own.
    pub addresses: Option<&'static str>,
    /// What the members of its answer are called.
    pub shape: Shape,
}

/// What the members of a profile are called; dots lead into objects.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The person's id.
    pub id: &'static str,
    /// What they are called.
    pub name: &'static str,
    /// Their address.
    pub email: Option<&'static str>,
    /// Whether it is verified.
    pub email_verified: Option<&'static str>,
}

/// The row of a provider.
pub const fn provider(kind: ProviderKind) -> Provider {
    match kind {
        ProviderKind::Apple => Provider {
            scope: "openid name email",
            posts_answer: true,
            again: Again::Never,
            authority: &["privaterelay.appleid.com", "icloud.com"],
            ..openid("Apple", "apple", Issuer::Fixed("https://appleid.apple.com"))
        },
        ProviderKind::Discord => oauth("Discord", "discord", "identify email", Some(&DISCORD)),
        ProviderKind::Facebook => oauth("Facebook", "facebook", "public_profile email", Some(&FACEBOOK)),
        ProviderKind::GitHub => oauth("GitHub", "github", "read:user user:email", Some(&GITHUB)),
        ProviderKind::GitLab => openid("GitLab", "gitlab", Issuer::Usual("https://gitlab.com")),
        ProviderKind::Google => Provider {
            // It knows no `prompt=login`, and refuses what it does not know.
            again: Again::Choose,
            authority: &["gmail.com", "googlemail.com"],
            ..openid("Google", "google", Issuer::Fixed("https://accounts.google.com"))
        },
        ProviderKind::LinkedIn => oauth("LinkedIn", "linkedin", "openid profile email", Some(&LINKEDIN)),
        ProviderKind::Microsoft => openid("Microsoft", "azuread", Issuer::OfTenant),
        ProviderKind::OAuth2 => oauth("OAuth 2.0", "oauth2", "", None),
        ProviderKind::OpenId => openid("OpenID Connect", "oidc", Issuer::Configured),
        ProviderKind::Slack => {
            Provider { again: Again::Never, ..openid("Slack", "slack", Issuer::Fixed("https://slack.com")) }
        }
        ProviderKind::X => oauth("X", "x", "users.read tweet.read", Some(&X)),
    }
}

const fn openid(name: &'static str, target: &'static str, issuer: Issuer) -> Provider {
    Provider {
        name,
        target,
        protocol: Protocol::OpenId(issuer),
        scope: "openid profile email",
        posts_answer: false,
        again: Again::SignIn,
        authority: &[],
    }
}

const fn oauth(
    name: &'static str,
    target: &'static str,
    scope: &'static str,
    oauth: Option<&'static OAuthProvider>,
) -> Provider {
    Provider {
        name,
        target,
        protocol: Protocol::OAuth(oauth),
        scope,
        posts_answer: false,
        again: Again::Never,
        authority: &[],
    }
}

static DISCORD: OAuthProvider = OAuthProvider {
    issuer: "https://discord.com",
    authorization: "https://discord.com/oauth2/authorize",
    token: "https://discord.com/api/oauth2/token",
    basic: false,
    user_info: "https://discord.com/api/users/@me",
    addresses: None,
    shape: Shape { id: "id", name: "global_name", email: Some("email"), email_verified: Some("verified") },
};

static FACEBOOK: OAuthProvider = OAuthProvider {
    issuer: "https://www.facebook.com",
    authorization: "https://www.facebook.com/v23.0/dialog/oauth",
    token: "https://graph.facebook.com/v23.0/oauth/access_token",
    basic: false,
    user_info: "https://graph.facebook.com/v23.0/me?fields=id,name,email",
    addresses: None,
    shape: Shape { id: "id", name: "name", email: Some("email"), email_verified: None },
};

static GITHUB: OAuthProvider = OAuthProvider {
    issuer: "https://github.com",
    authorization: "https://github.com/login/oauth/authorize",
    token: "https://github.com/login/oauth/access_token",
    basic: false,
    user_info: "https://api.github.com/user",
    addresses: Some("https://api.github.com/user/emails"),
    shape: Shape { id: "id", name: "name", email: None, email_verified: None },
};

static LINKEDIN: OAuthProvider = OAuthProvider {
    issuer: "https://www.linkedin.com/oauth",
    authorization: "https://www.linkedin.com/oauth/v2/authorization",
    token: "https://www.linkedin.com/oauth/v2/accessToken",
    basic: false,
    user_info: "https://api.linkedin.com/v2/userinfo",
    addresses: None,
    shape: Shape { id: "sub", name: "name", email: Some("email"), email_verified: Some("email_verified") },
};

static X: OAuthProvider = OAuthProvider {
    issuer: "https://x.com",
    authorization: "https://x.com/i/oauth2/authorize",
    token: "https://api.x.com/2/oauth2/token",
    basic: true,
    user_info: "https://api.x.com/2/users/me",
    addresses: None,
    shape: Shape { id: "data.id", name: "data.name", email: None, email_verified: None },
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use model::WebUrl;

    #[test]
    fn every_row_is_whole() {
        let targets: BTreeSet<_> = ProviderKind::ALL.iter().map(|kind| provider(*kind).target).collect();
        assert_eq!(targets.len(), ProviderKind::ALL.len(), "each has a target of its own");
        for kind in ProviderKind::ALL {
            let row = provider(*kind);
            match row.protocol {
                Protocol::OpenId(issuer) => {
                    assert!(row.scope.split(' ').any(|word| word == "openid"), "{kind}");
                    if let Issuer::Fixed(text) | Issuer::Usual(text) = issuer {
                        assert!(WebUrl::parse(text).is_ok() && !text.ends_with('/'), "{kind}");
                    }
                }
                Protocol::OAuth(Some(oauth)) => {
                    for text in [oauth.authorization, oauth.token, oauth.user_info, oauth.issuer] {
                        assert!(
                            WebUrl::parse(text).is_ok_and(|url| url.as_url().scheme() == "https"),
                            "{kind}"
                        );
                    }
                }
                Protocol::OAuth(None) => assert_eq!(*kind, ProviderKind::OAuth2),
            }
        }
    }
}
