//! A bounded load: each worker does one piece of work after the other until time is up.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use crate::bench::gauge::{Stopwatch, percentile};
use crate::bench::process::{cpu_micros, family_cpu_micros};

/// The name of what is done for the sake of what follows.
pub(super) const WARMING_UP: &str = "warming up";

/// Something that a worker does again and again.
pub(super) trait Work: 'static {
    /// Does it once. The answer has been checked.
    async fn once(&mut self) -> anyhow::Result<()>;
}

/// How long, and whose CPU time is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load<'a> {
    /// Not counted.
    pub(super) warm_up: Duration,
    /// Counted.
    pub(super) duration: Duration,
    /// At most so many pieces of work, warm-up and all.
    pub(super) most: usize,
    /// The server.
    pub(super) server: u32,
    /// The server of the database, if it is another.
    pub(super) database: Option<u32>,
    /// Whether the clients have a core to themselves, and stay awake on it: a server that has to wake them at each
    /// answer pays more for that than for the answer, on a virtual machine above all.
    pub(super) stay_awake: bool,
    /// Only works whose name contains this are done at all.
    pub(super) only: Option<&'a str>,
}

/// What was measured.
#[derive(Clone, Debug, Default)]
pub(super) struct Measured {
    pub(super) name: &'static str,
    pub(super) workers: usize,
    pub(super) requests: usize,
    pub(super) errors: usize,
    pub(super) first_error: Option<String>,
    /// CPU time of the server for each, in microseconds.
    pub(super) cpu: f64,
    /// The same of the database's server.
    pub(super) database_cpu: Option<f64>,
    pub(super) p50: Duration,
    pub(super) p99: Duration,
    /// The longest.
    pub(super) max: Duration,
    /// For each second.
    pub(super) rate: f64,
}

impl Measured {
    /// Keeps the better of two runs of the same work. Errors of both count.
    pub(super) fn or_quieter(&mut self, other: Self) {
        let errors = self.errors + other.errors;
        let first_error = self.first_error.take().or_else(|| other.first_error.clone());
        if self.requests == 0 || other.requests > 0 && other.cpu < self.cpu {
            *self = other;
        }
        (self.errors, self.first_error) = (errors, first_error);
    }
}

#[derive(Default)]
struct Done {
    took: Vec<Duration>,
    errors: usize,
    first_error: Option<String>,
}

impl Load<'_> {
    /// Lets the workers work.
    pub(super) async fn run<W: Work>(self, name: &'static str, workers: Vec<W>) -> anyhow::Result<Measured> {
        let count = workers.len();
        let left = Rc::new(Cell::new(if self.wants(name) { self.most } else { 0 }));
        let awake = self.stay_awake.then(|| AbortOnDrop(tokio::task::spawn_local(never_sleep())));
        let (workers, mut warm) = phase(workers, self.warm_up, &left).await?;
        let (cpu, database) = self.cpu()?;
        let watch = Stopwatch::start();
        let (_, mut done) = phase(workers, self.duration, &left).await?;
        let elapsed = watch.elapsed();
        drop(awake);
        let (cpu_after, database_after) = self.cpu()?;
        done.errors += warm.errors;
        done.first_error = warm.first_error.take().or(done.first_error);
        let requests = done.took.len();
        let each = |micros: f64| micros / as_f64(requests.max(1));
        Ok(Measured {
            name,
            workers: count,
            requests,
            errors: done.errors,
            first_error: done.first_error.map(|error| format!("{name}: {error}")),
            cpu: each(cpu_after - cpu),
            database_cpu: database.zip(database_after).map(|(before, after)| each(after - before)),
            p50: percentile(&mut done.took, 50),
            p99: percentile(&mut done.took, 99),
            max: percentile(&mut done.took, 100),
            rate: as_f64(requests) / elapsed.as_secs_f64(),
        })
    }

    /// Whether a work of this name is done at all.
    pub(super) fn wants(self, name: &str) -> bool {
        self.only.is_none_or(|only| name.contains(only) || name == WARMING_UP)
    }

    fn cpu(self) -> anyhow::Result<(f64, Option<f64>)> {
        Ok((cpu_micros(self.server)?, self.database.map(family_cpu_micros).transpose()?))
    }
}

async fn never_sleep() {
    loop {
        tokio::task::yield_now().await;
    }
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Lets all workers work for a time. An answer that is not as it should be is counted, and ends its worker.
async fn phase<W: Work>(
    workers: Vec<W>,
    duration: Duration,
    left: &Rc<Cell<usize>>,
) -> anyhow::Result<(Vec<W>, Done)> {
    let watch = Stopwatch::start();
    let tasks: Vec<_> = workers
        .into_iter()
        .map(|mut worker| {
            let left = Rc::clone(left);
            tokio::task::spawn_local(async move {
                let mut done = Done::default();
                while watch.elapsed() < duration && left.get() > 0 && done.errors == 0 {
                    left.set(left.get() - 1);
                    let one = Stopwatch::start();
                    match worker.once().await {
                        Ok(()) => done.took.push(one.elapsed()),
                        Err(error) => {
                            done.errors += 1;
                            done.first_error.get_or_insert_with(|| format!("{error:#}"));
                        }
                    }
                }
                (worker, done)
            })
        })
        .collect();
    let (mut workers, mut all) = (Vec::new(), Done::default());
    for task in tasks {
        let (worker, done) = task.await?;
        workers.push(worker);
        all.took.extend(done.took);
        all.errors += done.errors;
        all.first_error = all.first_error.or(done.first_error);
    }
    Ok((workers, all))
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) const fn as_f64(count: usize) -> f64 {
    count as f64
}
