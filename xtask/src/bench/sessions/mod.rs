//! `cargo xtask bench sessions`: what sessions cost an application, beside the same application without them.
//!
//! - `application`: starts it.
//! - `works`: what its clients do.
//! - `slow_disk`: makes its disk slow.
//! - `report`: what was measured.

mod application;
mod report;
mod slow_disk;
mod works;

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use crate::bench::Args;
use crate::bench::http::Connection;
use crate::bench::load::{Load, Measured, WARMING_UP, Work as _};
use crate::bench::machine::Machine;
use crate::bench::process::memory_mib;
use crate::bench::supertokens::Express;
use application::{Application, Pair, Setting};
pub(super) use report::Report;
use works::{Call, Rotation, Thief, cookie};

const FEW: usize = 16;
const MANY: usize = 64;
/// How many tokens are alive at once, and how many of them are remembered.
const ALIVE: usize = 100_000;
const REMEMBERED: usize = 10_000;
/// How many sessions a thief has copied.
const STOLEN: usize = 8_000;
/// How many sessions each client refreshes in turn.
const SESSIONS: usize = 64;
const THEFT: &str = "a theft";
/// How often the works take turns that are compared with each other, and for how long each time.
const ROUNDS: usize = 8;
const TURN: Duration = Duration::from_secs(1);

/// Measures.
pub(super) async fn measure(
    root: &Path,
    binary: &Path,
    machine: &Machine,
    args: &Args,
) -> anyhow::Result<Report> {
    let quick = args.quick;
    machine.place_client(true)?;
    let mut report = Report::default();
    let setting = Setting { binary, machine, durability: "full", remembered: REMEMBERED, preload: None };

    let app = Application::start(&setting).await?;
    let forgetful = Application::start(&Setting { durability: "normal", remembered: 16, ..setting }).await?;
    let load = load(&app, machine, args);
    let mut quietest = Quietest::default();
    let turn = Load { duration: load.duration.min(TURN), ..load };
    for _ in 0..if quick { 1 } else { ROUNDS } {
        compare(&app, &forgetful, turn, if quick { 32 } else { 256 }, &mut quietest).await?;
    }
    drop(forgetful);
    let Quietest { bare, seen, new, rotation, confirmed, full, normal } = quietest;
    report.bare_axum = bare.cpu;
    report.line("a token seen before, over bare axum", seen.cpu - bare.cpu, 1.2, "µs");
    report.line("a token not seen before (EdDSA), over bare axum", new.cpu - bare.cpu, 38.0, "µs");
    // The call that confirms brings a token that was signed here: apart from its confirmation it is one that is known.
    report.line("refresh with rotation and its confirmation", confirmed.cpu - seen.cpu, 60.0, "µs");
    report.least("rate with FULL, beside NORMAL, 64 clients", full.rate / normal.rate * 100.0, 85.0, "%");
    let theft = thefts(&app, load, if quick { 200 } else { STOLEN }).await?;
    report.line("a theft, beside a rotation", theft.cpu / rotation.cpu, 2.0, "×");
    let crowd = crowd(app, &setting, load, if quick { 20_000 } else { ALIVE }, &mut report).await?;
    report.line("100,000 live tokens, over bare axum, mean", crowd.cpu - bare.cpu, 10.0, "µs");
    report.rows.extend([bare, seen, new, rotation, confirmed, theft, crowd, full, normal]);
    on_a_slow_disk(&setting, load, &mut report).await?;
    report.rows.extend(express(root, machine, load).await?);
    Ok(report)
}

/// Of each work that is compared, the round in which it cost least: what else the machine does only ever adds.
#[derive(Default)]
struct Quietest {
    bare: Measured,
    seen: Measured,
    new: Measured,
    rotation: Measured,
    confirmed: Measured,
    full: Measured,
    normal: Measured,
}

/// One round of the works that are compared with each other, one after the other.
async fn compare(
    app: &Application,
    forgetful: &Application,
    load: Load<'_>,
    tokens: usize,
    quietest: &mut Quietest,
) -> anyhow::Result<()> {
    let Quietest { bare, seen, new, rotation, confirmed, full, normal } = quietest;
    let without = Load { server: forgetful.pid(), ..load };
    let workers = connections(app.port, FEW).await?;
    let calls = workers.into_iter().map(Call::bare).collect();
    bare.or_quieter(load.run("bare axum", calls).await?);
    seen.or_quieter(load.run("a token seen before", callers(app, FEW, 1).await?).await?);
    let unknown = callers(forgetful, FEW, tokens).await?;
    new.or_quieter(without.run("a token not seen before", unknown).await?);
    rotation.or_quieter(load.run("refresh with rotation", rotations(app, FEW, false).await?).await?);
    confirmed.or_quieter(load.run("the same, and its first call", rotations(app, FEW, true).await?).await?);
    let many = rotations(app, MANY, false).await?;
    full.or_quieter(load.run("refresh with rotation, 64 clients", many).await?);
    let many = rotations(forgetful, MANY, false).await?;
    normal.or_quieter(without.run("refresh with rotation, 64 clients, NORMAL", many).await?);
    Ok(())
}

/// Many live tokens, of which some are remembered; and what those take. The application is started anew over the sessions:
/// of what it holds then nothing is left over from making them.
async fn crowd(
    app: Application,
    setting: &Setting<'_>,
    load: Load<'_>,
    count: usize,
    report: &mut Report,
) -> anyhow::Result<Measured> {
    let alive = app.mint(count).await?;
    let cookies: Rc<Vec<String>> = Rc::new(alive.iter().map(|(access, _)| cookie(access)).collect());
    let app = app.restart(setting).await?;
    let load = Load { server: app.pid(), ..load };
    let in_turn = async |some: &[String]| {
        let connections = connections(app.port, FEW).await?.into_iter();
        let workers = connections.zip(some.chunks(some.len() / FEW));
        anyhow::Ok(workers.map(|(connection, some)| Call::with(connection, some.to_vec())).collect())
    };
    let load_once = Load { warm_up: Duration::ZERO, most: REMEMBERED, ..load };
    load_once.run(WARMING_UP, in_turn(&cookies[..FEW]).await?).await?;
    let before = memory_mib(app.pid(), "VmRSS")?;
    // As it is after a while: the tokens that are asked for most have been seen.
    load_once.run(WARMING_UP, in_turn(&cookies[..REMEMBERED]).await?).await?;
    let after = memory_mib(app.pid(), "VmRSS")?;
    report.line("memory of 10,000 tokens", after - before, 8.0, "MiB");
    let mut workers = Vec::new();
    for (seed, connection) in connections(app.port, FEW).await?.into_iter().enumerate() {
        workers.push(Call::zipf(connection, Rc::clone(&cookies), seed));
    }
    load.run("100,000 live tokens, 10,000 remembered", workers).await
}

/// What commits that are shared are worth where each takes long.
async fn on_a_slow_disk(setting: &Setting<'_>, load: Load<'_>, report: &mut Report) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let library = slow_disk::compile(folder.path())?;
    let app = Application::start(&Setting { preload: Some(&library), ..setting.clone() }).await?;
    let load = Load { server: app.pid(), ..load };
    let alone = load.run("refresh, slow disk, 1 client", rotations(&app, 1, false).await?).await?;
    let shared = load.run("refresh, slow disk, 64 clients", rotations(&app, MANY, false).await?).await?;
    let name =
        format!("rate of 64 clients, beside a commit for each, fdatasync + {} ms", slow_disk::MILLISECONDS);
    report.least(&name, shared.rate / alone.rate, 20.0, "×");
    report.rows.extend([alone, shared]);
    Ok(())
}

/// The field's check, where it is installed.
async fn express(root: &Path, machine: &Machine, load: Load<'_>) -> anyhow::Result<Vec<Measured>> {
    let Some(express) = Express::start(root, machine)? else {
        eprintln!("  supertokens-node is not measured: run `npm ci` in e2e");
        return Ok(Vec::new());
    };
    let load = Load { server: express.pid(), ..load };
    let workers = connections(express.port, FEW).await?.into_iter().map(Call::bare).collect();
    let bare = load.run("bare express", workers).await?;
    let cookies = vec![cookie(&express.token)];
    let workers = connections(express.port, FEW).await?.into_iter();
    let workers = workers.map(|connection| Call::with(connection, cookies.clone())).collect();
    Ok(vec![bare, load.run("express with supertokens-node's verifySession", workers).await?])
}

/// Clients that call with so many tokens each, in turn.
async fn callers(app: &Application, count: usize, tokens: usize) -> anyhow::Result<Vec<Call>> {
    let pairs = app.mint(count * tokens).await?;
    let connections = connections(app.port, count).await?.into_iter().zip(pairs.chunks(tokens));
    let cookies = |some: &[Pair]| some.iter().map(|(access, _)| cookie(access)).collect();
    Ok(connections.map(|(connection, some)| Call::with(connection, cookies(some))).collect())
}

/// Sessions that were refreshed twice, whose first tokens a thief presents.
async fn thefts(app: &Application, load: Load<'_>, count: usize) -> anyhow::Result<Measured> {
    let stolen = Rc::<RefCell<Vec<String>>>::default();
    let count = if load.wants(THEFT) { count } else { 0 };
    let mut connection = Connection::open(app.port).await?;
    for (_, refresh) in app.mint(count).await? {
        let mut owner = Rotation { connection, sessions: [refresh.clone()].into(), calls: false };
        owner.once().await?;
        owner.once().await?;
        connection = owner.connection;
        stolen.borrow_mut().push(refresh);
    }
    let most = stolen.borrow().len();
    let connections = connections(app.port, FEW).await?.into_iter();
    let workers = connections.map(|connection| Thief { connection, stolen: Rc::clone(&stolen) }).collect();
    // Each of them once: all count.
    let load = Load { warm_up: Duration::ZERO, most, ..load };
    load.run(THEFT, workers).await
}

async fn rotations(app: &Application, count: usize, calls: bool) -> anyhow::Result<Vec<Rotation>> {
    let pairs = app.mint(count * SESSIONS).await?;
    let connections = connections(app.port, count).await?.into_iter().zip(pairs.chunks(SESSIONS));
    let tokens = |some: &[Pair]| some.iter().map(|(_, refresh)| refresh.clone()).collect();
    Ok(connections.map(|(connection, some)| Rotation { connection, sessions: tokens(some), calls }).collect())
}

async fn connections(port: u16, count: usize) -> anyhow::Result<Vec<Connection>> {
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        all.push(Connection::open(port).await?);
    }
    Ok(all)
}

fn load<'a>(app: &Application, machine: &Machine, args: &'a Args) -> Load<'a> {
    let (warm_up, duration) = if args.quick { (50, 250) } else { (500, 2_000) };
    Load {
        warm_up: Duration::from_millis(warm_up),
        duration: Duration::from_millis(duration),
        most: usize::MAX,
        server: app.pid(),
        database: None,
        stay_awake: machine.can_pin,
        only: args.work.as_deref(),
    }
}
