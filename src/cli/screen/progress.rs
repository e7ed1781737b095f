//! How far a run is, on standard error, where somebody watches it.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// A bar where the input is a file, a count otherwise; nothing where no terminal shows it.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Accounts answered in this run and those before.
    done: u64,
    /// Accounts that earlier runs have answered.
    before: u64,
}

impl Progress {
    /// Hidden where nobody watches, or where answers run through the same terminal.
    pub(super) fn new(answers_on_terminal: bool) -> Self {
        let bar = if !io::stderr().is_terminal() || answers_on_terminal {
            ProgressBar::hidden()
        } else {
            visible(input_bytes())
        };
        Self {
            bar,
            done: 0,
            before: 0,
        }
    }

    /// Counts what earlier runs have done; `position` is how many bytes of the input they took.
    pub(super) fn start_at(&mut self, accounts: u64, position: u64) {
        (self.done, self.before) = (accounts, accounts);
        self.bar.set_position(position);
        self.bar.reset_eta();
    }

    /// Counts accounts as answered, up to a position of the input.
    pub(super) fn advance(&mut self, accounts: u64, position: u64) {
        if self.bar.is_hidden() {
            return;
        }
        self.done += accounts;
        let seconds = self.bar.elapsed().as_secs_f64().max(0.001);
        let rate = (self.done - self.before) as f64 / seconds;
        let (done, rate) = (HumanCount(self.done), HumanCount(rate as u64));
        self.bar.set_message(format!("{done} accounts, {rate}/s"));
        self.bar.set_position(position);
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn visible(bytes: Option<u64>) -> ProgressBar {
    let (bar, template) = match bytes {
        Some(bytes) => (
            ProgressBar::new(bytes),
            "{wide_bar} {percent} %  {msg}, {eta} left",
        ),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}, {elapsed}"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// How long standard input is, where it is a file.
fn input_bytes() -> Option<u64> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let input = io::stdin().as_fd().try_clone_to_owned().ok()?;
        let facts = std::fs::File::from(input).metadata().ok()?;
        facts.is_file().then_some(facts.len())
    }
    #[cfg(not(unix))]
    None
}
