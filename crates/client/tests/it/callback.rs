//! What the browser brings back.

use client::{CallbackError, ErrorCode, state_of};

use crate::provider::{Provider, begin};

#[tokio::test]
async fn an_answer_must_fit_its_request_and_name_its_issuer() {
    let client = Provider::start().await.discover().await.unwrap();
    let pending = begin(&client);
    let (state, iss) = (&pending.state, client.issuer());
    assert!(client.callback(&format!("code=c&state={state}&iss={iss}&extra=1&extra=2"), &pending).is_ok());
    for (query, expected) in [
        (format!("code=c&state=other&iss={iss}"), CallbackError::WrongState),
        (format!("code=c&iss={iss}"), CallbackError::WrongState),
        (format!("code=c&state={state}"), CallbackError::WrongIssuer),
        (format!("code=c&state={state}&iss="), CallbackError::WrongIssuer),
        (format!("code=c&state={state}&iss={iss}/"), CallbackError::WrongIssuer),
        (format!("code=c&state={state}&iss=https://evil.example"), CallbackError::WrongIssuer),
        (format!("error=access_denied&state={state}&iss=https://evil.example"), CallbackError::WrongIssuer),
        (format!("state={state}&iss={iss}"), CallbackError::Malformed),
        (format!("code=&state={state}&iss={iss}"), CallbackError::Malformed),
        (format!("code=c&error=access_denied&state={state}&iss={iss}"), CallbackError::Malformed),
        (format!("code=c&code=d&state={state}&iss={iss}"), CallbackError::Malformed),
        (format!("code=c&state={state}&state={state}&iss={iss}"), CallbackError::Malformed),
        (format!("code={}&state={state}&iss={iss}", "c".repeat(20_000)), CallbackError::Malformed),
        (String::new(), CallbackError::WrongState),
    ] {
        assert_eq!(client.callback(&query, &pending).unwrap_err(), expected, "{query:.80}");
    }
}

#[tokio::test]
async fn an_error_keeps_its_code_and_its_words_are_no_markup() {
    let client = Provider::start().await.discover().await.unwrap();
    let pending = begin(&client);
    let query = format!(
        "error=login_required&error_description=nobody%0d%0a%22%5c&state={}&iss={}",
        pending.state,
        client.issuer()
    );
    let CallbackError::Refused { code, description } = client.callback(&query, &pending).unwrap_err() else {
        panic!("a refusal")
    };
    assert_eq!(code, ErrorCode::LoginRequired);
    assert_eq!(description.unwrap().as_str(), "nobody????");
    assert_eq!(state_of(&query), Some(pending.state));
    assert_eq!(state_of("state=a&state=b"), None);
}

#[tokio::test]
async fn a_provider_that_never_names_itself_need_not() {
    let provider = Provider::start().await;
    provider.describes_itself(|document| {
        document["authorization_response_iss_parameter_supported"] = false.into();
    });
    let client = provider.discover().await.unwrap();
    let pending = begin(&client);
    assert!(client.callback(&format!("code=c&state={}", pending.state), &pending).is_ok());
    let query = format!("code=c&state={}&iss=https://evil.example", pending.state);
    assert_eq!(client.callback(&query, &pending).unwrap_err(), CallbackError::WrongIssuer);
}
