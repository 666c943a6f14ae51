//! Signing in by a provider of somebody else: an OpenID Provider and a provider of OAuth 2.0, honest and hostile.

mod connectors;
mod failing;
mod linking;
mod oauth;
mod own;
mod provider;
mod recency;
mod returning;
mod signing_in;
mod squatting;
mod told;

use serde_json::{Value, json};
use url::Url;

use crate::answer::Answer;
use crate::client_app::ClientApp;
use crate::visitor::Visitor;
use crate::world::World;
use provider::Provider;

/// Sets up a connector. Returns its id.
async fn connector(world: &World, body: Value) -> String {
    let patch = serde_json::from_value(body).unwrap();
    world.app.operator.create_connector(patch).await.unwrap().id.to_string()
}

/// A connector for an OpenID Provider that is believed about `work.example`.
async fn work(world: &World, provider: &Provider) -> String {
    connector(
        world,
        json!({
            "connectorId": "oidc",
            "metadata": {"target": "work", "name": {"en": "Work"}},
            "config": {"clientId": "onward", "clientSecret": "s3cret", "issuer": provider.issuer},
            "trustedDomains": ["work.example"],
        }),
    )
    .await
}

/// Somebody on the way: what the provider learns from the address.
struct Way {
    flow: String,
    connector: String,
    url: Url,
}

impl Way {
    fn parameter(&self, name: &str) -> String {
        self.url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap()
    }

    fn state(&self) -> String {
        self.parameter("state")
    }

    /// The address to which the provider sends the browser back.
    fn back(&self, more: &str) -> String {
        let mut url = Url::parse(&self.parameter("redirect_uri")).unwrap();
        url.query_pairs_mut().append_pair("state", &self.state());
        format!("{url}&{more}")
    }
}

/// Where a page leads by its one button.
fn forward(answer: &Answer) -> Url {
    let (_, rest) =
        answer.body.split_once("id=\"forward\" href=\"").unwrap_or_else(|| panic!("{}", answer.text()));
    Url::parse(&rest.split('"').next().unwrap().replace("&#38;", "&")).unwrap()
}

/// Chooses a provider on the sign-in page.
async fn leave(visitor: &mut Visitor<'_>, application: &ClientApp, connector: &str) -> Way {
    let flow = visitor.begin(application).await;
    leave_in(visitor, &flow, connector).await
}

/// Chooses a provider within a flow.
async fn leave_in(visitor: &mut Visitor<'_>, flow: &str, connector: &str) -> Way {
    let answer = visitor.post("/sign-in/social", &[("flow", flow), ("connector", connector)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Way { flow: flow.to_owned(), connector: connector.to_owned(), url: forward(&answer) }
}

/// Goes to the provider and comes back as a person with these claims.
async fn come_as(visitor: &mut Visitor<'_>, provider: &Provider, way: &Way, claims: Value) -> Answer {
    provider.says(&way.parameter("nonce"), claims);
    visitor.get(&way.back(&provider.code())).await
}

/// Who signed in: the `sub` behind the code of an answer.
async fn subject(world: &World, application: &ClientApp, answer: &Answer) -> String {
    let code = answer.parameter("code").unwrap_or_else(|| panic!("a code: {}", answer.location()));
    let tokens = application.redeem(world, &code).await.json();
    let claims = crate::client_app::claims(tokens["id_token"].as_str().unwrap());
    claims["sub"].as_str().unwrap().to_owned()
}
