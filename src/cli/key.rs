//! `bonafide key`: API keys.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};

use super::{CliError, Common, DatabaseFlag, settings};
use crate::app::{open_store, system_world};
use crate::domain::{KeyId, OrganisationId};
use crate::service::access::{Access, Defaults, KeyTerms, NewKey, Scope};
use crate::service::author::Author;
use crate::store::{KeyRecord, Store};

const EXAMPLES: &str = "\
A key is shown once, when it is made; only a keyed hash of it is kept. Running servers take to new and revoked keys within \
seconds.

Examples:
  bonafide key create --name 'shop front' --scope check
  bonafide key create --name importer --scope registry:read --scope registry:write --expires-in-days 90
  bonafide key create --name 'Morgenrot CRM' --organisation org_0198c0de… --scope registry:write --monthly-quota 100000
  bonafide key rotate key_0198c0de… --overlap-hours 48
  bonafide key list
  bonafide key revoke key_0198c0de…";

/// Arguments of `key`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct KeyArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a key and show it, this once.
    Create {
        /// What people call it.
        #[arg(long)]
        name: String,
        /// What it allows: check, registry:read, registry:write, review or admin; repeatable.
        #[arg(long = "scope", value_name = "SCOPE", default_value = "check")]
        scopes: Vec<Scope>,
        /// Days after which it lapses [default: never].
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
        expires_in_days: Option<u16>,
        /// The organisation whose businesses alone it may change, org_… [default: every business].
        #[arg(long, value_name = "ORGANISATION")]
        organisation: Option<OrganisationId>,
        /// Most requests a minute [default: the server's rate_per_minute].
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        rate_per_minute: Option<u32>,
        /// Most units a calendar month (UTC): a request is one, a batch as many as it has items [default: without end].
        #[arg(long, value_name = "N")]
        monthly_quota: Option<u64>,
        #[command(flatten)]
        database: DatabaseFlag,
    },
    /// List every key, revoked ones too.
    List {
        #[command(flatten)]
        database: DatabaseFlag,
    },
    /// Make a key of the same terms in a key's place, and show it, this once.
    Rotate {
        /// Its id, as `list` shows it.
        id: KeyId,
        /// Hours for which the old key still works.
        #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u16).range(0..=720))]
        overlap_hours: u16,
        #[command(flatten)]
        database: DatabaseFlag,
    },
    /// Revoke a key for good.
    Revoke {
        /// Its id, as `list` shows it.
        id: KeyId,
        #[command(flatten)]
        database: DatabaseFlag,
    },
}

pub(super) async fn run(common: &Common, args: KeyArgs) -> Result<(), CliError> {
    let (Action::Create { database, .. }
    | Action::List { database }
    | Action::Rotate { database, .. }
    | Action::Revoke { database, .. }) = &args.action;
    let settings = settings(common, database)?;
    let world = system_world();
    let store = open_store(settings.database.expose(), &world).await?;
    let access = Access::load(store.clone(), world.clone(), Defaults::default()).await?;
    let text = match args.action {
        Action::Create {
            name,
            scopes,
            expires_in_days,
            organisation,
            rate_per_minute,
            monthly_quota,
            ..
        } => {
            let name = name.trim().to_owned();
            if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
                return Err(CliError::Usage(
                    "--name: a name has 1 to 100 characters".to_owned(),
                ));
            }
            let expires_at = expires_in_days
                .map(|days| world.now() + SignedDuration::from_hours(24 * i64::from(days)));
            let terms = KeyTerms {
                name,
                scopes,
                expires_at,
                organisation,
                rate_per_minute,
                monthly_quota,
            };
            if let Some(id) = organisation {
                known_organisation(&*store, id).await?;
            }
            shown(&access.create(terms, &Author::command("key create")).await?)
        }
        Action::Rotate {
            id, overlap_hours, ..
        } => {
            let overlap = SignedDuration::from_hours(overlap_hours.into());
            let by = Author::command("key rotate");
            let key = access.rotate(id, overlap, &by).await?;
            anstream::eprintln!("{id} works for {overlap_hours} more hours.");
            shown(&key)
        }
        Action::List { .. } => table(&access.list().await?, world.now()),
        Action::Revoke { id, .. } => {
            access.revoke(id, &Author::command("key revoke")).await?;
            format!("{id} is revoked.\n")
        }
    };
    store.close().await;
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|e| CliError::output(&e))
}

async fn known_organisation(store: &dyn Store, id: OrganisationId) -> Result<(), CliError> {
    match store.get_organisation(id).await? {
        Some(_) => Ok(()),
        None => Err(CliError::Usage(format!(
            "--organisation: there is no organisation {id}; `bonafide organisation list` shows them"
        ))),
    }
}

/// The whole key, for standard output; what is to be known of it goes to standard error.
fn shown(key: &NewKey) -> String {
    anstream::eprintln!(
        "{} allows {}; keep it now, it is not shown again:",
        key.record.id,
        key.record.scopes.join(", ")
    );
    format!("{}\n", key.token)
}

fn table(keys: &[KeyRecord], now: Timestamp) -> String {
    if keys.is_empty() {
        return "There is no key; make one by `bonafide key create --name NAME`.\n".to_owned();
    }
    let mut text = format!(
        "{:36}  {:10}  {:10}  {:>9}  {:24}  {}\n",
        "id", "made", "state", "uses", "scopes", "name"
    );
    for key in keys {
        let state = key.state(now).as_str();
        let made: String = key.created_at.to_string().chars().take(10).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:36}  {made:10}  {state:10}  {:>9}  {:24}  {}",
            key.id.to_string(),
            key.uses,
            key.scopes.join(","),
            key.name
        );
    }
    text
}
