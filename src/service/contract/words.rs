//! The closed sets of words, as the OpenAPI document lists them.
//!
//! The wire types hold strings; these enums only describe them. A test compares each with the domain's.

use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$meta:meta])* $name:ident: $($word:ident)+;)+) => {
        $($(#[$meta])*
        #[derive(Debug, ToSchema)]
        #[schema(rename_all = "snake_case")]
        #[allow(missing_docs, dead_code, clippy::upper_case_acronyms)]
        pub enum $name { $($word),+ })+
    };
}

words! {
    /// What a check answers. `verified`: the account is a channel of the business; `confirmed_impostor`: a
    /// reviewer ruled on this very account; `likely_impostor`: it imitates a business, at the strictest
    /// threshold; `suspicious`: it may; `unknown`: nothing is known, which is never "safe".
    Verdict: Verified ConfirmedImpostor LikelyImpostor Suspicious Unknown;
    /// How a channel came to be in the registry: `listed` by an importer or public source, or `proved` by dated evidence.
    Provenance: Listed Proved;
    /// How much of a business's channels of one kind the registry knows.
    Coverage: Unknown Partial Complete;
    /// A kind of channel.
    ChannelKind: Phone Whatsapp SenderId Website Email Handle;
    /// What a channel is for.
    Purpose: General Sales Support Orders Delivery Billing Fraud Careers Press Other;
    /// What a further name of a business is: `legal` as in a register of companies, `trading`, `short`, `former` where it
    /// has been given up, `transliterated` into another script.
    NameKind: Legal Trading Short Former Transliterated;
    /// What a protected name is: `variant`, a blocked spelling of the business's name that it never uses itself, or
    /// `person`, such as an executive.
    ProtectedKind: Variant Person;
    /// In which part a representative speaks for a business.
    RepresentativeKind: Reseller Agency Branch Other;
    /// What a business has earned.
    Badge: None Verified Official;
    /// Whether the badge counts now.
    BadgeState: Active Suspended Expired Revoked;
    /// What became of a badge: `granted` also where it takes the place of a lesser one, `suspended` until re-proved, `resumed`
    /// where it counts again, `expired` where a proof lapsed, `revoked` where it was taken away, with the business, too.
    BadgeChange: Granted Suspended Resumed Expired Revoked;
    /// What kind of thing a business claims; `approval` is a reviewer's word.
    ClaimKind: Domain Email Phone Whatsapp Handle LegalIdentity Approval;
    /// What kind of thing a business can claim.
    OwnClaimKind: Domain Email Phone Whatsapp Handle LegalIdentity;
    /// Where a claim stands: `unproved` when nothing was tried yet or all must be proved anew, `pending` when it was asked for
    /// and not found yet, `failing` when what was proved is gone and lapses soon, `expired` when it has lapsed.
    ClaimState: Unproved Pending Proved Failing Expired Withdrawn;
    /// What a proof consists of.
    EvidenceKind: DnsTxt WellKnown EmailCode PhoneCode WhatsappBusiness ProfileLink LeiRecord Document Approval;
    /// What stood in the way of a proof.
    ProblemKind: NotFound Unavailable Refused;
    /// Why a business is suspended.
    HoldCause: Hijacked SimSwap LostAccess Dispute Other;
    /// How a code reaches a phone.
    CodeWay: Whatsapp Sms Log;
    /// What a person is here for: `business` keeps the businesses of its organisation, `reviewer` works the review queue,
    /// `lead` keeps the registry too, `admin` does everything.
    Role: Business Reviewer Lead Admin;
    /// Whether a person can sign in: `locked` passes by itself after some minutes.
    UserState: Active Locked Disabled;
    /// Where a person stands with TOTP: `pending` waits for the first code.
    TotpState: Off Pending On;
    /// What stood in the phone field.
    PhoneKind: Number ShortCode SenderId;
    /// Where a case stands.
    CaseState: Open Claimed Decided Appealed Closed;
    /// What kind of key an account under review has.
    KeyKind: Phone Handle Domain Email SenderId;
    /// What a reviewer rules: `confirmed_impostor` answers further checks of the account for 90 days; `authorised_representative`
    /// is added to those of the business; `new_channel` asks the business to prove it; `escalate` leaves it to somebody else.
    Ruling: ConfirmedImpostor Legitimate AuthorisedRepresentative NewChannel NotEnoughEvidence Duplicate Escalate;
    /// Why a reviewer rules so.
    ReasonCode: CopiedName CopiedContent FalseAffiliation AskedForMoneyOrCodes BusinessDenies BusinessConfirms Namesake Parody
        AuthorisationShown EvidenceLacking SameAccount FalseReport NeedsExpert Other;
    /// What became of a ruling: `proposed` waits for a second person.
    RulingState: Proposed Standing Undone Replaced Noted;
    /// What an account did.
    Harm: MoneyLost MoneyAsked CodeAsked LinkSent Impersonation Other;
    /// Who appeals.
    Appellant: Accused Reporter;
    /// What is known of the appellant's control of the account.
    Control: NotNeeded Unproved Proved;
    /// Where an appeal stands: `unproved` waits for a code, `conditional` for the appellant to do something and say so.
    AppealState: Unproved Received Conditional Answered Upheld Reversed Withdrawn;
    /// What is found on an appeal.
    AppealOutcome: Upheld Reversed Conditional;
    /// Whether an API key works.
    KeyState: Active Expired Revoked;
}

/// What a key allows: to check accounts, to read the registry, to write it, to work the review queue, or everything.
#[derive(Debug, ToSchema)]
#[allow(missing_docs, dead_code)]
pub enum Scope {
    #[schema(rename = "check")]
    Check,
    #[schema(rename = "registry:read")]
    RegistryRead,
    #[schema(rename = "registry:write")]
    RegistryWrite,
    #[schema(rename = "review")]
    Review,
    #[schema(rename = "admin")]
    Admin,
}
