//! Providers on the account page: linked while signed in, and removed, but never the last way in.

use model::User;
use serde_json::json;
use store::identities::Identity;

use super::provider::Provider;
use super::{Way, come_as, forward, leave, subject, work};
use crate::answer::Answer;
use crate::unhappy::futures_join;
use crate::visitor::Visitor;
use crate::world::{PASSWORD, World};

const EMAIL: &str = "ada@example.com";

/// Chooses a provider on the account page.
async fn leave_to_link(visitor: &mut Visitor<'_>, connector: &str) -> Way {
    let answer = visitor.post("/account/identities/link", &[("connector", connector)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Way { flow: String::new(), connector: connector.to_owned(), url: forward(&answer) }
}

/// Links somebody at the provider to the account that is signed in.
pub(super) async fn link(
    visitor: &mut Visitor<'_>,
    provider: &Provider,
    connector: &str,
    sub: &str,
) -> Answer {
    let way = leave_to_link(visitor, connector).await;
    come_as(visitor, provider, &way, json!({"sub": sub})).await
}

pub(super) async fn identities(world: &World, user: &User) -> Vec<Identity> {
    let found = world.app.reception.store.identities_of(user.id).await.unwrap();
    found.into_iter().map(|(identity, _)| identity).collect()
}

/// What names the identities on the page.
pub(super) async fn named(visitor: &mut Visitor<'_>) -> Vec<String> {
    let page = visitor.get("/account/identities").await;
    let parts = page.body.split("name=\"identity\" value=\"").skip(1);
    parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

pub(super) async fn remove(visitor: &mut Visitor<'_>, identity: &str) -> Option<String> {
    visitor.post("/account/identities/remove", &[("identity", identity)]).await.parameter("notice")
}

#[tokio::test]
async fn c171_a_provider_is_linked_while_signed_in_and_removed_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let (world, provider) = (World::over(database).await, Provider::start().await);
        let (shop, work) = (world.web().await, work(&world, &provider).await);
        let ada = world.member(EMAIL).await;
        let mut visitor = world.visitor();
        visitor.sign_in(&shop, EMAIL).await;
        visitor.get("/account").await.shows("/account/identities");
        visitor.get("/account/identities").await.shows("id=\"none\"");
        let linked = link(&mut visitor, &provider, &work, "ada-at-work").await;
        assert_eq!(linked.parameter("notice").as_deref(), Some("linked"), "{}", linked.location());
        visitor.get(linked.location().as_str()).await.shows("Work").shows("id=\"notice\"");
        assert!(world.audited("identity.linked").await);
        let mut elsewhere = world.visitor();
        let way = leave(&mut elsewhere, &shop, &work).await;
        let back = come_as(&mut elsewhere, &provider, &way, json!({"sub": "ada-at-work"})).await;
        assert_eq!(subject(&world, &shop, &back).await, ada.id.to_string(), "it signs in");
        let again = link(&mut visitor, &provider, &work, "ada-at-work").await;
        assert_eq!(again.parameter("notice").as_deref(), Some("linked"), "twice is once");
        let [identity] = named(&mut visitor).await.try_into().unwrap();
        assert_eq!(remove(&mut visitor, &identity).await.as_deref(), Some("removed"));
        assert!(identities(&world, &ada).await.is_empty());
        assert!(world.audited("identity.removed").await);
    }
}

#[tokio::test]
async fn an_identity_of_somebody_else_is_refused_without_naming_whom() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let (ada, eve) = (world.member(EMAIL).await, world.member("eve@example.com").await);
    let mut hers = world.visitor();
    hers.sign_in(&shop, "eve@example.com").await;
    link(&mut hers, &provider, &work, "eve-at-work").await;
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, EMAIL).await;
    let refused = link(&mut visitor, &provider, &work, "eve-at-work").await;
    assert_eq!(refused.parameter("notice").as_deref(), Some("taken"));
    let page = visitor.get(refused.location().as_str()).await;
    page.shows("id=\"error\"");
    assert!(!page.body.contains("eve@") && !page.body.contains("eve-at"), "{}", page.text());
    assert!(identities(&world, &ada).await.is_empty());
    let [of_eve] = named(&mut hers).await.try_into().unwrap();
    remove(&mut visitor, &of_eve).await;
    assert_eq!(identities(&world, &eve).await.len(), 1, "nobody removes what is somebody else's");
}

#[tokio::test]
async fn c172_the_way_to_link_is_bound_to_browser_session_and_account() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let (ada, eve) = (world.member(EMAIL).await, world.member("eve@example.com").await);
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, EMAIL).await;
    let way = leave_to_link(&mut visitor, &work).await;
    // Somebody else's browser, in which its owner is signed in.
    let mut other = world.visitor();
    other.sign_in(&shop, "eve@example.com").await;
    let lost = come_as(&mut other, &provider, &way, json!({"sub": "trap"})).await;
    assert_ne!(lost.status, 200);
    // The same browser, in which somebody else has signed in meanwhile.
    let flow = visitor.begin_with(&shop, &[("prompt", "login")]).await;
    visitor.submit(&flow, "eve@example.com", PASSWORD).await;
    let back = come_as(&mut visitor, &provider, &way, json!({"sub": "trap"})).await;
    assert_eq!(back.location().path(), "/account/identities");
    assert_eq!(back.parameter("notice"), None);
    for user in [&ada, &eve] {
        assert!(identities(&world, user).await.is_empty());
    }
}

#[tokio::test]
async fn the_last_way_to_sign_in_is_never_removed_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        // No mail: an address is no way in.
        let (world, provider) = (World::over(database).await, Provider::start().await);
        let (shop, work) = (world.web().await, work(&world, &provider).await);
        let mut visitor = world.visitor();
        let way = leave(&mut visitor, &shop, &work).await;
        let claims = json!({"sub": "bob", "email": "bob@work.example", "email_verified": true});
        let back = come_as(&mut visitor, &provider, &way, claims).await;
        let user = subject(&world, &shop, &back).await.parse().unwrap();
        let user = world.app.reception.store.user(user).await.unwrap().unwrap();
        let [only] = named(&mut visitor).await.try_into().unwrap();
        assert_eq!(remove(&mut visitor, &only).await.as_deref(), Some("last"));
        assert_eq!(identities(&world, &user).await.len(), 1);
        link(&mut visitor, &provider, &work, "bob-again").await;
        let both = named(&mut visitor).await;
        assert_eq!(both.len(), 2);
        // Both at once: one of them stays.
        let mut browsers = [visitor.clone(), visitor.clone()];
        let removals = browsers.iter_mut().zip(&both).map(|(browser, identity)| remove(browser, identity));
        futures_join(removals.collect()).await;
        assert_eq!(identities(&world, &user).await.len(), 1, "one way in is left");
        visitor.post("/account/password", &[("password", PASSWORD)]).await;
        let [only] = named(&mut visitor).await.try_into().unwrap();
        assert_eq!(remove(&mut visitor, &only).await.as_deref(), Some("removed"), "there is a password now");
    }
}

#[tokio::test]
async fn providers_are_changed_by_who_signed_in_just_now_and_from_our_own_pages() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, EMAIL).await;
    visitor.site = Some("cross-site");
    for path in ["/account/identities/link", "/account/identities/remove"] {
        visitor.post(path, &[("connector", &work)]).await.is_failure_page(400);
    }
    visitor.site = Some("same-origin");
    let gone = visitor.post("/account/identities/link", &[("connector", "gone")]).await;
    assert_eq!(gone.location().path(), "/account/identities");
    let way = leave_to_link(&mut visitor, &work).await;
    let cancelled = format!("error=access_denied&{}", provider.code().replace("code=c-1&", ""));
    let cancelled = visitor.get(&way.back(&cancelled)).await;
    let shown = visitor.get(cancelled.location().as_str()).await;
    assert_eq!(shown.location().path(), "/account/identities", "back where one was");
    world.pass(601);
    for path in ["/account/identities/link", "/account/identities/remove"] {
        assert_eq!(visitor.post(path, &[("connector", &work)]).await.location().path(), "/sign-in");
    }
}

#[tokio::test]
async fn the_way_to_link_is_no_longer_open_than_the_door_to_it() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let ada = world.member(EMAIL).await;
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, EMAIL).await;
    let way = leave_to_link(&mut visitor, &work).await;
    let cancelled = format!("error=access_denied&{}", provider.code().replace("code=c-1&", ""));
    let flow = visitor.get(&way.back(&cancelled)).await.parameter("flow").unwrap();
    // Somebody finds the browser as it was left.
    world.pass(1_201);
    let way = super::leave_in(&mut visitor, &flow, &work).await;
    let back = come_as(&mut visitor, &provider, &way, json!({"sub": "finder"})).await;
    assert_eq!((back.location().path(), back.parameter("notice")), ("/account/identities", None));
    assert!(identities(&world, &ada).await.is_empty());
    assert_eq!(visitor.get("/account/identities").await.location().path(), "/sign-in");
}
