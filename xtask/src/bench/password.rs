//! What a password hash costs by itself, at the cost that the server uses.

use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::bench::load::as_f64;
use crate::bench::process::cpu_micros;

/// The first recommendation of OWASP: 19 MiB, two passes.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;

/// The CPU time of one argon2id hash with memory that is kept, in microseconds.
pub(super) fn raw_argon2(hashes: usize) -> anyhow::Result<f64> {
    let wrong = |error| anyhow::anyhow!("argon2: {error}");
    let params = Params::new(MEMORY, PASSES, 1, Some(32)).map_err(wrong)?;
    let mut memory = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = [0; 32];
    let mut hash = || {
        argon2.hash_password_into_with_memory(b"correct horse battery", &[7; 16], &mut output, &mut memory)
    };
    hash().map_err(wrong)?;
    let before = cpu_micros(std::process::id())?;
    for _ in 0..hashes {
        hash().map_err(wrong)?;
    }
    Ok((cpu_micros(std::process::id())? - before) / as_f64(hashes))
}
