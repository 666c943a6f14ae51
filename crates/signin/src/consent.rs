//! Asking whether an application of somebody else may learn who the person is.

use model::{ApplicationId, UserId};
use serde_json::json;
use store::Error;
use store::audit::{AuditEvent, AuditLine};

use crate::Reception;

impl Reception {
    /// Keeps that the person allows this scope, with what they allowed before.
    pub async fn allow(&self, user: UserId, application: ApplicationId, scope: &str) -> Result<(), Error> {
        let line = AuditLine::new(AuditEvent::ConsentGranted, &*self.clock, &*self.entropy)
            .application(application)
            .user(user)
            .detail(json!({"scope": scope}));
        self.store.grant_consent(user, application, scope, self.clock.now(), line).await
    }

    /// Notes that the person refuses.
    pub async fn refuse(&self, user: UserId, application: ApplicationId) -> Result<(), Error> {
        let line = AuditLine::new(AuditEvent::ConsentDenied, &*self.clock, &*self.entropy)
            .application(application)
            .user(user);
        self.store.append_audit(line).await
    }
}
