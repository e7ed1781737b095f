use serde::{Deserialize, Serialize};
use std::fmt;

use super::{Bilingual, Country, Invalid, error::word_enum};

/// A number of the public network in E.164 form: a calling code and a national number, 6 to 15 digits.
///
/// E.164 sets no lower bound; of all strings of digits, the shortest in any plan have six (`+98 9601`, an Iranian
/// company number), by enumeration with Google's plan data.
///
/// Held as the digits' value, so that a set of a million numbers costs eight bytes each; a number never
/// starts with zero (no calling code does), so that nothing is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct E164(u64);

impl E164 {
    /// Parses the strict form `+` and 6–15 digits; extraction from anything looser is `engine::phone`.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let refuse = |reason| Err(Invalid::new("E.164 number", value, reason));
        let Some(digits) = value.strip_prefix('+') else {
            return refuse("it must start with +");
        };
        if !(6..=15).contains(&digits.len()) {
            return refuse("it must have 6 to 15 digits");
        }
        if digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return refuse("after the + come digits, and no calling code starts with 0");
        }
        match digits.parse() {
            Ok(number) => Ok(Self(number)),
            Err(_) => refuse("it must have 6 to 15 digits"),
        }
    }

    /// The number whose digits, without `+`, are the decimal digits of `value`: 6 to 15 of them.
    pub fn from_u64(value: u64) -> Result<Self, Invalid> {
        if (100_000..1_000_000_000_000_000).contains(&value) {
            Ok(Self(value))
        } else {
            Err(Invalid::new(
                "E.164 number",
                &value.to_string(),
                "it must have 6 to 15 digits",
            ))
        }
    }

    /// The digits without `+`, as a number.
    pub fn as_u64(self) -> u64 {
        self.0
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

impl std::str::FromStr for E164 {
    type Err = Invalid;

    fn from_str(value: &str) -> Result<Self, Invalid> {
        Self::parse(value)
    }
}

word_enum! {
    /// What the numbering plan says that a number is for; Google's names.
    "number type" NumberType {
        /// A landline.
        FixedLine = "FIXED_LINE",
        /// A mobile.
        Mobile = "MOBILE",
        /// The plan cannot tell the two apart (US, Canada …).
        FixedLineOrMobile = "FIXED_LINE_OR_MOBILE",
        /// Free for the caller.
        TollFree = "TOLL_FREE",
        /// Expensive for the caller.
        PremiumRate = "PREMIUM_RATE",
        /// Shared cost.
        SharedCost = "SHARED_COST",
        /// Internet telephony.
        Voip = "VOIP",
        /// A personal number that follows its owner (+44 70).
        PersonalNumber = "PERSONAL_NUMBER",
        /// A pager.
        Pager = "PAGER",
        /// Universal access number of a company.
        Uan = "UAN",
        /// Voicemail access.
        Voicemail = "VOICEMAIL",
        /// Not known.
        Unknown = "UNKNOWN",
    }
}

word_enum! {
    /// What kind of thing stood in the phone field.
    "phone kind" PhoneKind {
        /// A dialable number.
        Number = "number",
        /// A short code, which means something only within one country.
        ShortCode = "short_code",
        /// An alphanumeric sender ID of a text message.
        SenderId = "sender_id",
    }
}

word_enum! {
    /// Why a phone field holds no usable number; stable codes of the API.
    "phone error" PhoneError {
        /// Nothing but white space or marks.
        Empty = "empty",
        /// More than 250 characters.
        TooLong = "too_long",
        /// No digits that could be a number.
        NotANumber = "not_a_number",
        /// Digits are hidden (`+4207****`).
        Masked = "masked",
        /// More than one number; the detail names both.
        Multiple = "multiple_numbers",
        /// A national number, and no region to read it in.
        NoRegion = "region_needed",
        /// The calling code does not exist.
        UnknownCallingCode = "unknown_calling_code",
        /// Shorter than any number of its plan.
        TooShort = "too_short",
        /// Longer than any number of its plan.
        TooLongForPlan = "too_long_for_plan",
        /// Right in shape, but no number of its plan.
        NotInPlan = "not_in_numbering_plan",
        /// A WhatsApp `@lid` or group identifier, which carries no number.
        NotAPhoneIdentifier = "not_a_phone_identifier",
    }
}

/// What was found in a phone field, kept beside the other facts of a check.
///
/// `number` is there only when the field holds exactly one valid number; `error` only when it holds none
/// that is usable. A short code or sender ID has neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneReading {
    /// Number, short code or sender ID.
    pub kind: PhoneKind,
    /// The number, when one valid number was found.
    pub number: Option<PhoneNumber>,
    /// The short code or sender ID, cleaned; only for those two kinds.
    pub code: Option<String>,
    /// Why no number could be used, and a sentence that says so without repeating more than needed.
    pub error: Option<(PhoneError, Bilingual<String>)>,
}

/// A valid number with the facts of its numbering plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Canonical form.
    pub e164: E164,
    /// Country calling code, 1–999.
    pub calling_code: u16,
    /// What the plan says that it is for.
    pub number_type: NumberType,
    /// The country of the plan; none for `+800`, `+888` and other non-geographic codes (Google's `001`).
    pub region: Option<Country>,
}

impl PhoneNumber {
    /// The region as the API gives it: a country, or `001` for non-geographic codes.
    pub fn region_code(&self) -> &str {
        self.region.as_ref().map_or("001", Country::as_str)
    }
}
