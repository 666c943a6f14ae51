//! `onward explain`: what happened at a reference, and what to change.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};
use fault::{Code, catalogue};
use jiff::Timestamp;
use model::Application;
use serde_json::{Value, json};
use store::incidents::Incident;

use crate::cli::ExplainArgs;
use crate::configuration::Configuration;
use crate::{assemble, secret_file};

/// Explains a reference.
pub(super) async fn explain(configuration: &Configuration, args: ExplainArgs) -> anyhow::Result<()> {
    let operator = assemble::operator(configuration, &secret_file::read(configuration)?).await?;
    let Some(incident) = operator.store.incident(args.reference).await? else {
        bail!(
            "nothing is known of {}. Incidents are kept for thirty days; pages that do not exist, and floods of requests, are only counted",
            args.reference
        );
    };
    let application = match incident.application {
        Some(id) => operator.store.application(id).await?,
        None => None,
    };
    if args.json {
        println!("{}", as_json(&incident));
    } else {
        print!("{}", as_text(&incident, application.as_ref())?);
    }
    Ok(())
}

fn as_json(incident: &Incident) -> Value {
    json!({
        "reference": incident.reference,
        "code": incident.code,
        "application": incident.application,
        "outcome": incident.outcome,
        "detail": incident.detail,
        "rehearsal": incident.rehearsal,
        "happenedAt": incident.happened_at.as_millis(),
    })
}

fn as_text(incident: &Incident, application: Option<&Application>) -> anyhow::Result<String> {
    let entry = catalogue::entry(incident.code);
    let at =
        Timestamp::from_microsecond(incident.happened_at.as_micros()).context("the time is out of range")?;
    let name = application.map_or("none known", |application| application.name.as_str());
    let rehearsal = if incident.rehearsal { "  (a rehearsal)" } else { "" };
    let mut text = format!(
        "{}  {}{rehearsal}\n\n  {}. {}\n\n  when         {at}\n  application  {name}\n  the person   {}\n",
        incident.reference,
        incident.code,
        entry.title,
        entry.meaning,
        got(&incident.outcome),
    );
    if let Some(members) = incident.detail.as_object() {
        for (key, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            let value = value.as_str().map_or_else(|| value.to_string(), harmless);
            let _ = writeln!(text, "  {key:<12} {value}");
        }
    }
    if incident.code == Code::RedirectUriMismatch {
        text.push_str(&difference(&incident.detail));
    }
    let _ = writeln!(text, "\n  What to do: {}", entry.remedy);
    Ok(text)
}

/// A text that came with a request, without what would steer a terminal.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn got(outcome: &str) -> &str {
    match outcome {
        "page" => "saw a page with this reference",
        "restart" => "was taken to a fresh sign-in",
        "redirect" => "was sent to a configured address",
        "client" => "was sent back to the application, with an error",
        other => other,
    }
}

/// Which part of a presented redirect URI differs from the nearest registered one.
fn difference(detail: &Value) -> String {
    let Some(presented) = detail["presented"].as_str() else {
        return "\n  The request named no redirect URI, or more than one.\n".to_owned();
    };
    let registered = detail["registered"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let nearest = registered.max_by_key(|uri| shared(uri, presented));
    let Some(nearest) = nearest else {
        return "\n  The application has no redirect URI registered.\n".to_owned();
    };
    let at = shared(nearest, presented);
    format!(
        "\n  They differ from here on:\n    registered  …{}\n    presented   …{}\n",
        harmless(&nearest[at..]),
        harmless(&presented[at..])
    )
}

/// How many bytes two texts share from their beginning, ending between characters.
fn shared(left: &str, right: &str) -> usize {
    let pairs = left.char_indices().zip(right.chars());
    let differing = pairs.clone().find(|((_, l), r)| l != r).map(|((at, _), _)| at);
    differing.unwrap_or_else(|| left.len().min(right.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_differing_part_of_a_redirect_uri_is_shown() {
        let detail = json!({
            "presented": "https://app.example/cb/",
            "registered": ["http://localhost/cb", "https://app.example/cb"],
        });
        let text = difference(&detail);
        assert!(text.contains("registered  …\n") && text.contains("presented   …/\n"), "{text}");
        assert!(difference(&json!({"presented": null})).contains("named no redirect URI"));
        assert_eq!(shared("aé", "aè"), 1);
    }
}
