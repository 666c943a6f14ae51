//! The outbox and the mail server: in order, down, slow, and a process that dies.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use deliver::MailSettings;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::world::{FROM, World};

const EMAIL: &str = "ada@example.com";

/// What a mail server does with those who connect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Accepting,
    Refusing,
    Silent,
}

/// A small mail server (RFC 5321): keeps what it is given.
struct MailServer {
    route: String,
    mood: Arc<Mutex<Mood>>,
    received: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let route = format!("smtp://ada:s%2Fcret@{}", listener.local_addr().unwrap());
        let (mood, received) = (Arc::new(Mutex::new(mood)), Arc::<Mutex<Vec<String>>>::default());
        let (moods, letters) = (Arc::clone(&mood), Arc::clone(&received));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mood = *moods.lock().unwrap();
                tokio::spawn(converse(stream, mood, Arc::clone(&letters)));
            }
        });
        Self { route, mood, received }
    }

    fn become_one(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }

    async fn world(&self) -> (World, tempfile::TempDir) {
        let (database, folder) = database::scratch::sqlite().await;
        let mail = MailSettings::parse(&self.route, FROM).unwrap().with_patience(Duration::from_millis(200));
        (World::mailing(database, &mail).await, folder)
    }
}

async fn converse(stream: TcpStream, mood: Mood, letters: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    if mood == Mood::Silent {
        // Until the other side has had enough.
        while let Ok(Some(_)) = lines.next_line().await {}
        return;
    }
    let mut letter = None::<String>;
    let mut said = "220 mail.example\r\n".to_owned();
    loop {
        if write.write_all(said.as_bytes()).await.is_err() {
            return;
        }
        let Ok(Some(line)) = lines.next_line().await else { return };
        said = match &mut letter {
            Some(text) if line == "." => {
                letters.lock().unwrap().push(std::mem::take(text));
                letter = None;
                "250 kept\r\n".to_owned()
            }
            Some(text) => {
                text.push_str(&line);
                text.push_str("\r\n");
                // Nothing is said while a letter is dictated.
                String::new()
            }
            None => match line.split(' ').next().unwrap_or_default() {
                "EHLO" => "250-mail.example\r\n250 AUTH PLAIN\r\n".to_owned(),
                "AUTH" => "235 welcome\r\n".to_owned(),
                "MAIL" if mood == Mood::Refusing => "451 later, please\r\n".to_owned(),
                "DATA" => {
                    letter = Some(String::new());
                    "354 go on\r\n".to_owned()
                }
                _ => "250 fine\r\n".to_owned(),
            },
        };
    }
}

async fn ask(world: &World) {
    let answer = world.visitor().post("/forgot-password", &[("identifier", EMAIL)]).await;
    assert_eq!(answer.location().path(), "/link/sent");
}

async fn deliver(world: &World) {
    server::deliver_due(&world.app).await.unwrap();
}

#[tokio::test]
async fn a_letter_goes_to_an_smtp_server_as_text_and_html() {
    let post_office = MailServer::start(Mood::Accepting).await;
    let (world, _folder) = post_office.world().await;
    world.member(EMAIL).await;
    ask(&world).await;
    deliver(&world).await;
    let received = post_office.received();
    assert_eq!(received.len(), 1);
    for part in [
        "From: Onward <no-reply@id.example>",
        "To: ada@example.com",
        "Subject: Choose a new password",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain",
        "Content-Type: text/html",
        "https://id.example/reset-password?token",
    ] {
        assert!(received[0].contains(part), "{part} in {}", received[0]);
    }
    deliver(&world).await;
    assert_eq!(post_office.received().len(), 1, "once");
}

#[tokio::test]
async fn f48_a_mail_server_that_is_down_or_slow_is_tried_again_and_nobody_waits_for_it() {
    let post_office = MailServer::start(Mood::Refusing).await;
    let (world, _folder) = post_office.world().await;
    let shop = world.web().await;
    world.member(EMAIL).await;
    for mood in [Mood::Refusing, Mood::Silent] {
        post_office.become_one(mood);
        ask(&world).await;
        deliver(&world).await;
        assert!(post_office.received().is_empty());
    }
    let signed_in = world.visitor().sign_in(&shop, EMAIL).await;
    assert!(signed_in.parameter("code").is_some(), "the password is good as ever");
    deliver(&world).await;
    assert!(post_office.received().is_empty(), "not before its time");
    post_office.become_one(Mood::Accepting);
    world.pass(15);
    deliver(&world).await;
    assert_eq!(post_office.received().len(), 1, "the newer one: the link of the older was replaced");
}

#[tokio::test]
async fn f48_a_letter_that_never_leaves_is_given_up() {
    let post_office = MailServer::start(Mood::Refusing).await;
    let (world, _folder) = post_office.world().await;
    world.member(EMAIL).await;
    ask(&world).await;
    for _ in 0..10 {
        deliver(&world).await;
        world.pass(3 * 3_600);
    }
    post_office.become_one(Mood::Accepting);
    deliver(&world).await;
    assert!(post_office.received().is_empty());
    let metrics = world.metrics().await;
    assert!(metrics.contains("onward_letters_given_up_total 1\n"), "{metrics}");
}

#[tokio::test]
async fn a_letter_taken_by_a_node_that_died_is_sent_by_another() {
    let post_office = MailServer::start(Mood::Accepting).await;
    let (world, _folder) = post_office.world().await;
    world.member(EMAIL).await;
    ask(&world).await;
    let store = &world.app.operator.store;
    let now = model::Clock::now(&*world.clock);
    let lease = Duration::from_secs(300);
    assert!(store.claim_mail(now, now.plus(lease)).await.unwrap().is_some());
    deliver(&world).await;
    assert!(post_office.received().is_empty(), "it may still be sending");
    world.pass(300);
    deliver(&world).await;
    assert_eq!(post_office.received().len(), 1);
}
