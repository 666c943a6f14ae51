//! What each code means, why it happens and what to do: the text of `docs/errors.md`, of `/docs/errors/<code>`
//! and of `onward explain`.
//!
//! These texts are for developers and operators, in English. What a *person* reads stands in `pages`, in the
//! person's language.

use std::fmt::Write as _;

use crate::{Actor, Code};

/// The entry of one code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// In a few words.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What usually causes it.
    pub cause: &'static str,
    /// What to change, and where.
    pub remedy: &'static str,
}

/// The entry of a code.
pub const fn entry(code: Code) -> Entry {
    match code {
        Code::FlowMissing => Entry {
            title: "Sign-in page opened without a sign-in",
            meaning: "A page of the sign-in was opened, but no application had asked for a sign-in.",
            cause: "A bookmark of the sign-in page, a shared link, or an address typed by hand.",
            remedy: "Set `initiateLoginUri` on the application, or `unknownSessionRedirectUrl` on the application or the tenant, and people are led to a fresh sign-in.",
        },
        Code::FlowForeign => Entry {
            title: "The sign-in belongs to another browser",
            meaning: "The address names a sign-in that this browser did not start, or that never existed.",
            cause: "A sign-in address sent to somebody else, opened in another browser, or a stale bookmark.",
            remedy: "As for `flow.missing`. A flow is bound to the browser that started it; that is on purpose.",
        },
        Code::FlowExpired => Entry {
            title: "The sign-in took too long",
            meaning: "The sign-in was begun, then left alone for longer than its lifetime.",
            cause: "A form left open: a lunch break, a closed laptop, a tab found again the next day.",
            remedy: "Nothing needs to be done: the request is started again. `initiateLoginUri` lets the application start it itself.",
        },
        Code::FlowCompleted => Entry {
            title: "The sign-in is already finished",
            meaning: "The sign-in has been completed, here or in another tab, and cannot be completed twice.",
            cause: "The back button, a second tab, a double click, or a resubmitted form.",
            remedy: "Set `initiateLoginUri` or `clientUri` on the application, so that the page can lead back to it.",
        },
        Code::BrowserNoCookies => Entry {
            title: "The browser sends no cookies",
            meaning: "The browser did not send back the cookie that it was given a moment ago.",
            cause: "Cookies are blocked, the site is embedded in a frame, or people reach the service under another host name than its endpoint.",
            remedy: "Make sure that everybody uses the host name of the configured endpoint, and that nothing in between removes cookies.",
        },
        Code::RouteUnknown => Entry {
            title: "No such page",
            meaning: "Nothing has this address.",
            cause: "A mistyped or outdated link.",
            remedy: "Mend the link. These are counted in the metrics, never stored.",
        },
        Code::ClientUnknown => Entry {
            title: "Unknown application",
            meaning: "The authorization request names no client, or one that does not exist.",
            cause: "A wrong or missing `client_id`, an application that was deleted, or one of another environment.",
            remedy: "Compare the `client_id` that the application sends with the id shown by `onward application list`. The person is never redirected, as nobody vouches for the address.",
        },
        Code::RedirectUriMismatch => Entry {
            title: "The redirect URI is not registered",
            meaning: "The authorization request names a redirect URI that is not, character by character, one of the application's.",
            cause: "Another port, path, scheme or trailing slash than the registered one; an environment that was not registered.",
            remedy: "Register the exact URI on the application, or mend what it sends. `onward explain` shows which part differs.",
        },
        Code::RequestMalformed => Entry {
            title: "The request is not valid",
            meaning: "The request breaks the rules of the protocol or of the form.",
            cause: "A parameter is missing, repeated, too long or has a value that is not allowed.",
            remedy: "Mend the application; the error names the parameter.",
        },
        Code::CallbackLost => Entry {
            title: "Back from a sign-in provider to nowhere",
            meaning: "Somebody came back from a sign-in provider, and the sign-in that sent them there is lost, belongs to another browser or connector, or has been answered before.",
            cause: "The way to the provider took longer than ten minutes, the browser lost its cookies, the page was reloaded, or the address was forged.",
            remedy: "Nothing needs to be done: the sign-in is started again for the same application. If it happens to everybody, make sure that the browser reaches the callback under the host name of the endpoint.",
        },
        Code::CallbackCancelled => Entry {
            title: "Cancelled at the sign-in provider",
            meaning: "The person said no at the sign-in provider, or it refused the person.",
            cause: "Somebody pressed “Cancel” at the provider, or may not use the application there.",
            remedy: "Usually nothing: the person reads a note and may choose another way to sign in. The provider's own code stands in the incident.",
        },
        Code::CallbackProviderFailed => Entry {
            title: "The sign-in provider failed",
            meaning: "The sign-in provider cannot be reached, is too slow, or gave an answer that cannot be believed.",
            cause: "An outage of the provider, a client secret that has expired, another issuer than the configured one, or a clock that is wrong.",
            remedy: "`onward explain` shows what was wrong. `POST /api/connectors/{id}/test` asks the provider again.",
        },
        Code::LinkExpired => Entry {
            title: "The link is too old",
            meaning: "The link of a letter was followed after the time for which it is good.",
            cause: "A letter that was found late, or that took long to arrive.",
            remedy: "Nothing needs to be done: the page offers a new link. If letters take long to arrive, look at the mail server.",
        },
        Code::LinkUsed => Entry {
            title: "The link has been used",
            meaning: "The link of a letter has already done what it was for, and does it only once.",
            cause: "The link was followed again, a form was sent twice, or somebody else can read the letters.",
            remedy: "Usually nothing. Whoever did not use the link should ask for a new one and choose another password.",
        },
        Code::LinkReplaced => Entry {
            title: "A newer link took its place",
            meaning: "A newer link was asked for, or the password was changed by another one; older ones end with that.",
            cause: "Several letters were asked for, and an older one was opened.",
            remedy: "Nothing needs to be done: the newest letter has the link that is good.",
        },
        Code::LinkRevoked => Entry {
            title: "The link was withdrawn",
            meaning: "The link of a letter was withdrawn before it was followed.",
            cause: "An operator suspended the account, the database was put back to a backup, the account's address changed, or five wrong codes were tried in the browser that asked.",
            remedy: "Usually nothing: the person starts again. No new link is offered from here, on purpose.",
        },
        Code::LinkOtherAccount => Entry {
            title: "The link is for another account",
            meaning: "Somebody is signed in here, and the link that was opened signs somebody else in.",
            cause: "One browser for two people, or one person with two accounts.",
            remedy: "Nothing needs to be done: the page lets the person switch, or stay signed in as they are.",
        },
        Code::LinkUnknown => Entry {
            title: "The link is not one of ours",
            meaning: "The link is damaged, or never existed, or was removed a month after it ended.",
            cause: "A mail program broke the link over two lines, or only a part of it was copied.",
            remedy: "Open the link from the letter itself, or ask for a new one.",
        },
        Code::AccountSuspended => Entry {
            title: "The account is suspended",
            meaning: "The credentials are right, and an operator has suspended the account.",
            cause: "An operator's decision.",
            remedy: "Lift the suspension, and set `supportEmail` or `supportWebsiteUrl`, so that the person knows whom to ask.",
        },
        Code::AccessDenied => Entry {
            title: "Access was denied",
            meaning: "The person, or a policy, refused the application's request.",
            cause: "Somebody pressed “Cancel” on the consent page, or a policy does not let this account use the application.",
            remedy: "Usually nothing. The application should offer to try again.",
        },
        Code::Throttled => Entry {
            title: "Too many tries",
            meaning: "There were too many failed tries for this account or from this network.",
            cause: "A forgotten password, or somebody guessing.",
            remedy: "Wait: the answer says how long. A browser that has signed in to the account before is let in sooner.",
        },
        Code::Unavailable => Entry {
            title: "The service cannot answer right now",
            meaning: "Something that the service needs is down or too slow. Nothing was lost and nobody was signed out.",
            cause: "The database is unreachable, its disk is full, or the machine is overloaded.",
            remedy: "See the log line with the same reference for the cause. The service recovers by itself when the cause is gone.",
        },
        Code::Internal => Entry {
            title: "An error of ours",
            meaning: "The service met a state that its authors thought impossible.",
            cause: "A bug.",
            remedy: "Report the log line with this reference.",
        },
    }
}

/// The whole catalogue as a document: `docs/errors.md`.
pub fn document() -> String {
    let mut text = String::from(
        "# Errors\n\n\
         Every failure that a person can meet has a code, a status, a default outcome and a way forward. The codes never\n\
         change. This page is generated from the catalogue in the crate `fault`.\n\n\
         | code | status | default | may be configured to | who can act |\n|---|---|---|---|---|\n",
    );
    let put = "writing to a string cannot fail";
    for code in Code::ALL {
        let choices = code.configurable().iter().filter(|kind| **kind != code.default_outcome());
        let choices = choices.map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        let choices = if choices.is_empty() { "–".to_owned() } else { choices };
        writeln!(
            text,
            "| [`{code}`](#{}) | {} | {} | {choices} | {} |",
            code.as_str().replace('.', ""),
            code.status(),
            default_words(code),
            actor_words(code.actor()),
        )
        .expect(put);
    }
    for code in Code::ALL {
        let entry = entry(code);
        writeln!(
            text,
            "\n## `{code}`\n\n**{}.** {}\n\n*Cause.* {}\n\n*What to do.* {}",
            entry.title, entry.meaning, entry.cause, entry.remedy
        )
        .expect(put);
    }
    text
}

const fn default_words(code: Code) -> &'static str {
    match code {
        Code::RequestMalformed => "client if verified, else page",
        Code::CallbackCancelled => "sign-in page with a note",
        Code::Throttled => "form error or page, with when",
        Code::Unavailable => "page, Retry-After",
        Code::FlowMissing
        | Code::FlowForeign
        | Code::FlowExpired
        | Code::FlowCompleted
        | Code::BrowserNoCookies
        | Code::RouteUnknown
        | Code::ClientUnknown
        | Code::RedirectUriMismatch
        | Code::CallbackLost
        | Code::CallbackProviderFailed
        | Code::LinkExpired
        | Code::LinkUsed
        | Code::LinkReplaced
        | Code::LinkRevoked
        | Code::LinkOtherAccount
        | Code::LinkUnknown
        | Code::AccountSuspended
        | Code::AccessDenied
        | Code::Internal => code.default_outcome().as_str(),
    }
}

const fn actor_words(actor: Actor) -> &'static str {
    match actor {
        Actor::Person => "the person",
        Actor::Application => "the application's developer",
        Actor::Operator => "the operator",
        Actor::Authors => "the authors",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_names_every_code_twice() {
        let document = document();
        for code in Code::ALL {
            assert!(document.contains(&format!("| [`{code}`]")), "{code} in the table");
            assert!(document.contains(&format!("\n## `{code}`")), "{code} in the text");
        }
    }
}
