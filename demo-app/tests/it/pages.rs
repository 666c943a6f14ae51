//! Pages that need no provider.

use scraper::{Html, Selector};

use crate::visitor::{Visitor, options};

async fn visitor() -> Visitor {
    Visitor::of(options("http://localhost:3001/oidc")).await
}

#[tokio::test]
async fn the_front_page_shows_who_is_ready() {
    let page = visitor().await.get("/").await;
    assert!(page.text.contains("<code id=\"demo-email\">ada@example.com</code>"), "{}", page.text);
    let html = Html::parse_document(&page.text);
    let password = html.select(&Selector::parse("#demo-password").unwrap()).next().unwrap();
    assert_eq!(password.text().collect::<String>(), "a password & more");
    let provider = html.select(&Selector::parse("#demo-provider").unwrap()).next().unwrap();
    assert_eq!(provider.text().collect::<String>(), "Harbour & ID");
    assert!(!page.text.contains("secret"), "no client secret on any page");
}

#[tokio::test]
async fn every_wrong_turn_has_a_way_back() {
    let mut visitor = visitor().await;
    for (method, path, status) in
        [("GET", "/no/such/page", 404), ("GET", "/refresh", 405), ("POST", "/unhappy", 405)]
    {
        let page = visitor.send(method, path, &[("sec-fetch-site", "same-origin")]).await;
        assert_eq!((page.status.as_u16(), page.forward().as_str()), (status, "/"), "{method} {path}");
    }
}

#[tokio::test]
async fn another_host_name_leads_to_the_right_one() {
    let mut visitor = visitor().await;
    let page = visitor.send("GET", "/auth/sign-in", &[("host", "127.0.0.1:3000")]).await;
    assert_eq!((page.status.as_u16(), page.forward().as_str()), (400, "http://localhost:3000"));
    assert_eq!(visitor.send("GET", "/", &[("host", "LOCALHOST:3000")]).await.status, 200);
}

#[tokio::test]
async fn the_tour_leads_through_each_unhappy_path() {
    let page = visitor().await.get("/unhappy").await;
    let html = Html::parse_document(&page.text);
    let links: Vec<_> =
        html.select(&Selector::parse(".card a").unwrap()).filter_map(|link| link.attr("href")).collect();
    for expected in [
        "http://localhost:3001/rehearse?ticket=t",
        "http://localhost:3001/sign-in",
        "http://localhost:3001/sign-in?flow=0199",
        "http://localhost:3001/no/such/page",
        "http://localhost:3001/oidc/auth?client_id=unknown&",
        "http://localhost:3001/oidc/auth?client_id=app&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Felsewhere&",
        "/auth/sign-in?prompt=none",
        "/third-party/sign-in",
        "/auth/callback?code=lost",
    ] {
        assert!(links.iter().any(|link| link.starts_with(expected)), "{expected} in {links:?}");
    }
    assert!(links.iter().any(|link| link.ends_with("&response_mode=bogus")));
    let text = html.root_element().text().collect::<String>();
    for words in ["Two tabs", "The back button", "A suspended account", "Too many tries", "The store is down"]
    {
        assert!(text.contains(words), "{words}");
    }
    assert!(text.contains("onward rehearse"), "where nothing is prepared, the card says how to");
}

#[tokio::test]
async fn what_was_prepared_besides_is_shown_too() {
    let mut options = options("http://localhost:3001/oidc");
    options.rehearsals.push(demo_app::Rehearsal {
        code: "internal".into(),
        title: "A bug <of ours>".into(),
        url: "http://localhost:3001/rehearse?ticket=u".into(),
    });
    let page = Visitor::of(options).await.get("/unhappy").await;
    assert!(page.text.contains("A bug &#60;of ours&#62;"), "{}", page.text);
}
