//! The migrations, in order. A migration that has been released is never changed.

use database::Migration;

/// Every migration.
pub const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "first", text: include_str!("../migrations/0001_first.sql") },
    Migration { version: 2, name: "mail", text: include_str!("../migrations/0002_mail.sql") },
    Migration { version: 3, name: "upstream", text: include_str!("../migrations/0003_upstream.sql") },
    Migration { version: 4, name: "links", text: include_str!("../migrations/0004_links.sql") },
    Migration {
        version: 5,
        name: "organizations",
        text: include_str!("../migrations/0005_organizations.sql"),
    },
    Migration { version: 6, name: "webhooks", text: include_str!("../migrations/0006_webhooks.sql") },
    Migration { version: 7, name: "invitations", text: include_str!("../migrations/0007_invitations.sql") },
    Migration {
        version: 8,
        name: "one_time_tokens",
        text: include_str!("../migrations/0008_one_time_tokens.sql"),
    },
    Migration {
        version: 9,
        name: "letters_about",
        text: include_str!("../migrations/0009_letters_about.sql"),
    },
    Migration {
        version: 10,
        name: "tokens_and_turns",
        text: include_str!("../migrations/0010_tokens_and_turns.sql"),
    },
    Migration { version: 11, name: "phones", text: include_str!("../migrations/0011_phones.sql") },
];
