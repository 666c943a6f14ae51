//! An OpenID Connect client without storage: the code flow with PKCE, every answer checked.
