//! Every statement of the server: prepared on both engines and compared in a test.

use database::Statement;

/// Every statement.
pub fn statements() -> Vec<&'static Statement> {
    [
        crate::applications::STATEMENTS,
        crate::audit::STATEMENTS,
        crate::browser_sessions::STATEMENTS,
        crate::codes::STATEMENTS,
        crate::connectors::STATEMENTS,
        crate::consents::STATEMENTS,
        crate::departures::STATEMENTS,
        crate::deployment::STATEMENTS,
        crate::email_change::STATEMENTS,
        crate::flows::STATEMENTS,
        crate::grants::STATEMENTS,
        crate::identities::STATEMENTS,
        crate::incidents::STATEMENTS,
        crate::invitations::STATEMENTS,
        crate::links::STATEMENTS,
        crate::members::STATEMENTS,
        crate::one_time_tokens::STATEMENTS,
        crate::organization_roles::STATEMENTS,
        crate::organizations::STATEMENTS,
        crate::outbox::STATEMENTS,
        crate::own_sessions::STATEMENTS,
        crate::phones::STATEMENTS,
        crate::purge::STATEMENTS,
        crate::restored::STATEMENTS,
        crate::revisions::STATEMENTS,
        crate::settings::STATEMENTS,
        crate::signing_keys::STATEMENTS,
        crate::strangers::STATEMENTS,
        crate::takeover::STATEMENTS,
        crate::throttles::STATEMENTS,
        crate::users::STATEMENTS,
        crate::ways_in::STATEMENTS,
        crate::webhook_deliveries::STATEMENTS,
        crate::webhooks::STATEMENTS,
    ]
    .concat()
}
