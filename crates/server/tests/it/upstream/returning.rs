//! The way back: lost, foreign, used, forged, cancelled (C172, C173, C175, scenario 4).

use serde_json::json;

use super::provider::Provider;
use super::{come_as, connector, leave, subject, work};
use crate::world::World;

#[tokio::test]
async fn c172_a_state_is_good_once_for_its_browser_connector_and_flow() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let other = connector(
        &world,
        json!({"connectorId": "oidc", "metadata": {"target": "other", "name": "Other"},
               "config": {"clientId": "onward", "issuer": provider.issuer}}),
    )
    .await;
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    provider.says(&way.parameter("nonce"), json!({"email": "ada@work.example", "email_verified": true}));
    let back = way.back(&provider.code());
    // At the address of another connector.
    ada.get(&back.replace(&way.connector, &other)).await.is_failure_page(404);
    // In another browser; and the right one has lost nothing by it.
    world.visitor().get(&back).await.is_failure_page(404);
    assert_eq!(provider.asked("/token"), 0, "nobody's code was spent");
    let answer = ada.get(&back).await;
    subject(&world, &shop, &answer).await;
    assert_eq!(provider.asked("/token"), 1);
    // Twice: the flow is over, and the code is not sent again.
    ada.get(&back).await.is_failure_page(409);
    assert_eq!(provider.asked("/token"), 1);
}

#[tokio::test]
async fn c172_a_used_state_of_a_live_flow_starts_again() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    let cancelled = way.back(&format!("error=access_denied&{}", provider.code().replace("code=c-1&", "")));
    ada.get(&cancelled).await;
    let replayed = ada.get(&way.back(&provider.code())).await;
    assert_eq!(replayed.location().path(), "/sign-in", "begun again, for the same application");
    assert_eq!(provider.asked("/token"), 0);
    ada.get(replayed.location().as_str()).await.shows("started again");
}

#[tokio::test]
async fn c172_ten_minutes_are_enough() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    world.pass(601);
    let late = ada.get(&way.back(&provider.code())).await;
    assert_eq!(late.location().path(), "/sign-in");
    assert_eq!(provider.asked("/token"), 0);
    // Longer than the flow lives: it is an expired flow like any other.
    let mut eve = world.visitor();
    let way = leave(&mut eve, &shop, &work).await;
    world.pass(3_700);
    eve.get(&way.back(&provider.code())).await.location();
}

#[tokio::test]
async fn r23_a_browser_that_lost_every_cookie_restarts_for_the_right_application() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    world.change(&shop, json!({"initiateLoginUri": "https://shop.example/login"})).await;
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    world.pass(120);
    ada.jar.clear();
    let answer = ada.get(&way.back(&provider.code())).await;
    assert!(
        answer.location().as_str().starts_with("https://shop.example/login?iss="),
        "{}",
        answer.location()
    );
    // A forged state names nobody.
    for forged in ["", "state=x&code=y", "state=&code=y", "code=y", "handle=x"] {
        world.visitor().get(&format!("/callback/{work}?{forged}")).await.is_failure_page(404);
    }
    world.visitor().get("/callback/nothing?code=x").await.is_failure_page(404);
}

#[tokio::test]
async fn a_rule_of_the_application_decides_what_lost_means() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    world
        .change(
            &shop,
            json!({"recovery": {
                "callback.lost": {"outcome": "redirect", "url": "https://shop.example/lost"},
                "callback.cancelled": {"outcome": "client"},
            }}),
        )
        .await;
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    let lost = world.visitor().get(&way.back(&provider.code())).await;
    assert_eq!(lost.location().as_str(), "https://shop.example/lost");
    let cancelled = way.back(&format!("error=access_denied&{}", provider.code().replace("code=c-1&", "")));
    let told = ada.get(&cancelled).await;
    assert_eq!(told.parameter("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn c175_who_cancels_reads_a_note_and_nothing_that_the_provider_wrote() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut ada = world.visitor();
    let issuer = provider.code().replace("code=c-1&", "");
    let text = "error_description=%3Cscript%3Ealert(1)%3C/script%3EYour+account+is+closed";
    let way = leave(&mut ada, &shop, &work).await;
    let answer = ada.get(&way.back(&format!("error=access_denied&{text}&{issuer}"))).await;
    let page = ada.get(answer.location().as_str()).await;
    page.shows("The sign-in was cancelled");
    assert!(!answer.location().as_str().contains("closed") && !page.body.contains("closed"));
    // The same flow goes on.
    let way = super::leave_in(&mut ada, &way.flow, &work).await;
    let answer = ada.get(&way.back(&format!("error=server_error&{text}&{issuer}"))).await;
    answer.is_failure_page(502);
    assert!(!answer.body.contains("script>") && !answer.body.contains("closed"), "{}", answer.body);
    let again = format!("/sign-in?flow={}", way.flow);
    assert!(answer.body.contains(&again), "the way forward: all ways to sign in");
    let page = ada.get(&again).await;
    page.shows("Continue with Work");
    let way = super::leave_in(&mut ada, &way.flow, &work).await;
    let claims = json!({"email": "ada@work.example", "email_verified": true});
    let answer = come_as(&mut ada, &provider, &way, claims).await;
    subject(&world, &shop, &answer).await;
    let metrics = world.metrics().await;
    for result in ["cancelled", "failed", "arrived"] {
        let line = format!("onward_provider_returns_total{{target=\"work\",result=\"{result}\"}} 1");
        assert!(metrics.contains(&line), "{result}: {metrics}");
    }
}

#[tokio::test]
async fn c173_an_answer_of_another_issuer_is_refused_before_the_code_is_sent() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut ada = world.visitor();
    for wrong in ["code=c-1&iss=https%3A%2F%2Fevil.example", "code=c-1"] {
        let way = leave(&mut ada, &shop, &work).await;
        ada.get(&way.back(wrong)).await.is_failure_page(502);
    }
    assert_eq!(provider.asked("/token"), 0);
}

#[tokio::test]
async fn the_way_there_begins_with_a_form_of_ours() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut ada = world.visitor();
    let flow = ada.begin(&shop).await;
    ada.get(&format!("/sign-in/social?flow={flow}&connector={work}")).await.is_failure_page(404);
    ada.site = Some("cross-site");
    let fields = [("flow", flow.as_str()), ("connector", work.as_str())];
    ada.post("/sign-in/social", &fields).await.is_failure_page(400);
    ada.site = Some("same-origin");
    // Switched off meanwhile: the page shows what there is now.
    let off = serde_json::from_value(json!({"enabled": false})).unwrap();
    world.app.operator.change_connector(work.parse().unwrap(), off).await.unwrap();
    let answer = ada.post("/sign-in/social", &fields).await;
    let page = ada.get(answer.location().as_str()).await;
    assert!(!page.body.contains("Continue with"), "{}", page.text());
}
