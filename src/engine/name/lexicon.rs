//! What a word means when it is not a brand: service word, legal form, place, person's name, filler.
//!
//! Nothing is ever deleted on account of these lists; they explain what stands beside a registered name.

use std::ops::BitOr;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::fold::Folded;
use super::text::with_text;
use super::{shipped, sound};

/// What a word can mean; a set, since "service" is also a surname somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Meaning(u16);

impl Meaning {
    /// Nothing known.
    pub const NONE: Self = Self(0);
    /// A service word of any category.
    pub const SERVICE: Self = Self(1);
    /// A service word by which an account claims to speak for a business: care, support, help desk.
    pub const CARE: Self = Self(1 << 1);
    /// A word that claims genuineness: official, verified.
    pub const CLAIM: Self = Self(1 << 2);
    /// A word about money, prizes, accounts, loans.
    pub const MONEY: Self = Self(1 << 3);
    /// A legal form.
    pub const LEGAL: Self = Self(1 << 4);
    /// A country, region or city.
    pub const PLACE: Self = Self(1 << 5);
    /// A given name.
    pub const GIVEN: Self = Self(1 << 6);
    /// A family name.
    pub const FAMILY: Self = Self(1 << 7);
    /// A person's name, given or family.
    pub const PERSON: Self = Self(Self::GIVEN.0 | Self::FAMILY.0);
    /// A function word: the, of, from.
    pub const FILLER: Self = Self(1 << 8);
    /// A top-level domain or scheme in a name that is written like a link.
    pub const DOMAIN: Self = Self(1 << 9);
    /// A word by which English names a way to be reached: chat, hotline, WhatsApp.
    pub const CHANNEL: Self = Self(1 << 10);

    /// Whether any of `other` is meant.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing is known.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Meaning {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

const FILLERS: &str = "the of from at by for in on and to a an my your our with is it's de la le les du des el los las y e o da do dos das di del della dei der die das den dem und von vom bei im am zu zum van het en op bij och i na w z ve ile dan di ke dari yang untuk от из и в на с для від та し の は へ で 的 是 之 와 과 의 من في و ب";
const DOMAIN_WORDS: &str = "com net org info biz top xyz online site shop store club vip app io co me live icu www http https link click support help website space tech pro cc tk ml ga cf gq page web ru uk us de fr it es br in cn eu id vn";

static WORDS: LazyLock<FxHashMap<Box<str>, Meaning>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    let mut add = |phrase: &str, meaning: Meaning| {
        let glued = Folded::of(phrase).glued();
        if !glued.is_empty() {
            let slot = words.entry(glued.into_boxed_str()).or_insert(Meaning::NONE);
            *slot = *slot | meaning;
        }
    };
    for (phrase, rest) in shipped::rows(shipped::AFFIXES) {
        let mut fields = rest.split('\t');
        let (language, category) = (fields.next(), fields.next().unwrap_or_default());
        add(phrase, service(category));
        if category == "contact_channel" && language == Some("en") {
            add(phrase, Meaning::CHANNEL);
        }
    }
    for (form, _) in shipped::rows(shipped::LEGAL_FORMS) {
        add(form, Meaning::LEGAL);
    }
    for (place, _) in shipped::rows(shipped::PLACES) {
        add(place, Meaning::PLACE);
    }
    let names = shipped::unpacked(shipped::GIVEN_NAMES);
    for (name, kind) in shipped::rows(&names) {
        let meaning = match kind {
            "given" => Meaning::GIVEN,
            "family" => Meaning::FAMILY,
            _ => Meaning::PERSON,
        };
        add(name, meaning);
    }
    FILLERS.split(' ').for_each(|w| add(w, Meaning::FILLER));
    DOMAIN_WORDS
        .split(' ')
        .for_each(|w| add(w, Meaning::DOMAIN));
    words
});

fn service(category: &str) -> Meaning {
    let kind = match category {
        "customer_service"
        | "support"
        | "helpdesk"
        | "contact_channel"
        | "blocked_generic_sender_bt_ee"
        | "restricted_sender_acma" => Meaning::CARE,
        "official" | "verification" | "security_fraud" => Meaning::CLAIM,
        "payments_account" | "prize_promo" | "refund_compensation" | "loan_investment" => {
            Meaning::MONEY
        }
        "region_branch" => Meaning::PLACE,
        _ => Meaning::NONE,
    };
    kind | Meaning::SERVICE
}

/// A country, as two capital letters (ISO 3166-1 alpha-2).
pub type CountryCode = [u8; 2];

/// The countries that use each legal form, where a source says.
static FORMS: LazyLock<FxHashMap<Box<str>, Vec<CountryCode>>> = LazyLock::new(|| {
    let mut forms: FxHashMap<Box<str>, Vec<CountryCode>> = FxHashMap::default();
    for (form, rest) in shipped::rows(shipped::LEGAL_FORMS) {
        let countries = rest.split('\t').next().unwrap_or_default();
        let glued = Folded::of(form).glued().into_boxed_str();
        let known = forms.entry(glued).or_default();
        known.extend(
            (countries.split(',')).filter_map(|c| CountryCode::try_from(c.as_bytes()).ok()),
        );
    }
    forms
});

/// The countries that use a legal form, folded and without spaces; none where no source says.
pub fn countries_of(form: &str) -> &'static [CountryCode] {
    FORMS.get(form).map_or(&[], Vec::as_slice)
}

/// Whether a word only holds the words of a name together: a function word or a single letter.
pub fn joins(word: &[char]) -> bool {
    word.len() == 1 || meaning(word.iter().copied()).has(Meaning::FILLER)
}

/// Longest phrase of the lists, in letters.
pub const LONGEST: usize = 32;

/// What makes a word of the lists one that is read inside glued letters.
pub const READ_INSIDE: Meaning =
    Meaning(Meaning::SERVICE.0 | Meaning::LEGAL.0 | Meaning::PLACE.0 | Meaning::DOMAIN.0);

/// The words of the lists that are read inside glued letters, folded and without spaces.
pub(super) fn read_inside() -> impl Iterator<Item = &'static str> {
    let inside = WORDS.iter().filter(|(_, meaning)| meaning.has(READ_INSIDE));
    inside.map(|(word, _)| &**word)
}

/// What a folded word or glued phrase means.
pub fn meaning(letters: impl Iterator<Item = char> + Clone) -> Meaning {
    with_text(letters.take(LONGEST + 1), |text| match WORDS.get(text) {
        Some(&meaning) => meaning,
        None if text.is_ascii() => Meaning::NONE,
        None => person_elsewhere(text),
    })
}

/// Whether a Greek or Cyrillic word is a person's name in Latin letters: Γρηγόρης is Grigoris.
fn person_elsewhere(text: &str) -> Meaning {
    let latin: Option<String> = text.chars().map(sound::cyrillic_or_greek).collect();
    let known = latin.and_then(|latin| WORDS.get(latin.as_str()).copied());
    known
        .filter(|meaning| meaning.has(Meaning::PERSON))
        .map_or(Meaning::NONE, |_| Meaning::PERSON)
}
