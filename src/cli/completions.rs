//! `bonafide completions`: completions of a shell.

use std::io::{self, Write};

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, CliError};

const EXAMPLES: &str = "\
Examples:
  bonafide completions bash > ~/.local/share/bash-completion/completions/bonafide
  bonafide completions zsh > ~/.zfunc/_bonafide
  bonafide completions fish > ~/.config/fish/completions/bonafide.fish";

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct CompletionsArgs {
    /// Which shell.
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "bonafide", &mut script);
    io::stdout()
        .write_all(&script)
        .map_err(|e| CliError::output(&e))
}
