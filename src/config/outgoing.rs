//! What fits together among the settings of calls out.

use super::{Settings, web_url};

/// What is wrong with them, if anything.
pub(super) fn unsound(settings: &Settings) -> Option<String> {
    let urls = [
        ("graph_url", Some(&settings.graph_url)),
        ("gleif_url", Some(&settings.gleif_url)),
        ("sms_webhook_url", settings.sms_webhook_url.as_ref()),
    ];
    for (name, url) in urls {
        if let Some(url) = url
            && let Some(fault) = web_url::fault(url)
        {
            return Some(format!("{name} is {url:?}, but {fault}"));
        }
    }
    let needed = [
        (
            "smtp_server",
            settings.smtp_server.is_some(),
            "mail_from",
            settings.mail_from.is_some(),
        ),
        (
            "smtp_user",
            settings.smtp_user.is_some(),
            "smtp_password",
            settings.smtp_password.is_some(),
        ),
        (
            "sms_webhook_url",
            settings.sms_webhook_url.is_some(),
            "sms_webhook_secret",
            settings.sms_webhook_secret.is_some(),
        ),
        (
            "whatsapp_sender",
            settings.whatsapp_sender.is_some(),
            "whatsapp_sender_token",
            settings.whatsapp_sender_token.is_some(),
        ),
        (
            "whatsapp_verify_token",
            settings.whatsapp_verify_token.is_some(),
            "whatsapp_app_secret",
            settings.whatsapp_app_secret.is_some(),
        ),
    ];
    let (name, _, other, _) = needed
        .into_iter()
        .find(|(_, is_set, _, has)| *is_set && !has)?;
    Some(format!("{name} is set, but {other} is not"))
}
