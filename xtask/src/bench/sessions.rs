//! `cargo xtask bench sessions`: what sessions cost an application, beside the same application without them.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use hyper::StatusCode;
use tempfile::TempDir;

use crate::bench::gauge::Stopwatch;
use crate::bench::http::Connection;
use crate::bench::load::{Load, Measured, Work};
use crate::bench::machine::Machine;
use crate::bench::process::memory_mib;
use crate::bench::supertokens::Express;

const PATIENCE: Duration = Duration::from_secs(20);
const FEW: usize = 16;
const MANY: usize = 64;
/// How many tokens are alive at once, and how many of them are remembered.
const ALIVE: usize = 100_000;
const REMEMBERED: usize = 10_000;
/// How many sessions a thief has copied.
const STOLEN: usize = 8_000;

/// Everything that was measured.
#[derive(Debug, Default)]
pub(super) struct Report {
    rows: Vec<Measured>,
    lines: Vec<(String, f64, f64, &'static str)>,
}

/// A token pair: access and refresh.
type Pair = (String, String);

/// Measures.
pub(super) async fn measure(
    root: &Path,
    binary: &Path,
    machine: &Machine,
    quick: bool,
) -> anyhow::Result<Report> {
    machine.place_client(true)?;
    let mut report = Report::default();
    let app = Application::start(binary, machine, "full", REMEMBERED).await?;
    let load = load(&app, quick);

    let workers = connections(app.port, FEW).await?;
    let bare = load.run("bare axum", workers.into_iter().map(Call::bare).collect()).await?;
    let pairs = app.mint(FEW).await?;
    let workers = connections(app.port, FEW).await?.into_iter().zip(pairs);
    let workers =
        workers.map(|(connection, (access, _))| Call::with(connection, vec![cookie(&access)], None));
    let seen = load.run("a token seen before", workers.collect()).await?;
    report.line("a token seen before, over bare axum", seen.cpu - bare.cpu, 1.2, "µs");

    let workers = rotations(&app, FEW, false).await?;
    let rotation = load.run("refresh with rotation", workers).await?;
    let workers = rotations(&app, FEW, true).await?;
    let confirmed = load.run("the same, and its first call", workers).await?;
    let workers = rotations(&app, MANY, false).await?;
    let full = load.run("refresh with rotation, 64 clients", workers).await?;

    let stolen = app.mint(if quick { 200 } else { STOLEN }).await?;
    let theft = thefts(&app, load, stolen).await?;
    report.line("a theft, beside a rotation", theft.cpu / rotation.cpu, 2.0, "×");

    let before = memory_mib(app.pid(), "VmRSS")?;
    let alive = app.mint(if quick { 2_000 } else { ALIVE }).await?;
    let minted = memory_mib(app.pid(), "VmRSS")?;
    let cookies: Rc<Vec<String>> = Rc::new(alive.iter().map(|(access, _)| cookie(access)).collect());
    // As it is after a while: the tokens that are asked for most have been seen.
    let hottest = connections(app.port, FEW).await?.into_iter().zip(cookies.chunks(REMEMBERED / FEW));
    let hottest = hottest.map(|(connection, some)| Call::with(connection, some.to_vec(), None)).collect();
    Load { most: REMEMBERED, ..load }.run("warming up", hottest).await?;
    let mut workers = Vec::new();
    for (seed, connection) in connections(app.port, FEW).await?.into_iter().enumerate() {
        workers.push(Call::zipf(connection, Rc::clone(&cookies), seed));
    }
    let crowd = load.run("100,000 live tokens, 10,000 remembered", workers).await?;
    let full_memory = memory_mib(app.pid(), "VmRSS")?;
    report.line("100,000 live tokens, over bare axum, mean", crowd.cpu - bare.cpu, 10.0, "µs");
    report.line("memory of 10,000 tokens", (full_memory - minted).max(0.0), 8.0, "MiB");
    drop(app);

    let app = Application::start(binary, machine, "normal", 16).await?;
    let load = Load { server: app.pid(), ..load };
    let fresh = app.mint(if quick { 500 } else { 4_000 }).await?;
    let cookies: Vec<Vec<String>> = fresh
        .chunks(fresh.len() / FEW)
        .map(|some| some.iter().map(|(access, _)| cookie(access)).collect())
        .collect();
    let workers = connections(app.port, FEW).await?.into_iter().zip(cookies);
    let workers: Vec<_> =
        workers.map(|(connection, cookies)| Call::with(connection, cookies, None)).collect();
    let new = load.run("a token not seen before", workers).await?;
    report.line("a token not seen before (EdDSA), over bare axum", new.cpu - bare.cpu, 38.0, "µs");
    let workers = rotations(&app, MANY, false).await?;
    let normal = load.run("refresh with rotation, 64 clients, NORMAL", workers).await?;
    drop(app);

    report.line("refresh with rotation and its confirmation", confirmed.cpu - new.cpu, 60.0, "µs");
    report.rows.extend([bare, seen, new, rotation, confirmed, theft, crowd]);
    report.least("rate with FULL, beside NORMAL, 64 clients", full.rate / normal.rate * 100.0, 85.0, "%");
    report.rows.extend([full, normal]);
    report.rows.extend(express(root, machine, load).await?);
    eprintln!(
        "  resident before the tokens {before:.1} MiB, after minting {minted:.1} MiB, at the end {full_memory:.1} MiB"
    );
    Ok(report)
}

/// The field's check, where it is installed.
async fn express(root: &Path, machine: &Machine, load: Load) -> anyhow::Result<Vec<Measured>> {
    let Some(express) = Express::start(root, machine)? else {
        eprintln!("  supertokens-node is not measured: run `npm ci` in e2e");
        return Ok(Vec::new());
    };
    let load = Load { server: express.pid(), ..load };
    let workers = connections(express.port, FEW).await?.into_iter().map(Call::bare).collect();
    let bare = load.run("bare express", workers).await?;
    let cookies = vec![cookie(&express.token)];
    let workers = connections(express.port, FEW).await?.into_iter();
    let workers = workers.map(|connection| Call::with(connection, cookies.clone(), None)).collect();
    Ok(vec![bare, load.run("express with supertokens-node's verifySession", workers).await?])
}

impl Report {
    pub(super) fn errors(&self) -> usize {
        self.rows.iter().map(|row| row.errors).sum()
    }

    pub(super) fn first_error(&self) -> &str {
        self.rows.iter().find_map(|row| row.first_error.as_deref()).unwrap_or_default()
    }

    /// A figure that may not exceed its goal.
    fn line(&mut self, name: &str, measured: f64, goal: f64, unit: &'static str) {
        self.lines.push((name.to_owned(), measured, goal, unit));
    }

    /// A figure that must reach its goal: kept as a negative goal.
    fn least(&mut self, name: &str, measured: f64, goal: f64, unit: &'static str) {
        self.lines.push((name.to_owned(), measured, -goal, unit));
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "| sessions in an application | measured | goal | met |\n|---|---:|---:|---|")?;
        for (name, measured, goal, unit) in &self.lines {
            let (sign, met) =
                if *goal < 0.0 { ("≥", *measured >= -goal) } else { ("≤", measured <= goal) };
            let met = if met { "yes" } else { "**no**" };
            writeln!(f, "| {name} | {measured:.1} {unit} | {sign} {} {unit} | {met} |", goal.abs())?;
        }
        writeln!(
            f,
            "\n| work | clients | requests | errors | CPU of the application | p50 | p99 | rate |\n|---|---:|---:|---:|---:|---:|---:|---:|"
        )?;
        for row in &self.rows {
            let millis = |time: Duration| time.as_secs_f64() * 1e3;
            let mut line = String::new();
            write!(line, "| {} | {} | {} | {} |", row.name, row.workers, row.requests, row.errors)?;
            write!(
                line,
                " {:.1} µs | {:.2} ms | {:.2} ms | {:.0}/s |",
                row.cpu,
                millis(row.p50),
                millis(row.p99),
                row.rate
            )?;
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}

/// The application under load.
struct Application {
    child: Child,
    log: PathBuf,
    port: u16,
    _folder: TempDir,
}

impl Application {
    async fn start(
        binary: &Path,
        machine: &Machine,
        durability: &str,
        remembered: usize,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("onward-bench-").tempdir()?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let log = folder.path().join("log");
        let output = File::create(&log)?;
        let mut command = machine.on_server_core(binary, true);
        command.arg("--listen").arg(format!("127.0.0.1:{port}")).arg("--folder").arg(folder.path());
        command.args(["--durability", durability, "--remembered", &remembered.to_string()]);
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let child = command.spawn().context("the application cannot be started")?;
        let mut app = Self { child, log, port, _folder: folder };
        let watch = Stopwatch::start();
        while !app.is_ready().await {
            if app.child.try_wait()?.is_some() || watch.elapsed() > PATIENCE {
                bail!("the application did not become ready: {}", std::fs::read_to_string(&app.log)?);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(app)
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }

    async fn is_ready(&self) -> bool {
        let Ok(mut connection) = Connection::open(self.port).await else { return false };
        connection.get("/readyz", &[]).await.is_ok_and(|answer| answer.status == StatusCode::OK)
    }

    /// Lets it make sessions.
    async fn mint(&self, count: usize) -> anyhow::Result<Vec<Pair>> {
        let mut connection = Connection::open(self.port).await?;
        let mut pairs = Vec::with_capacity(count);
        while pairs.len() < count {
            let some = (count - pairs.len()).min(1_000);
            let answer = connection.post(&format!("/mint/{some}"), &[], String::new()).await?;
            let made: Vec<Pair> = serde_json::from_slice(&answer.expect(StatusCode::OK)?.body)?;
            pairs.extend(made);
        }
        Ok(pairs)
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Calls a route, with one cookie after the other.
struct Call {
    connection: Connection,
    cookies: Rc<Vec<String>>,
    next: usize,
    /// Picks cookies at random, the first ones far more often.
    chance: Option<u64>,
}

impl Call {
    fn bare(connection: Connection) -> Self {
        Self::with(connection, Vec::new(), None)
    }

    fn with(connection: Connection, cookies: Vec<String>, chance: Option<u64>) -> Self {
        Self { connection, cookies: Rc::new(cookies), next: 0, chance }
    }

    fn zipf(connection: Connection, cookies: Rc<Vec<String>>, seed: usize) -> Self {
        Self { connection, cookies, next: 0, chance: Some(seed as u64 + 1) }
    }

    /// Which cookie is next: in turn, or by Zipf's law, as people use applications.
    fn pick(&mut self) -> usize {
        let count = self.cookies.len();
        let Some(state) = &mut self.chance else {
            self.next = (self.next + 1) % count.max(1);
            return self.next;
        };
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        #[expect(clippy::cast_precision_loss, reason = "32 bits fit")]
        let uniform = (*state >> 32) as f64 / 4_294_967_296.0;
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let rank = (count as f64).powf(uniform);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 1 and the count"
        )]
        let rank = rank as usize;
        rank.min(count) - 1
    }
}

impl Work for Call {
    async fn once(&mut self) -> anyhow::Result<()> {
        if self.cookies.is_empty() {
            self.connection.get("/bare", &[]).await?.expect(StatusCode::OK)?;
            return Ok(());
        }
        let at = self.pick();
        let cookie = Rc::clone(&self.cookies);
        self.connection.get("/me", &[("cookie", &cookie[at])]).await?.expect(StatusCode::OK)?;
        Ok(())
    }
}

/// Refreshes again and again; perhaps calls with each new access token, which confirms it.
struct Rotation {
    connection: Connection,
    refresh: String,
    calls: bool,
}

impl Work for Rotation {
    async fn once(&mut self) -> anyhow::Result<()> {
        let refresh = format!("sRefreshToken={}", self.refresh);
        let answer =
            self.connection.post("/auth/session/refresh", &[("cookie", &refresh)], String::new()).await?;
        let answer = answer.expect(StatusCode::OK)?;
        let set = |name: &str| {
            let mut lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
            lines.find_map(|line| {
                line.strip_prefix(name)?.strip_prefix('=')?.split(';').next().map(str::to_owned)
            })
        };
        self.refresh = set("sRefreshToken").context("no refresh token was set")?;
        if self.calls {
            let access = cookie(&set("sAccessToken").context("no access token was set")?);
            self.connection.get("/me", &[("cookie", &access)]).await?.expect(StatusCode::OK)?;
        }
        Ok(())
    }
}

/// Presents stolen tokens, each once.
struct Thief {
    connection: Connection,
    stolen: Rc<RefCell<Vec<String>>>,
}

impl Work for Thief {
    async fn once(&mut self) -> anyhow::Result<()> {
        let token = self.stolen.borrow_mut().pop().context("no more stolen tokens")?;
        let cookie = format!("sRefreshToken={token}");
        let answer =
            self.connection.post("/auth/session/refresh", &[("cookie", &cookie)], String::new()).await?;
        let answer = answer.expect(StatusCode::UNAUTHORIZED)?;
        anyhow::ensure!(answer.body.windows(5).any(|part| part == b"theft"), "it was not taken for a theft");
        Ok(())
    }
}

/// Sessions that were refreshed twice, whose first tokens a thief presents.
async fn thefts(app: &Application, load: Load, sessions: Vec<Pair>) -> anyhow::Result<Measured> {
    let stolen = Rc::<RefCell<Vec<String>>>::default();
    let mut connection = Connection::open(app.port).await?;
    for (_, refresh) in sessions {
        let mut owner = Rotation { connection, refresh: refresh.clone(), calls: false };
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
    load.run("a theft", workers).await
}

async fn rotations(app: &Application, count: usize, calls: bool) -> anyhow::Result<Vec<Rotation>> {
    let pairs = app.mint(count).await?;
    let connections = connections(app.port, count).await?;
    let paired = connections.into_iter().zip(pairs);
    Ok(paired.map(|(connection, (_, refresh))| Rotation { connection, refresh, calls }).collect())
}

async fn connections(port: u16, count: usize) -> anyhow::Result<Vec<Connection>> {
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        all.push(Connection::open(port).await?);
    }
    Ok(all)
}

fn load(app: &Application, quick: bool) -> Load {
    let (warm_up, duration) = if quick { (50, 250) } else { (500, 4_000) };
    Load {
        warm_up: Duration::from_millis(warm_up),
        duration: Duration::from_millis(duration),
        most: usize::MAX,
        server: app.pid(),
        database: None,
    }
}

fn cookie(access: &str) -> String {
    format!("sAccessToken={access}")
}
