//! Every statement is prepared on both engines and compared; the migrations run on both.

use std::collections::BTreeSet;

use model::TenantId;
use store::{Store, catalogue};

#[tokio::test]
async fn every_statement_means_the_same_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    let postgres = database::scratch::postgres().await;
    for database in [&sqlite, &postgres] {
        Store::new(database.clone(), TenantId::default_tenant()).migrate().await.unwrap();
    }
    let statements = catalogue::statements();
    let names: BTreeSet<_> = statements.iter().map(|statement| statement.name).collect();
    assert_eq!(names.len(), statements.len(), "names are unique");
    let on_sqlite = sqlite.prepare_all(&statements).await.unwrap();
    let on_postgres = postgres.prepare_all(&statements).await.unwrap();
    for (left, right) in on_sqlite.iter().zip(&on_postgres) {
        assert_eq!(left, right);
    }
}

#[tokio::test]
async fn every_statement_is_scoped_by_tenant() {
    for statement in catalogue::statements() {
        for text in [Some(statement.text), statement.postgres].into_iter().flatten() {
            assert!(text.contains("tenant"), "{}", statement.name);
        }
    }
}

#[tokio::test]
async fn f44_migrating_again_changes_nothing() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    let store = Store::new(sqlite, TenantId::default_tenant());
    store.migrate().await.unwrap();
    store.migrate().await.unwrap();
    assert_eq!(store.revision().await.unwrap(), 0);
}

#[tokio::test]
async fn tenants_do_not_see_each_other() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    let first = Store::new(sqlite.clone(), TenantId::default_tenant());
    first.migrate().await.unwrap();
    let second = Store::new(sqlite, TenantId::named("other"));
    let fresh = [7; 16];
    assert_eq!(first.deployment_id(fresh).await.unwrap(), fresh);
    assert_eq!(second.deployment_id([8; 16]).await.unwrap(), [8; 16]);
    let line = |event| store::audit::AuditLine::new(event, &model::SystemClock, &model::SystemEntropy);
    first.append_audit(line(store::audit::AuditEvent::SignedOut)).await.unwrap();
    assert_eq!(first.recent_audit(10).await.unwrap().len(), 1);
    assert_eq!(second.recent_audit(10).await.unwrap().len(), 0);
}
