//! E-mail by SMTP (RFC 5321), over TLS unless the operator says otherwise.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::client::{cause, certificates};
use super::{Failure, Mail, Mailer, Refusal, Trouble};
use crate::domain::{Email, Secret};

/// How long handing over one message may take; servers look at it first.
const WHOLE: Duration = Duration::from_secs(30);
/// How long the server may be silent.
const SILENCE: Duration = Duration::from_secs(10);
/// Who is asked, in words: its address is the operator's business.
const AT: &str = "the mail server";

/// How the way to a mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// By STARTTLS, without which nothing is sent.
    Starttls,
    /// By TLS from the first byte.
    Implicit,
    /// Not at all.
    None,
}

/// Which mail server.
#[derive(Debug, Clone)]
pub struct SmtpRules {
    /// `HOST` or `HOST:PORT`.
    pub server: String,
    /// How the way there is kept private; it gives the port where none is named: 587, 465, 25.
    pub tls: MailTls,
    /// Our name and password there.
    pub credentials: Option<(String, Secret)>,
    /// Whom messages are from.
    pub from: Email,
    /// A PEM file of certificates that count beside those which this machine trusts.
    pub root_certificates: Option<PathBuf>,
}

/// Sends e-mail.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl Smtp {
    /// Sends by a server; it fails when the rules cannot be kept.
    pub fn new(rules: &SmtpRules) -> Result<Self, String> {
        let (host, port) = host_and_port(&rules.server, rules.tls)?;
        let from = address(&rules.from).map_err(|e| e.to_string())?;
        let tls = match rules.tls {
            MailTls::None => Tls::None,
            MailTls::Starttls => Tls::Required(parameters(&host, rules)?),
            MailTls::Implicit => Tls::Wrapper(parameters(&host, rules)?),
        };
        let hello = ClientId::Domain(rules.from.domain().to_string());
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .tls(tls)
            .hello_name(hello)
            .timeout(Some(SILENCE));
        if let Some((name, password)) = &rules.credentials {
            let password = password.expose().to_owned();
            builder = builder.credentials(Credentials::new(name.clone(), password));
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    fn message(&self, mail: &Mail) -> Result<Message, Failure> {
        let refuse = |why: String| Failure::refused(mail.to.to_string(), Refusal::Answer(why));
        let to = address(&mail.to).map_err(|e| refuse(e.to_string()))?;
        let id = format!("<{}@{}>", mail.id, self.from.domain());
        MessageBuilder::new()
            .from(Mailbox::new(Some("Bonafide".to_owned()), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(mail.subject.as_str())
            .date(SystemTime::from(mail.at))
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|e| refuse(e.to_string()))
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), Failure> {
        let sent = self.transport.send(self.message(mail)?);
        match tokio::time::timeout(WHOLE, sent).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(Failure::unavailable(AT, Trouble::TimedOut(WHOLE))),
        }
    }
}

/// What the server's no means: 4yz asks to come again, 5yz does not (RFC 5321 §4.2.1). Its words are not passed on, since they
/// may quote the message.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    if error.is_timeout() {
        return Failure::unavailable(AT, Trouble::TimedOut(SILENCE));
    }
    let code = error.status().map(|c| c.to_string()).unwrap_or_default();
    if error.is_transient() {
        let code = code.parse().unwrap_or(450);
        return Failure::unavailable(AT, Trouble::Status(code));
    }
    if error.is_permanent() {
        let words = match code.as_str() {
            "530" | "534" | "535" | "538" => "it does not let this server in",
            "550" | "551" | "553" | "556" => "there is no such mailbox",
            "552" => "the mailbox is full",
            _ => "it takes no such message",
        };
        return Failure::refused(AT, Refusal::Answer(format!("status {code}, {words}")));
    }
    cause(AT, error)
}

/// The domain of an address in ASCII, as every server takes it.
fn address(email: &Email) -> Result<Address, lettre::address::AddressError> {
    Address::new(email.local(), email.domain().as_str())
}

fn host_and_port(server: &str, tls: MailTls) -> Result<(String, u16), String> {
    let usual = match tls {
        MailTls::Starttls => 587,
        MailTls::Implicit => 465,
        MailTls::None => 25,
    };
    let (host, port) = match server.rsplit_once(':') {
        // Without brackets, the colons are an IPv6 address's own.
        Some((host, _)) if host.contains(':') && !host.starts_with('[') => (server, None),
        Some((host, port)) => (host, Some(port)),
        None => (server, None),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = port.map_or(Ok(usual), str::parse);
    match port {
        Ok(port) if !host.is_empty() && port != 0 => Ok((host.to_owned(), port)),
        _ => Err(format!("{server:?} is neither a host nor HOST:PORT")),
    }
}

fn parameters(host: &str, rules: &SmtpRules) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(file) = &rules.root_certificates {
        for certificate in certificates(file)? {
            let certificate = Certificate::from_der(certificate.to_vec());
            builder = builder.add_root_certificate(certificate.map_err(|e| e.to_string())?);
        }
    }
    builder.build().map_err(|e| e.to_string())
}
