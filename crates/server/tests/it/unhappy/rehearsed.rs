//! Rehearsals: every code of the catalogue, produced for real.

use fault::Code;
use keys::MasterSecret;
use model::{Clock as _, SystemEntropy};
use server::Ticket;

use crate::world::{PASSWORD, World};

const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

#[tokio::test]
async fn every_code_can_be_rehearsed_is_marked_and_left_out_of_the_metrics() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let secret = MasterSecret::parse(SECRET).unwrap();
    for code in Code::ALL {
        let ticket = Ticket::new(code, shop.id.parse().unwrap(), world.clock.now());
        let mut visitor = world.visitor();
        let mut answer = visitor.get(&ticket.path(&secret, &SystemEntropy)).await;
        let mut hops = 0;
        while answer.status == 303 && hops < 3 {
            answer = visitor.get(answer.location().as_str()).await;
            hops += 1;
        }
        answer.shows("rehearsal");
        if answer.status == 200 {
            assert_eq!(code, Code::FlowExpired, "only this one starts again by itself");
            let flow = answer
                .body
                .split("name=\"flow\" value=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .to_owned();
            let refused = visitor.submit(&flow, "ada@example.com", PASSWORD).await;
            refused.is_failure_page(409);
            assert!(!visitor.jar.keys().any(|name| name.ends_with("onward-session")), "it yields no session");
            continue;
        }
        answer.is_failure_page(code.status());
        world.app.flush_incidents().await;
        let reference = answer.header("onward-reference").unwrap().parse().unwrap();
        let incident = world.app.operator.store.incident(reference).await.unwrap().expect("it was noted");
        assert_eq!((incident.code, incident.rehearsal), (code, true), "{code}");
    }
    let metrics = world.metrics().await;
    assert!(!metrics.contains("onward_failures_total{"), "{metrics}");
}

#[tokio::test]
async fn every_dead_link_is_rehearsed_for_real_and_signs_nobody_in() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let secret = MasterSecret::parse(SECRET).unwrap();
    for code in [
        Code::LinkExpired,
        Code::LinkUsed,
        Code::LinkReplaced,
        Code::LinkRevoked,
        Code::LinkOtherAccount,
        Code::LinkUnknown,
    ] {
        let mut visitor = world.visitor();
        visitor.sign_in(&shop, "ada@example.com").await;
        let session = visitor.jar["__Host-onward-session"].clone();
        let ticket = Ticket::new(code, shop.id.parse().unwrap(), world.clock.now());
        let staged = visitor.get(&ticket.path(&secret, &SystemEntropy)).await;
        assert_eq!(staged.location().path(), "/link", "{code}: by a link of its own");
        let mut answer = visitor.get(staged.location().as_str()).await;
        answer.is_failure_page(code.status()).shows("rehearsal");
        if code == Code::LinkOtherAccount {
            let nonce = answer.body.split("name=\"nonce\" value=\"").nth(1).unwrap();
            let nonce = nonce.split('"').next().unwrap().to_owned();
            answer = visitor.post("/link", &[("nonce", &nonce), ("switch", "yes")]).await;
            answer.is_failure_page(410);
        }
        if answer.body.contains("/link/again") {
            assert_eq!(visitor.post("/link/again", &[]).await.status, 303, "{code}");
        }
        assert!(world.letters().await.is_empty(), "{code}: nobody gets a letter");
        assert_eq!(visitor.jar["__Host-onward-session"], session, "{code}: the session is as it was");
    }
    assert!(!world.metrics().await.contains("onward_failures_total{code=\"link.expired"));
}

#[tokio::test]
async fn nobody_rehearses_without_a_ticket() {
    let world = World::new().await;
    for path in ["/rehearse", "/rehearse?ticket=", "/rehearse?ticket=AAAA"] {
        world.visitor().get(path).await.is_failure_page(404);
    }
}
