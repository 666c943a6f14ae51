//! What a trouble leads to: the little brother of the provider's own policy, pure.

use super::trouble::Trouble;

/// What a person gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// They are signed in already: on they go.
    Land,
    /// The sign-in begins again by itself.
    Restart,
    /// A page, with one way forward.
    Page,
}

/// What is known besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Circumstances {
    /// This browser has a session here.
    pub(super) signed_in: bool,
    /// A sign-in has begun again by itself a moment ago.
    pub(super) tired: bool,
}

/// Whoever is signed in is not bothered with the ways in which a second sign-in may be lost; everybody else starts
/// again by themselves once, where that helps, and then by a page.
pub(super) const fn decide(trouble: Trouble, circumstances: Circumstances) -> Outcome {
    match trouble {
        Trouble::AnswerLost | Trouble::AnswerUsed | Trouble::TookTooLong => {
            match (circumstances.signed_in, circumstances.tired) {
                (true, _) => Outcome::Land,
                (false, false) => Outcome::Restart,
                (false, true) => Outcome::Page,
            }
        }
        Trouble::AnswerWrong
        | Trouble::BeginningRefused
        | Trouble::Denied
        | Trouble::ForeignPost
        | Trouble::NoCookies
        | Trouble::NobodySignedIn
        | Trouble::NotNow
        | Trouble::ProviderDown
        | Trouble::RequestRefused
        | Trouble::SessionNotKept
        | Trouble::TokensRefused => Outcome::Page,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_again_by_itself_does_so_once() {
        for trouble in Trouble::ALL {
            let decided = |signed_in, tired| decide(trouble, Circumstances { signed_in, tired });
            assert_eq!(decided(false, true), Outcome::Page, "{trouble:?}: every loop ends on a page");
            let restarts = decided(false, false) == Outcome::Restart;
            let lands = decided(true, false) == Outcome::Land;
            assert_eq!(restarts, lands, "{trouble:?}");
            assert!(!restarts || trouble.status().is_client_error(), "{trouble:?}: an outage is waited for");
        }
    }
}
