//! What fits together among the settings, and what shows of them.

use std::fs;
use std::process::Command;

use bonafide::app;
use bonafide::config::Settings;
use serde_json::{Value, json};

fn fault(flags: &Value) -> String {
    Settings::load(None, flags).unwrap_err().to_string()
}

#[test]
fn settings_that_cannot_work_are_refused_by_name() {
    for (flags, why) in [
        (
            json!({"smtp_server": "mail.example.com"}),
            "smtp_server is set, but mail_from is not",
        ),
        (
            json!({"smtp_user": "me"}),
            "smtp_user is set, but smtp_password is not",
        ),
        (
            json!({"sms_webhook_url": "https://sms.example.net"}),
            "but sms_webhook_secret is not",
        ),
        (
            json!({"whatsapp_sender": "1"}),
            "but whatsapp_sender_token is not",
        ),
        (
            json!({"whatsapp_verify_token": "x"}),
            "but whatsapp_app_secret is not",
        ),
        (
            json!({"graph_url": "http://graph.example.com"}),
            "graph_url is",
        ),
        (json!({"gleif_url": "gleif"}), "gleif_url is"),
        (json!({"smtp_tls": "maybe"}), "smtp_tls"),
        (
            json!({"outgoing_loopback_ports": ["443"]}),
            "is not two ports",
        ),
        (
            json!({"outgoing_loopback_ports": ["443:0"]}),
            "is not two ports",
        ),
        (json!({"dns_server": "127.0.0.1"}), "dns_server"),
    ] {
        let told = fault(&flags);
        assert!(told.contains(why), "{flags}: {told}");
    }
}

#[test]
fn what_only_shows_when_it_is_used_is_refused_at_the_start() {
    let providers = |flags: Value| {
        let settings = Settings::load(None, flags).unwrap();
        app::client(&settings).and_then(|client| app::providers(&settings, &client).map(drop))
    };
    assert!(providers(json!({})).is_ok());
    for (flags, why) in [
        (
            json!({"smtp_server": "mail:x", "mail_from": "a@example.com"}),
            "neither a host nor HOST:PORT",
        ),
        (
            json!({"smtp_server": "mail", "mail_from": "nobody"}),
            "mail_from",
        ),
        (
            json!({"sms_webhook_url": "https://a.example", "sms_webhook_secret": "short"}),
            "sms_webhook_secret",
        ),
        (
            json!({"whatsapp_sender": "+44", "whatsapp_sender_token": "x"}),
            "whatsapp_sender",
        ),
        (
            json!({"outgoing_root_certificates": "/nowhere.pem"}),
            "/nowhere.pem",
        ),
    ] {
        let told = providers(flags.clone()).unwrap_err().to_string();
        assert!(told.contains(why), "{flags}: {told}");
    }
}

#[test]
fn a_file_sets_all_of_it_and_no_secret_shows() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("bonafide.toml");
    let text = r#"
        dns_server = "127.0.0.1:5353"
        outgoing_ports = [8443]
        outgoing_loopback_ports = ["443:34567"]
        smtp_server = "mail.example.com"
        smtp_tls = "implicit"
        smtp_user = "me"
        smtp_password = "hunter2"
        mail_from = "proof@example.com"
        sms_webhook_url = "https://sms.example.net/"
        sms_webhook_secret = "whsec_hunter2"
        whatsapp_sender = "106540352242922"
        whatsapp_sender_token = "hunter2"
        whatsapp_app_secret = "hunter2"
        whatsapp_verify_token = "hunter2"
        codes_to_log = true
    "#;
    fs::write(&file, text).unwrap();
    let settings = Settings::load(Some(&file), json!({})).unwrap();
    assert_eq!(settings.whatsapp_sender.as_deref(), Some("106540352242922"));
    assert_eq!(settings.outgoing_loopback_ports[0].goes_to, 34_567);
    let shown = format!("{settings:?}");
    assert!(
        !shown.contains("hunter2") && shown.contains("***"),
        "{shown}"
    );
}

#[test]
fn a_variable_of_digits_is_the_text_that_it_is_meant_to_be() {
    let directory = tempfile::tempdir().unwrap();
    let listed = Command::new(env!("CARGO_BIN_EXE_bonafide"))
        .args(["user", "list"])
        .current_dir(directory.path())
        .env_clear()
        .env("BONAFIDE_WHATSAPP_SENDER", "0106540352242922")
        .env("BONAFIDE_WHATSAPP_SENDER_TOKEN", "314159")
        .env("BONAFIDE_SMTP_PASSWORD", "true")
        .env("BONAFIDE_OUTGOING_LOOPBACK_PORTS", "[443:34567]")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&listed.stderr);
    assert!(listed.status.success(), "{said}");
}
