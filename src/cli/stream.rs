//! The one door to standard output and standard error: data goes to the one, words for people to the other.
//!
//! What comes from outside is shown, never sent: control characters and marks of writing direction by their codes, and a
//! line that a service of continuous integration would take for a command no longer starts like one.

use std::fmt::{Display, Write as _};
use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use serde_json::Value;

use crate::error::{Error, Result};
use crate::text::{is_hidden, visible};

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Volume {
    /// Errors and warnings.
    Quiet,
    /// What happens, too.
    Usual,
    /// How long it took, too.
    Verbose,
}

static VOLUME: AtomicU8 = AtomicU8::new(Volume::Usual as u8);
static HAS_DATA: AtomicBool = AtomicBool::new(false);

/// Sets how much is said from here on.
pub fn set_volume(volume: Volume) {
    VOLUME.store(volume as u8, Ordering::Relaxed);
}

/// Whether so much is said.
pub fn says(volume: Volume) -> bool {
    VOLUME.load(Ordering::Relaxed) >= volume as u8
}

/// Whether anything went to standard output.
pub fn has_data() -> bool {
    HAS_DATA.load(Ordering::Relaxed)
}

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// A name.
    Bold,
    /// What matters less.
    Dim,
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// A hint.
    Hint,
    /// Something done.
    Done,
    /// A line that is new.
    Added,
    /// A line that is gone.
    Removed,
}

impl Style {
    fn console(self) -> console::Style {
        let plain = console::Style::new();
        match self {
            Self::Plain => plain,
            Self::Bold => plain.bold(),
            Self::Dim => plain.dim(),
            Self::Error => plain.red().bold(),
            Self::Warning => plain.yellow().bold(),
            Self::Hint => plain.cyan().bold(),
            Self::Done => plain.green().bold(),
            Self::Added => plain.green(),
            Self::Removed => plain.red(),
        }
    }
}

/// Text for people. Whatever is added to it is made visible; styles and line ends are the program's own.
#[derive(Debug, Clone, Default)]
pub struct Text(Vec<(Style, String)>);

impl Text {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a piece.
    #[must_use]
    pub fn with(mut self, style: Style, piece: impl Display) -> Self {
        self.0.push((style, visible(&piece.to_string()).into_owned()));
        self
    }

    /// Adds a piece as it is.
    #[must_use]
    pub fn plain(self, piece: impl Display) -> Self {
        self.with(Style::Plain, piece)
    }

    /// Adds several lines: only their ends stay what they are.
    #[must_use]
    pub fn lines(mut self, style: Style, lines: impl Display) -> Self {
        for (index, line) in lines.to_string().split('\n').enumerate() {
            if index > 0 {
                self = self.end();
            }
            self = self.with(style, line);
        }
        self
    }

    /// Adds a message: a line break with an indentation behind it is the program's own, any other is a value's and is shown.
    #[must_use]
    pub fn message(mut self, message: impl Display) -> Self {
        for (index, part) in message.to_string().split("\n  ").enumerate() {
            if index > 0 {
                self = self.end().plain("  ");
            }
            self = self.plain(part);
        }
        self
    }

    /// Adds text with colours of its own: only colours and line ends are let through.
    #[must_use]
    pub fn coloured(mut self, text: &str) -> Self {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(|c| is_hidden(c) && c != '\n') {
            let (before, from) = rest.split_at(at);
            let is_code = |c: char| c.is_ascii_digit() || c == ';';
            let code = from.strip_prefix("\u{1b}[").and_then(|code| code.trim_start_matches(is_code).strip_prefix('m'));
            let end =
                code.map_or_else(|| from.chars().next().map_or(0, char::len_utf8), |after| from.len() - after.len());
            shown.push_str(before);
            shown.push_str(&if code.is_some() { from[..end].into() } else { visible(&from[..end]) });
            rest = &from[end..];
        }
        shown.push_str(rest);
        self.0.push((Style::Plain, shown));
        self
    }

    /// Adds another text.
    #[must_use]
    pub fn append(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Ends the line.
    #[must_use]
    pub fn end(mut self) -> Self {
        self.0.push((Style::Plain, "\n".to_owned()));
        self
    }

    /// The text without colour.
    #[cfg(test)]
    pub fn bare(&self) -> String {
        self.shown(false)
    }

    fn shown(&self, in_colour: bool) -> String {
        let mut text = String::new();
        for (style, piece) in &self.0 {
            let _ = write!(text, "{}", style.console().force_styling(in_colour).apply_to(piece));
        }
        text.split_inclusive('\n').map(defused).collect()
    }
}

/// How lines start that GitHub, Azure and TeamCity carry out.
const COMMANDS: &[&str] = &["::", "##[", "##vso[", "##teamcity["];

/// A line that starts like a command to a service of continuous integration, so that it does not.
fn defused(line: &str) -> String {
    let bare = console::strip_ansi_codes(line);
    let start = bare.trim_start();
    match COMMANDS.iter().find(|command| start.starts_with(*command)) {
        Some(command) => line.replacen(command, &format!("{} {}", &command[..1], &command[1..]), 1),
        None => line.to_owned(),
    }
}

/// Writes data to standard output, byte for byte.
///
/// # Errors
/// [`Error::Write`] where it can't be written; a reader that has gone away is no error.
pub fn data(text: &str) -> Result<()> {
    HAS_DATA.store(true, Ordering::Relaxed);
    let mut stdout = std::io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(end.as_bytes()));
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::Write { path: "standard output".into(), source: error })
        }
        _ => Ok(()),
    }
}

/// Writes JSON to standard output: hidden characters stand in it by their codes.
///
/// # Errors
/// As [`data`].
pub fn json(value: &Value) -> Result<()> {
    json_text(&format!("{value:#}"))
}

/// Writes text that is JSON already, as [`json`] does.
///
/// # Errors
/// As [`data`].
pub fn json_text(text: &str) -> Result<()> {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) && c != '\n' {
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    data(&shown)
}

/// Writes an answer for people to standard output.
///
/// # Errors
/// As [`data`].
pub fn answer(text: &Text) -> Result<()> {
    data(&text.shown(console::colors_enabled()))
}

/// Says something on standard error. Where that is closed, nobody listens, and that is no error.
pub fn say(text: &Text) {
    let _ = std::io::stderr().lock().write_all(text.shown(console::colors_enabled_stderr()).as_bytes());
}

/// Says what only those want to know who did not ask for quiet.
pub fn tell(text: &Text) {
    if says(Volume::Usual) {
        say(text);
    }
}

#[cfg(test)]
mod tests {
    use super::{Style, Text};

    #[test]
    fn what_comes_from_outside_is_shown_not_sent() {
        let text = Text::new().with(Style::Bold, "x\u{1b}]0;pwned\u{7}\n::error::spoof").end();
        assert_eq!(text.shown(false), "x\\u{1b}]0;pwned\\u{7}\\n::error::spoof\n");
        let text = Text::new().lines(Style::Plain, " ::add-mask::x\n##vso[task]\nstd::fs").end();
        assert_eq!(text.shown(false), " : :add-mask::x\n# #vso[task]\nstd::fs\n");
        let text = Text::new().message("no `x\nRUN y`\n  package.json:1\n      or else");
        assert_eq!(text.shown(false), "no `x\\nRUN y`\n  package.json:1\n      or else");
        let text = Text::new().coloured("\u{1b}[1;31mred\u{1b}[0m \u{1b}[2J\u{202e}\n");
        assert_eq!(text.shown(false), "\u{1b}[1;31mred\u{1b}[0m \\u{1b}[2J\\u{202e}\n");
        let text = Text::new().with(Style::Removed, "::stop-commands::x").end();
        assert!(text.shown(true).contains(": :stop-commands"), "{}", text.shown(true));
    }
}
