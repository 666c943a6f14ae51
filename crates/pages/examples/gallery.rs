//! Writes every page in every language into a folder, to be looked at: `cargo run --example gallery -- <folder>`.

use std::path::Path;
use std::{env, fs, io};

use pages::Locale;

#[path = "../tests/it/samples.rs"]
mod samples;

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).ok_or_else(|| io::Error::other("name a folder to write into"))?;
    for locale in Locale::ALL {
        let folder = Path::new(&folder).join(locale.tag());
        fs::create_dir_all(&folder)?;
        for (name, html) in samples::all(locale) {
            fs::write(folder.join(name).with_extension("html"), html)?;
        }
    }
    Ok(())
}
