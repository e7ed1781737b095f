//! Whoever names a site cannot make this server call what only it can reach.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use bonafide::providers::{Client, ClientRules, LoopbackPort, Refusal};
use hickory_resolver::proto::rr::RecordType;
use tokio::net::TcpListener;

use super::{client, refusal};
use crate::support::servers::Servers;
use crate::support::servers::dns::NameServer;
use crate::support::servers::web::redirect;

/// A port of this machine that nobody may call, and how often somebody did.
struct Forbidden {
    port: u16,
    calls: Arc<AtomicUsize>,
}

impl Forbidden {
    async fn start() -> Self {
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { port, calls }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

/// A client that may call that port of any public address.
fn strict(dns: SocketAddr, port: u16) -> Client {
    let rules = ClientRules {
        dns_server: Some(dns),
        ports: vec![port],
        ..ClientRules::default()
    };
    Client::new(rules).unwrap()
}

/// Hosts as URLs may write them, and what each is.
const HOSTS: &[(&str, &str)] = &[
    ("127.0.0.1", "loopback"),
    ("127.0.0.1.", "loopback"),
    ("127.1", "loopback"),
    ("127.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("2130706433", "loopback"),
    ("0x7f000001", "loopback"),
    ("0x7f.1", "loopback"),
    ("0X7F.0x0.0x0.0x1", "loopback"),
    ("017700000001", "loopback"),
    ("0177.0.0.1", "loopback"),
    ("0177.0.0.01", "loopback"),
    ("00000177.0x0.1", "loopback"),
    ("１２７.０.０.１", "loopback"),
    ("127。0。0。1", "loopback"),
    ("①②⑦.⓪.⓪.①", "loopback"),
    ("%31%32%37.0.0.1", "loopback"),
    ("0", "this network"),
    ("0.0.0.0", "this network"),
    ("10.0.0.1", "private"),
    ("012.0.0.1", "private"),
    ("167772161", "private"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("192.168.1.1", "private"),
    ("3232235777", "private"),
    ("0xc0a80101", "private"),
    ("100.64.0.1", "carrier"),
    ("100.100.100.200", "carrier"),
    ("169.254.169.254", "metadata"),
    ("2852039166", "metadata"),
    ("0xA9FEA9FE", "metadata"),
    ("0251.0376.0251.0376", "metadata"),
    ("169.254.43518", "metadata"),
    ("168.63.129.16", "metadata"),
    ("169.254.1.1", "link-local"),
    ("192.0.0.192", "protocol"),
    ("192.0.2.1", "documentation"),
    ("198.51.100.1", "documentation"),
    ("203.0.113.1", "documentation"),
    ("198.18.0.1", "benchmarks"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.250", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "reserved"),
    ("[::]", "unspecified"),
    ("[::1]", "loopback"),
    ("[0:0:0:0:0:0:0:1]", "loopback"),
    ("[0000:0000:0000:0000:0000:0000:0000:0001]", "loopback"),
    ("[::ffff:127.0.0.1]", "carries"),
    ("[::ffff:7f00:1]", "carries"),
    ("[::ffff:8.8.8.8]", "carries"),
    ("[::127.0.0.1]", "carries"),
    ("[::ffff:0:127.0.0.1]", "carries"),
    ("[64:ff9b::127.0.0.1]", "carries"),
    ("[64:ff9b:1::10.0.0.1]", "carries"),
    ("[2002:7f00:1::]", "carries"),
    ("[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "carries"),
    ("[2a00::5efe:192.168.0.1]", "carries"),
    ("[fc00::1]", "private"),
    ("[fd00:ec2::254]", "private"),
    ("[fec0::1]", "private"),
    ("[fe80::1]", "link-local"),
    ("[ff02::1]", "multicast"),
    ("[2001:db8::1]", "documentation"),
    ("[3fff::1]", "documentation"),
    ("[2001:2::1]", "benchmarks"),
    ("[2001:20::1]", "protocol"),
    ("[100::1]", "reserved"),
    ("[4000::1]", "reserved"),
];

#[tokio::test]
async fn no_way_of_writing_an_address_leads_inside() {
    let (dns, forbidden) = (NameServer::start().await, Forbidden::start().await);
    let client = strict(dns.address, forbidden.port);
    assert!(HOSTS.len() >= 60);
    for (host, kind) in HOSTS {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{}/latest/meta-data", forbidden.port);
            let why = refusal(client.get(&url, true).await);
            let Refusal::Address { kind: found, .. } = why else {
                panic!("{url}: {why:?}");
            };
            assert!(found.contains(kind), "{url} is {found}");
        }
    }
    assert_eq!(forbidden.calls(), 0);
}

#[tokio::test]
async fn a_url_that_hides_where_it_leads_or_is_no_websites_is_refused() {
    let (dns, forbidden) = (NameServer::start().await, Forbidden::start().await);
    dns.leads_to("public.example.com", &["127.0.0.1".parse().unwrap()]);
    let client = strict(dns.address, forbidden.port);
    let long = format!("https://example.com/{}", "a".repeat(3_000));
    for (url, why) in [
        ("http://example.com/", "only https is called here"),
        ("ftp://example.com/", "only https"),
        ("file:///etc/passwd", "only https"),
        ("gopher://127.0.0.1:25/_HELO", "only https"),
        ("data:text/html,hello", "only https"),
        ("javascript:alert(1)", "only https"),
        ("unix:/run/docker.sock", "only https"),
        ("https://", "no address of a website"),
        ("https:///path", "no name of the public network"),
        ("example.com", "no address of a website"),
        ("//example.com", "no address of a website"),
        ("", "no address of a website"),
        ("https://user@example.com/", "user name"),
        ("https://user:password@example.com/", "user name"),
        ("https://example.com@127.0.0.1/", "user name"),
        (
            "https://127.0.0.1%40example.com/",
            "no address of a website",
        ),
        ("https://127.0.0.1\\@example.com/", "loopback"),
        ("https://127.0.0.1#@example.com/", "loopback"),
        ("https://127.0.0.1?@example.com/", "loopback"),
        ("https://example.com:22/", "ports 443 and 80"),
        ("https://example.com:8080/", "ports 443 and 80"),
        ("https://example.com:6379/", "ports 443 and 80"),
        ("https://example.com:65536/", "no address of a website"),
        ("https://localhost/", "public network"),
        ("https://LOCALHOST./", "public network"),
        ("https://metadata/", "public network"),
        ("https://exa mple.com/", "no address of a website"),
        ("https://exam\u{0}ple.com/", "no address of a website"),
        ("https://xn--a/", "no address of a website"),
        ("https://[::1/", "no address of a website"),
        ("https://[fe80::1%25eth0]/", "no address of a website"),
        ("https://256.1.1.1/", "no address of a website"),
        ("https://1.2.3.4.5/", "no address of a website"),
        (&long, "longer than 2,048 bytes"),
    ] {
        let refused = client.get(url, false).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{url}: {refused}");
    }
    assert_eq!(forbidden.calls(), 0);
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_whatever_else_it_leads_to() {
    let (dns, forbidden) = (NameServer::start().await, Forbidden::start().await);
    let client = strict(dns.address, forbidden.port);
    for address in [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "::1",
        "::ffff:10.0.0.1",
        "fd00:ec2::254",
        "64:ff9b::a00:1",
    ] {
        let inside: IpAddr = address.parse().unwrap();
        let public: IpAddr = if inside.is_ipv4() {
            "1.1.1.1"
        } else {
            "2606:4700::1111"
        }
        .parse()
        .unwrap();
        for answer in [vec![inside], vec![public, inside]] {
            dns.leads_to("inside.example.com", &answer);
            dns.is_alias("alias.example.net", "inside.example.com");
            for host in [
                "inside.example.com",
                "INSIDE.example.com.",
                "alias.example.net",
                "ｉｎｓｉｄｅ.example.com",
            ] {
                let url = format!("https://{host}:{}/", forbidden.port);
                let why = refusal(client.get(&url, false).await);
                assert!(
                    matches!(why, Refusal::Address { address, .. } if address == inside),
                    "{why:?}"
                );
            }
        }
    }
    assert_eq!(forbidden.calls(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_held_to_what_was_looked_at() {
    let servers = Servers::start().await;
    let client = client(&servers);
    let (here, inside): (IpAddr, IpAddr) =
        ("127.0.0.1".parse().unwrap(), "10.0.0.1".parse().unwrap());
    servers.file("turns.example.com", "/", "text/plain", "hello");
    let url = "https://turns.example.com/";
    servers
        .dns
        .leads_in_turn("turns.example.com", &[&[here], &[inside]]);
    let answer = client.get(url, false).await.unwrap();
    assert_eq!(answer.body, b"hello");
    assert_eq!(servers.dns.asked("turns.example.com", RecordType::A), 1);
    assert!(matches!(
        refusal(client.get(url, false).await),
        Refusal::Address { .. }
    ));
    servers
        .dns
        .leads_in_turn("turns.example.com", &[&[inside], &[here]]);
    assert!(matches!(
        refusal(client.get(url, false).await),
        Refusal::Address { .. }
    ));
    assert_eq!(servers.dns.asked("turns.example.com", RecordType::A), 3);
    assert_eq!(servers.web.asked(), ["turns.example.com/"]);
}

#[tokio::test]
async fn a_redirection_is_held_to_the_same_rules() {
    let servers = Servers::start().await;
    let forbidden = Forbidden::start().await;
    servers
        .dns
        .leads_to("inside.example.com", &["192.168.0.1".parse().unwrap()]);
    let rules = ClientRules {
        dns_server: Some(servers.dns.address),
        ports: vec![forbidden.port],
        loopback_ports: vec![LoopbackPort {
            asked: 443,
            goes_to: servers.web.port,
        }],
        root_certificates: servers.settings().outgoing_root_certificates,
    };
    let client = Client::new(rules).unwrap();
    let port = forbidden.port;
    for (to, why) in [
        (format!("https://127.0.0.1:{port}/"), "loopback"),
        (format!("https://[::1]:{port}/"), "loopback"),
        (format!("//0x7f000001:{port}/"), "loopback"),
        (
            "https://169.254.169.254/latest/meta-data/".to_owned(),
            "metadata",
        ),
        ("https://inside.example.com/".to_owned(), "192.168.0.1"),
        ("http://site.example.com/".to_owned(), "only https"),
        ("ftp://site.example.com/".to_owned(), "only https"),
        ("file:///etc/passwd".to_owned(), "only https"),
        ("https://site.example.com:22/".to_owned(), "ports"),
        ("https://a:b@site.example.com/".to_owned(), "user name"),
        ("https://localhost/".to_owned(), "public network"),
        ("https://[".to_owned(), "no address of a website"),
    ] {
        servers.site("site.example.com", Router::new().route("/", redirect(&to)));
        let refused = client
            .get("https://site.example.com/", false)
            .await
            .unwrap_err();
        assert!(!refused.is_temporary(), "{to}: {refused}");
        assert!(refused.to_string().contains(why), "{to}: {refused}");
    }
    assert_eq!(forbidden.calls(), 0);
}
