//! Text messages at the providers: told for real, each a server of its own on this machine.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use deliver::SmsSettings;

use super::phones::{NUMBER, with_number};
use crate::hooks::{Receiver, Told};
use crate::world::World;

const KEY: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

async fn world(route: &str) -> World {
    let patience = Duration::from_millis(200);
    let sms = SmsSettings::parse_with_patience(route, KEY, patience).unwrap();
    let world = World::texting(None, sms).await;
    with_number(&world).await;
    world
}

fn twilio(receiver: &Receiver) -> String {
    let address = receiver.url.strip_prefix("http://").unwrap().strip_suffix("/told").unwrap();
    format!("twilio://AC12:s%2Fcret@{address}?from=%2B15550100")
}

async fn ask(world: &World) {
    let answer = world.visitor().post("/sign-in/link", &[("identifier", NUMBER)]).await;
    assert_eq!(answer.location().path(), "/link/sent");
}

async fn deliver(world: &World) {
    server::deliver_due(&world.app).await.unwrap();
}

async fn given_up(world: &World) -> bool {
    world.metrics().await.contains("onward_letters_given_up_total 1\n")
}

#[tokio::test]
async fn twilio_is_told_as_its_interface_says() {
    let receiver = Receiver::start().await;
    receiver.answers(&[201]);
    let world = world(&twilio(&receiver)).await;
    ask(&world).await;
    deliver(&world).await;
    deliver(&world).await;
    let told = receiver.told();
    assert_eq!(told.len(), 1, "once");
    assert_eq!(told[0].path, "/2010-04-01/Accounts/AC12/Messages.json");
    let credentials = format!("Basic {}", STANDARD.encode("AC12:s/cret"));
    assert_eq!(told[0].header("authorization"), credentials);
    let form: Vec<(String, String)> = form_urlencoded::parse(told[0].body.as_bytes()).into_owned().collect();
    let field = |name: &str| form.iter().find(|(known, _)| known == name).unwrap().1.clone();
    assert_eq!((field("To").as_str(), field("From").as_str()), (NUMBER, "+15550100"));
    assert!(field("Body").contains("is your code to sign in at id.example"), "{form:?}");
    assert_eq!(form.len(), 3);
}

#[tokio::test]
async fn f48_a_provider_that_is_down_or_slow_is_tried_again_and_nobody_waits_for_it() {
    let receiver = Receiver::start().await;
    let world = world(&twilio(&receiver)).await;
    // Unwilling, overloaded, gone elsewhere, and silent.
    receiver.answers(&[401, 429, 302, 0, 201]);
    ask(&world).await;
    for pause in [15, 30, 60, 120] {
        deliver(&world).await;
        deliver(&world).await;
        assert_eq!(receiver.told().len(), 1, "not before its time");
        world.pass(pause);
    }
    deliver(&world).await;
    assert_eq!(receiver.told().len(), 1);
    world.pass(3_600);
    deliver(&world).await;
    assert!(receiver.told().is_empty(), "it has left");
    assert!(!given_up(&world).await);
}

#[tokio::test]
async fn f48_what_a_provider_will_never_send_is_given_up_at_once() {
    let receiver = Receiver::start().await;
    let world = world(&twilio(&receiver)).await;
    receiver.answers(&[400]);
    ask(&world).await;
    deliver(&world).await;
    world.pass(3_600);
    deliver(&world).await;
    assert_eq!(receiver.told().len(), 1);
    assert!(given_up(&world).await);
}

#[tokio::test]
async fn c149_more_text_messages_than_an_operator_pays_for_wait() {
    let receiver = Receiver::start().await;
    let sms = SmsSettings::parse(&twilio(&receiver), "").unwrap().with_per_hour(1);
    let world = World::texting(None, sms).await;
    with_number(&world).await;
    for _ in 0..2 {
        ask(&world).await;
        deliver(&world).await;
    }
    assert_eq!(receiver.told().len(), 1);
    world.pass(3_600);
    deliver(&world).await;
    assert_eq!(receiver.told().len(), 1, "the hour is over");
}

#[tokio::test]
async fn a_webhook_is_told_what_to_send_signed_and_by_one_name_however_often() {
    let receiver = Receiver::start().await;
    let world = world(&receiver.url).await;
    receiver.answers(&[500, 200]);
    ask(&world).await;
    deliver(&world).await;
    world.pass(15);
    deliver(&world).await;
    let told = receiver.told();
    assert_eq!(told.len(), 2);
    for once in &told {
        assert!(once.is_signed_by(KEY));
        let body = once.json();
        assert_eq!((&body["type"], &body["data"]["to"]), (&"sms.send".into(), &NUMBER.into()));
        assert!(body["data"]["text"].as_str().unwrap().contains("is your code"));
    }
    let name = |told: &Told| told.header("webhook-id").to_owned();
    assert_eq!(name(&told[0]), name(&told[1]), "so that it is sent once");
    assert_eq!(told[0].json()["data"], told[1].json()["data"], "with the same code");
}
