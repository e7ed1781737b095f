//! What goes wrong on the way is told as what it is, and nobody can keep this server waiting or fill it.

use std::convert::Infallible;
use std::io::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use bonafide::config::LoopbackPort;
use bonafide::providers::{CertificateFault, HttpWeb, Refusal, Trouble, Web};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::future::join_all;
use futures_util::stream;
use tokio::net::TcpListener;

use super::{client, missing, refusal, trouble};
use crate::support::servers::authority::Wrong;
use crate::support::servers::dns::Fault;
use crate::support::servers::web::redirect;
use crate::support::servers::{LOOPBACK, Servers};

const SITE: &str = "site.example.com";
const URL: &str = "https://site.example.com/";

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_wrong_certificate_is_told_by_what_is_wrong() {
    let servers = Servers::start().await;
    let client = client(&servers);
    servers.file(SITE, "/", "text/plain", "hello");
    for (wrong, fault, words) in [
        (
            Wrong::Expired,
            CertificateFault::Expired,
            "its certificate has expired",
        ),
        (
            Wrong::NotYet,
            CertificateFault::NotYetValid,
            "is not valid yet",
        ),
        (
            Wrong::Name,
            CertificateFault::WrongName,
            "is for another name",
        ),
        (
            Wrong::Issuer,
            CertificateFault::UnknownIssuer,
            "has an unknown issuer",
        ),
    ] {
        servers.authority.spoils(SITE, wrong);
        let failure = client.get(URL, false).await.unwrap_err();
        assert!(failure.to_string().contains(words), "{failure}");
        assert_eq!(refusal(Err::<(), _>(failure)), Refusal::Certificate(fault));
    }
    assert!(
        servers.web.asked().is_empty(),
        "nothing is asked before the certificate counts"
    );
}

#[tokio::test]
async fn an_authority_that_nobody_named_does_not_count() {
    let servers = Servers::start().await;
    servers.file(SITE, "/", "text/plain", "hello");
    let mut settings = servers.settings();
    settings.outgoing_root_certificates = None;
    let client = bonafide::app::client(&settings).unwrap();
    let why = refusal(client.get(URL, false).await);
    assert_eq!(why, Refusal::Certificate(CertificateFault::UnknownIssuer));
}

#[tokio::test]
async fn trouble_of_names_and_connections_is_no_absence() {
    let servers = Servers::start().await;
    let client = client(&servers);
    for (name, fault) in [
        ("servfail.example.com", Fault::ServFail),
        ("refused.example.com", Fault::Refused),
    ] {
        servers.dns.fails(name, Some(fault));
        let why = trouble(client.get(&format!("https://{name}/"), false).await);
        assert!(
            matches!(&why, Trouble::Dns(code) if code.contains("they say")),
            "{why:?}"
        );
    }
    let told = missing(client.get("https://nowhere.example.com/", false).await);
    assert_eq!(
        told,
        "an address of the host at nowhere.example.com not found; found no such name"
    );
    servers.dns.says("texts.example.com", &["a text"]);
    let told = missing(client.get("https://texts.example.com/", false).await);
    assert!(told.ends_with("found no record of that kind"), "{told}");
    // An address of loopback at which nobody listens.
    let nobody: IpAddr = "127.0.0.9".parse().unwrap();
    servers.dns.leads_to("closed.example.com", &[nobody]);
    let why = trouble(client.get("https://closed.example.com/", false).await);
    assert_eq!(why, Trouble::ConnectionRefused);
}

#[tokio::test]
async fn nobody_can_keep_a_call_waiting() {
    let servers = Servers::start().await;
    let client = client(&servers);
    servers.dns.fails("silent.example.com", Some(Fault::Silent));
    // A port that takes connections and says nothing, not even in TLS.
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = servers.settings();
    settings.outgoing_loopback_ports = vec![LoopbackPort {
        asked: 443,
        goes_to: mute.local_addr().unwrap().port(),
    }];
    let to_mute = bonafide::app::client(&settings).unwrap();
    let drip = || async {
        let drops = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b"x")), ()))
        });
        Body::from_stream(drops)
    };
    let never = || async { std::future::pending::<StatusCode>().await };
    let site = Router::new()
        .route("/drip", get(drip))
        .route("/never", get(never));
    servers.site(SITE, site.route("/around", redirect("/never")));
    let began = Instant::now();
    let urls = [
        "https://site.example.com/drip",
        "https://site.example.com/never",
        "https://site.example.com/around",
    ];
    let calls = join_all(urls.iter().map(|url| client.get(url, false)));
    let (answers, muted, silent) = tokio::join!(
        calls,
        to_mute.get(URL, false),
        client.get("https://silent.example.com/", false)
    );
    for answer in answers.into_iter().chain([muted]) {
        assert_eq!(trouble(answer), Trouble::TimedOut(Duration::from_secs(5)));
    }
    assert!(matches!(trouble(silent), Trouble::Dns(_)));
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn an_answer_is_read_up_to_a_mebibyte_however_it_is_packed() {
    let servers = Servers::start().await;
    let client = client(&servers);
    let most = 1024 * 1024;
    let body = |n: usize| vec![b'a'; n];
    let gzip = |bytes: Vec<u8>| ([(header::CONTENT_ENCODING, "gzip")], bytes).into_response();
    let (small, bomb) = (packed(&body(most)), packed(&body(200 * most)));
    assert!(bomb.len() < most);
    let endless = || async {
        let chunks = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from(vec![b'a'; 16_384])));
        Body::from_stream(chunks)
    };
    let site = Router::new()
        .route("/most", get(move || async move { body(most) }))
        .route("/more", get(move || async move { vec![b'a'; most + 1] }))
        .route("/endless", get(endless))
        .route("/packed", get(move || async move { gzip(small) }))
        .route(
            "/bomb",
            get(move || async move { ([(header::CONTENT_ENCODING, "gzip")], bomb) }),
        )
        .route(
            "/broken",
            get(|| async { ([(header::CONTENT_ENCODING, "gzip")], "not packed") }),
        );
    servers.site(SITE, site);
    let asked = async |path: &str| client.get(&format!("https://{SITE}/{path}"), false).await;
    for path in ["most", "packed"] {
        assert_eq!(asked(path).await.unwrap().body.len(), most, "{path}");
    }
    for path in ["more", "endless", "bomb"] {
        assert_eq!(
            refusal(asked(path).await),
            Refusal::TooLarge(most),
            "{path}"
        );
    }
    assert!(matches!(
        trouble(asked("broken").await),
        Trouble::Unreadable(_)
    ));
}

#[tokio::test]
async fn three_redirections_are_followed_and_no_fourth() {
    let servers = Servers::start().await;
    let client = client(&servers);
    let site = Router::new()
        .route("/1", redirect("/2"))
        .route("/2", redirect("https://site.example.com/3"))
        .route("/3", redirect("4?token=secret"))
        .route("/4", get(|| async { "here" }))
        .route("/0", redirect("/1"))
        .route("/loop", redirect("/loop"));
    servers.site(SITE, site);
    let answer = client
        .get("https://site.example.com/1", false)
        .await
        .unwrap();
    assert_eq!(
        (answer.body.as_slice(), answer.at.as_str()),
        (&b"here"[..], "https://site.example.com/4")
    );
    for path in ["0", "loop"] {
        let answer = client
            .get(&format!("https://site.example.com/{path}"), false)
            .await;
        assert_eq!(refusal(answer), Refusal::TooManyRedirects(3));
    }
}

#[tokio::test]
async fn few_calls_of_one_host_are_under_way_at_once() {
    let servers = Servers::start().await;
    let client = client(&servers);
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (at_once, highest) = (Arc::clone(&now), Arc::clone(&most));
    let slow = move || async move {
        let n = at_once.fetch_add(1, Ordering::SeqCst) + 1;
        highest.fetch_max(n, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(50)).await;
        at_once.fetch_sub(1, Ordering::SeqCst);
        "done"
    };
    servers.site(SITE, Router::new().route("/", get(slow)));
    let answers = join_all((0..16).map(|_| client.get(URL, false))).await;
    assert!(
        answers
            .iter()
            .all(|a| a.as_ref().is_ok_and(|a| a.status == 200)),
        "{answers:?}"
    );
    assert_eq!(most.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn plain_http_is_called_where_the_caller_says_so() {
    let servers = Servers::start().await;
    servers.file(SITE, "/", "text/plain", "hello");
    let mut settings = servers.settings();
    settings.outgoing_loopback_ports.push(LoopbackPort {
        asked: 80,
        goes_to: servers.web.plain_port,
    });
    let client = bonafide::app::client(&settings).unwrap();
    let url = "http://site.example.com/";
    assert_eq!(client.get(url, true).await.unwrap().body, b"hello");
    assert!(matches!(
        refusal(client.get(url, false).await),
        Refusal::Url(_)
    ));
}

#[tokio::test]
async fn what_the_operator_names_may_be_anywhere_but_sends_nobody_on() {
    let servers = Servers::start().await;
    let web = HttpWeb::new(client(&servers));
    servers.dns.leads_to("intern.example.com", &[LOOPBACK]);
    let site = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/away", redirect("/"))
        .route("/down", get(|| async { StatusCode::SERVICE_UNAVAILABLE }));
    servers.site("intern.example.com", site);
    let url = format!("http://intern.example.com:{}", servers.web.plain_port);
    assert_eq!(web.get(&url).await.unwrap(), b"hello");
    assert!(
        matches!(refusal(web.get(&format!("{url}/away")).await), Refusal::Answer(why) if why.contains("302"))
    );
    assert_eq!(
        trouble(web.get(&format!("{url}/down")).await),
        Trouble::Status(503)
    );
}
