//! Two small tables and what is done with them.

use database::{Database, Error, Migration, Statement, Work, params};

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "people",
        text: "CREATE TABLE people (
                   id {integer} NOT NULL PRIMARY KEY,
                   email TEXT UNIQUE,
                   age {integer} NOT NULL CONSTRAINT age_is_possible CHECK (age >= 0),
                   data {bytes}
               ) {table_options};",
    },
    Migration {
        version: 2,
        name: "pets",
        text: "CREATE TABLE pets (
                   id {integer} NOT NULL PRIMARY KEY,
                   owner {integer} NOT NULL REFERENCES people (id)
               ) {table_options};
               CREATE TABLE letters (
                   id {integer} NOT NULL PRIMARY KEY,
                   owner {integer} NOT NULL REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
               ) {table_options};",
    },
];

pub(crate) static INSERT: Statement = Statement::common(
    "sample: insert a person",
    "INSERT INTO people (id, email, age, data) VALUES ($1, $2, $3, $4)",
);
pub(crate) static READ: Statement =
    Statement::common("sample: read a person", "SELECT id, email, age, data FROM people WHERE id = $1");
pub(crate) static COUNT: Statement =
    Statement::common("sample: count people", "SELECT count(*) AS people FROM people");
pub(crate) static IDS: Statement =
    Statement::common("sample: list people", "SELECT id FROM people ORDER BY id");
pub(crate) static GROW_OLDER: Statement = Statement::common(
    "sample: grow older",
    "UPDATE people SET age = age + 1 WHERE id = $1 AND age = $2 RETURNING age",
);
pub(crate) static RENAME: Statement =
    Statement::common("sample: rename", "UPDATE people SET email = $1 WHERE id = $2");
pub(crate) static EVERYBODY: Statement =
    Statement::common("sample: everybody", "UPDATE people SET age = age + $1");
pub(crate) static ADOPT: Statement =
    Statement::common("sample: adopt", "INSERT INTO pets (id, owner) VALUES ($1, $2)");
pub(crate) static WRITE_TO: Statement =
    Statement::common("sample: write to", "INSERT INTO letters (id, owner) VALUES ($1, $2)");

pub(crate) fn insert(id: i64) -> Work {
    Work::new().run(&INSERT, params![id, None::<&str>, 0, None::<&[u8]>])
}

pub(crate) async fn count(database: &Database) -> i64 {
    database.query(&COUNT, params![]).await.unwrap()[0].integer(0).unwrap()
}

pub(crate) fn is_unavailable<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Unavailable { .. }))
}
