//! Webhooks, told for real: the receiver is a server of its own on this machine.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method};
use keys::WebhookKey;
use serde_json::{Value, json};

use crate::client_app::ClientApp;
use crate::management::{call, token};
use crate::world::World;

/// What the receiver was told once.
pub(crate) struct Told {
    pub(crate) path: String,
    headers: HeaderMap,
    pub(crate) body: String,
}

impl Told {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether one of its signatures is this key's, and over what was sent.
    pub(crate) fn is_signed_by(&self, key: &str) -> bool {
        let seconds = self.header("webhook-timestamp").parse().unwrap();
        let key = WebhookKey::parse(key).unwrap();
        let expected = key.sign(self.header("webhook-id"), seconds, &self.body);
        self.header("webhook-signature").split(' ').any(|signature| signature == expected)
    }
}

#[derive(Default)]
struct Memory {
    told: Vec<Told>,
    /// What is answered next; 204 when nothing is said.
    answers: VecDeque<u16>,
    /// How many it is being told at this moment, and how many it was at most.
    at_once: (usize, usize),
}

/// Whoever listens.
pub(crate) struct Receiver {
    pub(crate) url: String,
    memory: Arc<Mutex<Memory>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/told", listener.local_addr().unwrap());
        let memory = Arc::new(Mutex::new(Memory::default()));
        let router = Router::new().fallback(listen).with_state(Arc::clone(&memory));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, memory }
    }

    pub(crate) fn answers(&self, statuses: &[u16]) {
        self.memory.lock().unwrap().answers.extend(statuses);
    }

    /// What it was told since it was asked last.
    pub(crate) fn told(&self) -> Vec<Told> {
        std::mem::take(&mut self.memory.lock().unwrap().told)
    }
}

async fn listen(State(memory): State<Arc<Mutex<Memory>>>, request: Request) -> Response {
    let headers = request.headers().clone();
    let path = request.uri().path().to_owned();
    let body = axum::body::to_bytes(request.into_body(), 1_000_000).await.unwrap();
    let status = {
        let mut memory = memory.lock().unwrap();
        memory.told.push(Told { path, headers, body: String::from_utf8(body.to_vec()).unwrap() });
        memory.answers.pop_front().unwrap_or(204)
    };
    let _here = Here::new(&memory);
    if status == 0 {
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    let location = [("location", "http://127.0.0.1:9/elsewhere")];
    (http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::OK), location).into_response()
}

/// Somebody is telling it something, until they go.
struct Here(Arc<Mutex<Memory>>);

impl Here {
    fn new(memory: &Arc<Mutex<Memory>>) -> Self {
        let (now, most) = &mut memory.lock().unwrap().at_once;
        *now += 1;
        *most = (*most).max(*now);
        Self(Arc::clone(memory))
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.0.lock().unwrap().at_once.0 -= 1;
    }
}

/// An operator with a webhook.
struct Operator<'a> {
    world: &'a World,
    robot: ClientApp,
    path: String,
    key: String,
}

impl<'a> Operator<'a> {
    async fn new(world: &'a World, receiver: &Receiver, events: &[&str]) -> Self {
        let robot = world.machine().await;
        let token = token(world, &robot).await;
        let body = json!({"name": "Ledger", "events": events, "config": {"url": receiver.url}});
        let made = call(world, &token, Method::POST, "/api/hooks", Some(body)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let made = made.json();
        let path = format!("/api/hooks/{}", made["id"].as_str().unwrap());
        Self { world, robot, path, key: made["signingKey"].as_str().unwrap().to_owned() }
    }

    async fn call(&self, method: Method, below: &str, body: Option<Value>) -> crate::answer::Answer {
        // A new token each time: stories go on for days.
        let token = token(self.world, &self.robot).await;
        call(self.world, &token, method, &format!("{}{below}", self.path), body).await
    }

    async fn log(&self) -> Vec<Value> {
        let log = self.call(Method::GET, "/recent-logs", None).await;
        serde_json::from_str(&log.body).unwrap()
    }

    async fn tell(&self) {
        server::tell_due(&self.world.app).await.unwrap();
    }
}

#[tokio::test]
async fn a_webhook_is_told_what_it_listens_to_signed_and_once() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::over(database).await;
        let receiver = Receiver::start().await;
        let operator = Operator::new(&world, &receiver, &["sign_in.succeeded", "user.suspended"]).await;
        let ada = world.member("ada@example.com").await;
        let shop = world.web().await;
        world.visitor().sign_in(&shop, "ada@example.com").await;
        // Of several that look at once one tells.
        let looks = (0..20).map(|_| server::tell_due(&world.app));
        for looked in futures(looks).await {
            looked.unwrap();
        }
        let told = receiver.told();
        assert_eq!(told.len(), 1, "{:?}", told.iter().map(Told::json).collect::<Vec<_>>());
        assert!(told[0].is_signed_by(&operator.key));
        assert_eq!(told[0].header("content-type"), "application/json");
        assert!(told[0].header("webhook-id").starts_with("msg_"));
        let body = told[0].json();
        assert_eq!(
            (&body["type"], &body["occurrences"], &body["timestamp"]),
            (&json!("sign_in.succeeded"), &json!(1), &json!("2027-01-15T08:00:00Z"))
        );
        assert_eq!(body["data"]["userId"], ada.id.to_string());
        let log = operator.log().await;
        assert_eq!(
            (log.len(), &log[0]["status"], &log[0]["lastStatus"]),
            (1, &json!("delivered"), &json!(204))
        );
    }
}

async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        all.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(output) => {
                done.push(output);
                false
            }
            std::task::Poll::Pending => true,
        });
        if all.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}

#[tokio::test]
async fn webhooks_are_made_read_changed_and_removed_and_show_a_key_once() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let operator = Operator::new(&world, &receiver, &["*"]).await;
    for below in ["", "/recent-logs"] {
        let read = operator.call(Method::GET, below, None).await;
        assert!(read.status == 200 && !read.body.contains("whsec_"), "{}", read.body);
    }
    let token = token(&world, &operator.robot).await;
    let list = call(&world, &token, Method::GET, "/api/hooks", None).await;
    assert!(list.body.contains("Ledger") && !list.body.contains("whsec_"));
    let patch = json!({"name": "Books", "events": ["sign_out"], "enabled": false});
    let changed = operator.call(Method::PATCH, "", Some(patch)).await.json();
    assert_eq!((&changed["name"], &changed["enabled"]), (&json!("Books"), &json!(false)));
    assert_eq!(operator.call(Method::POST, "/test", None).await.status, 422, "it is switched off");
    for (wrong, field) in [
        (json!({"events": ["sign_outs"]}), "events"),
        (json!({"events": []}), "events"),
        (json!({"events": ["*", "sign_out"]}), "events"),
        (json!({"events": ["sign_out", "sign_out"]}), "events"),
        (json!({"events": ["failure.route.unknown"]}), "events"),
        (json!({"config": {"url": "http://example.com/"}}), "config.url"),
        (json!({"config": {"url": "https://a:b@example.com/"}}), "config.url"),
        (json!({"name": " "}), "name"),
    ] {
        let refused = operator.call(Method::PATCH, "", Some(wrong.clone())).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["field"].as_str()),
            (422, Some(field)),
            "{wrong}"
        );
    }
    let unknown = operator.call(Method::PATCH, "", Some(json!({"signingKey": "whsec_AAAA"}))).await;
    assert_eq!(unknown.status, 400, "a key is made, never given (C177)");
    assert_eq!(operator.call(Method::DELETE, "", None).await.status, 204);
    assert_eq!(operator.call(Method::GET, "", None).await.status, 404);
    for event in ["webhook.created", "webhook.changed", "webhook.deleted"] {
        assert!(world.audited(event).await, "{event}");
    }
    operator.tell().await;
    assert_eq!(receiver.told().len(), 0, "what is gone or off is told nothing");
    let known = call(&world, &token, Method::GET, "/api/hooks/events", None).await;
    assert!(known.body.contains("\"failure.flow.expired\"") && known.body.contains("\"grant.theft\""));
}

#[tokio::test]
async fn one_that_does_not_answer_well_is_told_again_later_and_given_up_in_the_end() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let operator = Operator::new(&world, &receiver, &["sign_in.succeeded"]).await;
    world.member("ada@example.com").await;
    let shop = world.web().await;
    world.visitor().sign_in(&shop, "ada@example.com").await;
    // Down, leading elsewhere, and too slow.
    for (status, pause, error) in [
        (500, 5, "it answered 500"),
        (302, 300, "it answered 302, and no redirect is followed"),
        (0, 1_800, "it did not answer in time"),
    ] {
        receiver.answers(&[status]);
        operator.tell().await;
        let log = operator.log().await;
        assert_eq!((&log[0]["lastError"], &log[0]["status"]), (&json!(error), &json!("waiting")));
        world.pass(pause - 1);
        operator.tell().await;
        assert_eq!(receiver.told().len(), 1, "not before its time");
        world.pass(1);
    }
    // Seven tries are left; each is the same message, signed at its own time.
    receiver.answers(&[500; 7]);
    for _ in 0..10 {
        operator.tell().await;
        world.pass(25 * 3_600);
    }
    let told = receiver.told();
    assert_eq!(told.len(), 7);
    assert!(told.iter().all(|one| one.header("webhook-id") == told[0].header("webhook-id")));
    assert!(told.iter().all(|one| one.is_signed_by(&operator.key)));
    assert_eq!(operator.log().await[0]["status"], "givenUp");
    assert!(world.metrics().await.contains("onward_webhooks_given_up_total 1"));
    // An operator may have it told once more.
    let id = operator.log().await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(operator.call(Method::POST, &format!("/recent-logs/{id}/resend"), None).await.status, 202);
    operator.tell().await;
    assert_eq!(receiver.told().len(), 1);
    assert_eq!(operator.log().await[0]["status"], "delivered");
    let unknown = format!("/recent-logs/{}/resend", "0".repeat(32));
    assert_eq!(operator.call(Method::POST, &unknown, None).await.status, 404);
}

#[tokio::test]
async fn one_that_answers_gone_is_switched_off() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let operator = Operator::new(&world, &receiver, &["sign_out"]).await;
    receiver.answers(&[410]);
    assert_eq!(operator.call(Method::POST, "/test", None).await.status, 202);
    operator.tell().await;
    let told = receiver.told();
    assert_eq!((told.len(), &told[0].json()["type"]), (1, &json!("webhook.trial")));
    assert_eq!(operator.call(Method::GET, "", None).await.json()["enabled"], false);
    assert!(world.audited("webhook.gone").await);
}

#[tokio::test]
async fn a_renewed_key_signs_beside_the_former_one_for_a_day() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let operator = Operator::new(&world, &receiver, &["sign_out"]).await;
    let renewed = operator.call(Method::PATCH, "/signing-key", None).await.json();
    let renewed = renewed["signingKey"].as_str().unwrap();
    assert_ne!(renewed, operator.key);
    for (hours, former) in [(0, true), (25, false)] {
        world.pass(hours * 3_600);
        assert_eq!(operator.call(Method::POST, "/test", None).await.status, 202);
        operator.tell().await;
        let told = receiver.told();
        assert!(told[0].is_signed_by(renewed));
        assert_eq!(told[0].is_signed_by(&operator.key), former, "after {hours} h");
    }
}

#[tokio::test]
async fn failures_are_gathered_by_the_minute_and_unknown_routes_never_told() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let operator = Operator::new(&world, &receiver, &["*"]).await;
    operator.tell().await;
    receiver.told();
    for _ in 0..3 {
        world.visitor().get("/sign-in").await;
        world.visitor().get("/no/such/page").await;
    }
    world.app.flush_incidents().await;
    operator.tell().await;
    world.pass(74);
    operator.tell().await;
    assert_eq!(receiver.told().len(), 0, "the minute is not over");
    world.pass(1);
    operator.tell().await;
    let told = receiver.told();
    assert_eq!(told.len(), 1);
    let body = told[0].json();
    assert_eq!((&body["type"], &body["occurrences"]), (&json!("failure.flow.missing"), &json!(3)));
    assert!(body["data"]["reference"].is_string());
}

#[tokio::test]
async fn failures_that_are_noted_late_are_told_and_none_is_counted_twice() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::over(database).await;
        let receiver = Receiver::start().await;
        let operator = Operator::new(&world, &receiver, &["failure.flow.missing"]).await;
        let store = &world.app.operator.store;
        let first = world.visitor().get("/sign-in").await;
        world.app.flush_incidents().await;
        let reference = first.header("onward-reference").unwrap().parse().unwrap();
        let known = store.incident(reference).await.unwrap().unwrap();
        world.pass(75);
        operator.tell().await;
        assert_eq!(receiver.told()[0].json()["occurrences"], 1);
        // What happened at the same time, noted by a node whose database was away: in two parts, the second of which
        // comes when the first would long have been told.
        for _ in 0..2 {
            let reference = fault::Reference::from_random(model::entropy::draw(&model::SystemEntropy));
            let late = store::incidents::Incident { reference, ..known.clone() };
            let now = model::Clock::now(&*world.clock);
            store.record_incidents(&[late], now).await.unwrap();
            operator.tell().await;
            assert!(receiver.told().is_empty(), "the minute in which they were noted is not over");
        }
        world.pass(75);
        operator.tell().await;
        let told: Vec<_> = receiver.told().iter().map(Told::json).collect();
        assert_eq!((told.len(), &told[0]["occurrences"]), (1, &json!(2)), "{told:?}");
        assert_eq!(told[0]["timestamp"], "2027-01-15T08:00:00Z", "when it happened, not when it was noted");
        // It was written, and the answer lost: it is written again.
        world.faults.lose_answer_of_commit(1);
        world.visitor().get("/sign-in").await;
        world.app.flush_incidents().await;
        world.pass(75);
        operator.tell().await;
        assert_eq!(receiver.told()[0].json()["occurrences"], 1);
    }
}

#[tokio::test]
async fn whoever_sends_one_time_tokens_is_told_of_those_that_were_opened_dead() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let events = ["failure.link.expired", "failure.link.revoked", "failure.link.replaced"];
    let operator = Operator::new(&world, &receiver, &events).await;
    let shop = world.web().await;
    let access = token(&world, &operator.robot).await;
    let path = "/api/one-time-tokens";
    let make = async || {
        let made = call(&world, &access, Method::POST, path, Some(json!({"email": "ada@example.com"}))).await;
        let text = |name: &str| made.json()[name].as_str().unwrap().to_owned();
        (text("token"), text("id"))
    };
    let (replaced, (revoked, id)) = (make().await.0, make().await);
    let withdraw = Some(json!({"status": "revoked"}));
    call(&world, &access, Method::PUT, &format!("{path}/{id}/status"), withdraw).await;
    let (expired, _) = make().await;
    world.pass(600);
    for token in [replaced, revoked, expired] {
        let mut visitor = world.visitor();
        let begun = visitor.get(&shop.authorize(&[("one_time_token", &token)])).await;
        visitor.get(begun.location().as_str()).await.is_failure_page(410);
    }
    world.app.flush_incidents().await;
    world.pass(75);
    operator.tell().await;
    let told: Vec<_> = receiver.told().iter().map(Told::json).collect();
    assert!(told.iter().all(|one| one["data"]["applicationId"] == shop.id.as_str()));
    let mut names: Vec<_> = told.iter().map(|one| one["type"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["failure.link.expired", "failure.link.replaced", "failure.link.revoked"]);
}

#[tokio::test]
async fn one_that_does_not_answer_takes_no_turns_of_others() {
    let world = World::new().await;
    let (deaf, keen) = (Receiver::start().await, Receiver::start().await);
    let (first, second) = (
        Operator::new(&world, &deaf, &["sign_out"]).await,
        Operator::new(&world, &keen, &["sign_out"]).await,
    );
    for _ in 0..20 {
        assert_eq!(first.call(Method::POST, "/test", None).await.status, 202);
    }
    assert_eq!(second.call(Method::POST, "/test", None).await.status, 202);
    deaf.answers(&[0; 40]);
    first.tell().await;
    assert_eq!(keen.told().len(), 1);
    // Those that were under way already, and no more.
    assert!((1..=2).contains(&deaf.told().len()));
    first.tell().await;
    assert_eq!(deaf.told().len(), 0, "the others wait as long as the one that failed");
}

#[tokio::test]
async fn one_that_hangs_holds_two_turns_at_most_whatever_happens_meanwhile() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::over(database).await;
        let (deaf, keen) = (Receiver::start().await, Receiver::start().await);
        let (first, second) = (
            Operator::new(&world, &deaf, &["sign_out"]).await,
            Operator::new(&world, &keen, &["sign_out"]).await,
        );
        deaf.answers(&[0; 100]);
        // Something new for both each time, due at once: it is not yet known that one will hang again.
        for _ in 0..4 {
            for _ in 0..10 {
                for operator in [&first, &second] {
                    assert_eq!(operator.call(Method::POST, "/test", None).await.status, 202);
                }
            }
            first.tell().await;
            assert_eq!(keen.told().len(), 10);
            assert!((1..=2).contains(&deaf.told().len()), "two turns, and then it was known");
        }
        for receiver in [deaf, keen] {
            assert!(receiver.memory.lock().unwrap().at_once.1 <= 2);
        }
    }
}

#[tokio::test]
async fn one_message_that_is_refused_again_and_again_does_not_hold_up_the_others() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let operator = Operator::new(&world, &receiver, &["sign_out"]).await;
    operator.call(Method::POST, "/test", None).await;
    for pause in [5, 300, 1_800] {
        receiver.answers(&[500]);
        operator.tell().await;
        world.pass(pause);
    }
    receiver.told();
    // Its fourth try fails, and so does the first one of another: a minute for those that have not been tried.
    for _ in 0..20 {
        operator.call(Method::POST, "/test", None).await;
    }
    receiver.answers(&[0; 2]);
    operator.tell().await;
    assert!((1..=2).contains(&receiver.told().len()));
    receiver.memory.lock().unwrap().answers.clear();
    world.pass(60);
    operator.tell().await;
    assert_eq!(receiver.told().len(), 20);
    let waiting = |line: &&Value| line["status"] == "waiting";
    assert_eq!(operator.log().await.iter().filter(waiting).count(), 1, "it alone");
}
