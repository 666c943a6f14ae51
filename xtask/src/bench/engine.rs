//! The engines that are measured.

/// Where the server keeps its tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    /// The embedded database; nothing acknowledged is ever lost.
    SqliteFull,
    /// The embedded database; a power cut may lose the last moments.
    SqliteNormal,
    /// PostgreSQL at this address, or on a private server.
    Postgres(Option<String>),
}

impl Engine {
    /// As the command line names it.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::SqliteFull => "sqlite-full",
            Self::SqliteNormal => "sqlite-normal",
            Self::Postgres(_) => "postgres",
        }
    }

    /// As the report names it.
    pub(super) const fn title(&self) -> &'static str {
        match self {
            Self::SqliteFull => "SQLite, durability full",
            Self::SqliteNormal => "SQLite, durability normal",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Whether the server has a core of its own: not where a second server shares the machine.
    pub(super) const fn is_pinned(&self) -> bool {
        !matches!(self, Self::Postgres(_))
    }
}
