//! Whether the public page of an account names a site.

use axum::Router;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use bonafide::domain::{Handle, Platform};
use bonafide::providers::{LinkKind, Refusal, Trouble};

use super::{domain, missing, providers, refusal, trouble};
use crate::support::servers::web::redirect;
use crate::support::servers::{LOOPBACK, Servers};

fn handle(platform: Platform) -> Handle {
    Handle::parse(platform, "acme").unwrap()
}

#[tokio::test]
async fn a_page_names_a_site_by_link_by_the_platforms_own_detour_or_in_words() {
    let servers = Servers::start().await;
    let (profiles, acme) = (providers(&servers).profiles, domain("acme.example.com"));
    let links = [
        (
            r#"<a href="https://acme.example.com/">shop</a>"#,
            LinkKind::Link,
        ),
        (
            r#"<a href="http://www.acme.example.com/de?x=1">shop</a>"#,
            LinkKind::Link,
        ),
        (
            r#"<a href="https://l.facebook.com/l.php?u=https%3A%2F%2Facme.example.com%2F&amp;h=AT0">x</a>"#,
            LinkKind::Link,
        ),
        (
            r#"<a href="/away?to=https%3A%2F%2Facme.example.com">x</a>"#,
            LinkKind::Link,
        ),
        (
            r#"<a href="https://acme.example.com">x</a><link rel="me nofollow" href="https://acme.example.com/me">"#,
            LinkKind::RelMe,
        ),
        ("<p>Find us at <b>ACME.example.com</b>!</p>", LinkKind::Text),
        (
            r#"<meta property="og:description" content="acme.example.com - since 1920">"#,
            LinkKind::Text,
        ),
    ];
    for (html, kind) in links {
        servers.file("www.facebook.com", "/acme", "text/html", html);
        let found = profiles
            .link_to(&handle(Platform::Facebook), &acme)
            .await
            .unwrap();
        assert_eq!(
            (found.kind, found.page.as_str()),
            (kind, "https://www.facebook.com/acme"),
            "{html}"
        );
        assert!(
            found.target.to_lowercase().contains("acme.example.com"),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn a_page_that_names_other_sites_is_told_with_their_number() {
    let servers = Servers::start().await;
    let (profiles, acme) = (providers(&servers).profiles, domain("acme.example.com"));
    let html = r#"<h1>Acme</h1><a href="/about">about</a><a href="https://notacme.example.com">a</a>
        <a href="https://acme.example.com.example.org">b</a><a href="https://www.instagram.com/other/">c</a>
        <a href="https://acme.example.com@example.org/">d</a><a href="https://example.org/?u=https://acme.example.com">e</a>
        <a href="mailto:help@elsewhere.example.org">f</a><a href="javascript:'acme'">g</a><!-- https://acme.example.com -->
        <script>var site = "https://acme.example.com"</script>"#;
    servers.file("www.instagram.com", "/acme", "text/html", html);
    let told = missing(profiles.link_to(&handle(Platform::Instagram), &acme).await);
    assert_eq!(
        told,
        "a link to acme.example.com at https://www.instagram.com/acme not found; found 4 links to other sites"
    );
}

#[tokio::test]
async fn a_page_that_shows_nothing_to_strangers_says_nothing_of_its_links() {
    let servers = Servers::start().await;
    let (profiles, acme) = (providers(&servers).profiles, domain("acme.example.com"));
    let asked = async |platform| profiles.link_to(&handle(platform), &acme).await;
    let sign_in = || get(|| async { Html("<h1>Sign in</h1>") });
    servers.dns.leads_to("www.instagram.com", &[LOOPBACK]);
    let site = Router::new().route("/acme", redirect("/accounts/login/?next=/acme"));
    servers.site(
        "www.instagram.com",
        site.route("/accounts/login/", sign_in()),
    );
    assert_eq!(
        trouble(asked(Platform::Instagram).await),
        Trouble::SignInWall
    );
    for status in [401, 403, 999] {
        let status = StatusCode::from_u16(status).unwrap();
        let site = Router::new().route("/company/acme", get(move || async move { status }));
        servers.site("www.linkedin.com", site);
        assert_eq!(
            trouble(asked(Platform::Linkedin).await),
            Trouble::SignInWall
        );
    }
    let shell = r#"<title>Acme</title><div id="root"></div><script src="/app.js"></script>"#;
    servers.file("x.com", "/acme", "text/html", shell);
    assert!(
        matches!(trouble(asked(Platform::X).await), Trouble::Unreadable(why) if why.contains("scripts"))
    );
    servers.site(
        "t.me",
        Router::new().route("/acme", get(|| async { StatusCode::BAD_GATEWAY })),
    );
    assert_eq!(
        trouble(asked(Platform::Telegram).await),
        Trouble::Status(502)
    );
}

#[tokio::test]
async fn an_account_that_is_not_there_and_a_platform_without_pages_are_told_as_such() {
    let servers = Servers::start().await;
    let (profiles, acme) = (providers(&servers).profiles, domain("acme.example.com"));
    servers.file("www.tiktok.com", "/@other", "text/html", "acme.example.com");
    let told = missing(profiles.link_to(&handle(Platform::Tiktok), &acme).await);
    assert_eq!(
        told,
        "the page of the account at https://www.tiktok.com/@acme not found; found status 404"
    );
    let none = profiles.link_to(&handle(Platform::Wechat), &acme).await;
    assert_eq!(refusal(none), Refusal::NoPublicPage);
    servers.file("evil.example.org", "/", "text/html", "acme.example.com");
    servers.site(
        "www.pinterest.com",
        Router::new().route("/acme", redirect("https://evil.example.org/")),
    );
    servers.dns.leads_to("www.pinterest.com", &[LOOPBACK]);
    let away = profiles.link_to(&handle(Platform::Pinterest), &acme).await;
    assert_eq!(
        refusal(away),
        Refusal::OtherSite("evil.example.org".to_owned())
    );
}
