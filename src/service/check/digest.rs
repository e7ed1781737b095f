//! Keyed digests of an account, which are all that a kept check holds of it.
//!
//! The key is derived from the secret of the database, so that a digest says nothing to who has not got the
//! secret, though numbers are few enough to be tried one after the other.

use crate::domain::{
    Account, AccountKey, Badge, CatalogueItem, DisplayName, Handle, Medium, PhoneReading, SenderId,
    Text, Website,
};

/// Makes the digests of one database.
#[derive(Clone, Copy)]
pub(in crate::service) struct Digests {
    identity_key: [u8; 32],
    input_key: [u8; 32],
}

/// Shows no key.
impl std::fmt::Debug for Digests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digests")
    }
}

impl Digests {
    pub(in crate::service) fn new(secret: &[u8; 32]) -> Self {
        Self {
            identity_key: blake3::derive_key("bonafide 2026 kept checks", secret),
            input_key: blake3::derive_key("bonafide 2026 accounts of kept checks", secret),
        }
    }

    /// A digest of the account's identity: its strongest key, so that checks of one account can be counted
    /// together without keeping whose number it is.
    pub(super) fn of_identity(&self, account: &Account, phone: Option<&PhoneReading>) -> [u8; 32] {
        let identity = identity(account, phone);
        *blake3::keyed_hash(&self.identity_key, identity.as_bytes()).as_bytes()
    }

    /// The same of an account's strong key: cases, rulings and kept checks of one account have it in common.
    pub(in crate::service) fn of_key(&self, key: &AccountKey) -> [u8; 32] {
        *blake3::keyed_hash(&self.identity_key, key.to_string().as_bytes()).as_bytes()
    }

    /// A digest of everything that was told of the account, so that a replay can tell whether it is told the
    /// same again.
    ///
    /// A number that could be read counts by its E.164 form, since its notation changes no answer. The
    /// language is left out: it belongs to the person who asks.
    pub(super) fn of_input(&self, account: &Account, phone: Option<&PhoneReading>) -> [u8; 32] {
        let mut fields = Fields(blake3::Hasher::new_keyed(&self.input_key));
        match phone.and_then(|p| p.number) {
            Some(number) => fields.add("e164", Some(number.e164.to_string())),
            None => fields.add("phone", account.phone.as_deref().map(str::trim)),
        }
        fields.add(
            "default_region",
            account.default_region.map(|c| c.to_string()),
        );
        fields.add("medium", account.medium.map(Medium::as_str));
        fields.add(
            "display_name",
            account.display_name.as_ref().map(DisplayName::as_str),
        );
        fields.add(
            "platform",
            account.handle.as_ref().map(|h| h.platform().as_str()),
        );
        fields.add("handle", account.handle.as_ref().map(Handle::value));
        fields.add("website", account.website.as_ref().map(Website::as_str));
        fields.add("email", account.email.as_ref().map(ToString::to_string));
        fields.add(
            "sender_id",
            account.sender_id.as_ref().map(SenderId::as_str),
        );
        fields.add("about", account.about.as_ref().map(Text::as_str));
        fields.add("claimed_badge", account.claimed_badge.map(Badge::as_str));
        for item in &account.catalogue {
            fields.add_item(item);
        }
        *fields.0.finalize().as_bytes()
    }
}

fn identity(account: &Account, phone: Option<&PhoneReading>) -> String {
    let (site, sender) = (account.website.as_ref(), account.sender_id.as_ref());
    let name = account.display_name.as_ref();
    AccountKey::of(account, phone)
        .map(|key| key.to_string())
        .or_else(|| site.map(|s| format!("page:{}", s.as_str())))
        .or_else(|| sender.map(|s| format!("sender::{}", s.key())))
        .or_else(|| name.map(|n| format!("name:{}", n.as_str())))
        .or_else(|| account.phone.as_ref().map(|p| format!("unread:{p}")))
        .unwrap_or_default()
}

/// Fields on their way into a digest: name and value, each with its length before it, so that no two accounts
/// are written alike.
struct Fields(blake3::Hasher);

impl Fields {
    fn add(&mut self, name: &str, value: Option<impl AsRef<str>>) {
        let Some(value) = value else { return };
        for part in [name, value.as_ref()] {
            self.0.update(&(part.len() as u64).to_le_bytes());
            self.0.update(part.as_bytes());
        }
    }

    /// Adds an item of the catalogue; each begins with its title.
    fn add_item(&mut self, item: &CatalogueItem) {
        let price = item.price.as_ref();
        self.add("title", Some(item.title.as_str()));
        self.add("price", price.map(|p| p.minor_units.to_string()));
        self.add("currency", price.map(|p| &p.currency));
        self.add("image_url", item.image_url.as_ref().map(Website::as_str));
        self.add("link", item.link.as_ref().map(Website::as_str));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, medium: Option<Medium>) -> Account {
        Account {
            display_name: Some(DisplayName::parse(name).unwrap()),
            medium,
            ..Account::default()
        }
    }

    #[test]
    fn every_field_counts_and_so_does_the_secret() {
        let digest =
            |account: &Account, secret| Digests::new(&[secret; 32]).of_input(account, None);
        let plain = named("DHL", None);
        assert_eq!(digest(&plain, 1), digest(&plain.clone(), 1));
        assert_ne!(digest(&plain, 1), digest(&plain, 2));
        assert_ne!(
            digest(&plain, 1),
            digest(&named("DHL", Some(Medium::Sms)), 1)
        );
        assert_ne!(digest(&plain, 1), digest(&named("DHL ", None), 1));
    }

    #[test]
    fn the_two_digests_of_a_name_have_nothing_in_common() {
        let digests = Digests::new(&[1; 32]);
        let account = named("DHL", None);
        assert_ne!(
            digests.of_input(&account, None),
            digests.of_identity(&account, None)
        );
    }
}
