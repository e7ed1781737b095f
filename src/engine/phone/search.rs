//! The search for the one number in a text: links first, then every stretch that could be a number, each
//! tried as a whole, then as several.

use smallvec::SmallVec;

use super::link::{Link, link};
use super::plan;
use super::reader::sentence;
use super::scan::{Stretch, is_label, parts, stretches};
use super::sender::is_masked;
use super::vanity::keyed;
use super::variants::variants;
use crate::domain::{Bilingual, Country, E164, PhoneError, PhoneNumber};

/// Fewest digits of a number that may stand beside another one or in a sentence.
const FEWEST: usize = 7;

/// Parameters of `tel:` and `sip:` (RFC 3966 §3, RFC 3261 §19.1.1, RFC 4694): none holds another number to call.
const PARAMETERS: [&str; 10] = [
    "ext",
    "isub",
    "isub-encoding",
    "phone-context",
    "postd",
    "user",
    "transport",
    "tgrp",
    "trunk-context",
    "npdi",
];

/// The search for the one number in a text.
pub(super) struct Search {
    region: Option<Country>,
    whatsapp: bool,
    /// Prefix from an RFC 3966 `phone-context`, digits only.
    context: Option<String>,
    numbers: SmallVec<[PhoneNumber; 2]>,
    /// The refusal of the longest stretch that was none, with its length.
    refusal: Option<(usize, PhoneError)>,
    /// A `+888…` was refused.
    telegram: bool,
    /// Hidden digits were seen.
    masked: bool,
}

impl Search {
    pub fn new(region: Option<Country>, whatsapp: bool) -> Self {
        Self {
            region,
            whatsapp,
            context: None,
            numbers: SmallVec::new(),
            refusal: None,
            telegram: false,
            masked: false,
        }
    }

    pub fn run(&mut self, text: &str) {
        if !text.contains(['@', '/', ':', ';', '%']) {
            return self.plain(text);
        }
        self.words(text);
        // `…/send?phone=+44 7911 123456`: a link with spaces in the number.
        if self.numbers.is_empty()
            && text.contains(' ')
            && let Some(Link::International { digits, whatsapp }) = link(&text.replace(' ', ""))
        {
            self.link(&digits, whatsapp);
        }
    }

    /// Links word by word, then the text between them.
    fn words(&mut self, text: &str) {
        let mut rest = String::with_capacity(text.len());
        for word in text.split(' ') {
            match link(word) {
                None => rest.push_str(without_query(word)),
                Some(Link::International { digits, whatsapp }) => self.link(&digits, whatsapp),
                Some(Link::Text(user)) => {
                    let user = self.take_parameters(&user);
                    self.plain(&user);
                }
                Some(Link::NoNumber) => self.refuse(0, PhoneError::NotAPhoneIdentifier),
                Some(Link::Unrelated) => {}
            }
            rest.push(' ');
        }
        let is_whatsapp = rest
            .get(..9)
            .is_some_and(|start| start.eq_ignore_ascii_case("whatsapp:"));
        self.whatsapp |= is_whatsapp;
        let rest = self.take_parameters(rest.trim());
        self.plain(&rest);
    }

    /// Removes RFC 3966 parameters (`;ext=12`, `;phone-context=+44`) and keeps the context, which counts
    /// only when it is a number prefix.
    fn take_parameters(&mut self, text: &str) -> String {
        let mut pieces = text.split(';');
        let mut kept = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (parameter, rest) = piece.split_once(' ').unwrap_or((piece, ""));
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if !PARAMETERS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name.trim()))
            {
                kept.push(';');
                kept.push_str(piece);
                continue;
            }
            if name.trim().eq_ignore_ascii_case("phone-context") && value.starts_with('+') {
                let digits: String = value.chars().filter(char::is_ascii_digit).collect();
                self.context = (1..=7).contains(&digits.len()).then_some(digits);
            }
            kept.push(' ');
            kept.push_str(rest);
        }
        kept
    }

    /// Text without links or parameters.
    fn plain(&mut self, text: &str) {
        if is_masked(text) {
            self.masked = true;
            return;
        }
        let found = stretches(text);
        let before = self.numbers.len();
        self.candidates(text, &found);
        // Letters that touch the digits may be keys even where the digits alone are a number (`+43 1481AJMR` in
        // an open plan): then both are found, and refused as two. Letters set apart are a remark.
        let touching = found.iter().any(|stretch| stretch.glued);
        if (touching || self.numbers.len() == before)
            && let Some(number) = self.vanity(text)
        {
            self.found(number);
        }
    }

    fn candidates(&mut self, text: &str, found: &[Stretch<'_>]) {
        let candidates: SmallVec<[&Stretch<'_>; 4]> = found
            .iter()
            .filter(|s| !s.extension && !s.broken && (s.has_plus() || !s.glued))
            .collect();
        let alone = candidates.len() == 1;
        let only_fax = candidates.iter().all(|s| s.is_fax());
        for stretch in candidates.iter().filter(|s| only_fax || !s.is_fax()) {
            let short = stretch.digits() < FEWEST && !stretch.has_plus();
            // A few digits are a number only where they are the whole input (bar a label).
            if short && !(alone && (stretch.start == 0 || is_label(&text[..stretch.start]))) {
                self.refuse(stretch.digits(), PhoneError::NotANumber);
                continue;
            }
            self.stretch(stretch.text);
        }
    }

    /// One stretch: a number as a whole, or else several.
    fn stretch(&mut self, text: &str) {
        match self.number(text) {
            Ok(number) => self.found(number),
            Err(error) => {
                self.telegram |= text.starts_with("+888");
                let before = self.numbers.len();
                self.split(text);
                if self.numbers.len() == before {
                    self.refuse(text.bytes().filter(u8::is_ascii_digit).count(), error);
                }
            }
        }
    }

    /// `020 7946 0000 / 0001`, `… - 020 …`: numbers side by side, the later ones perhaps only by the digits
    /// in which they differ.
    fn split(&mut self, text: &str) {
        let pieces = parts(text);
        let mut last: Option<PhoneNumber> = None;
        if pieces.len() > 1 {
            for piece in pieces {
                let digits = piece.bytes().filter(u8::is_ascii_digit).count();
                let number = if digits >= FEWEST {
                    self.number(piece).ok()
                } else {
                    sibling(last, piece)
                };
                if let Some(number) = number {
                    self.found(number);
                    last = Some(number);
                }
            }
        }
        if last.is_none() {
            self.halve(text);
        }
    }

    /// Two numbers with nothing but a space between.
    fn halve(&mut self, text: &str) {
        for (at, _) in text.match_indices(' ') {
            let (left, right) = (text[..at].trim(), text[at..].trim());
            let long = |part: &str| part.bytes().filter(u8::is_ascii_digit).count() >= FEWEST;
            if long(left)
                && long(right)
                && let (Ok(left), Ok(right)) = (self.number(left), self.number(right))
            {
                self.found(left);
                self.found(right);
                return;
            }
        }
    }

    /// One number as written, `(0)` and all.
    fn number(&self, text: &str) -> Result<PhoneNumber, PhoneError> {
        let text = text.trim_start_matches(['(', '[', ' ']);
        let plus = text.starts_with('+');
        let whole = plus || text.starts_with(|c: char| c.is_ascii_digit());
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let read = |digits: &str| match (&self.context, plus) {
            (_, true) => plan::international(digits),
            (Some(context), false) => plan::international(&format!("{context}{digits}")),
            (None, false) => plan::bare(
                digits,
                plan::Bare {
                    region: self.home(),
                    abroad: whole && (self.region.is_none() || self.whatsapp),
                },
            ),
        };
        let first = read(&digits);
        if first.is_ok() {
            return first;
        }
        // `+351 (0)21…`: a trunk zero that the plan does not have. Where it has one, the library drops it;
        // where the zero belongs to the number (Italy), the first reading succeeded.
        if let Some((before, after)) = text.split_once("(0)") {
            let dropped: String = before
                .chars()
                .chain(after.chars())
                .filter(char::is_ascii_digit)
                .collect();
            if let Ok(number) = read(&dropped) {
                return Ok(number);
            }
        }
        // No calling code starts with 0: `+07911…` is a national number with a plus too many.
        if let (true, Some(region), true) = (plus, self.region, digits.starts_with('0'))
            && let Ok(number) = plan::national(&digits, region)
        {
            return Ok(number);
        }
        if self.whatsapp {
            alias(&digits).ok_or(()).or(first)
        } else {
            first
        }
    }

    /// Where a national number is dialled: the default, or else where the number before it is.
    fn home(&self) -> Option<Country> {
        self.region
            .or_else(|| self.numbers.first().and_then(|number| number.region))
    }

    fn link(&mut self, digits: &str, whatsapp: bool) {
        let mut result = plan::international(digits);
        if result.is_err() && whatsapp {
            result = alias(digits).ok_or(()).or(result);
        }
        // `wa.me/07911…` is a common slip; WhatsApp itself would not find anybody.
        if let (Err(_), Some(region), true) = (&result, self.region, digits.starts_with('0')) {
            result = plan::national(digits, region).or(result);
        }
        match result {
            Ok(number) => self.found(number),
            Err(error) => {
                self.telegram |= digits.starts_with("888");
                self.refuse(digits.len(), error);
            }
        }
    }

    /// Letters read as keys. Without `+` or region they are too weak a sign of a number.
    fn vanity(&self, text: &str) -> Option<PhoneNumber> {
        let keyed = keyed(text)?;
        let written = stretches(&keyed);
        let [only] = written.as_slice() else {
            return None;
        };
        (only.has_plus() || self.region.is_some())
            .then(|| self.number(only.text).ok())
            .flatten()
    }

    fn found(&mut self, number: PhoneNumber) {
        if !self.numbers.iter().any(|known| known.e164 == number.e164) {
            self.numbers.push(number);
        }
    }

    fn refuse(&mut self, digits: usize, error: PhoneError) {
        if self.refusal.is_none_or(|(longest, _)| digits > longest) {
            self.refusal = Some((digits, error));
        }
    }

    pub fn outcome(&self) -> Result<PhoneNumber, (PhoneError, Bilingual<String>)> {
        match self.numbers.as_slice() {
            [only] => Ok(*only),
            // Telegram sells numbers under a code that ITU gave to disaster relief.
            [] if self.telegram => Err((
                PhoneError::NotInPlan,
                Bilingual {
                    en: "A number with +888 is known to Telegram only; it has no SIM and cannot be called.",
                    zh: "+888 开头的号码只有 Telegram 认识；它没有 SIM 卡，无法拨打。",
                }
                .map(str::to_owned),
            )),
            [] => {
                let error = match self.refusal {
                    _ if self.masked => PhoneError::Masked,
                    Some((_, error)) => error,
                    None => PhoneError::NotANumber,
                };
                Err((error, sentence(error).map(str::to_owned)))
            }
            [first, second] => Err((
                PhoneError::Multiple,
                Bilingual {
                    en: format!(
                        "There are two numbers, {} and {}; give one.",
                        first.e164, second.e164
                    ),
                    zh: format!(
                        "这里有两个号码：{} 和 {}；请只填写一个。",
                        first.e164, second.e164
                    ),
                },
            )),
            [first, second, ..] => Err((
                PhoneError::Multiple,
                Bilingual {
                    en: format!(
                        "There are {} numbers, among them {} and {}; give one.",
                        self.numbers.len(),
                        first.e164,
                        second.e164
                    ),
                    zh: format!(
                        "这里有 {} 个号码，其中有 {} 和 {}；请只填写一个。",
                        self.numbers.len(),
                        first.e164,
                        second.e164
                    ),
                },
            )),
        }
    }
}

/// The number that differs from `last` in its last digits only, for `020 7946 0000/1`.
fn sibling(last: Option<PhoneNumber>, digits: &str) -> Option<PhoneNumber> {
    if digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let place = 10_u64.checked_pow(u32::try_from(digits.len()).ok()?)?;
    let value = last?.e164.as_u64() / place * place + digits.parse::<u64>().ok()?;
    plan::facts(E164::from_u64(value).ok()?)
}

/// The valid number for which WhatsApp keeps `digits`, a form that its plan has dropped.
fn alias(digits: &str) -> Option<PhoneNumber> {
    let kept = E164::from_u64(digits.parse().ok()?).ok()?;
    variants(kept, true).into_iter().find_map(plan::facts)
}

/// A web query after a number (`sms:+44…?body=Hi 5`) is not part of it; a lone `?` may be a mask.
fn without_query(word: &str) -> &str {
    match (word.find(':'), word.find('?')) {
        (Some(colon), Some(mark)) if colon < mark => &word[..mark],
        _ => word,
    }
}
