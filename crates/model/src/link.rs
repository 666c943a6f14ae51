//! What the link of a letter is for.

use std::time::Duration;

/// What the link of a letter is for. Its text form is stored and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// Making an account whose address is proved first.
    Register,
    /// Choosing another password.
    ResetPassword,
    /// Putting back the address that an account had before it was changed: the way to object.
    RestoreEmail,
    /// Signing in.
    SignIn,
    /// Proving that an address is that of whoever is signed in.
    VerifyEmail,
    /// Proving that a telephone number is that of whoever is signed in.
    VerifyPhone,
}

impl LinkPurpose {
    /// Every purpose.
    pub const ALL: [Self; 6] = [
        Self::Register,
        Self::ResetPassword,
        Self::RestoreEmail,
        Self::SignIn,
        Self::VerifyEmail,
        Self::VerifyPhone,
    ];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::ResetPassword => "reset-password",
            Self::RestoreEmail => "restore-email",
            Self::SignIn => "sign-in",
            Self::VerifyEmail => "verify-email",
            Self::VerifyPhone => "verify-phone",
        }
    }

    /// The purpose of a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }

    /// How long a link is good, from when its letter is sent (C153, C158).
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::Register | Self::SignIn | Self::VerifyPhone => Duration::from_secs(10 * 60),
            Self::ResetPassword | Self::VerifyEmail => Duration::from_secs(30 * 60),
            // Mail is not read every day, and who has changed the address may have locked the owner out.
            Self::RestoreEmail => Duration::from_secs(7 * 24 * 3_600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_is_read_back() {
        for purpose in LinkPurpose::ALL {
            assert_eq!(LinkPurpose::parse(purpose.as_str()), Some(purpose));
        }
        assert_eq!(LinkPurpose::parse("sign_in"), None);
    }
}
