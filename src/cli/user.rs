//! `bonafide user`: people who sign in.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Read, Write};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{CliError, Common, DatabaseFlag, settings};
use crate::app::{self, open_store, system_world};
use crate::domain::{Email, OrganisationId, Role};
use crate::service::author::Author;
use crate::service::people::{NewUser, People, PeopleError, TotpState, UserRecord};

const EXAMPLES: &str = "\
The password is asked for on the terminal, or read from standard input where that is none. Servers see every change at once.

Examples:
  bonafide user create --email ann@example.com --name 'Ann Miller' --role admin
  bonafide user create --email shop@example.com --name Shop --role business --organisation org_0198c0de… < password.txt
  bonafide user list
  bonafide user disable ann@example.com
  bonafide user reset-password ann@example.com
  bonafide user reset-totp ann@example.com";

/// Most bytes of standard input that can be a password.
const LONGEST_INPUT: u64 = 4_096;

/// Arguments of `user`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct UserArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make an account.
    Create {
        /// By which the person signs in.
        #[arg(long)]
        email: String,
        /// What the person is called.
        #[arg(long)]
        name: String,
        /// What the person is here for: business, reviewer, lead or admin.
        #[arg(long)]
        role: Role,
        /// The organisation whose businesses a person of the role business keeps.
        #[arg(long, value_name = "ORG")]
        organisation: Option<OrganisationId>,
        #[command(flatten)]
        database: DatabaseFlag,
    },
    /// List every account.
    List {
        #[command(flatten)]
        database: DatabaseFlag,
    },
    /// Take an account out of use, and end its sessions.
    Disable {
        /// The person's e-mail address.
        #[arg(value_parser = Email::parse)]
        email: Email,
        #[command(flatten)]
        database: DatabaseFlag,
    },
    /// Show a token by which the person chooses a new password, once, within 24 hours.
    ResetPassword {
        /// The person's e-mail address.
        #[arg(value_parser = Email::parse)]
        email: Email,
        #[command(flatten)]
        database: DatabaseFlag,
    },
    /// Remove a person's TOTP and recovery codes, and end the person's sessions.
    ResetTotp {
        /// The person's e-mail address.
        #[arg(value_parser = Email::parse)]
        email: Email,
        #[command(flatten)]
        database: DatabaseFlag,
    },
}

pub(super) async fn run(common: &Common, args: UserArgs) -> Result<(), CliError> {
    let (Action::Create { database, .. }
    | Action::List { database }
    | Action::Disable { database, .. }
    | Action::ResetPassword { database, .. }
    | Action::ResetTotp { database, .. }) = &args.action;
    let settings = settings(common, database)?;
    let client = app::client(&settings)?;
    let world = system_world();
    let store = open_store(settings.database.expose(), &world).await?;
    let people = app::people(&store, &world, &settings, &client);
    let done = act(&people, args.action).await;
    store.close().await;
    io::stdout()
        .write_all(done?.as_bytes())
        .map_err(|e| CliError::output(&e))
}

async fn act(people: &People, action: Action) -> Result<String, CliError> {
    Ok(match action {
        Action::Create {
            email,
            name,
            role,
            organisation,
            ..
        } => {
            let new = NewUser {
                email,
                name,
                role: role.to_string(),
                organisation: organisation.map(|o| o.to_string()),
                password: Some(password()?),
            };
            let user = people.create(new, &Author::command("user create")).await?;
            anstream::eprintln!("{}", next(people, &user));
            format!("{}\n", user.id)
        }
        Action::List { .. } => list(people).await?,
        Action::Disable { email, .. } => {
            let user = people.find(&email).await?;
            let by = Author::command("user disable");
            let patch = json!({"disabled": true});
            people.patch(user.id, user.version, patch, &by).await?;
            format!("{email} can sign in no more.\n")
        }
        Action::ResetPassword { email, .. } => {
            let user = people.find(&email).await?;
            let by = Author::command("user reset-password");
            let link = people.reset_link(user.id, &by).await?;
            anstream::eprintln!(
                "Give {email} this token; POST /v1/password-resets takes it, once, until {}:",
                link.expires_at
            );
            format!("{}\n", link.token)
        }
        Action::ResetTotp { email, .. } => {
            let user = people.find(&email).await?;
            let by = Author::command("user reset-totp");
            people.reset_totp(user.id, &by).await?;
            format!("{email} has no second factor now, and is signed out everywhere.\n")
        }
    })
}

/// What to do after an account was made.
fn next(people: &People, user: &UserRecord) -> String {
    let mut text = format!(
        "{} can sign in as {} now: POST /v1/session with e-mail address and password.",
        user.email, user.role
    );
    if people.needs_totp(user.role) {
        text.push_str(
            "\nThis role needs a second factor before it may do anything: POST /v1/me/totp gives the secret for an \
             authenticator app, POST /v1/me/totp/confirm takes its first code.",
        );
    }
    if user.role == Role::Business && user.organisation.is_none() {
        text.push_str(
            "\nWithout an organisation the account reads and checks, but writes nothing.",
        );
    }
    text
}

/// The password as typed, twice, or as the first line of standard input.
fn password() -> Result<String, CliError> {
    let unread = |e: io::Error| CliError::failed("the password cannot be read", e);
    if io::stdin().is_terminal() {
        let first =
            rpassword::prompt_password("Password, 12 characters or more: ").map_err(unread)?;
        let second = rpassword::prompt_password("Again: ").map_err(unread)?;
        if first != second {
            return Err(CliError::Usage("the two passwords differ".to_owned()));
        }
        return Ok(first);
    }
    let mut text = String::new();
    let mut input = io::stdin().lock().take(LONGEST_INPUT);
    input.read_to_string(&mut text).map_err(unread)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

async fn list(people: &People) -> Result<String, CliError> {
    let mut text = format!(
        "{:37}  {:8}  {:8}  {:7}  {:28}  {}\n",
        "id", "role", "state", "TOTP", "e-mail", "name"
    );
    let (mut cursor, mut any) = (None, false);
    loop {
        let page = people.list(cursor.as_deref(), People::MAX_LIMIT).await?;
        for user in &page.users {
            any = true;
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{:37}  {:8}  {:8}  {:7}  {:28}  {}",
                user.id.to_string(),
                user.role.as_str(),
                people.state_of(user).as_str(),
                TotpState::of(user).as_str(),
                user.email.to_string(),
                user.name
            );
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    if !any {
        let hint =
            "There is nobody; make the first account by `bonafide user create --role admin …`.\n";
        return Ok(hint.to_owned());
    }
    Ok(text)
}

impl From<PeopleError> for CliError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Fields(errors) => {
                let lines: Vec<String> = errors
                    .0
                    .iter()
                    .map(|e| format!("{}: {}", e.pointer.trim_start_matches('/'), e.detail))
                    .collect();
                Self::Usage(lines.join("; "))
            }
            other => Self::Failed(other.to_string()),
        }
    }
}
