//! Paths of the sample application, below its own address. The provider must know the first five.

/// The redirect URI of the application.
pub const CALLBACK: &str = "/auth/callback";
/// Where the provider sends people after signing out: the post-logout redirect URI.
pub const SIGNED_OUT: &str = "/signed-out";
/// Starts a sign-in: the `initiate_login_uri`.
pub const SIGN_IN: &str = "/auth/sign-in";
/// The redirect URI of the third-party application.
pub const THIRD_PARTY_CALLBACK: &str = "/third-party/callback";
/// Starts a sign-in of the third-party application: its `initiate_login_uri`.
pub const THIRD_PARTY_SIGN_IN: &str = "/third-party/sign-in";

/// The front page: the `client_uri` of both applications.
pub const HOME: &str = "/";
/// Asks the provider anew who somebody is.
pub const REFRESH: &str = "/refresh";
/// Signs out, here and at the provider.
pub const SIGN_OUT: &str = "/auth/sign-out";
/// Asks the provider, without any page, whether somebody is signed in.
pub const SILENT: &str = "/auth/sign-in?prompt=none";
/// The tour of unhappy paths.
pub const UNHAPPY: &str = "/unhappy";
/// The letters that the server has sent.
pub const MAIL: &str = "/mail";
/// The icon of the pages.
pub const ICON: &str = "/icon.svg";

/// What the routes of the toolkit are below.
pub const AUTH: &str = "/auth";
/// Refreshes a session. Browsers show the refresh token here and below, and nowhere else.
pub const SESSION_REFRESH: &str = "/auth/session/refresh";
/// Ends one session of a person.
pub const END_SESSION: &str = "/sessions/{handle}/end";
/// Ends all sessions of a person.
pub const END_ALL_SESSIONS: &str = "/sessions/end-all";

/// The five session errors.
pub const ERRORS: &str = "/session-errors";
/// A page for whoever is signed in.
pub const MEMBERS: &str = "/session-errors/members";
/// A page for supporters only.
pub const SUPPORTERS: &str = "/session-errors/supporters";
/// Makes somebody a supporter, or stops that.
pub const SUPPORT: &str = "/session-errors/support";
/// Meets “unauthorised”.
pub const UNAUTHORISED: &str = "/session-errors/unauthorised";
/// Meets “try refresh token”.
pub const TRY_REFRESH_TOKEN: &str = "/session-errors/try-refresh-token";
/// Meets “invalid claim”.
pub const INVALID_CLAIM: &str = "/session-errors/invalid-claim";
/// Has the session copied and used by a second browser: below the only path that sees the refresh token.
pub const TOKEN_THEFT: &str = "/auth/session/refresh/stolen";
/// The owner comes back after a theft.
pub const OWNER: &str = "/session-errors/owner";
/// Refreshes with two cookies of each name: below the only path that sees the refresh token.
pub const DUPLICATES: &str = "/auth/session/refresh/duplicates";
