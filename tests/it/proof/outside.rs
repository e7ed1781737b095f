//! The world outside as tests want it: what sites, platforms and WhatsApp answer is set here, and what is sent is kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bonafide::domain::{Domain, Handle, Lei, Secret};
use bonafide::providers::whatsapp::{BusinessProfile, CodeMethod, PhoneNumberId, WhatsAppNumber};
use bonafide::providers::{
    BackLink, CodeMessage, CodeSender, CodeWay, Failure, LegalEntities, LeiRecord, LinkKind, Mail,
    Mailer, ProfilePages, Providers, SiteFile, SiteProofs, Trouble, WhatsAppGraph, txt_name,
    txt_text, well_known_url,
};

/// What is outside.
#[derive(Default)]
pub struct Outside {
    /// Texts of TXT records, by domain.
    pub txt: Mutex<HashMap<String, Vec<String>>>,
    /// Files, by domain.
    pub files: Mutex<HashMap<String, String>>,
    /// Sites to which profiles link, by handle.
    pub links: Mutex<HashMap<String, String>>,
    /// Numbers that WhatsApp knows, by id, each with the token that may read it.
    pub numbers: Mutex<HashMap<String, (String, WhatsAppNumber)>>,
    /// Records of entities, by LEI.
    pub records: Mutex<HashMap<String, LeiRecord>>,
    /// E-mail that was sent.
    pub mails: Mutex<Vec<Mail>>,
    /// Codes that were sent to phones.
    pub codes: Mutex<Vec<CodeMessage>>,
    /// Whether nobody answers.
    pub down: Mutex<bool>,
    /// Looks at DNS that are under way, and most at once, and all.
    pub looks: [AtomicUsize; 3],
    /// How long a look at DNS takes.
    pub slow: Mutex<Duration>,
}

impl Outside {
    pub fn providers(self: &Arc<Self>) -> Providers {
        let sender: Arc<dyn CodeSender> = Arc::clone(self) as _;
        Providers {
            sites: Arc::clone(self) as _,
            profiles: Arc::clone(self) as _,
            mailer: Some(Arc::clone(self) as _),
            codes: BTreeMap::from([(CodeWay::Sms, sender)]),
            whatsapp: Arc::clone(self) as _,
            legal: Arc::clone(self) as _,
        }
    }

    pub fn put_txt(&self, domain: &str, texts: &[&str]) {
        let texts = texts.iter().map(|t| (*t).to_owned()).collect();
        self.txt.lock().unwrap().insert(domain.to_owned(), texts);
    }

    pub fn set_down(&self, down: bool) {
        *self.down.lock().unwrap() = down;
    }

    /// The code that was sent last to a phone.
    pub fn last_code(&self) -> String {
        let codes = self.codes.lock().unwrap();
        codes.last().unwrap().code.expose().to_owned()
    }

    fn up(&self, at: &str) -> Result<(), Failure> {
        if *self.down.lock().unwrap() {
            return Err(Failure::Unavailable {
                at: at.to_owned(),
                why: Trouble::TimedOut(Duration::from_secs(5)),
            });
        }
        Ok(())
    }
}

fn missing(looked_for: &str, at: &str, found: &str) -> Failure {
    Failure::NotFound {
        looked_for: looked_for.to_owned(),
        at: at.to_owned(),
        found: found.to_owned(),
    }
}

#[async_trait]
impl SiteProofs for Outside {
    async fn txt_record(&self, domain: &Domain, token: &str) -> Result<(), Failure> {
        let under_way = self.looks[0].fetch_add(1, Ordering::SeqCst) + 1;
        self.looks[1].fetch_max(under_way, Ordering::SeqCst);
        self.looks[2].fetch_add(1, Ordering::SeqCst);
        let slow = *self.slow.lock().unwrap();
        tokio::time::sleep(slow).await;
        self.looks[0].fetch_sub(1, Ordering::SeqCst);
        self.up(&txt_name(domain))?;
        let txt = self.txt.lock().unwrap();
        let texts = txt.get(domain.as_str()).cloned().unwrap_or_default();
        if texts.contains(&txt_text(token)) || texts.iter().any(|t| t == "anything") {
            return Ok(());
        }
        let found = format!("{} other TXT records", texts.len());
        Err(missing(&txt_text(token), &txt_name(domain), &found))
    }

    async fn well_known(&self, domain: &Domain) -> Result<SiteFile, Failure> {
        let url = well_known_url(domain);
        self.up(&url)?;
        let files = self.files.lock().unwrap();
        match files.get(domain.as_str()) {
            Some(file) => SiteFile::parse(&url, file.as_bytes()),
            None => Err(missing("a file", &url, "status 404")),
        }
    }
}

#[async_trait]
impl ProfilePages for Outside {
    async fn link_to(&self, handle: &Handle, domain: &Domain) -> Result<BackLink, Failure> {
        let page = format!("https://{}.com/{}", handle.platform(), handle.value());
        self.up(&page)?;
        let links = self.links.lock().unwrap();
        match links.get(handle.value()) {
            Some(site) if site == domain.as_str() => Ok(BackLink {
                page,
                kind: LinkKind::RelMe,
                target: format!("https://{site}/"),
            }),
            _ => Err(missing(&format!("a link to {domain}"), &page, "no link")),
        }
    }
}

#[async_trait]
impl Mailer for Outside {
    async fn send(&self, mail: &Mail) -> Result<(), Failure> {
        self.up("the mail server")?;
        self.mails.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

#[async_trait]
impl CodeSender for Outside {
    async fn send(&self, message: &CodeMessage) -> Result<(), Failure> {
        self.up("the SMS gateway")?;
        self.codes.lock().unwrap().push(message.clone());
        Ok(())
    }
}

#[async_trait]
impl WhatsAppGraph for Outside {
    async fn number(&self, token: &Secret, id: &PhoneNumberId) -> Result<WhatsAppNumber, Failure> {
        self.up("WhatsApp")?;
        let numbers = self.numbers.lock().unwrap();
        match numbers.get(id.as_str()) {
            Some((wanted, number)) if wanted == token.expose() => Ok(number.clone()),
            _ => Err(missing("the number", "WhatsApp", "nothing")),
        }
    }

    async fn profile(&self, _: &Secret, _: &PhoneNumberId) -> Result<BusinessProfile, Failure> {
        Ok(BusinessProfile {
            about: Some("Coffee since 1899".to_owned()),
            websites: vec!["https://zenith-coffee.com/menu".to_owned()],
            vertical: Some("RESTAURANT".to_owned()),
            ..BusinessProfile::default()
        })
    }

    async fn request_code(
        &self,
        _: &Secret,
        _: &PhoneNumberId,
        _: CodeMethod,
        _: &str,
    ) -> Result<(), Failure> {
        self.up("WhatsApp")
    }

    async fn verify_code(&self, _: &Secret, _: &PhoneNumberId, _: &Secret) -> Result<(), Failure> {
        self.up("WhatsApp")
    }
}

#[async_trait]
impl LegalEntities for Outside {
    async fn record(&self, lei: &Lei) -> Result<LeiRecord, Failure> {
        self.up("GLEIF")?;
        let records = self.records.lock().unwrap();
        let record = records.get(lei.as_str()).cloned();
        record.ok_or_else(|| missing("a record", "GLEIF", "nothing"))
    }
}
