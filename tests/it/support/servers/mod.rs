//! Real servers on ports of this machine, for everything that Bonafide calls out to: name server, websites over TLS,
//! mail server, gateway for text messages, and look-alikes of WhatsApp's Graph API and of GLEIF's register that keep to what
//! those document.
//!
//! Settings from [`Servers::settings`] lead there and nowhere else: names are known by the name server alone, sites answer by
//! their real names at port 443 with certificates of an authority made for the test.

pub mod authority;
pub mod dns;
pub mod gleif;
pub mod graph;
pub mod sms;
pub mod smtp;
pub mod web;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;

use bonafide::config::{LoopbackPort, Settings, SmtpTls};
use tempfile::TempDir;

use authority::Authority;
use dns::NameServer;
use gleif::Gleif;
use graph::Graph;
use sms::SmsGateway;
use smtp::MailServer;
use web::WebServer;

pub const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub const APP_SECRET: &str = "the app's secret";
pub const VERIFY_TOKEN: &str = "open sesame";
/// The number from which codes are sent on WhatsApp, and its owner's token.
pub const SENDER: (&str, &str) = ("106540352242922", "EAAJsender");

/// All of them, running.
pub struct Servers {
    pub authority: Arc<Authority>,
    pub dns: NameServer,
    pub web: WebServer,
    pub mail: MailServer,
    pub graph: Graph,
    pub gleif: Gleif,
    pub sms: SmsGateway,
    directory: TempDir,
}

impl Servers {
    pub async fn start() -> Self {
        let authority = Arc::new(Authority::new());
        let servers = Self {
            dns: NameServer::start().await,
            web: WebServer::start(&authority).await,
            mail: MailServer::start(&authority, SmtpTls::Starttls).await,
            graph: Graph::new(),
            gleif: Gleif::new(),
            sms: SmsGateway::new(),
            directory: tempfile::tempdir().unwrap(),
            authority,
        };
        std::fs::write(servers.root_file(), servers.authority.pem()).unwrap();
        servers
            .graph
            .add_number(SENDER.0, SENDER.1, "Bonafide", "15550001111");
        servers.site("graph.facebook.com", servers.graph.router());
        servers.site("api.gleif.org", servers.gleif.router());
        servers.site("sms.example.net", servers.sms.router());
        servers
    }

    /// A website of a host, which the name server leads to.
    pub fn site(&self, host: &str, router: axum::Router) {
        self.dns.leads_to(host, &[LOOPBACK]);
        self.web.site(host, router);
    }

    /// A file of a website: any path of the host besides answers 404.
    pub fn file(&self, host: &str, path: &str, kind: &'static str, body: &str) {
        self.dns.leads_to(host, &[LOOPBACK]);
        self.web.file(host, path, kind, body);
    }

    fn root_file(&self) -> PathBuf {
        self.directory.path().join("roots.pem")
    }

    pub fn settings(&self) -> Settings {
        Settings {
            dns_server: Some(self.dns.address),
            outgoing_loopback_ports: vec![LoopbackPort {
                asked: 443,
                goes_to: self.web.port,
            }],
            outgoing_root_certificates: Some(self.root_file()),
            smtp_server: Some(format!("127.0.0.1:{}", self.mail.port)),
            smtp_user: Some(smtp::USER.to_owned()),
            smtp_password: Some(smtp::PASSWORD.into()),
            mail_from: Some("proof@bonafide.example.net".to_owned()),
            sms_webhook_url: Some("https://sms.example.net/messages".to_owned()),
            sms_webhook_secret: Some(sms::SECRET.into()),
            whatsapp_app_secret: Some(APP_SECRET.into()),
            whatsapp_verify_token: Some(VERIFY_TOKEN.into()),
            whatsapp_sender: Some(SENDER.0.to_owned()),
            whatsapp_sender_token: Some(SENDER.1.into()),
            ..Settings::default()
        }
    }
}
