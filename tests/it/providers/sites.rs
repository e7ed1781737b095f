//! What a site says of itself: its TXT record, its file.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use bonafide::domain::{ChannelValue, Handle, Platform};
use bonafide::providers::{Refusal, SiteFile, Trouble};

use super::{domain, missing, providers, refusal, trouble};
use crate::support::servers::Servers;
use crate::support::servers::authority::Wrong;
use crate::support::servers::dns::Fault;
use crate::support::servers::web::redirect;

const NAME: &str = "_bonafide.acme.example.com";
const PATH: &str = "/.well-known/bonafide.json";

#[tokio::test]
async fn a_txt_record_proves_or_what_is_there_instead_is_told() {
    let servers = Servers::start().await;
    let (sites, acme) = (providers(&servers).sites, domain("acme.example.com"));
    let told = missing(sites.txt_record(&acme, "t-1").await);
    let looked_for =
        "TXT record \"bonafide-verification=t-1\" at _bonafide.acme.example.com not found";
    assert_eq!(told, format!("{looked_for}; found nothing"));
    servers.dns.says(NAME, &["v=spf1 -all", "something else"]);
    let told = missing(sites.txt_record(&acme, "t-1").await);
    assert_eq!(told, format!("{looked_for}; found 2 other TXT records"));
    servers.dns.says(NAME, &["bonafide-verification=t-2"]);
    let told = missing(sites.txt_record(&acme, "t-1").await);
    assert_eq!(
        told,
        format!("{looked_for}; found 1 other TXT record, one of them with another token")
    );
    // Seen at once, since no answer is kept.
    for texts in [
        &["v=spf1 -all", "bonafide-verification=t-1"][..],
        &["bonafide-verification=t-2", "\"bonafide-verification=t-1\""],
    ] {
        servers.dns.says(NAME, texts);
        assert_eq!(sites.txt_record(&acme, "t-1").await, Ok(()));
    }
    for near in [
        "bonafide-verification=t-11",
        "x bonafide-verification=t-1",
        "bonafide-verification=T-1",
        "t-1",
    ] {
        servers.dns.says(NAME, &[near]);
        missing(sites.txt_record(&acme, "t-1").await);
    }
}

#[tokio::test]
async fn a_txt_record_is_found_behind_an_alias_among_many_and_in_parts() {
    let servers = Servers::start().await;
    let sites = providers(&servers).sites;
    servers.dns.is_alias(NAME, "acme.proofs.example.net");
    servers
        .dns
        .says("acme.proofs.example.net", &["bonafide-verification=t-1"]);
    assert_eq!(
        sites.txt_record(&domain("acme.example.com"), "t-1").await,
        Ok(())
    );
    // Too much for one packet, so that the answer comes over TCP; the last is longer than one string of a record.
    let long = "t".repeat(300);
    let mut many: Vec<String> = (0..40).map(|n| format!("{n:060}")).collect();
    many.push(format!("bonafide-verification={long}"));
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    servers.dns.says("_bonafide.many.example.com", &many);
    assert_eq!(
        sites.txt_record(&domain("many.example.com"), &long).await,
        Ok(())
    );
}

#[tokio::test]
async fn name_servers_in_trouble_are_no_missing_record() {
    let servers = Servers::start().await;
    let (sites, acme) = (providers(&servers).sites, domain("acme.example.com"));
    servers.dns.says(NAME, &["bonafide-verification=t-1"]);
    for fault in [Fault::ServFail, Fault::Refused, Fault::Silent] {
        servers.dns.fails(NAME, Some(fault));
        let why = trouble(sites.txt_record(&acme, "t-1").await);
        assert!(matches!(why, Trouble::Dns(_)), "{why:?}");
    }
    servers.dns.fails(NAME, None);
    assert_eq!(sites.txt_record(&acme, "t-1").await, Ok(()));
}

#[tokio::test]
async fn a_file_proves_and_lists_channels() {
    let servers = Servers::start().await;
    let (sites, acme) = (providers(&servers).sites, domain("acme.example.com"));
    let instagram = Handle::parse(Platform::Instagram, "acme").unwrap();
    let instagram = ChannelValue::Handle(instagram);
    let file = SiteFile::to_publish("t-1", std::slice::from_ref(&instagram));
    servers.file("acme.example.com", PATH, "application/json", &file);
    let found = sites.well_known(&acme).await.unwrap();
    assert_eq!(
        found.at,
        "https://acme.example.com/.well-known/bonafide.json"
    );
    assert_eq!(
        (found.holds("t-1"), found.lists(&instagram)),
        (Ok(()), Ok(()))
    );
    assert!(missing(found.holds("t-2")).ends_with("found 1 other entry"));
}

#[tokio::test]
async fn a_file_counts_where_the_site_keeps_it_itself() {
    let servers = Servers::start().await;
    let (sites, acme) = (providers(&servers).sites, domain("acme.example.com"));
    let file = SiteFile::to_publish("t-1", &[]);
    servers.file("www.example.com", PATH, "application/json", &file);
    servers.file("example.org", PATH, "application/json", &file);
    servers.file("notexample.com", PATH, "application/json", &file);
    let sends_to =
        |to: &str| servers.site("acme.example.com", Router::new().route(PATH, redirect(to)));
    sends_to("https://www.example.com/.well-known/bonafide.json");
    let found = sites.well_known(&acme).await.unwrap();
    assert_eq!(
        found.at,
        "https://www.example.com/.well-known/bonafide.json"
    );
    for other in ["example.org", "notexample.com"] {
        sends_to(&format!("https://{other}{PATH}"));
        assert_eq!(
            refusal(sites.well_known(&acme).await),
            Refusal::OtherSite(other.to_owned())
        );
    }
    sends_to("http://acme.example.com/.well-known/bonafide.json");
    assert!(matches!(
        refusal(sites.well_known(&acme).await),
        Refusal::Url(_)
    ));
}

#[tokio::test]
async fn a_file_that_is_not_there_is_told_apart_from_a_site_in_trouble() {
    let servers = Servers::start().await;
    let (sites, acme) = (providers(&servers).sites, domain("acme.example.com"));
    let answers = |status: u16| {
        let status = StatusCode::from_u16(status).unwrap();
        servers.site(
            "acme.example.com",
            Router::new().route(PATH, get(move || async move { status })),
        );
    };
    for status in [204, 304, 403, 404, 410] {
        answers(status);
        let told = missing(sites.well_known(&acme).await);
        let at = "https://acme.example.com/.well-known/bonafide.json";
        assert_eq!(
            told,
            format!("Bonafide's JSON file at {at} not found; found status {status}")
        );
    }
    for status in [408, 425, 500, 502, 503, 504] {
        answers(status);
        assert_eq!(
            trouble(sites.well_known(&acme).await),
            Trouble::Status(status)
        );
    }
    answers(429);
    assert_eq!(
        trouble(sites.well_known(&acme).await),
        Trouble::Busy { retry_after: None }
    );
    servers.file("acme.example.com", PATH, "text/html", "<!doctype html>");
    assert!(missing(sites.well_known(&acme).await).contains("what is not JSON (line 1, column 1)"));
    servers.authority.spoils("acme.example.com", Wrong::Expired);
    assert!(matches!(
        refusal(sites.well_known(&acme).await),
        Refusal::Certificate(_)
    ));
}
