//! E-mail, handed to a server that speaks the real protocol.

use bonafide::config::{Settings, SmtpTls};
use bonafide::domain::Email;
use bonafide::providers::{CertificateFault, Failure, Mail, Refusal, Trouble};

use super::{providers, refusal, trouble, with};
use crate::support::servers::Servers;
use crate::support::servers::authority::Wrong;
use crate::support::servers::smtp::MailServer;

fn mail(to: &str) -> Mail {
    Mail {
        id: "clm_1.1".to_owned(),
        to: Email::parse(to).unwrap(),
        subject: "Your code for Café Zürich 咖啡".to_owned(),
        text: "The code is 314159.\n.\n. It works once.\n".to_owned(),
        at: "2026-03-01T09:00:00Z".parse().unwrap(),
    }
}

async fn send(settings: &Settings, to: &str) -> Result<(), Failure> {
    with(settings).mailer.unwrap().send(&mail(to)).await
}

#[tokio::test]
async fn a_message_arrives_over_tls_as_it_was_written() {
    let servers = Servers::start().await;
    for tls in [SmtpTls::Starttls, SmtpTls::Implicit, SmtpTls::None] {
        let server = MailServer::start(&servers.authority, tls).await;
        let mut settings = servers.settings();
        settings.smtp_server = Some(format!("127.0.0.1:{}", server.port));
        settings.smtp_tls = tls;
        if tls == SmtpTls::None {
            (settings.smtp_user, settings.smtp_password) = (None, None);
        }
        send(&settings, "Help@Acme.example.com").await.unwrap();
        let taken = server.last_to("Help@acme.example.com").unwrap();
        assert_eq!(taken.secure, tls != SmtpTls::None);
        assert_eq!(taken.from, "proof@bonafide.example.net");
        let (head, body) = taken.message.split_once("\n\n").unwrap();
        assert!(
            head.contains("Message-ID: <clm_1.1@bonafide.example.net>"),
            "{head}"
        );
        assert!(
            head.contains("Date: Sun, 01 Mar 2026 09:00:00 +0000"),
            "{head}"
        );
        assert!(head.contains("Subject: ") && head.is_ascii(), "{head}");
        assert!(head.contains("text/plain; charset=utf-8"), "{head}");
        assert_eq!(body.trim_end(), "The code is 314159.\n.\n. It works once.");
    }
}

#[tokio::test]
async fn what_the_server_says_no_with_is_told_apart() {
    let servers = Servers::start().await;
    let settings = servers.settings();
    servers
        .mail
        .answers("nobody@acme.example.com", "550 5.1.1 no such user 314159");
    let failure = send(&settings, "nobody@acme.example.com")
        .await
        .unwrap_err();
    assert_eq!(
        failure.to_string(),
        "the mail server: it refuses: status 550, there is no such mailbox"
    );
    servers
        .mail
        .answers("later@acme.example.com", "451 4.7.1 come again");
    assert_eq!(
        trouble(send(&settings, "later@acme.example.com").await),
        Trouble::Status(451)
    );
    let mut wrong = settings.clone();
    wrong.smtp_password = Some("another".into());
    let why = refusal(send(&wrong, "help@acme.example.com").await);
    assert!(
        matches!(&why, Refusal::Answer(why) if why.contains("535")),
        "{why:?}"
    );
    let mut closed = settings.clone();
    closed.smtp_server = Some(format!("127.0.0.9:{}", servers.mail.port));
    assert_eq!(
        trouble(send(&closed, "help@acme.example.com").await),
        Trouble::ConnectionRefused
    );
    assert!(servers.mail.taken().is_empty());
}

#[tokio::test]
async fn no_message_goes_out_where_others_can_read_it() {
    let servers = Servers::start().await;
    let settings = servers.settings();
    servers.authority.spoils("127.0.0.1", Wrong::Issuer);
    let why = refusal(send(&settings, "help@acme.example.com").await);
    assert_eq!(why, Refusal::Certificate(CertificateFault::UnknownIssuer));
    let server = MailServer::start(&servers.authority, SmtpTls::Starttls).await;
    server.strips_starttls();
    let mut stripped = settings.clone();
    stripped.smtp_server = Some(format!("127.0.0.1:{}", server.port));
    assert!(send(&stripped, "help@acme.example.com").await.is_err());
    assert!(servers.mail.taken().is_empty() && server.taken().is_empty());
}

#[tokio::test]
async fn whoever_sets_up_no_mail_server_sends_none() {
    assert!(with(&Settings::default()).mailer.is_none());
    let servers = Servers::start().await;
    assert!(providers(&servers).mailer.is_some());
    assert!(!format!("{:?}", mail("help@acme.example.com")).contains("314159"));
}
