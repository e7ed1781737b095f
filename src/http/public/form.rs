//! What a person types into the form, turned into an account.

use axum::http::{HeaderMap, header};
use serde::Deserialize;

use crate::domain::{Account, AnswerLanguage, Bilingual, Handle, Sentence, say};
use crate::service::contract::{AccountInput, HandleInput};

const NUMBER: Bilingual<&str> = Bilingual {
    en: "Number",
    zh: "号码",
};
const NAME: Bilingual<&str> = Bilingual {
    en: "Name",
    zh: "名称",
};
const LINK: Bilingual<&str> = Bilingual {
    en: "Link",
    zh: "链接",
};

/// The form as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CheckForm {
    pub(super) phone: String,
    pub(super) name: String,
    pub(super) link: String,
}

impl CheckForm {
    /// Reads a posted form; what cannot be read is an empty form, which asks again.
    pub(super) fn read(body: &[u8]) -> Self {
        serde_urlencoded::from_bytes(body).unwrap_or_default()
    }

    /// The account as typed, unread.
    pub(super) fn input(&self, headers: &HeaderMap) -> AccountInput {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        let mut input = AccountInput {
            phone: given(&self.phone),
            display_name: given(&self.name),
            default_region: region_of(headers),
            ..AccountInput::default()
        };
        if let Some(link) = given(&self.link) {
            place_link(&mut input, link);
        }
        input
    }

    /// The account, or one sentence that says what to mend.
    pub(super) fn account(
        &self,
        headers: &HeaderMap,
        language: AnswerLanguage,
    ) -> Result<Account, Sentence> {
        let input = self.input(headers);
        if input.phone.is_none()
            && input.display_name.is_none()
            && input.website.is_none()
            && input.email.is_none()
            && input.handle.is_none()
        {
            return Err(say!(language;
                en: "Fill in at least one field: the number, the name or the link.";
                zh: "请至少填写一项：号码、名称或链接。"));
        }
        input.parse().map_err(|errors| {
            let lines = errors.0.iter().map(|e| {
                let field = match e.pointer.as_str() {
                    "/phone" => NUMBER,
                    "/display_name" => NAME,
                    _ => LINK,
                };
                // What exactly is wrong is told in English only, as in problems of the API.
                say!(language;
                    en: "{}: {}.", field.en, e.detail;
                    zh: "{}：无法识别，请检查后重新填写。", field.zh)
                .to_string()
            });
            let lines: Vec<_> = lines.collect();
            say!(language; en: "{}", lines.join(" "); zh: "{}", lines.concat())
        })
    }
}

/// The country of the browser's first language (`en-GB`), in which a national number is most likely meant.
fn region_of(headers: &HeaderMap) -> Option<String> {
    let languages = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let first = languages.split([',', ';']).next()?.trim();
    let region = first.rsplit('-').next()?;
    let fits =
        first.contains('-') && region.len() == 2 && region.bytes().all(|b| b.is_ascii_alphabetic());
    fits.then(|| region.to_ascii_uppercase())
}

/// A link may be an e-mail address, a profile on a platform, a chat link that holds a number, or a website.
fn place_link(input: &mut AccountInput, link: String) {
    let bare = link
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_start_matches("www.");
    let host = bare.split('/').next().unwrap_or_default();
    let host = host.to_ascii_lowercase();
    if matches!(&*host, "wa.me" | "api.whatsapp.com") && input.phone.is_none() {
        input.phone = Some(link);
    } else if let Some(handle) = Handle::of_link(&link) {
        input.handle = Some(HandleInput {
            platform: handle.platform().to_string(),
            value: handle.value().to_owned(),
        });
    } else if link.contains('@') && !link.starts_with('@') && !link.contains('/') {
        input.email = Some(link);
    } else if let Some(handle) = link.strip_prefix('@') {
        // No platform is known: the handle is read as a name, which it is to those who see it.
        if input.display_name.is_none() {
            input.display_name = Some(handle.to_owned());
        }
    } else {
        input.website = Some(link);
    }
}
