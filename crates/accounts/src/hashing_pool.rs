//! Password hashing on threads of its own: bounded, with reused memory, so that a flood of sign-ins neither
//! delays anything else nor exhausts the machine (C143, F28).

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use argon2::password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use model::{Entropy, entropy};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::oneshot;

use crate::password::{self, PasswordRefused};

/// How many hashes may wait for each thread.
const QUEUE_PER_THREAD: usize = 32;
/// How far the threads step back for those that answer requests.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;
/// The most memory that a stored hash may ask for, in KiB: a damaged one must not take the machine down.
const MOST_MEMORY: u32 = 262_144;
const OUTPUT: usize = 32;

/// The cost of a hash. The default is the one OWASP recommends first for argon2id: 19 MiB, two passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self { memory: 19_456, passes: 2 }
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// Too many hashes are waiting.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The stored hash cannot be read.
    #[error("the stored password hash cannot be read")]
    Corrupt,
}

enum Job {
    Hash(SecretString, [u8; 16], oneshot::Sender<String>),
    Judge(SecretString, Vec<String>, oneshot::Sender<Result<(), PasswordRefused>>),
    Verify(SecretString, Arc<PasswordHash>, oneshot::Sender<Result<bool, PoolError>>),
}

/// The pool.
#[derive(Clone)]
pub struct HashingPool {
    jobs: SyncSender<Job>,
    params: Params,
    decoy: Arc<PasswordHash>,
    hashed: Arc<AtomicU64>,
}

impl HashingPool {
    /// Starts the threads. They end when the last handle is dropped.
    pub fn start(threads: usize, cost: Cost) -> Self {
        let params = Params::new(cost.memory, cost.passes, 1, Some(OUTPUT))
            .expect("the cost is within argon2's bounds");
        let threads = threads.max(1);
        let (jobs, queue) = sync_channel(threads * QUEUE_PER_THREAD);
        let queue = Arc::new(Mutex::new(queue));
        let hashed = Arc::<AtomicU64>::default();
        for number in 0..threads {
            let (queue, params, hashed) = (Arc::clone(&queue), params.clone(), Arc::clone(&hashed));
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || work(&queue, &params, &hashed))
                .expect("the operating system starts a thread");
        }
        let decoy = Arc::new(phc(&params, &[0; 16], &[0; OUTPUT]));
        Self { jobs, params, decoy, hashed }
    }

    /// Hashes a password into a PHC string.
    pub async fn hash(&self, password: SecretString, source: &dyn Entropy) -> Result<String, PoolError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Hash(password, entropy::draw(source), answer))?;
        answered.await.map_err(|_| PoolError::Busy)
    }

    /// Whether the password is that of the PHC string. Without one it does the same work and says no (C144).
    pub async fn verify(&self, password: SecretString, stored: Option<&str>) -> Result<bool, PoolError> {
        let hash = match stored {
            Some(stored) => Arc::new(readable(stored).ok_or(PoolError::Corrupt)?),
            None => Arc::clone(&self.decoy),
        };
        let (answer, answered) = oneshot::channel();
        self.send(Job::Verify(password, hash, answer))?;
        Ok(answered.await.map_err(|_| PoolError::Busy)?? && stored.is_some())
    }

    /// Whether a password may be set by a person with these names. To judge a long one is work too.
    pub async fn judge(
        &self,
        password: SecretString,
        names: Vec<String>,
    ) -> Result<Result<(), PasswordRefused>, PoolError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Judge(password, names, answer))?;
        answered.await.map_err(|_| PoolError::Busy)
    }

    /// How many passwords were hashed since the start, to be stored or to be compared.
    pub fn hashed(&self) -> u64 {
        self.hashed.load(Ordering::Relaxed)
    }

    /// Whether a stored hash was made at another cost than today's.
    pub fn is_outdated(&self, stored: &str) -> bool {
        let today = ParamsString::try_from(&self.params).ok();
        readable(stored).is_none_or(|hash| Some(hash.params) != today)
    }

    fn send(&self, job: Job) -> Result<(), PoolError> {
        self.jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => PoolError::Busy,
        })
    }
}

impl fmt::Debug for HashingPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashingPool({} KiB, {} passes)", self.params.m_cost(), self.params.t_cost())
    }
}

/// One thread: takes jobs until every handle is gone. Its memory is allocated at the first job and kept.
fn work(queue: &Mutex<Receiver<Job>>, params: &Params, hashed: &AtomicU64) {
    step_back();
    let mut memory: Vec<Block> = Vec::new();
    loop {
        let job = queue.lock().expect("no thread panics while it holds the queue").recv();
        match job {
            Err(_) => return,
            // Whoever asked is gone: the work is not worth doing.
            Ok(Job::Hash(_, _, answer)) if answer.is_closed() => {}
            Ok(Job::Judge(_, _, answer)) if answer.is_closed() => {}
            Ok(Job::Verify(_, _, answer)) if answer.is_closed() => {}
            Ok(Job::Judge(password, names, answer)) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let _ = answer.send(password::check(&password, &names));
            }
            Ok(Job::Hash(password, salt, answer)) => {
                hashed.fetch_add(1, Ordering::Relaxed);
                let output = compute(params, &password, &salt, &mut memory);
                let text = output.map(|output| phc(params, &salt, &output).to_string());
                if let Some(text) = text {
                    // Whoever asked may have gone meanwhile.
                    let _ = answer.send(text);
                }
            }
            Ok(Job::Verify(password, hash, answer)) => {
                hashed.fetch_add(1, Ordering::Relaxed);
                let verdict = verdict(&password, &hash, &mut memory);
                let _ = answer.send(verdict);
            }
        }
    }
}

/// A refresh takes microseconds and a hash takes milliseconds: where they share a core, the refresh goes first. Only
/// Linux gives a thread a niceness of its own.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "the threads that hash keep their priority");
    }
}

fn verdict(password: &SecretString, hash: &PasswordHash, memory: &mut Vec<Block>) -> Result<bool, PoolError> {
    let params = Params::try_from(hash).map_err(|_| PoolError::Corrupt)?;
    let (Some(salt), Some(stored)) = (&hash.salt, &hash.hash) else { return Err(PoolError::Corrupt) };
    let output = compute(&params, password, salt.as_ref(), memory).ok_or(PoolError::Corrupt)?;
    Ok(keys::opaque::equal(&output, stored.as_bytes()))
}

fn compute(
    params: &Params,
    password: &SecretString,
    salt: &[u8],
    memory: &mut Vec<Block>,
) -> Option<[u8; OUTPUT]> {
    let blocks = params.block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::new());
    }
    let mut output = [0; OUTPUT];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    argon2
        .hash_password_into_with_memory(
            password.expose_secret().as_bytes(),
            salt,
            &mut output,
            &mut memory[..blocks],
        )
        .ok()?;
    Some(output)
}

/// A stored hash that may be computed: argon2id of version 19, with bounded memory.
fn readable(stored: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let known = hash.algorithm.as_str() == "argon2id" && hash.version == Some(0x13);
    (known && params.m_cost() <= MOST_MEMORY && params.t_cost() <= 16 && params.p_cost() <= 4).then_some(hash)
}

fn phc(params: &Params, salt: &[u8], output: &[u8]) -> PasswordHash {
    PasswordHash {
        algorithm: Ident::new("argon2id").expect("a plain identifier"),
        version: Some(0x13),
        params: ParamsString::try_from(params).expect("the parameters have a text form"),
        salt: Some(Salt::new(salt).expect("16 bytes are a salt")),
        hash: Some(Output::new(output).expect("32 bytes are an output")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    const QUICK: Cost = Cost { memory: 64, passes: 1 };

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    #[tokio::test]
    async fn c139_nothing_is_cut_off_and_case_counts() {
        let pool = HashingPool::start(1, QUICK);
        let long = "x".repeat(100);
        let stored = pool.hash(secret(&long), &SeededEntropy::new(1)).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{stored}");
        assert_eq!(pool.verify(secret(&long), Some(&stored)).await, Ok(true));
        // C139: byte 73 counts, and so does case.
        let mut other = long.clone();
        other.replace_range(72..73, "y");
        assert_eq!(pool.verify(secret(&other), Some(&stored)).await, Ok(false));
        assert_eq!(pool.verify(secret(&long.to_uppercase()), Some(&stored)).await, Ok(false));
        assert_eq!(pool.verify(secret(&long), None).await, Ok(false), "the decoy is nobody's");
    }

    #[tokio::test]
    async fn c143_the_cost_is_recorded_and_a_changed_one_is_noticed() {
        let stored = HashingPool::start(1, QUICK).hash(secret("x"), &SeededEntropy::new(1)).await.unwrap();
        let dearer = HashingPool::start(1, Cost { memory: 128, passes: 1 });
        assert!(dearer.is_outdated(&stored));
        assert_eq!(dearer.verify(secret("x"), Some(&stored)).await, Ok(true));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn c143_a_flood_is_refused_not_queued_without_end() {
        let pool = HashingPool::start(1, Cost { memory: 8_192, passes: 3 });
        let mut waiting = Vec::new();
        for _ in 0..500 {
            let pool = pool.clone();
            waiting.push(tokio::spawn(async move { pool.verify(secret("x"), None).await }));
        }
        let mut busy = 0;
        for answer in waiting {
            busy += usize::from(answer.await.unwrap() == Err(PoolError::Busy));
        }
        assert!(busy > 0, "the queue is bounded");
        assert_eq!(pool.verify(secret("x"), None).await, Ok(false), "and serves again afterwards");
    }

    #[tokio::test]
    async fn a_damaged_hash_is_refused_before_memory_is_taken() {
        let pool = HashingPool::start(1, QUICK);
        let salted = "$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
        for parameters in [
            "$argon2id$v=19$m=4194304,t=1,p=1",
            "$argon2id$v=19$m=64,t=4000000000,p=1",
            "$argon2i$v=19$m=64,t=1,p=1",
            "$argon2id$v=16$m=64,t=1,p=1",
        ] {
            let stored = format!("{parameters}{salted}");
            assert_eq!(pool.verify(secret("x"), Some(&stored)).await, Err(PoolError::Corrupt), "{stored}");
        }
        assert_eq!(pool.verify(secret("x"), Some("")).await, Err(PoolError::Corrupt));
    }
}
