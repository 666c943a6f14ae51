//! The tour: every unhappy path as a card that really leads there.

use askama::Template;
use axum::response::Html;
use form_urlencoded::Serializer;

use super::{Place, html};
use crate::{DemoOptions, Rehearsal, path};

/// A group of cards.
struct Section {
    id: &'static str,
    title: &'static str,
    lead: &'static str,
    cards: Vec<Card>,
}

/// One unhappy path.
struct Card {
    title: String,
    /// What a person did.
    did: &'static str,
    way: CardWay,
    /// What there is to see.
    see: &'static str,
}

/// How a card leads there.
enum CardWay {
    Link(&'static str, String),
    Steps(&'static [&'static str]),
    /// Nothing was prepared; how to prepare it.
    Unprepared(&'static str),
}

impl Card {
    fn link(title: &str, did: &'static str, label: &'static str, url: String, see: &'static str) -> Self {
        Self { title: title.to_owned(), did, way: CardWay::Link(label, url), see }
    }
}

#[derive(Template)]
#[template(path = "tour.html")]
struct Tour {
    place: Place,
    sections: Vec<Section>,
}

/// The tour.
pub(crate) fn tour(options: &DemoOptions) -> Html<String> {
    html(&Tour { place: Place::Tour, sections: sections(options) })
}

fn sections(options: &DemoOptions) -> Vec<Section> {
    let mut sections = vec![
        late(options),
        links(options),
        providers(options),
        astray(options),
        twice(),
        wrong_requests(options),
        blocked(options),
        down(options),
        no_cookies(options),
        here(),
    ];
    let shown = [
        "account.suspended",
        "browser.no_cookies",
        "callback.cancelled",
        "callback.lost",
        "callback.provider_failed",
        "flow.expired",
        "link.expired",
        "link.other_account",
        "link.replaced",
        "link.revoked",
        "link.unknown",
        "link.used",
        "throttled",
        "unavailable",
    ];
    let others = options.rehearsals.iter().filter(|rehearsal| !shown.contains(&rehearsal.code.as_str()));
    let others: Vec<_> = others.map(prepared_besides).collect();
    if !others.is_empty() {
        sections.push(Section {
            id: "rehearsals",
            title: "Also prepared",
            lead: "Further failures that wait behind a link.",
            cards: others,
        });
    }
    sections
}

/// Scenario 1.
fn late(options: &DemoOptions) -> Section {
    Section {
        id: "late",
        title: "Too late",
        lead: "People are interrupted. The form they left open is still there when they come back.",
        cards: vec![prepared(
            options,
            "flow.expired",
            "Took too long",
            "Began to sign in, went to lunch, and pressed the button an hour later.",
            "The sign-in starts again by itself, and says so. Nobody reads “session not found”.",
        )],
    }
}

/// Scenario 5.
fn links(options: &DemoOptions) -> Section {
    let mut cards = Vec::new();
    if options.letters.is_some() {
        cards.push(Card {
            title: "A link that is good".to_owned(),
            did: "Would rather not type a password.",
            way: CardWay::Steps(&[
                "Sign out, press “Sign in” on the front page, and choose to sign in by e-mail.",
                "Find the letter under “Mail”, and open its link; or type its code where you asked.",
                "Open the link a second time.",
            ]),
            see: "The first time you are signed in. The second time a page says that the link has been used, and leads on.",
        });
    }
    cards.extend([
        prepared(
            options,
            "link.expired",
            "A link that is too old",
            "Read the mail the next morning.",
            "A page that says so, with a button for a new link.",
        ),
        prepared(
            options,
            "link.used",
            "A link that has been used",
            "Opened the same letter twice.",
            "A page that says so. Nobody is signed in a second time.",
        ),
        prepared(
            options,
            "link.replaced",
            "A link that a newer one replaced",
            "Asked twice, and opened the first letter.",
            "A page that says that there is a newer letter.",
        ),
        prepared(
            options,
            "link.revoked",
            "A link that was withdrawn",
            "Opened a letter after the password was changed, or after five wrong codes.",
            "A page that says so, and no button for a new link.",
        ),
        prepared(
            options,
            "link.unknown",
            "A damaged link",
            "Copied half of the address.",
            "A page that says that the link is not whole, and nothing of whose it may have been.",
        ),
        prepared(
            options,
            "link.other_account",
            "A link of somebody else",
            "Is signed in, and opens a letter for another account.",
            "A question, before anybody is signed out.",
        ),
    ]);
    Section {
        id: "links",
        title: "Links in letters",
        lead: "Letters are read late, twice, and by machines. Each dead link says which kind of dead it is.",
        cards,
    }
}

/// Scenario 4.
fn providers(options: &DemoOptions) -> Section {
    Section {
        id: "providers",
        title: "Sign-in by a provider of somebody else",
        lead: "There is no such provider in this demonstration; these are its failures all the same.",
        cards: vec![
            prepared(
                options,
                "callback.cancelled",
                "Cancelled there",
                "Chose a provider, changed their mind there, and pressed Cancel.",
                "The sign-in page once more, or one that leads there. No blame.",
            ),
            prepared(
                options,
                "callback.lost",
                "Came back to nothing",
                "Stayed at the provider so long that the browser has forgotten where it was going.",
                "The sign-in begins again for the right application.",
            ),
            prepared(
                options,
                "callback.provider_failed",
                "The provider failed",
                "Came back from a provider that answered nonsense, or nothing at all.",
                "A page that says whose fault it is, with “try again” and the other ways to sign in.",
            ),
        ],
    }
}

/// Scenarios 2 and 3.
fn astray(options: &DemoOptions) -> Section {
    let endpoint = &options.endpoint;
    let at = |path: &str| format!("{endpoint}{path}");
    Section {
        id: "astray",
        title: "Went astray",
        lead: "Links are saved, shared and mistyped.",
        cards: vec![
            Card::link(
                "A bookmark of the sign-in page",
                "Saved the sign-in page instead of the application, and opens it a week later.",
                "Open the bookmark",
                at("/sign-in"),
                "If this browser has signed in before, a fresh sign-in for the application it was on the way to; otherwise a page that says where to begin.",
            ),
            Card::link(
                "A link to somebody else’s sign-in",
                "Copied the address of a half-finished sign-in into a message, and a colleague clicks it.",
                "Open the stale link",
                at("/sign-in?flow=01990000000070008000000000000000"),
                "The same as with the bookmark. The half-finished sign-in is not taken over.",
            ),
            Card::link(
                "A page that does not exist",
                "Mistyped an address.",
                "Open the mistyped address",
                at("/no/such/page"),
                "A page with the status 404, a reference for support, and a way back.",
            ),
        ],
    }
}

/// Scenario 6.
fn twice() -> Section {
    Section {
        id: "twice",
        title: "Twice",
        lead: "Browsers have tabs and a back button, and people use them.",
        cards: vec![
            Card {
                title: "Two tabs".to_owned(),
                did: "Began to sign in twice, in two tabs, and finishes both.",
                way: CardWay::Steps(&[
                    "Sign out, then open “Sign in” on the front page in two tabs.",
                    "Sign in in the first tab.",
                    "Sign in in the second tab, or reload it.",
                ]),
                see: "Both tabs end here, signed in. Neither has broken the other.",
            },
            Card {
                title: "The back button".to_owned(),
                did: "Signed in, then pressed “back” and sent the form once more.",
                way: CardWay::Steps(&[
                    "Sign out, then sign in again.",
                    "Press “back” until you see the sign-in form.",
                    "Send it again.",
                ]),
                see: "You land here, signed in. The same request never yields a second code.",
            },
        ],
    }
}

/// Scenario 7.
fn wrong_requests(options: &DemoOptions) -> Section {
    let callback = format!("{}{}", options.base_url, path::CALLBACK);
    let elsewhere = format!("{}/elsewhere", options.base_url);
    let own = options.client_id.as_str();
    Section {
        id: "wrong",
        title: "The application asked wrongly",
        lead: "A mistake of a developer, met by a person who can do nothing about it.",
        cards: vec![
            Card::link(
                "An unknown application",
                "Follows a link of an application that has been deleted.",
                "Ask as an unknown application",
                request(options, "unknown", &callback, &[]),
                "A page, never a redirect, as nobody vouches for the address. Its reference tells the operator which part was wrong.",
            ),
            Card::link(
                "An unregistered redirect address",
                "Uses an application that was moved to another address overnight.",
                "Ask to return elsewhere",
                request(options, own, &elsewhere, &[]),
                "A page, never a redirect: this is how codes are stolen.",
            ),
            Card::link(
                "A bogus way to answer",
                "Uses an application with a mistyped setting.",
                "Ask with response_mode=bogus",
                request(options, own, &callback, &[("response_mode", "bogus")]),
                "A page with the status 400, without any error in the address.",
            ),
            Card::link(
                "Asked without a page",
                "Opens this application in the morning; it asks, without showing anything, whether you are signed in.",
                "Ask with prompt=none",
                path::SILENT.to_owned(),
                "While you are signed out: no page of the sign-in service at all. It answers login_required, and this application says so calmly. While you are signed in: you are simply signed in here.",
            ),
        ],
    }
}

/// Scenario 8.
fn blocked(options: &DemoOptions) -> Section {
    let mut cards = vec![
        prepared(
            options,
            "account.suspended",
            "A suspended account",
            "Has the right password, but an operator has suspended the account.",
            "A page that says so and whom to ask, after the password was right and not before.",
        ),
        prepared(
            options,
            "throttled",
            "Too many tries",
            "Forgot the password and tried ten of them.",
            "When to try again, in plain words. It does not tell whether the account exists.",
        ),
    ];
    if options.third_party.is_some() {
        cards.push(Card::link(
            "Said no",
            "An application of somebody else wants to see name and e-mail; the person presses Cancel.",
            "Let it ask",
            path::THIRD_PARTY_SIGN_IN.to_owned(),
            "Press Cancel. The application learns access_denied, and its page offers to try again.",
        ));
    }
    Section {
        id: "blocked",
        title: "Not let in",
        lead: "Sometimes the answer is no. It should still be an answer.",
        cards,
    }
}

/// Scenario 9.
fn down(options: &DemoOptions) -> Section {
    Section {
        id: "down",
        title: "Out of order",
        lead: "Databases stop. That is no reason to sign anybody out.",
        cards: vec![prepared(
            options,
            "unavailable",
            "The store is down",
            "Wants to sign in while the database is away.",
            "A page with the status 503 that says when to try again. Whoever is signed in stays signed in.",
        )],
    }
}

/// Scenario 10.
fn no_cookies(options: &DemoOptions) -> Section {
    Section {
        id: "cookies",
        title: "No cookies",
        lead: "A sign-in that cannot be remembered must not go round in circles.",
        cards: vec![prepared(
            options,
            "browser.no_cookies",
            "A browser that keeps none",
            "Has blocked all cookies, or uses another host name than the right one.",
            "A page that says how to allow cookies and which address to use. It never redirects.",
        )],
    }
}

/// The application's own.
fn here() -> Section {
    Section {
        id: "here",
        title: "In this application",
        lead: "The way back deserves the same care as the way there.",
        cards: vec![
            Card::link(
                "A lost way back",
                "Closed the browser in the middle of a sign-in; its restored tab comes back to an application that remembers nothing.",
                "Come back with a lost answer",
                format!("{}?code=lost&state=lost-and-never-known", path::CALLBACK),
                "The sign-in begins again by itself, once. Whoever is signed in already just goes on.",
            ),
            Card::link(
                "A page that does not exist here",
                "Mistyped an address of this application.",
                "Open it",
                "/no/such/page".to_owned(),
                "A page with the status 404 and a way back.",
            ),
        ],
    }
}

/// A card whose failure the command prepares.
fn prepared(options: &DemoOptions, code: &str, title: &str, did: &'static str, see: &'static str) -> Card {
    let found = options.rehearsals.iter().find(|rehearsal| rehearsal.code == code);
    let way = match found {
        Some(rehearsal) => CardWay::Link("Meet it", rehearsal.url.clone()),
        None => CardWay::Unprepared("Nothing is prepared here. The command “onward rehearse” makes a link."),
    };
    Card { title: title.to_owned(), did, way, see }
}

fn prepared_besides(rehearsal: &Rehearsal) -> Card {
    Card::link(
        &rehearsal.title,
        "Met a failure that the operator has prepared.",
        "Meet it",
        rehearsal.url.clone(),
        "The real page, marked as a rehearsal. It cannot sign anybody in.",
    )
}

/// An authorization request that is complete but for what is wrong on purpose.
fn request(options: &DemoOptions, client_id: &str, redirect_uri: &str, more: &[(&str, &str)]) -> String {
    let query = Serializer::new(String::new())
        .extend_pairs([
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "from-the-tour"),
            // The challenge of RFC 7636 appendix B: the request never gets as far as a code.
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ])
        .extend_pairs(more)
        .finish();
    format!("{}/auth?{query}", options.issuer)
}
