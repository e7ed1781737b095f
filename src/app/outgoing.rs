//! What calls out, as the settings say.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::config::{ConfigError, Settings, SmtpTls};
use crate::domain::Email;
use crate::providers::code::{SmsWebhook, SmsWebhookRules, ToLog, WhatsAppCodes, WhatsAppSender};
use crate::providers::whatsapp::{Graph, PhoneNumberId};
use crate::providers::{
    Client, ClientRules, CodeSender, CodeWay, Gleif, LoopbackPort, MailTls, Mailer, NetProfiles,
    NetSites, Providers, Smtp, SmtpRules,
};

/// The one client by which this process calls out.
pub fn client(settings: &Settings) -> Result<Client, ConfigError> {
    let ports = settings.outgoing_loopback_ports.iter();
    let rules = ClientRules {
        dns_server: settings.dns_server,
        ports: settings.outgoing_ports.clone(),
        loopback_ports: ports
            .map(|p| LoopbackPort {
                asked: p.asked,
                goes_to: p.goes_to,
            })
            .collect(),
        root_certificates: settings.outgoing_root_certificates.clone(),
    };
    let wrong = |why| ConfigError::Value(format!("outgoing_root_certificates: {why}"));
    Client::new(rules).map_err(wrong)
}

/// All that calls out, by that client.
pub fn providers(settings: &Settings, client: &Client) -> Result<Providers, ConfigError> {
    let graph = Graph::new(client.clone(), &settings.graph_url);
    let to_log = settings.codes_to_log;
    let mailer: Option<Arc<dyn Mailer>> = match smtp(settings)? {
        Some(smtp) => Some(Arc::new(smtp)),
        None if to_log => Some(Arc::new(ToLog)),
        None => None,
    };
    let mut codes: BTreeMap<CodeWay, Arc<dyn CodeSender>> = BTreeMap::new();
    if let Some(sender) = whatsapp_sender(settings)? {
        let sender = WhatsAppCodes::new(graph.clone(), sender);
        codes.insert(CodeWay::Whatsapp, Arc::new(sender));
    }
    if let Some(sms) = sms(settings, client)? {
        codes.insert(CodeWay::Sms, Arc::new(sms));
    }
    if codes.is_empty() && to_log {
        codes.insert(CodeWay::Log, Arc::new(ToLog));
    }
    Ok(Providers {
        sites: Arc::new(NetSites::new(client.clone())),
        profiles: Arc::new(NetProfiles::new(client.clone())),
        mailer,
        codes,
        whatsapp: Arc::new(graph),
        legal: Arc::new(Gleif::new(client.clone(), &settings.gleif_url)),
    })
}

fn smtp(settings: &Settings) -> Result<Option<Smtp>, ConfigError> {
    let (Some(server), Some(from)) = (&settings.smtp_server, &settings.mail_from) else {
        return Ok(None);
    };
    let wrong = |name: &str, why: &dyn fmt::Display| ConfigError::Value(format!("{name}: {why}"));
    let user = settings.smtp_user.clone();
    let rules = SmtpRules {
        server: server.clone(),
        tls: match settings.smtp_tls {
            SmtpTls::Starttls => MailTls::Starttls,
            SmtpTls::Implicit => MailTls::Implicit,
            SmtpTls::None => MailTls::None,
        },
        credentials: user.zip(settings.smtp_password.clone()),
        from: Email::parse(from).map_err(|e| wrong("mail_from", &e))?,
        root_certificates: settings.outgoing_root_certificates.clone(),
    };
    let smtp = Smtp::new(&rules).map_err(|e| wrong("smtp_server", &e))?;
    Ok(Some(smtp))
}

fn sms(settings: &Settings, client: &Client) -> Result<Option<SmsWebhook>, ConfigError> {
    let (Some(url), Some(secret)) = (&settings.sms_webhook_url, &settings.sms_webhook_secret)
    else {
        return Ok(None);
    };
    let rules = SmsWebhookRules {
        url: url.clone(),
        secret: secret.clone(),
    };
    let wrong = |why| ConfigError::Value(format!("sms_webhook_secret: {why}"));
    SmsWebhook::new(client.clone(), &rules)
        .map(Some)
        .map_err(wrong)
}

fn whatsapp_sender(settings: &Settings) -> Result<Option<WhatsAppSender>, ConfigError> {
    let (Some(from), Some(token)) = (&settings.whatsapp_sender, &settings.whatsapp_sender_token)
    else {
        return Ok(None);
    };
    let wrong = |why| ConfigError::Value(format!("whatsapp_sender: {why}"));
    Ok(Some(WhatsAppSender {
        from: PhoneNumberId::parse(from).map_err(wrong)?,
        token: token.clone(),
        template: settings.whatsapp_template.clone(),
    }))
}
