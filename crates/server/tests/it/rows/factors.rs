//! No step signs anybody in by itself: forms posted in any order, with everything filled in but what shows who somebody
//! is.

use serde_json::json;

use crate::client_app::{ClientApp, claims};
use crate::organizations::Desk;
use crate::visitor::Visitor;
use crate::world::World;

const ADA: &str = "ada@example.com";

/// Every form on the way to a session, or that only somebody who is signed in may post.
const STEPS: [&str; 26] = [
    "/sign-in",
    "/register",
    "/consent",
    "/forgot-password",
    "/sign-in/link",
    "/register/email",
    "/invitation",
    "/one-time-token",
    "/link",
    "/link/again",
    "/link/sent",
    "/link/sent/again",
    "/reset-password",
    "/sign-in/social",
    "/link-account",
    "/link-account/new",
    "/restart",
    "/account/password",
    "/account/phone",
    "/account/phone/remove",
    "/account/email",
    "/account/email/confirm",
    "/account/email/restore",
    "/account/identities/link",
    "/account/identities/remove",
    "/account/sessions/end",
];

/// Somebody who has come by everything that was sent to Ada and has opened it, as programs do that look through mail.
/// Returns their flow, and the link that they have asked for.
async fn snooper<'a>(world: &'a World, shop: &ClientApp) -> (Visitor<'a>, String, String) {
    let desk = Desk::open(world).await;
    let mut snooper = world.visitor();
    let made = desk.post("/api/one-time-tokens", json!({"email": ADA})).await.json();
    let begun = snooper.get(&shop.authorize(&[("one_time_token", made["token"].as_str().unwrap())])).await;
    let flow = begun.parameter("flow").unwrap();
    snooper.get(begun.location().as_str()).await.shows("a…@e…");
    let asked = snooper.post("/sign-in/link", &[("flow", &flow), ("identifier", ADA)]).await;
    let link = asked.parameter("link").unwrap();
    let club = desk.make("/api/organizations", json!({"name": "Club"})).await;
    let invitation = json!({"organizationId": club, "invitee": ADA, "messagePayload": false});
    let invitation = desk.make("/api/organization-invitations", invitation).await;
    for (path, id) in [("link", &link), ("invitation", &invitation)] {
        let token = world.app.reception.link_key.token(id.parse().unwrap());
        let opened = snooper.get(&format!("/{path}?token={token}")).await;
        snooper.get(opened.location().as_str()).await.shows("a…@e…");
    }
    (snooper, flow, link)
}

#[tokio::test]
async fn c154_no_form_that_is_posted_empty_or_out_of_order_signs_anybody_in() {
    for first in STEPS {
        let world = World::with_mail().await;
        let shop = world.web().await;
        let ada = world.member(ADA).await;
        let (snooper, flow, link) = snooper(&world, &shop).await;
        let fields = [
            ("flow", flow.as_str()),
            ("link", &link),
            ("identifier", ADA),
            ("username", "ada"),
            ("password", ""),
            ("code", ""),
            ("nonce", ""),
            ("switch", "yes"),
            ("decision", "allow"),
        ];
        for second in STEPS {
            let mut visitor = snooper.clone();
            for (step, filled) in [(first, &fields[..]), (second, &fields[..]), (second, &[])] {
                let answer = visitor.post(&format!("{step}?flow={flow}&link={link}"), filled).await;
                assert_ne!(answer.status, 500, "{first}, {second}: {}", answer.text());
                let to = answer.header("location").unwrap_or_default();
                assert!(!to.starts_with(&shop.redirect_uri), "{first}, {second}: {to}");
            }
            assert!(visitor.session().await.is_none(), "{first}, {second}");
        }
        let silent = snooper.clone().get(&shop.authorize(&[("prompt", "none")])).await;
        assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
        let sessions =
            world.app.reception.store.sessions_of(ada.id, model::Clock::now(&*world.clock)).await.unwrap();
        assert!(sessions.is_empty(), "{first}");
    }
}

#[tokio::test]
async fn c154_no_token_claims_a_factor_that_nobody_has_shown() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member(ADA).await;
    for more in [&[][..], &[("acr_values", "urn:example:mfa")], &[("claims", r#"{"id_token":{"amr":null}}"#)]]
    {
        let mut visitor = world.visitor();
        let flow = visitor.begin_with(&shop, more).await;
        let code = visitor.submit(&flow, ADA, crate::world::PASSWORD).await.parameter("code").unwrap();
        let tokens = shop.redeem(&world, &code).await.json();
        let claims = claims(tokens["id_token"].as_str().unwrap());
        assert!(claims.get("amr").is_none() && claims.get("acr").is_none(), "{claims}");
    }
}
