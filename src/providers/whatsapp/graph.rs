//! The Graph API over HTTP.

use async_trait::async_trait;
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::client::{Answer, Call, Client};
use super::super::{Failure, Trouble, WhatsAppGraph};
use super::webhook::shown_number;
use super::{
    BusinessProfile, CodeMethod, CodeStatus, NameStatus, PhoneNumberId, WhatsAppNumber, graph_error,
};
use crate::domain::Secret;

const NUMBER_FIELDS: &str = "display_phone_number,verified_name,name_status,code_verification_status,\
    is_official_business_account,status,quality_rating";
const PROFILE_FIELDS: &str =
    "about,address,description,email,websites,vertical,profile_picture_url";

/// Asks the Graph API.
#[derive(Clone)]
pub struct Graph {
    client: Client,
    base: String,
}

#[derive(Deserialize)]
struct NumberBody {
    id: String,
    display_phone_number: String,
    #[serde(default)]
    verified_name: Option<String>,
    #[serde(default)]
    name_status: Option<String>,
    #[serde(default)]
    code_verification_status: Option<String>,
    #[serde(default)]
    is_official_business_account: bool,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    quality_rating: Option<String>,
}

#[derive(Deserialize)]
struct ProfileList {
    data: Vec<ProfileBody>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProfileBody {
    about: Option<String>,
    address: Option<String>,
    description: Option<String>,
    email: Option<String>,
    websites: Vec<String>,
    vertical: Option<String>,
    profile_picture_url: Option<String>,
}

#[derive(Deserialize)]
struct Success {
    success: bool,
}

#[derive(Deserialize)]
struct Sent {
    messages: Vec<Value>,
}

impl Graph {
    /// Asks by a client; `base` is the address with its version, `https://graph.facebook.com/v25.0`.
    pub fn new(client: Client, base: &str) -> Self {
        Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
        }
    }

    /// Sends a message from a number.
    pub(in super::super) async fn send_message(
        &self,
        token: &Secret,
        from: &PhoneNumberId,
        message: &Value,
    ) -> Result<(), Failure> {
        let url = format!("{}/{from}/messages", self.base);
        let call = Call::of_operator(Method::POST, &url);
        let call = call.with_body("application/json", message.to_string().into_bytes())?;
        let (at, sent): (String, Sent) = self.ask(token, call).await?;
        if sent.messages.is_empty() {
            return Err(unreadable(at, "it took no message"));
        }
        Ok(())
    }

    async fn get<T: DeserializeOwned>(
        &self,
        token: &Secret,
        path: &str,
        fields: &str,
    ) -> Result<(String, T), Failure> {
        let url = format!("{}/{path}?fields={fields}", self.base);
        self.ask(token, Call::of_operator(Method::GET, &url)).await
    }

    /// Posts a form that is answered by success or an error.
    async fn post(&self, token: &Secret, path: &str, form: &[(&str, &str)]) -> Result<(), Failure> {
        let url = format!("{}/{path}", self.base);
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let call = Call::of_operator(Method::POST, &url)
            .with_body("application/x-www-form-urlencoded", body.into_bytes())?;
        let (at, done): (String, Success) = self.ask(token, call).await?;
        if done.success {
            return Ok(());
        }
        Err(unreadable(at, "it says neither yes nor why not"))
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        token: &Secret,
        call: Call<'_>,
    ) -> Result<(String, T), Failure> {
        let bearer = format!("Bearer {}", token.expose());
        let answer = self.client.call(call.with(AUTHORIZATION, &bearer)?).await?;
        if answer.status != 200 {
            return Err(graph_error::failure(answer));
        }
        let Answer { at, body, .. } = answer;
        match serde_json::from_slice(&body) {
            Ok(read) => Ok((at, read)),
            // What the error quotes is somebody's data.
            Err(e) => {
                let place = format!("line {}, column {}", e.line(), e.column());
                Err(unreadable(at, &place))
            }
        }
    }
}

fn unreadable(at: String, why: &str) -> Failure {
    Failure::unavailable(at, Trouble::Unreadable(why.to_owned()))
}

#[async_trait]
impl WhatsAppGraph for Graph {
    async fn number(&self, token: &Secret, id: &PhoneNumberId) -> Result<WhatsAppNumber, Failure> {
        let (at, body): (_, NumberBody) = self.get(token, id.as_str(), NUMBER_FIELDS).await?;
        if body.id != id.as_str() {
            return Err(unreadable(at, "it answers with another number"));
        }
        let name_status = body.name_status.as_deref();
        let code_status = body.code_verification_status.as_deref();
        Ok(WhatsAppNumber {
            id: id.clone(),
            number: shown_number(&body.display_phone_number),
            display_phone_number: short(body.display_phone_number, 60),
            verified_name: body.verified_name.map(|n| short(n, 512)),
            name_status: NameStatus::of(name_status.unwrap_or("NONE")),
            code_verification_status: CodeStatus::of(code_status.unwrap_or("NOT_VERIFIED")),
            is_official_business_account: body.is_official_business_account,
            status: body.status.map(|s| short(s, 60)),
            quality_rating: body.quality_rating.map(|r| short(r, 60)),
        })
    }

    async fn profile(
        &self,
        token: &Secret,
        id: &PhoneNumberId,
    ) -> Result<BusinessProfile, Failure> {
        let path = format!("{id}/whatsapp_business_profile");
        let (_, list): (_, ProfileList) = self.get(token, &path, PROFILE_FIELDS).await?;
        // A business that wrote nothing has no entry.
        let body = list.data.into_iter().next().unwrap_or_default();
        let text = |text: Option<String>, most| {
            let text = text.map(|t| short(t, most));
            text.filter(|t| !t.trim().is_empty())
        };
        let websites = body.websites.into_iter().filter(|w| !w.is_empty());
        Ok(BusinessProfile {
            about: text(body.about, 139),
            address: text(body.address, 256),
            description: text(body.description, 512),
            email: text(body.email, 128),
            websites: websites.take(2).map(|w| short(w, 256)).collect(),
            vertical: text(body.vertical, 60).filter(|v| v != "UNDEFINED"),
            picture_url: text(body.profile_picture_url, 2_048),
        })
    }

    async fn request_code(
        &self,
        token: &Secret,
        id: &PhoneNumberId,
        method: CodeMethod,
        language: &str,
    ) -> Result<(), Failure> {
        let method = match method {
            CodeMethod::Sms => "SMS",
            CodeMethod::Voice => "VOICE",
        };
        let form = [("code_method", method), ("language", language)];
        self.post(token, &format!("{id}/request_code"), &form).await
    }

    async fn verify_code(
        &self,
        token: &Secret,
        id: &PhoneNumberId,
        code: &Secret,
    ) -> Result<(), Failure> {
        let form = [("code", code.expose())];
        self.post(token, &format!("{id}/verify_code"), &form).await
    }
}

/// A text within a bound, in characters: what WhatsApp promises to keep to.
fn short(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text,
        Some((end, _)) => text[..end].to_owned(),
    }
}
