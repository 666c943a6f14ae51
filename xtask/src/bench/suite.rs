//! All pieces of work, one after the other, on one engine.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Context as _;

use crate::bench::Args;
use crate::bench::browser::{Browser, Person};
use crate::bench::client::{Machine as MachineClient, PublicClient, REDIRECT_URI, Tokens};
use crate::bench::engine::Engine;
use crate::bench::goals::row;
use crate::bench::http::{Answer, Connection};
use crate::bench::links::{AskLink, FollowLink, arrive, letters};
use crate::bench::load::{Load, Measured, Work};
use crate::bench::machine::Machine;
use crate::bench::password::raw_argon2;
use crate::bench::postgres::Postgres;
use crate::bench::process::memory_mib;
use crate::bench::server::{Place, Server};
use crate::bench::works::{
    ClientCredentials, CodeFlow, Document, FirstLoad, PasswordSignIn, Rotation, SignInPage, UserInfo,
    WithinWindow,
};

const PASSWORD: &str = "seven dull words on a long wall";
/// How many people there are: each may fail, or be in the middle of, only a few sign-ins at once.
const PEOPLE: usize = 8;
/// Connections of most rows, and of the row that has many.
const FEW: usize = 16;
const MANY: usize = 64;
/// Sign-ins of a row: one network may try only so often.
const SIGN_INS: usize = 100;
/// How many people get a letter.
const LETTERS: usize = 1_000;

/// What was measured on one engine.
#[derive(Debug)]
pub(super) struct Measurement {
    pub(super) engine: Engine,
    pub(super) rows: Vec<Measured>,
    /// Why a row is missing.
    pub(super) notes: Vec<String>,
    /// Memory after all of it, in MiB.
    pub(super) busy: f64,
    /// The sign-in page.
    pub(super) page: Vec<u8>,
    /// One argon2id hash, in microseconds of CPU time.
    pub(super) raw_argon2: f64,
}

/// Everything that a run needs.
struct Suite<'a> {
    machine: &'a Machine,
    place: Place,
    engine: &'a Engine,
    database: Option<u32>,
    people: Vec<Person>,
    client: PublicClient,
    m2m: MachineClient,
    args: &'a Args,
}

/// Measures one engine.
pub(super) async fn run(
    binary: &Path,
    machine: &Machine,
    engine: &Engine,
    args: &Args,
) -> anyhow::Result<Measurement> {
    // A private PostgreSQL may use both cores, so it is started before the client takes its own.
    machine.place_client(false)?;
    let postgres = matches!(engine, Engine::Postgres(None)).then(Postgres::start).transpose()?;
    let url = match engine {
        Engine::Postgres(Some(url)) => Some(url.clone()),
        Engine::Postgres(None) | Engine::SqliteFull | Engine::SqliteNormal => {
            postgres.as_ref().map(Postgres::url)
        }
    };
    let database = postgres.as_ref().map(Postgres::pid).transpose()?;
    let place = Place::make(binary, engine, url.as_deref())?;
    let mut suite = Suite::prepare(machine, place, engine, database, args)?;
    machine.place_client(engine.is_pinned())?;
    let mut measurement = Measurement {
        engine: engine.clone(),
        rows: Vec::new(),
        notes: Vec::new(),
        busy: 0.0,
        page: Vec::new(),
        raw_argon2: f64::NAN,
    };
    suite.run_rotation(&mut measurement).await?;
    suite.run_rest(&mut measurement).await?;
    suite.run_links(&mut measurement).await?;
    Ok(measurement)
}

impl<'a> Suite<'a> {
    fn prepare(
        machine: &'a Machine,
        place: Place,
        engine: &'a Engine,
        database: Option<u32>,
        args: &'a Args,
    ) -> anyhow::Result<Self> {
        let text = |value: &serde_json::Value, name: &str| {
            value[name].as_str().map(str::to_owned).with_context(|| format!("the command gives no {name}"))
        };
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            let person =
                Person { email: format!("person{number}@example.com"), password: PASSWORD.to_owned() };
            let create = ["user", "create", "--email", &person.email, "--password-stdin", "--json"];
            place.command(&create, Some(&format!("{PASSWORD}\n")))?;
            people.push(person);
        }
        let create = ["application", "create", "--name", "Bench", "--type", "spa", "--json"];
        let made = place.command(&[&create[..], &["--redirect-uri", REDIRECT_URI]].concat(), None)?;
        let client = PublicClient { id: text(&made, "id")? };
        let create = ["application", "create", "--name", "Machine", "--type", "machine-to-machine", "--json"];
        let made = place.command(&create, None)?;
        let resource = format!("{}/api", place.endpoint());
        let m2m = MachineClient { id: text(&made, "id")?, secret: text(&made, "secret")?, resource };
        Ok(Self { machine, place, engine, database, people, client, m2m, args })
    }

    /// Refreshes that all rotate, on a server without a window.
    async fn run_rotation(&mut self, into: &mut Measurement) -> anyhow::Result<()> {
        if !self.place.close_window()? {
            into.notes.push(
                "Refresh with rotation was not measured: the server has no setting `tokens.rotation-window`, and \
                 within the window of 30 s it does not rotate."
                    .to_owned(),
            );
            return Ok(());
        }
        let server = self.start().await?;
        let browser = self.signed_in().await?;
        for (name, count) in [(row::ROTATION, FEW), (row::ROTATION_64, MANY)] {
            let mut workers = Vec::new();
            for _ in 0..count {
                let (connection, tokens) = self.tokens(&browser).await?;
                workers.push(Rotation { connection, client: self.client.clone(), token: tokens.refresh });
            }
            self.measure(&server, name, workers, usize::MAX, into).await?;
        }
        self.place.open_window();
        server.stop().await
    }

    /// Everything else, on a server as it is delivered.
    async fn run_rest(&mut self, into: &mut Measurement) -> anyhow::Result<()> {
        let server = self.start().await?;
        let browser = self.signed_in().await?;
        let most = usize::MAX;

        for (name, path) in
            [(row::DISCOVERY, "/oidc/.well-known/openid-configuration"), (row::JWKS, "/oidc/jwks")]
        {
            let workers = self.connections(MANY).await?.into_iter();
            let workers = workers.map(|connection| Document { connection, path }).collect();
            self.measure(&server, name, workers, most, into).await?;
        }

        let workers = self.connections(FEW).await?.into_iter();
        let workers =
            workers.map(|connection| FirstLoad { connection, client: self.client.clone() }).collect();
        self.measure(&server, row::FIRST_LOAD, workers, most, into).await?;

        let mut workers = Vec::new();
        for mut connection in self.connections(FEW).await? {
            let mut browser = Browser::default();
            let (page, flow): (Answer, _) = browser.first_load(&mut connection, &self.client).await?;
            into.page = page.body.to_vec();
            workers.push(SignInPage { connection, browser, flow });
        }
        self.measure(&server, row::PAGE, workers, most, into).await?;

        let workers = self.connections(FEW).await?.into_iter();
        let workers =
            workers.map(|connection| ClientCredentials { connection, machine: self.m2m.clone() }).collect();
        self.measure(&server, row::CREDENTIALS, workers, most, into).await?;

        let workers = self.connections(FEW).await?.into_iter().map(|connection| CodeFlow {
            connection,
            client: self.client.clone(),
            browser: browser.clone(),
        });
        self.measure(&server, row::CODE_FLOW, workers.collect(), most, into).await?;

        let workers = self.refreshers(&browser, FEW).await?;
        self.measure(&server, row::WINDOW, workers, most, into).await?;

        let mut workers = Vec::new();
        for _ in 0..FEW {
            let (connection, tokens) = self.tokens(&browser).await?;
            workers.push(UserInfo { connection, authorization: format!("Bearer {}", tokens.access) });
        }
        self.measure(&server, row::USERINFO, workers, most, into).await?;

        // The hash alone, right before and right after: what else the machine does weighs on both alike.
        let hashes = if self.args.quick { 3 } else { 30 };
        let before = raw_argon2(hashes)?;
        let workers = self.arrivals(2).await?;
        self.measure(&server, row::PASSWORD, workers, SIGN_INS, into).await?;
        into.raw_argon2 = f64::midpoint(before, raw_argon2(hashes)?);
        self.flood(&server, &browser, into).await?;

        into.busy = memory_mib(server.pid(), "VmRSS")?;
        server.stop().await
    }

    /// Links of letters, for people who have registered by one.
    async fn run_links(&mut self, into: &mut Measurement) -> anyhow::Result<()> {
        if !self.wants(row::ASK_LINK) && !self.wants(row::FOLLOW_LINK) {
            return Ok(());
        }
        let folder = tempfile::tempdir()?;
        self.place.deliver_into(folder.path())?;
        let server = self.start().await?;
        let count = if self.args.quick { 40 } else { LETTERS };
        for measured in [false, true] {
            let waiting = arrive(&mut self.connections(1).await?.remove(0), &self.client, count).await?;
            let (waiting, asked) = (Rc::new(RefCell::new(waiting)), Rc::new(RefCell::new(Vec::new())));
            let path = if measured { "/sign-in/link" } else { "/register/email" };
            let load = Load { warm_up: Duration::ZERO, ..self.load(&server, count) };
            let mut asking = Vec::new();
            for connection in self.connections(FEW).await? {
                asking.push(AskLink {
                    connection,
                    path,
                    waiting: Rc::clone(&waiting),
                    asked: Rc::clone(&asked),
                });
            }
            let ask = load.run(row::ASK_LINK, asking).await?;
            let opened = Rc::new(RefCell::new(letters(folder.path(), asked.take()).await?));
            let mut following = Vec::new();
            for connection in self.connections(FEW).await? {
                following.push(FollowLink { connection, opened: Rc::clone(&opened) });
            }
            let follow = load.run(row::FOLLOW_LINK, following).await?;
            for row in [ask, follow] {
                anyhow::ensure!(row.errors == 0, "{}", row.first_error.unwrap_or_default());
                if measured {
                    eprintln!("  {}: {} requests, {:.1} µs", row.name, row.requests, row.cpu);
                    into.rows.push(row);
                }
            }
        }
        server.stop().await
    }

    /// Refreshes while everybody signs in.
    async fn flood(&self, server: &Server, browser: &Browser, into: &mut Measurement) -> anyhow::Result<()> {
        if !self.wants(row::FLOODED) {
            return Ok(());
        }
        let refreshers = self.refreshers(browser, 4).await?;
        let over = Rc::new(Cell::new(false));
        let mut crowd = Vec::new();
        for mut arrival in self.arrivals(PEOPLE).await? {
            let over = Rc::clone(&over);
            crowd.push(tokio::task::spawn_local(async move {
                for _ in 0..SIGN_INS / PEOPLE {
                    if over.get() {
                        break;
                    }
                    arrival.once().await?;
                }
                anyhow::Ok(())
            }));
        }
        let mut load = self.load(server, usize::MAX);
        load.warm_up = Duration::from_millis(50);
        load.duration = load.duration.min(Duration::from_millis(1_200));
        let mut measured = load.run(row::FLOODED, refreshers).await?;
        over.set(true);
        for arrival in crowd {
            arrival.await?.context("a sign-in of the flood")?;
        }
        // The hashes are part of it.
        measured.cpu = f64::NAN;
        measured.database_cpu = None;
        into.rows.push(measured);
        Ok(())
    }

    async fn measure<W: Work>(
        &self,
        server: &Server,
        name: &'static str,
        workers: Vec<W>,
        most: usize,
        into: &mut Measurement,
    ) -> anyhow::Result<()> {
        if !self.wants(name) {
            return Ok(());
        }
        let measured = self.load(server, most).run(name, workers).await.context(name)?;
        eprintln!("  {name}: {} requests, {:.1} µs", measured.requests, measured.cpu);
        into.rows.push(measured);
        Ok(())
    }

    /// Whether a row was asked for.
    fn wants(&self, name: &str) -> bool {
        self.args.work.as_ref().is_none_or(|work| name.contains(work))
    }

    fn load(&self, server: &Server, most: usize) -> Load<'static> {
        let (warm_up, duration) = if self.args.quick { (50, 250) } else { (500, 4_000) };
        Load {
            warm_up: Duration::from_millis(warm_up),
            duration: Duration::from_millis(duration),
            most,
            server: server.pid(),
            database: self.database,
            stay_awake: self.machine.can_pin && self.engine.is_pinned(),
            // Those that nobody asked for are not set up.
            only: None,
        }
    }

    async fn start(&self) -> anyhow::Result<Server> {
        self.place.start(Some(self.machine), self.engine.is_pinned()).await
    }

    async fn connections(&self, count: usize) -> anyhow::Result<Vec<Connection>> {
        let mut connections = Vec::new();
        for _ in 0..count {
            connections.push(Connection::open(self.place.port).await?);
        }
        Ok(connections)
    }

    /// A browser in which somebody has really signed in.
    async fn signed_in(&self) -> anyhow::Result<Browser> {
        let mut connection = Connection::open(self.place.port).await?;
        let mut browser = Browser::default();
        browser.sign_in(&mut connection, &self.client, &self.people[0]).await.context("the first sign-in")?;
        Ok(browser)
    }

    /// A connection, and tokens of a grant of its own.
    async fn tokens(&self, browser: &Browser) -> anyhow::Result<(Connection, Tokens)> {
        let mut connection = Connection::open(self.place.port).await?;
        let code = browser.clone().code(&mut connection, &self.client).await?;
        let tokens = self.client.redeem(&mut connection, &code).await?;
        Ok((connection, tokens))
    }

    async fn refreshers(&self, browser: &Browser, count: usize) -> anyhow::Result<Vec<WithinWindow>> {
        let mut workers = Vec::new();
        for _ in 0..count {
            let (connection, tokens) = self.tokens(browser).await?;
            workers.push(WithinWindow { connection, client: self.client.clone(), token: tokens.refresh });
        }
        Ok(workers)
    }

    async fn arrivals(&self, count: usize) -> anyhow::Result<Vec<PasswordSignIn>> {
        let connections = self.connections(count).await?.into_iter();
        let arrivals = connections.zip(self.people.iter().cycle()).map(|(connection, person)| {
            PasswordSignIn { connection, client: self.client.clone(), person: person.clone() }
        });
        Ok(arrivals.collect())
    }
}
