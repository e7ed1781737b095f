//! Whether the legal form that the account adds is one of the business's own country.
//!
//! Forms belong to countries (ISO 20275): "SAXOBANK A/S" may well be what Danish law calls Saxo Bank, "Posti GmbH" is nothing that
//! a Finnish business is. Its country is told by its websites and e-mail domains, since that is what the registry knows of most.

use smallvec::SmallVec;

use super::{Evidence, Signal, say};
use crate::domain::ChannelValue;
use crate::engine::name::lexicon::{self, CountryCode};
use crate::engine::screening::evidence::NameEvidence;
use crate::engine::screening::remainder::Explained;

pub(super) const SIGNAL: Signal = Signal {
    code: "legal_home",
    bins: &[
        "no legal form",
        "of its country",
        "of no one country",
        "of a country, its own unknown",
        "of another country",
    ],
    bin: |e| e.name().map_or(0, |c| bin(e, c)),
    sentence: |e| {
        let c = e.name()?;
        let form = c.remainder.texts(Explained::LegalForm);
        let name = e.registered_name();
        (bin(e, c) == FOREIGN).then(|| {
            say!(e.language;
                en: "The legal form {form:?} is not one of the country of {name:?}.";
                zh: "公司形式“{form}”不属于“{name}”所在的国家或地区。")
        })
    },
};

const HOME: usize = 1;
const NOWHERE: usize = 2;
const UNKNOWN: usize = 3;
const FOREIGN: usize = 4;

/// A part of the registered name only says too little of which business is meant.
const WHOLE: f32 = 0.98;

fn bin(e: &Evidence<'_>, c: &NameEvidence) -> usize {
    let forms = (c.remainder.pieces.iter()).filter(|p| p.explained == Explained::LegalForm);
    if c.coverage <= WHOLE || forms.clone().next().is_none() {
        return 0;
    }
    let mut homes: Option<SmallVec<[CountryCode; 4]>> = None;
    let mut weightiest = NOWHERE;
    for form in forms {
        let glued: String = form.text.chars().filter(|c| *c != ' ').collect();
        let countries = lexicon::countries_of(&glued);
        if countries.is_empty() {
            continue;
        }
        let homes = homes.get_or_insert_with(|| homes_of(e));
        if homes.iter().any(|home| countries.contains(home)) {
            return HOME;
        }
        weightiest = if homes.is_empty() { UNKNOWN } else { FOREIGN };
    }
    weightiest
}

/// The countries under whose top-level domains the business has websites or e-mail domains.
fn homes_of(e: &Evidence<'_>) -> SmallVec<[CountryCode; 4]> {
    (e.business().channels.iter())
        .filter_map(|channel| match &channel.value {
            ChannelValue::Website(website) => Some(website.domain()),
            ChannelValue::EmailDomain(domain) => Some(domain),
            _ => None,
        })
        .filter_map(|domain| country(domain.as_str()))
        .collect()
}

/// Country domains that are sold for what they spell or sound like: they say nothing of a country. Those that search engines treat
/// so (Google, "Managing multi-regional and multilingual sites", list of generic country-code domains), and .gg, .ly, .sh, .to.
const SOLD: &str = "ad ai as bz cc cd co dj fm gg io la ly me ms nu sc sh sr su to tv tk ws";

/// The country of a host name's last label.
fn country(host: &str) -> Option<CountryCode> {
    let label = host.rsplit('.').next()?;
    let code = CountryCode::try_from(label.as_bytes()).ok()?;
    match label {
        "uk" => Some(*b"GB"),
        "eu" => None,
        _ if SOLD.split(' ').any(|sold| sold == label) => None,
        _ => Some(code.map(|b| b.to_ascii_uppercase())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_told_by_its_domain() {
        assert_eq!(country("posti.fi"), Some(*b"FI"));
        assert_eq!(country("www.tesco.co.uk"), Some(*b"GB"));
        for host in ["example.com", "example.io", "europa.eu", "example.museum"] {
            assert_eq!(country(host), None, "{host}");
        }
    }

    #[test]
    fn forms_are_known_by_their_countries() {
        assert!(lexicon::countries_of("as").contains(b"DK"));
        assert!(lexicon::countries_of("tbk").contains(b"ID"));
        assert!(lexicon::countries_of("holdings").is_empty());
        assert!(lexicon::countries_of("netflix").is_empty());
    }
}
