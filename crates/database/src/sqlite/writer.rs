//! The writer: one thread, one connection, one queue; many works in one commit.
//!
//! While a commit waits for the disk, further works gather in the queue; the next transaction takes all of them. So nobody is
//! made to wait for company who has not said that it may be, and under load the cost of the disk is shared. Each work of
//! several steps runs in a savepoint, unless they are [separable](crate::Work::separable), and each has a result of its
//! own; all are answered after the commit, never before. Then those who were answered go first, where they share a core.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::TrySendError;
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::answers::{Answer, Round, runtime};
use super::errors::{is_broken_promise, is_constraint, sort};
use super::log::Log;
use super::queue::{Callers, Desk, Job, Task, queue};
use super::{SqliteOptions, connect, run};
use crate::handle::Counters;
use crate::work::Step;
use crate::{Committed, Error, Outcome, Work};

/// How many works share a commit at most: it bounds how long the first of them waits for the last.
const LARGEST_BATCH: usize = 256;

const COMMITTING: &str = "sqlite: commit";
const PINGING: &str = "sqlite: ping";

/// The end of the queue that callers hold. When it is dropped, what was queued is done and the file closed: a command
/// that comes to its end leaves the file in order without a word.
#[derive(Debug)]
pub(super) struct Writer {
    /// `None` only while it is dropped.
    queue: Option<Callers>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(options: &SqliteOptions, counters: Arc<Counters>) -> Result<Self, Error> {
        let mut connection = connect::writer(options)?;
        let log = Log::watch(&mut connection, options.longest_log, Arc::clone(&counters))?;
        let (callers, desk) = queue(options.queue);
        let thread = Thread { connection, desk, counters, log, runtime: runtime(), disk: Disk::Writes };
        let thread = thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || thread.run())
            .map_err(|error| Error::unavailable("sqlite: open", error.to_string()))?;
        Ok(Self { queue: Some(callers), thread: Some(thread) })
    }

    /// The work is whole or not at all, whatever becomes of the caller: once queued, it is the thread's (F40).
    pub(super) async fn commit(&self, work: Work) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Commit(Task { work, reply }))?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Whether the writer is alive and may write.
    pub(super) async fn ping(&self) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Ping(reply))?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Ends the thread after what was queued before; returns when the file is closed.
    pub(super) async fn close(&self) {
        let (reply, answer) = oneshot::channel();
        let callers = self.queue().clone();
        // The queue may be full: wait for room off the runtime's threads.
        let sent = tokio::task::spawn_blocking(move || callers.send_blocking(Job::Close(reply))).await;
        if matches!(sent, Ok(true)) {
            // An error means that the thread is gone already, which is what was asked for.
            answer.await.ok();
        }
    }

    fn queue(&self) -> &Callers {
        self.queue.as_ref().expect("a writer has its queue until it is dropped")
    }

    fn send(&self, job: Job) -> Result<(), Error> {
        self.queue().send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::unavailable(COMMITTING, "too many works are waiting"),
            TrySendError::Disconnected(_) => closed(),
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has closed its connection all the same.
            thread.join().ok();
        }
    }
}

fn closed() -> Error {
    Error::unavailable(COMMITTING, "the database is closed")
}

/// What became of a work, or of a step, inside the transaction.
enum Ran<T = Committed> {
    /// The transaction stands; the work is in it, or was undone alone.
    Answered(Result<T, Error>),
    /// SQLite undid the whole transaction, the neighbours' works included.
    AllUndone(Error),
}

/// What became of a commit.
enum End {
    Stored,
    /// Nothing was stored, and each work may be tried by itself.
    Refused(Error),
    /// Nobody may be told that anything was stored.
    Failed(Error),
}

struct Thread {
    connection: Connection,
    desk: Desk,
    counters: Arc<Counters>,
    log: Log,
    /// Where callers are told.
    runtime: Option<Handle>,
    disk: Disk,
}

/// What is known of the disk (F34).
#[derive(Debug)]
enum Disk {
    /// It took what it was given last.
    Writes,
    /// It refused the last write: full, read-only, or failing. Each further work is tried, and refused or not.
    Refuses,
    /// It broke its promise, and nothing is written until a restart.
    Broken(Error),
}

/// Changes nothing, and yet is written.
const TOUCH: &str = "PRAGMA user_version = 0";

impl Thread {
    fn run(mut self) {
        let mut next = self.desk.next();
        while let Some(job) = next.take() {
            match job {
                Job::Commit(task) => next = self.commit_together(Some(task)),
                Job::CommitAside => next = self.commit_together(None),
                Job::Ping(reply) => {
                    // Their patience would begin anew.
                    next = self.commit_together(None);
                    reply.send(self.probe()).ok();
                }
                Job::Close(reply) => {
                    self.commit_together(None);
                    // Closing folds the log into the file; a file that cannot be closed well is recovered when next opened.
                    drop(self.connection);
                    reply.send(()).ok();
                    return;
                }
            }
            if next.is_none() {
                self.tend_log();
                next = self.desk.next();
            }
        }
        self.commit_together(None);
    }

    /// Commits a work together with those that were laid aside and those that wait behind it. Returns the job that ended
    /// the batch, if one did.
    fn commit_together(&mut self, first: Option<Task>) -> Option<Job> {
        let mut waiting: VecDeque<Task> = self.desk.take_aside().into_iter().chain(first).collect();
        if waiting.is_empty() {
            return None;
        }
        if let Disk::Broken(why) = &self.disk {
            refuse_all(waiting, why);
            return None;
        }
        if let Err(error) = self.begin() {
            return self.fail_waiting(waiting, &error);
        }
        let mut ran: Vec<(Task, Answer)> = Vec::new();
        let mut after = None;
        loop {
            while let Some(task) = waiting.pop_front() {
                match self.run_one(&task.work) {
                    Ran::Answered(answer) => ran.push((task, answer)),
                    Ran::AllUndone(error) => {
                        task.reply.send(Err(error)).ok();
                        // What the neighbours were told nothing about did not happen: it is done again, each by itself.
                        for task in ran.into_iter().map(|(task, _)| task).chain(waiting) {
                            self.commit_alone(task);
                        }
                        return None;
                    }
                }
            }
            if ran.len() >= LARGEST_BATCH {
                break;
            }
            match self.desk.next_waiting() {
                Ok(Job::Commit(task)) => waiting.push_back(task),
                Ok(Job::CommitAside) => waiting.extend(self.desk.take_aside()),
                Ok(other @ (Job::Ping(_) | Job::Close(_))) => {
                    after = Some(other);
                    break;
                }
                Err(_) => break,
            }
        }
        match self.end() {
            End::Stored => {
                let has_company = ran.len() > 1;
                let answers = ran.into_iter().map(|(task, answer)| (task.reply, answer));
                answers.collect::<Round>().tell(self.runtime.as_ref());
                // Those who were answered may come back at once. If they wait for this core, they go first: the next
                // commit then has their company, too.
                if has_company {
                    thread::yield_now();
                }
            }
            End::Refused(error) if ran.len() == 1 => answer_all(ran, &error),
            End::Refused(_) => {
                for (task, _) in ran {
                    self.commit_alone(task);
                }
            }
            End::Failed(error) => answer_all(ran, &error),
        }
        after
    }

    /// A work in a transaction of its own.
    fn commit_alone(&mut self, task: Task) {
        let begun = match &self.disk {
            Disk::Broken(why) => Err(why.clone()),
            Disk::Writes | Disk::Refuses => self.begin(),
        };
        let answer = match begun {
            Err(error) => Err(error),
            Ok(()) => match self.run_one(&task.work) {
                Ran::AllUndone(error) => Err(error),
                Ran::Answered(answer) => match self.end() {
                    End::Stored => answer,
                    End::Refused(error) | End::Failed(error) => Err(error),
                },
            },
        };
        task.reply.send(answer).ok();
    }

    /// Another process holds the file, or the disk is gone. Those in the queue would wait as long again, one after the other:
    /// they are answered at once (F35).
    fn fail_waiting(&self, waiting: VecDeque<Task>, error: &Error) -> Option<Job> {
        refuse_all(waiting, error);
        while let Ok(job) = self.desk.next_waiting() {
            match job {
                Job::Commit(task) => refuse_all([task], error),
                Job::CommitAside => refuse_all(self.desk.take_aside(), error),
                other @ (Job::Ping(_) | Job::Close(_)) => return Some(other),
            }
        }
        None
    }

    fn begin(&self) -> Result<(), Error> {
        self.control("BEGIN IMMEDIATE").map_err(|error| sort("sqlite: begin", &error))
    }

    fn run_one(&mut self, work: &Work) -> Ran {
        self.counters.work();
        let steps = work.steps();
        let ran = if work.is_separable() { self.run_separately(steps) } else { self.run_together(steps) };
        if let Ran::Answered(Err(error)) | Ran::AllUndone(error) = &ran {
            self.note_refusal(error);
        }
        ran
    }

    /// One statement is whole or not by itself and needs no savepoint: half the cost of the commonest works, and with each
    /// savepoint SQLite copies every page before its first change.
    fn run_separately(&self, steps: &[Step]) -> Ran {
        let mut outcomes = Vec::with_capacity(steps.len());
        for (index, step) in steps.iter().enumerate() {
            match self.run_single(step) {
                Ran::Answered(Ok(Some(outcome))) => outcomes.push(outcome),
                Ran::Answered(Ok(None)) => return Ran::Answered(Ok(Committed::Refused { step: index })),
                Ran::Answered(Err(error)) => return Ran::Answered(Err(error)),
                Ran::AllUndone(error) => return Ran::AllUndone(error),
            }
        }
        Ran::Answered(Ok(Committed::Done(outcomes)))
    }

    /// `None`: its guard refused.
    fn run_single(&self, step: &Step) -> Ran<Option<Outcome>> {
        let ran = unless_it_panics(|| run::statement(&self.connection, step.statement, &step.params));
        let error = match ran {
            Ok(outcome) => match step.guard.admits(step.statement, &outcome) {
                Ok(true) => return Ran::Answered(Ok(Some(outcome))),
                // No row was touched, so there is nothing to undo.
                Ok(false) => return Ran::Answered(Ok(None)),
                Err(error) => error,
            },
            // SQLite itself undid the statement, or it never ran.
            Err(Stopped::Refused(
                error @ (Error::Conflict { .. } | Error::Unavailable { .. } | Error::Bug { .. }),
            )) if !self.connection.is_autocommit() => {
                return Ran::Answered(Err(error));
            }
            Err(Stopped::Refused(error) | Stopped::Panicked(error)) => error,
        };
        // A mistake came to light after the rows were changed. It is rare enough to start the whole batch again.
        self.undo();
        Ran::AllUndone(error)
    }

    fn run_together(&self, steps: &[Step]) -> Ran {
        let answer = match self.control("SAVEPOINT work") {
            Err(error) => Err(sort("sqlite: savepoint", &error)),
            Ok(()) => unless_it_panics(|| run::steps(&self.connection, steps)).map_err(Stopped::error),
        };
        let closing = match &answer {
            Ok(Committed::Done(_)) => self.control("RELEASE work"),
            Ok(Committed::Refused { .. }) | Err(_) if self.connection.is_autocommit() => Ok(()),
            Ok(Committed::Refused { .. }) | Err(_) => {
                self.control("ROLLBACK TO work").and_then(|()| self.control("RELEASE work"))
            }
        };
        // A full disk, among others, undoes the whole transaction, released savepoints included.
        if self.connection.is_autocommit() {
            return Ran::AllUndone(
                answer.err().unwrap_or_else(|| Error::unavailable(COMMITTING, "SQLite undid it")),
            );
        }
        match closing {
            Ok(()) => Ran::Answered(answer),
            Err(error) => {
                self.undo();
                Ran::AllUndone(sort("sqlite: savepoint", &error))
            }
        }
    }

    fn end(&mut self) -> End {
        let Err(error) = self.control("COMMIT") else {
            self.counters.transaction();
            return End::Stored;
        };
        self.undo();
        let sorted = sort(COMMITTING, &error);
        if is_constraint(&error) {
            return End::Refused(sorted);
        }
        self.stop_if_broken(&error);
        // Whether the disk has it is not known, whatever the code says (F07).
        let unknown = Error::unavailable(COMMITTING, error.to_string());
        self.note_refusal(&unknown);
        End::Failed(unknown)
    }

    /// Undoes what is open. If even that fails, SQLite undoes it when the connection closes or the file is next opened.
    fn undo(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.control("ROLLBACK")
        {
            tracing::error!(%error, "a transaction of SQLite could not be undone");
        }
    }

    /// After a refusal only a write that arrives says that the disk takes them again; it is tried here, where it is
    /// nobody's.
    fn probe(&mut self) -> Result<(), Error> {
        let touched = match &self.disk {
            Disk::Broken(why) => return Err(why.clone()),
            Disk::Writes => self.begin(),
            Disk::Refuses => {
                let touch = |()| self.control(TOUCH).map_err(|error| sort(PINGING, &error));
                self.begin().and_then(touch)
            }
        };
        let written = touched.and_then(|()| {
            self.control("COMMIT").map_err(|error| {
                self.stop_if_broken(&error);
                sort(PINGING, &error)
            })
        });
        match (&written, &self.disk) {
            (Err(_), _) => self.undo(),
            (Ok(()), Disk::Refuses) => {
                tracing::info!("the disk takes what is written again");
                self.disk = Disk::Writes;
            }
            (Ok(()), Disk::Writes | Disk::Broken(_)) => {}
        }
        written
    }

    fn tend_log(&mut self) {
        if !matches!(self.disk, Disk::Broken(_))
            && let Err(error) = self.log.tend(&self.connection)
        {
            tracing::warn!(%error, "the log of SQLite could not be folded into its file");
            self.stop_if_broken(&error);
        }
    }

    fn stop_if_broken(&mut self, error: &rusqlite::Error) {
        if is_broken_promise(error) {
            tracing::error!(%error, "the disk broke its promise: nothing is written until a restart");
            self.disk = Disk::Broken(Error::unavailable(
                COMMITTING,
                format!("writing stopped after a failure of the disk; check it and restart: {error}"),
            ));
        }
    }

    fn note_refusal(&mut self, error: &Error) {
        if let (Error::Unavailable { source, .. }, Disk::Writes) = (error, &self.disk) {
            tracing::error!(cause = %source, "the disk refuses what is written");
            self.disk = Disk::Refuses;
        }
    }

    fn control(&self, text: &'static str) -> rusqlite::Result<()> {
        #[cfg(test)]
        if text == "COMMIT" && run::DISK_BREAKS.take() {
            return Err(run::broken_disk());
        }
        self.connection.prepare_cached(text)?.raw_execute().map(drop)
    }
}

fn refuse_all(tasks: impl IntoIterator<Item = Task>, error: &Error) {
    for task in tasks {
        task.reply.send(Err(error.clone())).ok();
    }
}

fn answer_all(ran: Vec<(Task, Answer)>, error: &Error) {
    refuse_all(ran.into_iter().map(|(task, _)| task), error);
}

/// Why a work did not come to its end.
enum Stopped {
    Refused(Error),
    Panicked(Error),
}

impl Stopped {
    fn error(self) -> Error {
        match self {
            Self::Refused(error) | Self::Panicked(error) => error,
        }
    }
}

/// A mistake in one work must not be the end of all: the thread goes on (F39).
fn unless_it_panics<T>(task: impl FnOnce() -> Result<T, Error>) -> Result<T, Stopped> {
    match catch_unwind(AssertUnwindSafe(task)) {
        Ok(outcome) => outcome.map_err(Stopped::Refused),
        Err(panic) => Err(Stopped::Panicked(Error::bug(COMMITTING, format!("panicked: {}", words(&*panic))))),
    }
}

/// The words of a panic.
fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}
