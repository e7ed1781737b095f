//! `bonafide check`: one account, answered for a person.

use std::io::Write;

use clap::Args;

use super::answer::Answer;
use super::source::RegistrySource;
use super::{CliError, Common};
use crate::domain::{AnswerLanguage, Platform};
use crate::service::contract::{AccountInput, FieldErrors, HandleInput};

const EXAMPLES: &str = "\
Examples:
  bonafide check --registry registry.jsonl --name 'Amaz0n Customer Support ✅' --phone '+44 7400 123456' --medium whatsapp
  bonafide check --phone 030901820 --region DE
  bonafide check --handle instagram:amaz0n_help --json
  bonafide check --registry registry.jsonl --name 'Amaz0n 客服' --language zh-Hans

The exit code is 0 whatever the verdict is; 2 when a flag cannot be understood. `unknown` is never \"safe\".";

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct CheckArgs {
    /// The number as met, in any notation; wa.me and tel: links too.
    #[arg(long, value_name = "PHONE", allow_hyphen_values = true)]
    phone: Option<String>,
    /// The name that the account shows, exactly as shown.
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    name: Option<String>,
    /// Its handle, such as instagram:amazon.
    #[arg(long, value_name = "PLATFORM:VALUE")]
    handle: Option<String>,
    /// A link that it gives.
    #[arg(long, value_name = "URL")]
    website: Option<String>,
    /// Its e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Its text message sender ID.
    #[arg(long, value_name = "ID")]
    sender_id: Option<String>,
    /// Its about text.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    about: Option<String>,
    /// The badge that it shows: none, verified or official.
    #[arg(long, value_name = "BADGE")]
    claimed_badge: Option<String>,
    /// Where it was met: whatsapp, sms, voice, telegram, email, web, social or other.
    #[arg(long, value_name = "MEDIUM")]
    medium: Option<String>,
    /// Country in which a national number is read, such as DE.
    #[arg(long, value_name = "COUNTRY")]
    region: Option<String>,
    /// Language of the answer: en or zh-Hans (zh and zh-CN are understood too).
    #[arg(long, value_name = "LANGUAGE", default_value_t)]
    language: AnswerLanguage,
    #[command(flatten)]
    source: RegistrySource,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(common: &Common, args: &CheckArgs) -> Result<(), CliError> {
    let input = args.input()?;
    let account = input.parse().map_err(|errors| usage(&errors))?;
    let screener = args.source.screener(common, None, false)?;
    let screener = screener.telling_in(args.language);
    let assessment = screener.screen(&account);
    let body = screener.render(assessment);
    let mut out = anstream::stdout().lock();
    let written = if args.json {
        serde_json::to_string_pretty(&body)
            .map_err(|e| CliError::failed("the answer cannot be written", e))
            .map(|json| writeln!(out, "{json}"))?
    } else {
        let answer = Answer {
            account: &input,
            body: &body,
            businesses: screener.businesses(),
            language: args.language,
        };
        write!(out, "{answer}")
    };
    written.map_err(|e| CliError::output(&e))
}

impl CheckArgs {
    fn input(&self) -> Result<AccountInput, CliError> {
        Ok(AccountInput {
            phone: self.phone.clone(),
            display_name: self.name.clone(),
            default_region: self.region.clone(),
            medium: self.medium.clone(),
            handle: self.handle.as_deref().map(split_handle).transpose()?,
            website: self.website.clone(),
            email: self.email.clone(),
            sender_id: self.sender_id.clone(),
            about: self.about.clone(),
            claimed_badge: self.claimed_badge.clone(),
            ..AccountInput::default()
        })
    }
}

fn split_handle(text: &str) -> Result<HandleInput, CliError> {
    let Some((platform, value)) = text.split_once(':') else {
        let platforms: Vec<_> = Platform::ALL.iter().map(|p| p.as_str()).collect();
        return Err(CliError::Usage(format!(
            "--handle: write platform:value, such as instagram:amazon; platforms are {}",
            platforms.join(", ")
        )));
    };
    Ok(HandleInput {
        platform: platform.trim().to_lowercase(),
        value: value.to_owned(),
    })
}

/// The errors of an account, told by the flags that gave the fields.
fn usage(errors: &FieldErrors) -> CliError {
    let lines: Vec<String> = errors
        .0
        .iter()
        .map(|error| {
            let field = error.pointer.split('/').nth(1).unwrap_or_default();
            let flag = match field {
                "" => return NOTHING_GIVEN.to_owned(),
                "display_name" => "name".to_owned(),
                "default_region" => "region".to_owned(),
                other => other.replace('_', "-"),
            };
            format!("--{flag}: {}", error.detail)
        })
        .collect();
    CliError::Usage(lines.join("\n       "))
}

const NOTHING_GIVEN: &str = "nothing to check: give at least one of --phone, --name, --handle, --website, --email, --sender-id \
     (see bonafide check --help)";
