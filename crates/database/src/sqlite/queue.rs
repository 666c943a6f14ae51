//! The queue before the writer: works that wait for it, and works that wait for company.
//!
//! A work that [can wait](crate::Work::unhurried) is laid aside, and the writer is told of the first of them only. It
//! goes with the next commit that somebody waits for, or after [`PATIENCE`] by itself: such works cost neither a commit
//! of their own nor a wake-up of the thread.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::answers::Reply;
use crate::{Error, Work};

/// How long a work that can wait does so at most.
const PATIENCE: Duration = Duration::from_millis(20);
/// How many works are laid aside at most; further ones are as hurried as others.
const MOST_ASIDE: usize = 256;

/// A work and who waits for it.
pub(super) struct Task {
    pub(super) work: Work,
    pub(super) reply: Reply,
}

/// What the thread is asked for.
pub(super) enum Job {
    /// A work.
    Commit(Task),
    /// The works that were laid aside.
    CommitAside,
    /// Whether it may write.
    Ping(oneshot::Sender<Result<(), Error>>),
    /// To end.
    Close(oneshot::Sender<()>),
}

/// The callers' end.
#[derive(Clone, Debug)]
pub(super) struct Callers {
    jobs: SyncSender<Job>,
    aside: Arc<Aside>,
}

/// The thread's end. When it is dropped, whoever waits learns that nobody will come.
pub(super) struct Desk {
    jobs: Receiver<Job>,
    aside: Arc<Aside>,
}

/// Works that were laid aside.
#[derive(Default)]
struct Aside(Mutex<Vec<Task>>);

/// A queue for so many jobs.
pub(super) fn queue(most: usize) -> (Callers, Desk) {
    let (sender, receiver) = sync_channel(most.max(1));
    let aside = Arc::new(Aside::default());
    (Callers { jobs: sender, aside: Arc::clone(&aside) }, Desk { jobs: receiver, aside })
}

impl Callers {
    /// Queues a job, if there is room.
    pub(super) fn send(&self, job: Job) -> Result<(), TrySendError<Job>> {
        match job {
            Job::Commit(task) if task.work.is_unhurried() => self.lay_aside(task),
            job @ (Job::Commit(_) | Job::CommitAside | Job::Ping(_) | Job::Close(_)) => {
                self.jobs.try_send(job)
            }
        }
    }

    /// Queues a job, and waits for room; `false` when the thread has ended.
    pub(super) fn send_blocking(&self, job: Job) -> bool {
        self.jobs.send(job).is_ok()
    }

    fn lay_aside(&self, task: Task) -> Result<(), TrySendError<Job>> {
        let mut aside = self.aside.tasks();
        if aside.len() >= MOST_ASIDE {
            drop(aside);
            return self.jobs.try_send(Job::Commit(task));
        }
        aside.push(task);
        if aside.len() > 1 {
            return Ok(());
        }
        // Told while the list is held: what a thread that has ended left there would wait for ever.
        match self.jobs.try_send(Job::CommitAside) {
            Ok(()) => Ok(()),
            Err(refused) => {
                let task = aside.pop().expect("it was pushed, and the list is held");
                Err(match refused {
                    TrySendError::Full(_) => TrySendError::Full(Job::Commit(task)),
                    TrySendError::Disconnected(_) => TrySendError::Disconnected(Job::Commit(task)),
                })
            }
        }
    }
}

impl Desk {
    /// The next job; `None` when nobody is left to ask for one. Works that were laid aside are a job once their
    /// patience is over.
    pub(super) fn next(&self) -> Option<Job> {
        let patience = match self.jobs.recv() {
            Ok(Job::CommitAside) => PATIENCE,
            Ok(job) => return Some(job),
            Err(_) => return None,
        };
        match self.jobs.recv_timeout(patience) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Some(Job::CommitAside),
        }
    }

    /// A job that waits already.
    pub(super) fn next_waiting(&self) -> Result<Job, TryRecvError> {
        self.jobs.try_recv()
    }

    /// The works that were laid aside.
    pub(super) fn take_aside(&self) -> Vec<Task> {
        std::mem::take(&mut *self.aside.tasks())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Nobody lays anything aside from here on: the queue is closed before the list is emptied.
        let (_, closed) = sync_channel(1);
        drop(std::mem::replace(&mut self.jobs, closed));
        self.take_aside();
    }
}

impl Aside {
    fn tasks(&self) -> MutexGuard<'_, Vec<Task>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Aside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aside").finish_non_exhaustive()
    }
}
