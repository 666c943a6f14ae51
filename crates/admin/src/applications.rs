//! Applications: made, read and changed.

use keys::opaque::OpaqueSecret;
use model::{Application, ApplicationId, ApplicationKind, IdTokenAlgorithm, RedirectUri};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::audit::{AuditEvent, AuditLine};

use crate::change::Field;
use crate::settings::{email, rules};
use crate::{ChangeError, Invalid, Operator};

/// The longest name, in characters.
const LONGEST_NAME: usize = 128;
/// The most redirect URIs of one application.
const MOST_URIS: usize = 100;

/// What a body may say about an application. A field that is absent stays; null and `""` clear it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplicationPatch {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its kind; only when it is made.
    #[serde(default, rename = "type")]
    pub kind: Option<ApplicationKind>,
    /// Redirect URIs, in the shape that existing callers use.
    #[serde(default)]
    pub oidc_client_metadata: Option<ClientMetadata>,
    /// Whether it belongs to somebody else.
    #[serde(default)]
    pub is_third_party: Option<bool>,
    /// The resources for which it may ask a token.
    #[serde(default)]
    pub resources: Option<Vec<String>>,
    /// The algorithm of its id tokens.
    #[serde(default)]
    pub id_token_algorithm: Option<IdTokenAlgorithm>,
    #[serde(default)]
    unknown_session_redirect_url: Field,
    #[serde(default)]
    support_email: Field,
    #[serde(default)]
    support_website_url: Field,
    #[serde(default)]
    initiate_login_uri: Field,
    #[serde(default)]
    client_uri: Field,
    #[serde(default)]
    recovery: Option<Map<String, Value>>,
}

/// Redirect URIs.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientMetadata {
    /// Where people return to after signing in.
    #[serde(default)]
    pub redirect_uris: Option<Vec<String>>,
    /// Where people may be sent after signing out.
    #[serde(default)]
    pub post_logout_redirect_uris: Option<Vec<String>>,
}

/// An application that has just been made, with its secret: shown this once.
#[derive(Debug)]
pub struct CreatedApplication {
    /// The application.
    pub application: Application,
    /// Its secret, when it is of a kind that has one.
    pub secret: Option<OpaqueSecret>,
}

/// The body of an application. It never holds a secret (C092).
pub fn body(application: &Application) -> Value {
    json!({
        "id": application.id,
        "name": application.name,
        "type": application.kind,
        "oidcClientMetadata": {
            "redirectUris": application.redirect_uris,
            "postLogoutRedirectUris": application.post_logout_redirect_uris,
        },
        "isThirdParty": application.third_party,
        "resources": application.resources,
        "idTokenAlgorithm": application.id_token_algorithm,
        "unknownSessionRedirectUrl": application.recovery.unknown_session_redirect_url,
        "supportEmail": application.support.email,
        "supportWebsiteUrl": application.support.website_url,
        "initiateLoginUri": application.initiate_login_uri,
        "clientUri": application.client_uri,
        "recovery": application.recovery.rules,
        "createdAt": application.created_at.as_millis(),
        "updatedAt": application.updated_at.as_millis(),
    })
}

impl Operator {
    /// Makes an application.
    pub async fn create_application(
        &self,
        patch: ApplicationPatch,
    ) -> Result<CreatedApplication, ChangeError> {
        let name = patch.name.clone().ok_or_else(|| Invalid::new("name", "a name is needed"))?;
        let kind = patch.kind.ok_or_else(|| Invalid::new("type", "a type is needed"))?;
        let now = self.clock.now();
        let id = ApplicationId::new(&*self.clock, &*self.entropy);
        let mut application = Application::named(id, name, kind, now);
        self.apply(&mut application, patch)?;
        let secret = kind.is_confidential().then(|| OpaqueSecret::draw(&*self.entropy));
        let line = AuditLine::new(AuditEvent::ApplicationCreated, &*self.clock, &*self.entropy)
            .application(id)
            .detail(body(&application));
        self.store.create_application(&application, secret.as_ref().map(OpaqueSecret::hash), line).await?;
        self.directory.renew().await?;
        Ok(CreatedApplication { application, secret })
    }

    /// Changes an application.
    pub async fn change_application(
        &self,
        id: ApplicationId,
        patch: ApplicationPatch,
    ) -> Result<Application, ChangeError> {
        let mut application = self.store.application(id).await?.ok_or(ChangeError::NotFound)?;
        if patch.kind.is_some_and(|kind| kind != application.kind) {
            return Err(Invalid::new("type", "the type of an application cannot be changed").into());
        }
        let read_at = application.updated_at;
        self.apply(&mut application, patch)?;
        // Later than the version that was read, also when two changes fall into one tick of the clock.
        application.updated_at = self.clock.now().max(read_at.plus(std::time::Duration::from_micros(1)));
        let line = AuditLine::new(AuditEvent::ApplicationChanged, &*self.clock, &*self.entropy)
            .application(id)
            .detail(body(&application));
        if !self.store.update_application(&application, read_at, line).await? {
            return Err(ChangeError::Conflict);
        }
        self.directory.renew().await?;
        Ok(application)
    }

    fn apply(&self, application: &mut Application, patch: ApplicationPatch) -> Result<(), Invalid> {
        if let Some(name) = patch.name {
            let name = name.trim();
            let plain =
                !name.chars().any(char::is_control) && (1..=LONGEST_NAME).contains(&name.chars().count());
            if !plain {
                return Err(Invalid::new("name", "between 1 and 128 characters, without control characters"));
            }
            name.clone_into(&mut application.name);
        }
        let metadata = patch.oidc_client_metadata.unwrap_or_default();
        if let Some(uris) = metadata.redirect_uris {
            application.redirect_uris =
                redirect_uris("oidcClientMetadata.redirectUris", &uris, application.kind)?;
        }
        if let Some(uris) = metadata.post_logout_redirect_uris {
            application.post_logout_redirect_uris =
                redirect_uris("oidcClientMetadata.postLogoutRedirectUris", &uris, application.kind)?;
        }
        if let Some(third_party) = patch.is_third_party {
            application.third_party = third_party;
        }
        if let Some(resources) = patch.resources {
            let manages = resources.iter().any(|resource| resource == self.endpoint.management_resource());
            if manages && application.kind != ApplicationKind::MachineToMachine {
                let message = "only a machine-to-machine application may use the management API";
                return Err(Invalid::new("resources", message));
            }
            application.resources = check_resources(resources)?;
        }
        if let Some(algorithm) = patch.id_token_algorithm {
            application.id_token_algorithm = algorithm;
        }
        let address = |field: &'static str| move |text: &str| self.address(field, text);
        let unknown = &mut application.recovery.unknown_session_redirect_url;
        patch.unknown_session_redirect_url.change(unknown, address("unknownSessionRedirectUrl"))?;
        let support = &mut application.support;
        patch.support_email.change(&mut support.email, |text| email("supportEmail", text))?;
        patch.support_website_url.change(&mut support.website_url, address("supportWebsiteUrl"))?;
        patch.initiate_login_uri.change(&mut application.initiate_login_uri, address("initiateLoginUri"))?;
        patch.client_uri.change(&mut application.client_uri, address("clientUri"))?;
        if let Some(given) = patch.recovery {
            application.recovery.rules = rules(given)?;
            self.check_rules(&application.recovery)?;
        }
        Ok(())
    }
}

fn redirect_uris(field: &str, uris: &[String], kind: ApplicationKind) -> Result<Vec<RedirectUri>, Invalid> {
    if uris.len() > MOST_URIS {
        return Err(Invalid::new(field, "at most 100 redirect URIs"));
    }
    let numbered = uris.iter().enumerate();
    numbered
        .map(|(n, uri)| {
            RedirectUri::register(uri, kind).map_err(|error| Invalid::new(format!("{field}[{n}]"), error))
        })
        .collect()
}

/// RFC 8707 §2: an absolute URI without a fragment.
fn check_resources(resources: Vec<String>) -> Result<Vec<String>, Invalid> {
    for (n, resource) in resources.iter().enumerate() {
        let absolute = url::Url::parse(resource).is_ok_and(|url| url.fragment().is_none());
        if !absolute || resource.contains(' ') || resource.len() > 2_048 {
            let field = format!("resources[{n}]");
            return Err(Invalid::new(
                field,
                "an absolute URI without a fragment is expected (RFC 8707 section 2)",
            ));
        }
    }
    Ok(resources)
}
