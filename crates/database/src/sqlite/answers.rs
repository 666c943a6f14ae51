//! The answers of one commit, given by a task of the runtime.
//!
//! To wake a thread of the runtime from outside is a call into the kernel, and where both share a core that thread takes it
//! over in the midst of the telling. So it is done once for a commit; from inside, each answer costs a fraction of that.

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::oneshot;

use crate::{Committed, Error};

/// What became of one work.
pub(super) type Answer = Result<Committed, Error>;

/// Where one caller is answered.
pub(super) type Reply = oneshot::Sender<Answer>;

/// Answers that nobody has been given yet. Nobody is left without theirs: what is dropped is told, from wherever that is,
/// be it a runtime that ends.
pub(super) struct Round(Vec<(Reply, Answer)>);

impl Round {
    /// Tells all callers: by one task, where a runtime is sure to get to it.
    pub(super) fn tell(self, runtime: Option<&Handle>) {
        match runtime {
            Some(runtime) if self.0.len() > 1 => {
                runtime.spawn(async move { drop(self) });
            }
            Some(_) | None => drop(self),
        }
    }
}

impl FromIterator<(Reply, Answer)> for Round {
    fn from_iter<I: IntoIterator<Item = (Reply, Answer)>>(answers: I) -> Self {
        Self(answers.into_iter().collect())
    }
}

impl Drop for Round {
    fn drop(&mut self) {
        for (reply, answer) in self.0.drain(..) {
            // Whoever went away need not know.
            reply.send(answer).ok();
        }
    }
}

/// The runtime of this thread, if its tasks run whatever its callers do. One without threads of its own stands still as
/// soon as nobody waits for it.
pub(super) fn runtime() -> Option<Handle> {
    let runtime = Handle::try_current().ok();
    runtime.filter(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread)
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Runtime;

    use super::*;

    fn round(callers: usize) -> (Round, Vec<oneshot::Receiver<Answer>>) {
        let (replies, waiting): (Vec<_>, Vec<_>) = (0..callers).map(|_| oneshot::channel()).unzip();
        let answers = replies.into_iter().map(|reply| (reply, Ok(Committed::Done(Vec::new()))));
        (answers.collect(), waiting)
    }

    fn is_done(waiting: oneshot::Receiver<Answer>) -> bool {
        waiting.blocking_recv().unwrap().unwrap().is_done()
    }

    #[test]
    fn everybody_is_told_and_nobody_waits_for_those_who_went_away() {
        let threads = Runtime::new().unwrap();
        for runtime in [Some(threads.handle()), None] {
            for callers in 0..4 {
                let (round, mut waiting) = round(callers);
                waiting.truncate(2);
                round.tell(runtime);
                assert!(waiting.into_iter().all(is_done));
            }
        }
    }

    #[test]
    fn a_runtime_that_has_ended_keeps_no_answer_to_itself() {
        let ended = Runtime::new().unwrap();
        let handle = ended.handle().clone();
        drop(ended);
        let (round, waiting) = round(3);
        round.tell(Some(&handle));
        assert!(waiting.into_iter().all(is_done));
    }

    #[test]
    fn a_runtime_without_threads_of_its_own_is_not_relied_on() {
        let current = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert!(current.block_on(async { runtime() }).is_none());
        assert!(runtime().is_none());
        assert!(Runtime::new().unwrap().block_on(async { runtime() }).is_some());
    }
}
