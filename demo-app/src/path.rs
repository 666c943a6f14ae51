//! Paths of the sample application, below its own address. The provider must know the first five.

/// The redirect URI of the application.
pub const CALLBACK: &str = "/callback";
/// Where the provider sends people after signing out: the post-logout redirect URI.
pub const SIGNED_OUT: &str = "/signed-out";
/// Starts a sign-in: the `initiate_login_uri`.
pub const SIGN_IN: &str = "/sign-in";
/// The redirect URI of the third-party application.
pub const THIRD_PARTY_CALLBACK: &str = "/third-party/callback";
/// Starts a sign-in of the third-party application: its `initiate_login_uri`.
pub const THIRD_PARTY_SIGN_IN: &str = "/third-party/sign-in";

/// The front page: the `client_uri` of both applications.
pub const HOME: &str = "/";
/// Renews the tokens.
pub const REFRESH: &str = "/refresh";
/// Signs out, here and at the provider.
pub const SIGN_OUT: &str = "/sign-out";
/// Asks the provider, without any page, whether somebody is signed in (`prompt=none`).
pub const SILENT: &str = "/unhappy/silent";
/// The tour of unhappy paths.
pub const UNHAPPY: &str = "/unhappy";
/// The icon of the pages.
pub const ICON: &str = "/icon.svg";
