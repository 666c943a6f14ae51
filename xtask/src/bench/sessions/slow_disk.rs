//! A disk that is slow to keep its word: the system's calls that wait for it, made to wait longer.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

/// How much longer, in milliseconds: as on a disk that turns, or one behind a network.
pub(super) const MILLISECONDS: u32 = 5;

/// Put before the C library by `LD_PRELOAD`.
const SOURCE: &str = "
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static void wait_longer(void) { struct timespec time = {0, MILLISECONDS * 1000000L}; nanosleep(&time, 0); }
int fdatasync(int file) { wait_longer(); return syscall(SYS_fdatasync, file); }
int fsync(int file) { wait_longer(); return syscall(SYS_fsync, file); }
";

/// Compiles it into a folder, with the C compiler that Rust links with.
pub(super) fn compile(folder: &Path) -> anyhow::Result<PathBuf> {
    let (source, library) = (folder.join("slow_disk.c"), folder.join("slow_disk.so"));
    std::fs::write(&source, SOURCE.replace("MILLISECONDS", &MILLISECONDS.to_string()))?;
    let done = Command::new("cc").args(["-O2", "-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status();
    ensure!(done.context("the C compiler cannot be run")?.success(), "the slow disk does not compile");
    Ok(library)
}
