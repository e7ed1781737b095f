//! `bonafide organisation`: partners that own businesses.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::{Args, Subcommand};

use super::{CliError, Common, DatabaseFlag, settings};
use crate::app::{open_store, system_world};
use crate::domain::Text;
use crate::service::author::Author;
use crate::service::registry::Registry;

const EXAMPLES: &str = "\
A key that is made for an organisation changes the businesses of that organisation and no others, and what it registers belongs to \
the organisation.

Examples:
  bonafide organisation create 'Morgenrot Holding'
  bonafide key create --name 'Morgenrot CRM' --organisation org_0198c0de… --scope registry:write
  bonafide organisation list";

/// Organisations read at once.
const PAGE: u32 = 200;

/// Arguments of `organisation`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct OrganisationArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add an organisation and show its id.
    Create {
        /// What it is called; unique.
        name: String,
        #[command(flatten)]
        database: DatabaseFlag,
    },
    /// List every organisation, oldest first.
    List {
        #[command(flatten)]
        database: DatabaseFlag,
    },
}

pub(super) async fn run(common: &Common, args: OrganisationArgs) -> Result<(), CliError> {
    let (Action::Create { database, .. } | Action::List { database }) = &args.action;
    let settings = settings(common, database)?;
    let world = system_world();
    let store = open_store(settings.database.expose(), &world).await?;
    let registry = Registry::new(store.clone(), world);
    let text = match &args.action {
        Action::Create { name, .. } => {
            let name = Text::parse("name", name).map_err(|e| CliError::Usage(e.to_string()))?;
            let by = Author::command("organisation create");
            format!("{}\n", registry.create_organisation(&name, &by).await?.id)
        }
        Action::List { .. } => table(&registry).await?,
    };
    store.close().await;
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|e| CliError::output(&e))
}

async fn table(registry: &Registry) -> Result<String, CliError> {
    let mut text = String::new();
    let mut after = None;
    loop {
        let page = registry.list_organisations(after, PAGE).await?;
        for organisation in &page.organisations {
            let made: String = organisation
                .created_at
                .to_string()
                .chars()
                .take(10)
                .collect();
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}  {made}  {}", organisation.id, organisation.name);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if text.is_empty() {
        text.push_str(
            "There is no organisation; add one by `bonafide organisation create NAME`.\n",
        );
    }
    Ok(text)
}
