//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use fault::{Code, Reference};
use model::{ApplicationId, ApplicationKind, UserId};

/// An auth server in which nobody ever meets a dead end.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Settings as flags. Each is also a key of the configuration file and a variable `ONWARD_…`; a flag wins over a
/// variable, a variable over the file.
#[derive(Debug, Default, Args)]
pub(crate) struct SettingFlags {
    /// The configuration file [default: onward.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1:3001]
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// The address under which browsers reach the server [default: http://localhost and the port]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Where the embedded database and the secret key lie [default: ./onward-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data_dir: Option<String>,
    /// A PostgreSQL database to use instead of the embedded one: postgres://…
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// full: nothing acknowledged is ever lost; normal: quicker, a power cut may lose the last moments [default: full]
    #[arg(long, global = true, value_name = "MODE")]
    pub(crate) durability: Option<String>,
    /// text or json [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
    /// What is logged, such as info or server=debug [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve,
    /// Run the server and a sample application, with a user ready, in a temporary place
    Demo(DemoArgs),
    /// Make and manage accounts
    #[command(subcommand)]
    User(UserCommand),
    /// Make and list applications
    #[command(subcommand)]
    Application(ApplicationCommand),
    /// Look at the signing keys, begin the next ones early, or revoke one that has leaked
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Bring the database up to date
    Migrate,
    /// Copy the embedded database while it is in use
    Backup(BackupArgs),
    /// Put a backup in the place of the embedded database; everybody signs in again
    Restore(RestoreArgs),
    /// Show what happened at a reference, and what to change
    Explain(ExplainArgs),
    /// Make an address that produces a failure for real, marked as a rehearsal
    Rehearse(RehearseArgs),
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Where the sample application listens
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    pub(crate) application_listen: SocketAddr,
    /// Where the sign-in provider listens
    #[arg(long, default_value = "127.0.0.1:3002", value_name = "ADDRESS")]
    pub(crate) provider_listen: SocketAddr,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make an account with an e-mail address
    Create {
        /// The e-mail address to sign in with
        #[arg(long)]
        email: String,
        /// Read the password from the first line of the standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Suspend an account: it is signed out everywhere
    Suspend {
        /// The account
        id: UserId,
    },
    /// Lift a suspension
    Reinstate {
        /// The account
        id: UserId,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// List the keys and where they stand
    List,
    /// Publish the next keys now; they sign once clients have had time to fetch them
    Rotate,
    /// Refuse whatever a key has signed, at once
    Revoke {
        /// The id of the key (kid); one in 64 begins with a hyphen
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApplicationCommand {
    /// Make an application
    Create(ApplicationArgs),
    /// List the applications
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ApplicationArgs {
    /// Its name, as people see it
    #[arg(long)]
    pub(crate) name: String,
    /// web, spa, native or machine-to-machine
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: ApplicationKind,
    /// Where people return to after signing in; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI")]
    pub(crate) redirect_uris: Vec<String>,
    /// Where people may be sent after signing out; may be repeated
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    pub(crate) post_logout_redirect_uris: Vec<String>,
    /// Where the application begins a sign-in
    #[arg(long, value_name = "URL")]
    pub(crate) initiate_login_uri: Option<String>,
    /// The application's home page
    #[arg(long, value_name = "URL")]
    pub(crate) client_uri: Option<String>,
    /// Where people are sent whose sign-in is not found
    #[arg(long, value_name = "URL")]
    pub(crate) unknown_session_redirect_url: Option<String>,
    /// It belongs to somebody else: people are asked before it learns anything
    #[arg(long)]
    pub(crate) third_party: bool,
    /// Answer in JSON: id and, once, secret
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The file to write; it must not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
}

#[derive(Debug, Args)]
#[group(id = "what", required = true, multiple = false, args = ["from", "mark"])]
pub(crate) struct RestoreArgs {
    /// The backup to restore; the file it replaces is kept beside it
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// The database was restored by other means, such as pg_restore: only end what began before
    #[arg(long)]
    pub(crate) mark: bool,
    /// Leave people signed in: whatever was revoked after the backup was made is good again
    #[arg(long, conflicts_with = "mark")]
    pub(crate) keep_sessions: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The reference on the page, such as K7QF-2M9X
    pub(crate) reference: Reference,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RehearseArgs {
    /// The code of the failure, such as flow.expired
    pub(crate) code: Code,
    /// A dead link is that of an invitation to an organization
    #[arg(long)]
    pub(crate) invitation: bool,
    /// For this application [default: one made for rehearsals]
    #[arg(long, value_name = "ID")]
    pub(crate) application: Option<ApplicationId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_whatever_its_id_begins_with() {
        for begins in ["-fOu6", "--fOu6", "-hVhV", "-V_-h", "fOu6-"] {
            let kid = format!("{begins}lSDEl2Q2fOGjrpXvecFSVE-XEPXHDHTsr5f13Y");
            let cli = Cli::try_parse_from(["onward", "keys", "revoke", &kid]).unwrap();
            assert!(matches!(cli.command, Command::Keys(KeysCommand::Revoke { kid: named }) if named == kid));
        }
    }
}
