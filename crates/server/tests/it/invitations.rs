//! Invitations: sent, opened, accepted by whoever they are for, and over in every way.

use fault::Code;
use http::Method;
use http::header::SET_COOKIE;
use keys::MasterSecret;
use model::User;
use serde_json::{Value, json};
use server::Ticket;

use crate::answer::Answer;
use crate::organizations::Desk;
use crate::rows::{enter, move_to};
use crate::unhappy::futures_join;
use crate::visitor::Visitor;
use crate::world::{SECRET, World};

const ADA: &str = "ada@example.com";
const GRACE: &str = "grace@example.com";
const WEEK: u64 = 7 * 24 * 3_600;

/// An organization with a role, somebody who invites, and an operator's program.
struct Club<'a> {
    world: &'a World,
    desk: Desk<'a>,
    organization: String,
    role: String,
    grace: User,
}

impl<'a> Club<'a> {
    async fn found(world: &'a World) -> Self {
        let desk = Desk::open(world).await;
        let organization = desk.make("/api/organizations", json!({"name": "Sailing Club"})).await;
        let role = desk.make("/api/organization-roles", json!({"name": "skipper"})).await;
        let grace = world.member(GRACE).await;
        Self { world, desk, organization, role, grace }
    }

    /// Invites, and returns the id of the invitation and the link of its letter.
    async fn invite(&self, invitee: &str) -> (String, String) {
        let id = self.desk.make("/api/organization-invitations", self.body(invitee)).await;
        (id, self.letter().await)
    }

    fn body(&self, invitee: &str) -> Value {
        json!({
            "organizationId": self.organization, "invitee": invitee, "inviterId": self.grace.id,
            "organizationRoleIds": [self.role],
        })
    }

    /// The link of the one letter that is there.
    async fn letter(&self) -> String {
        let letters = self.world.letters().await;
        assert_eq!(letters.len(), 1, "{letters:?}");
        let text = letters[0].replace("=\r\n", "").replace("=3D", "=");
        let at = text.find("https://id.example/invitation?").expect("a link");
        text[at..].split_whitespace().next().unwrap().to_owned()
    }

    async fn status(&self, id: &str) -> Value {
        self.desk.get(&format!("/api/organization-invitations/{id}")).await["status"].clone()
    }

    async fn set_status(&self, id: &str, status: Value) -> Answer {
        self.desk.call(Method::PUT, &format!("/api/organization-invitations/{id}/status"), Some(status)).await
    }

    async fn members(&self) -> Vec<String> {
        let members = self.desk.get(&format!("/api/organizations/{}/users", self.organization)).await;
        let address = |member: &Value| member["primaryEmail"].as_str().unwrap().to_owned();
        members.as_array().unwrap().iter().map(address).collect()
    }
}

async fn open(visitor: &mut Visitor<'_>, link: &str) -> Answer {
    let answer = visitor.get(link).await;
    visitor.get(answer.location().as_str()).await
}

fn field(page: &Answer, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    page.body.split(&field).nth(1).expect("the field").split('"').next().unwrap().to_owned()
}

async fn press(visitor: &mut Visitor<'_>, page: &Answer) -> Answer {
    visitor.post("/invitation", &[("nonce", &field(page, "nonce"))]).await
}

#[tokio::test]
async fn invitations_are_listed_by_organization_inviter_and_invitee() {
    let world = World::with_mail().await;
    let club = Club::found(&world).await;
    // Of one moment there is no order.
    let (of_ada, _) = club.invite(ADA).await;
    world.pass(1);
    let (of_bob, _) = club.invite("bob@example.com").await;
    world.pass(1);
    let elsewhere = club.desk.make("/api/organizations", json!({"name": "Elsewhere"})).await;
    let uninvited = json!({"organizationId": elsewhere, "invitee": ADA, "messagePayload": false});
    let by_nobody = club.desk.make("/api/organization-invitations", uninvited).await;
    let list = async |query: &str| {
        let answer =
            club.desk.call(Method::GET, &format!("/api/organization-invitations?{query}"), None).await;
        let list = answer.json();
        let ids: Vec<_> =
            list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(answer.header("total-number"), Some(&*ids.len().to_string()), "{query}");
        ids
    };
    assert_eq!(list("").await, [of_ada.clone(), of_bob.clone(), by_nobody.clone()]);
    assert_eq!(list("invitee=ADA@example.com").await, [of_ada.clone(), by_nobody.clone()]);
    assert_eq!(list(&format!("inviterId={}", club.grace.id)).await, [of_ada.clone(), of_bob]);
    let both = format!("organizationId={}&invitee={ADA}", club.organization);
    assert_eq!(list(&both).await, [of_ada]);
    assert_eq!(list(&format!("organizationId={elsewhere}&inviterId={}", club.grace.id)).await, [""; 0]);
    for wrong in ["invitee=nobody", "inviterId=x", "organizationId=x"] {
        let refused =
            club.desk.call(Method::GET, &format!("/api/organization-invitations?{wrong}"), None).await;
        assert_eq!(refused.json()["code"], "guard.invalid_input", "{wrong}");
    }
}

#[tokio::test]
async fn a_newcomer_accepts_with_one_button_and_is_signed_in() {
    let world = World::with_mail().await;
    let club = Club::found(&world).await;
    let (id, link) = club.invite(ADA).await;
    let mut ada = world.visitor();
    let page = open(&mut ada, &link).await;
    page.shows("Join Sailing Club").shows("grace@example.com invites you").shows("a…@e…");
    assert_eq!(club.status(&id).await, "Pending", "opening changes nothing");
    let pressed = press(&mut ada, &page).await;
    ada.get(pressed.location().as_str()).await.shows("You belong to Sailing Club now");
    assert_eq!(club.status(&id).await, "Accepted");
    assert_eq!(club.members().await, [ADA]);
    let members = club.desk.get(&format!("/api/organizations/{}/users", club.organization)).await;
    assert_eq!(members[0]["organizationRoles"][0]["name"], "skipper");
    ada.get("/").await.shows(ADA);
    open(&mut ada, &link).await.shows("You belong to Sailing Club already");
    for event in ["invitation.sent", "invitation.accepted", "account.registered"] {
        assert!(world.audited(event).await, "{event}");
    }
}

#[tokio::test]
async fn a_member_signs_in_by_a_code_first_and_comes_back_to_the_invitation() {
    let world = World::with_mail().await;
    let club = Club::found(&world).await;
    world.member(ADA).await;
    let (id, link) = club.invite(ADA).await;
    let mut ada = world.visitor();
    let page = open(&mut ada, &link).await;
    page.shows("There is an account of that address already");
    let waiting = press(&mut ada, &page).await;
    assert!(
        !waiting
            .headers
            .get_all(SET_COOKIE)
            .iter()
            .any(|line| { line.to_str().unwrap().starts_with("__Host-onward-session=") }),
        "c158 a link that lives for days signs nobody in"
    );
    let letters = world.letters().await;
    let text = letters[0].replace("=\r\n", "");
    let code = &text.split("asked for it: ").nth(1).unwrap()[..6];
    let sent = waiting.location().to_string();
    let sent = sent.split_once("link=").unwrap().1;
    let back = ada.post("/link/sent", &[("link", sent), ("code", code)]).await;
    let page = ada.get(back.location().as_str()).await;
    page.shows("You are signed in as ada@example.com");
    let pressed = press(&mut ada, &page).await;
    ada.get(pressed.location().as_str()).await.shows("You belong to Sailing Club now");
    assert_eq!((club.status(&id).await, club.members().await), (json!("Accepted"), vec![ADA.to_owned()]));
}

#[tokio::test]
async fn who_is_signed_in_joins_at_once_and_somebody_else_is_asked() {
    let world = World::with_mail().await;
    let club = Club::found(&world).await;
    let shop = world.web().await;
    let mut grace = world.visitor();
    grace.sign_in(&shop, GRACE).await;
    let (_, to_grace) = club.invite(GRACE).await;
    let page = open(&mut grace, &to_grace).await;
    let pressed = press(&mut grace, &page).await;
    grace.get(pressed.location().as_str()).await.shows("You belong to Sailing Club now");

    let (id, to_ada) = club.invite(ADA).await;
    let asked = open(&mut grace, &to_ada).await;
    asked.is_failure_page(403).shows("signed in as somebody else").shows("Sailing Club");
    let nonce = field(&asked, "nonce");
    let stayed = grace.post("/invitation", &[("nonce", &nonce)]).await;
    grace.get(stayed.location().as_str()).await.is_failure_page(403);
    assert_eq!(club.members().await, [GRACE], "without a word nobody switches");
    let switched = grace.post("/invitation", &[("nonce", &nonce), ("switch", "yes")]).await;
    grace.get(switched.location().as_str()).await.shows("You belong to Sailing Club now");
    grace.get("/").await.shows(ADA);
    assert_eq!(club.status(&id).await, "Accepted");
}

#[tokio::test]
async fn a_dead_invitation_says_which_and_names_whom_to_ask() {
    let world = World::with_mail().await;
    let club = Club::found(&world).await;
    let ask = "Ask grace@example.com for a new invitation to Sailing Club";
    let (first, replaced) = club.invite(ADA).await;
    let (second, revoked) = club.invite(ADA).await;
    open(&mut world.visitor(), &replaced).await.is_failure_page(410).shows("A newer invitation").shows(ask);
    assert_eq!(club.status(&first).await, "Revoked");
    assert_eq!(club.set_status(&second, json!({"status": "Revoked"})).await.status, 200);
    assert_eq!(club.set_status(&second, json!({"status": "Revoked"})).await.status, 422, "it is over");
    open(&mut world.visitor(), &revoked).await.is_failure_page(410).shows("was withdrawn").shows(ask);

    let (_, used) = club.invite(ADA).await;
    let mut ada = world.visitor();
    let page = open(&mut ada, &used).await;
    press(&mut ada, &page).await;
    open(&mut world.visitor(), &used).await.is_failure_page(410).shows("was accepted").shows(ask);

    let (expired, link) = club.invite("bob@example.com").await;
    let mut bob = world.visitor();
    let page = open(&mut bob, &link).await;
    world.pass(WEEK);
    let late = press(&mut bob, &page).await;
    bob.get(late.location().as_str()).await.is_failure_page(410).shows("too old").shows(ask);
    // The operator's token is over by now, too.
    let club = Club { desk: Desk::open(&world).await, ..club };
    assert_eq!(club.status(&expired).await, "Expired");

    let (_, orphan) = club.invite("bob@example.com").await;
    let gone = format!("/api/organizations/{}", club.organization);
    assert_eq!(club.desk.call(Method::DELETE, &gone, None).await.status, 204);
    open(&mut world.visitor(), &orphan).await.is_failure_page(410).shows("withdrawn");
    world.visitor().get("/invitation?token=AAAA").await.is_failure_page(404);
}

#[tokio::test]
async fn c159_scanners_accept_nothing_and_c162_the_token_leaves_the_address() {
    let world = World::with_mail().await;
    let club = Club::found(&world).await;
    let (id, link) = club.invite(ADA).await;
    let mut scanner = world.visitor();
    scanner.head(&link).await;
    for _ in 0..5 {
        open(&mut scanner, &link).await;
    }
    scanner.post("/invitation", &[("nonce", "guessed")]).await;
    assert_eq!(club.status(&id).await, "Pending");
    let mut ada = world.visitor();
    let opened = ada.get(&link).await;
    assert_eq!(opened.status, 303);
    assert!(!opened.location().as_str().contains("token"), "{}", opened.location());
    assert_eq!(opened.header("referrer-policy"), Some("no-referrer"));
    let page = ada.get(opened.location().as_str()).await;
    assert!(!page.body.contains(link.split_once("token=").unwrap().1));
    // A token of an invitation opens nothing else (C158).
    let token = link.split_once("token=").unwrap().1;
    for other in ["/link", "/reset-password"] {
        open(&mut world.visitor(), &format!("{other}?token={token}")).await.is_failure_page(404);
    }
}

#[tokio::test]
async fn c160_of_fifty_who_accept_at_once_one_joins() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let letters = tempfile::tempdir().unwrap();
        let route = format!("file:{}", letters.path().display());
        let mail = deliver::MailSettings::parse(&route, crate::world::FROM).unwrap();
        let world = World::mailing(database, &mail).await;
        let club = Club::found(&world).await;
        let id = club.desk.make("/api/organization-invitations", club.body(ADA)).await;
        let token = world.app.reception.link_key.token(id.parse().unwrap());
        let mut ada = world.visitor();
        let page = open(&mut ada, &format!("https://id.example/invitation?token={token}")).await;
        let nonce = field(&page, "nonce");
        let mut browsers: Vec<_> = (0..50).map(|_| ada.clone()).collect();
        let presses = browsers.iter_mut().map(|browser| {
            let nonce = &nonce;
            async move { browser.post("/invitation", &[("nonce", nonce)]).await }
        });
        let answers = futures_join(presses.collect()).await;
        let began = |answer: &&Answer| {
            let mut lines = answer.headers.get_all(SET_COOKIE).iter();
            lines.any(|line| line.to_str().unwrap().starts_with("__Host-onward-session="))
        };
        assert_eq!(answers.iter().filter(began).count(), 1, "one session");
        assert_eq!(club.members().await, [ADA], "one membership");
        for answer in &answers {
            let to = answer.location();
            assert_eq!(to.path(), "/invitation", "nobody who has joined is asked to sign in: {to}");
        }
    }
}

#[tokio::test]
async fn operators_send_again_accept_for_somebody_list_and_delete() {
    let world = World::with_mail().await;
    let club = Club::found(&world).await;
    let path = "/api/organization-invitations";
    let (id, link) = club.invite(ADA).await;
    assert_eq!(club.desk.call(Method::POST, &format!("{path}/{id}/message"), None).await.status, 204);
    assert_eq!(club.letter().await, link, "the same link, so that no letter dies of another");
    let wrong = json!({"status": "Accepted", "acceptedUserId": club.grace.id});
    let wrong = club.set_status(&id, wrong).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json()["field"]), (422, &json!("acceptedUserId")));
    let ada = world.member(ADA).await;
    let accepted = club.set_status(&id, json!({"status": "Accepted", "acceptedUserId": ada.id})).await.json();
    assert_eq!((&accepted["status"], &accepted["acceptedUserId"]), (&json!("Accepted"), &json!(ada.id)));
    assert_eq!(club.members().await, [ADA]);
    assert_eq!(club.desk.post(path, club.body(ADA)).await.json()["field"], "invitee", "belongs already");

    world.pass(1);
    let silent =
        json!({"organizationId": club.organization, "invitee": "b@example.com", "messagePayload": false});
    let silent = club.desk.make(path, silent).await;
    assert!(world.letters().await.is_empty(), "no letter");
    let listed = club.desk.get(&format!("{path}?organizationId={}", club.organization)).await;
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(listed[0]["organizationRoles"][0]["name"], "skipper");
    assert!(!listed.to_string().contains("token"));
    assert_eq!(club.desk.call(Method::DELETE, &format!("{path}/{silent}"), None).await.status, 204);
    assert_eq!(club.desk.call(Method::GET, &format!("{path}/{silent}"), None).await.status, 404);

    for (field, value) in [
        ("invitee", json!("a@b.example,c@d.example")),
        ("invitee", json!("a@b.example\r\nBcc: c@d.example")),
        ("expiresAt", json!(1_000)),
        ("organizationRoleIds", json!(["0".repeat(32)])),
        ("organizationId", json!("0".repeat(32))),
        ("inviterId", json!("0".repeat(32))),
    ] {
        let mut body = club.body("new@example.com");
        body[field] = value;
        let refused = club.desk.post(path, body).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json()["field"]),
            (422, &json!(field)),
            "{}",
            refused.body
        );
    }
    let mute = World::new().await;
    let desk = Desk::open(&mute).await;
    let of = desk.make("/api/organizations", json!({"name": "Mute"})).await;
    let refused = desk.post(path, json!({"organizationId": of, "invitee": ADA})).await;
    assert_eq!(refused.json()["field"], "messagePayload", "a letter that nobody sends is not promised");
}

#[tokio::test]
async fn a_suspended_account_joins_nothing() {
    let world = World::with_mail().await;
    let club = Club::found(&world).await;
    let shop = world.web().await;
    let ada = world.member(ADA).await;
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, ADA).await;
    let (id, link) = club.invite(ADA).await;
    let page = open(&mut visitor, &link).await;
    let at = model::Clock::now(&*world.clock);
    let line = store::audit::AuditLine::new(
        store::audit::AuditEvent::UserSuspended,
        &*world.clock,
        &model::SystemEntropy,
    );
    assert!(world.app.operator.store.suspend_user(ada.id, Some(at), at, line).await.unwrap());
    press(&mut visitor, &page).await;
    assert_eq!(club.status(&id).await, "Pending");
    assert!(club.members().await.is_empty());
}

#[tokio::test]
async fn dead_invitations_are_rehearsed_for_real_and_marked() {
    let world = World::with_mail().await;
    let club = Club::found(&world).await;
    let shop = world.web().await;
    for (code, words) in [
        (Code::LinkExpired, "too old"),
        (Code::LinkRevoked, "withdrawn"),
        (Code::LinkReplaced, "A newer invitation"),
        (Code::LinkUsed, "was accepted"),
    ] {
        let ticket =
            Ticket::new(code, shop.id.parse().unwrap(), model::Clock::now(&*world.clock)).of_invitation(true);
        let mut visitor = world.visitor();
        let staged =
            visitor.get(&ticket.path(&MasterSecret::parse(SECRET).unwrap(), &model::SystemEntropy)).await;
        let page = visitor.get(staged.location().as_str()).await;
        page.is_failure_page(410)
            .shows(words)
            .shows("Ask the people who run Sailing Club")
            .shows("rehearsal");
    }
    assert!(club.desk.get("/api/organization-invitations").await.as_array().unwrap().is_empty());
}

#[tokio::test]
async fn c164_an_invitation_to_an_address_that_is_kept_says_so_and_makes_no_account() {
    let world = World::with_mail().await;
    let club = Club::found(&world).await;
    world.member(ADA).await;
    let mut thief = world.visitor();
    enter(&mut thief, "/account/email").await;
    move_to(&world, &mut thief, "ada@example.org").await;
    let (_, link) = club.invite(ADA).await;
    let mut guest = world.visitor();
    let page = open(&mut guest, &link).await;
    let refused = press(&mut guest, &page).await;
    refused.is_failure_page(403);
    assert_eq!(club.members().await.len(), 0);
    world.pass(WEEK - 60);
    let club = Club { desk: Desk::open(&world).await, ..club };
    let (_, link) = club.invite(ADA).await;
    world.pass(120);
    let page = open(&mut guest, &link).await;
    press(&mut guest, &page).await;
    assert_eq!(club.members().await, [ADA], "the address is free");
}
