//! What is counted, in the text format of Prometheus.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use fault::{Code, OutcomeKind};
use model::ApplicationId;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use store::Statistics;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct FailureLabels {
    code: String,
    application: String,
    outcome: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    audience: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ReturnLabels {
    target: String,
    result: &'static str,
}

/// The counters.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    failures: Family<FailureLabels, Counter>,
    requests: Family<RequestLabels, Counter>,
    returns: Family<ReturnLabels, Counter>,
    dropped_incidents: Counter,
    letters_given_up: Counter,
    webhooks_given_up: Counter,
    log_bytes: Gauge<u64, AtomicU64>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("onward");
        let failures = Family::<FailureLabels, Counter>::default();
        let requests = Family::<RequestLabels, Counter>::default();
        let returns = Family::<ReturnLabels, Counter>::default();
        let dropped_incidents = Counter::default();
        registry.register("failures", "Failures that people met, by what they led to", failures.clone());
        registry.register("requests", "Requests answered", requests.clone());
        registry.register(
            "provider_returns",
            "People who came back from a sign-in provider, by its target and what became of them",
            returns.clone(),
        );
        registry.register(
            "incidents_dropped",
            "Incidents that could not be written, so that their reference cannot be looked up",
            dropped_incidents.clone(),
        );
        let webhooks_given_up = Counter::default();
        registry.register(
            "webhooks_given_up",
            "Tellings of webhooks that were given up after their last try",
            webhooks_given_up.clone(),
        );
        let letters_given_up = Counter::default();
        registry.register(
            "letters_given_up",
            "Letters that no mail server took in more than two hours",
            letters_given_up.clone(),
        );
        let log_bytes = Gauge::<u64, AtomicU64>::default();
        registry.register(
            "database_log_bytes",
            "The write-ahead log of the embedded database; beyond 64 MiB somebody reads without an end",
            log_bytes.clone(),
        );
        Self {
            registry: Arc::new(registry),
            failures,
            requests,
            returns,
            dropped_incidents,
            letters_given_up,
            webhooks_given_up,
            log_bytes,
        }
    }

    pub(crate) fn count_failure(&self, code: Code, application: Option<ApplicationId>, outcome: OutcomeKind) {
        let application = application.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
        let labels = FailureLabels {
            code: code.as_str().to_owned(),
            application,
            outcome: outcome.as_str().to_owned(),
        };
        self.failures.get_or_create(&labels).inc();
    }

    pub(crate) fn count_request(&self, audience: &'static str, status: u16) {
        self.requests.get_or_create(&RequestLabels { audience, status }).inc();
    }

    pub(crate) fn count_return(&self, target: &str, result: &'static str) {
        self.returns.get_or_create(&ReturnLabels { target: target.to_owned(), result }).inc();
    }

    pub(crate) fn count_dropped_incidents(&self, number: usize) {
        self.dropped_incidents.inc_by(u64::try_from(number).unwrap_or(u64::MAX));
    }

    pub(crate) fn count_webhook_given_up(&self) {
        self.webhooks_given_up.inc();
    }

    pub(crate) fn count_letter_given_up(&self) {
        self.letters_given_up.inc();
    }

    /// Everything, with what the database says of itself now.
    pub(crate) fn text(&self, database: Statistics) -> String {
        self.log_bytes.set(database.log_bytes);
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a string cannot fail");
        text
    }
}
