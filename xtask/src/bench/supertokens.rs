//! The field's session check in the same run: express with `supertokens-node`, beside express alone.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::Context as _;
use serde_json::Value;

use crate::bench::machine::Machine;

/// The script, once its packages are installed (`npm ci` in `e2e`).
const SCRIPT: &str = "e2e/bench/supertokens_node.mjs";

/// A running express.
#[derive(Debug)]
pub(super) struct Express {
    child: Child,
    pub(super) port: u16,
    pub(super) token: String,
}

impl Express {
    /// Starts it on the server's core; `None` when Node or its packages are not there.
    pub(super) fn start(root: &Path, machine: &Machine) -> anyhow::Result<Option<Self>> {
        if !root.join("e2e/node_modules/supertokens-node").exists() {
            return Ok(None);
        }
        let mut command = machine.on_server_core(Path::new("node"), true);
        command.arg(root.join(SCRIPT)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let Ok(mut child) = command.spawn() else { return Ok(None) };
        let output = child.stdout.take().context("the script prints")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line).context("the script does not say where it listens")?;
        let port = said["port"].as_u64().and_then(|port| u16::try_from(port).ok());
        let token = said["token"].as_str().map(str::to_owned);
        let (port, token) = port.zip(token).context("the script says no port or token")?;
        Ok(Some(Self { child, port, token }))
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Express {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
