//! Calls of package managers in a `RUN`.

use crate::catalog::{PackageManager, package_manager};
use crate::check::shell::Simple;
use crate::dockerfile::{Span, Text};

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It installs packages.
    Install,
    /// It fetches the lists of packages.
    Refresh,
    /// It upgrades all that is installed.
    Upgrade,
    /// It removes what was left behind.
    Clean,
    /// Anything else.
    Other,
}

/// A call of a package manager.
#[derive(Debug)]
pub struct Call<'a> {
    /// The package manager.
    pub manager: &'static PackageManager,
    /// Its program, as it is written.
    pub program: &'a Text,
    /// What the call does.
    pub action: Action,
    /// The word that says so, where there is one.
    pub verb: Option<&'a Text>,
    /// All words behind the program.
    words: &'a [Text],
    /// The packages that are named.
    operands: Vec<&'a Text>,
}

/// Programs that start another one: behind their flags and assignments.
const WRAPPERS: &[&str] = &["sudo", "env", "nice", "nohup", "timeout"];

impl<'a> Call<'a> {
    /// The call that a command is; nothing where it calls no package manager.
    pub fn of(command: &'a Simple) -> Option<Self> {
        let mut words = command.words.as_slice();
        while let [wrapper, rest @ ..] = words
            && WRAPPERS.contains(&wrapper.value.as_str())
        {
            let skip = rest.iter().take_while(|word| word.value.starts_with('-') || word.value.contains('=')).count();
            words = &rest[skip..];
        }
        // `python -m pip` is pip.
        if let [python, flag, ..] = words
            && name(python).starts_with("python")
            && flag.value == "-m"
        {
            words = &words[2..];
        }
        let [program, rest @ ..] = words else { return None };
        let manager = package_manager(name(program))?;
        let mut operands = operands(manager, rest).into_iter();
        // `dnf module install`, `yarn global add`: the second word says what is done.
        let verb = operands.next().and_then(|verb| {
            if matches!(verb.value.as_str(), "module" | "global") { operands.next() } else { Some(verb) }
        });
        let is = |verbs: &[String]| verb.is_some_and(|verb| verbs.contains(&verb.value));
        let action = if is(&manager.install) {
            Action::Install
        } else if is(&manager.refresh) {
            Action::Refresh
        } else if is(&manager.upgrade) {
            Action::Upgrade
        } else if is(&manager.clean) {
            Action::Clean
        } else {
            Action::Other
        };
        Some(Self { manager, program, action, verb, words: rest, operands: operands.collect() })
    }

    /// The packages that it installs.
    pub fn packages(&self) -> &[&'a Text] {
        if self.action == Action::Install { &self.operands } else { &[] }
    }

    /// Whether one of its words, or the start of one up to `=`, is one of these.
    pub fn says(&self, words: &[String]) -> bool {
        self.words.iter().any(|word| {
            words.contains(&word.value)
                || word.value.split_once('=').is_some_and(|(flag, _)| words.iter().any(|it| it == flag))
        })
    }

    /// Whether it asks no question; so it is as well where none is ever asked.
    pub fn answers_yes(&self) -> bool {
        let letters = |word: &str| {
            word.strip_prefix('-').is_some_and(|rest| {
                !rest.starts_with('-')
                    && (rest.chars().any(|c| self.manager.yes_letters.contains(c)) || rest.matches('q').count() > 1)
            })
        };
        self.manager.yes.is_empty()
            || self.says(&self.manager.yes)
            || self.words.iter().filter(|word| matches!(word.value.as_str(), "-q" | "--quiet")).count() > 1
            || self.words.iter().any(|word| letters(&word.value) || word.value == "-q=2" || word.value == "-q=3")
    }

    /// Whether a package is named with its version, or is a file or a list of packages.
    pub fn is_pinned(&self, package: &str) -> bool {
        let manager = self.manager;
        let is_file = package.contains("://") && !is_repository(package)
            || package.starts_with(['.', '/', '~'])
            || package.contains('/') && !package.contains("://") && !package.starts_with('@') && !manager.paths_only
            || manager.files.iter().any(|ending| package.ends_with(ending.as_str()));
        if manager.paths_only && (!package.contains('.') || package.starts_with("./")) {
            return true;
        }
        let pinned =
            |pin: &String| package.char_indices().skip(1).any(|(at, _)| package[at..].starts_with(pin.as_str()));
        // A repository is pinned by what stands behind its path.
        if let Some(address) = package.split_once("://").map(|(_, rest)| rest).filter(|_| is_repository(package)) {
            let path = address.rsplit_once('/').map_or(address, |(_, path)| path);
            return path.contains('@') || path.split_once('#').is_some_and(|(_, mark)| !mark.starts_with("egg="));
        }
        let loose = manager.unpinned.iter().any(|end| package.ends_with(end.as_str()));
        is_file || package.contains('$') || manager.pins.iter().any(pinned) && !loose || self.says(&manager.version)
    }

    /// Whether the call installs from a list of its own.
    pub fn uses_list(&self) -> bool {
        self.says(&self.manager.lists)
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        let end = self.words.last().map_or(self.program.span.end, |word| word.span.end);
        Span::new(self.program.span.start, end.max(self.program.span.end))
    }
}

/// Whether a package is the address of a repository.
fn is_repository(package: &str) -> bool {
    ["git+", "git://", "hg+", "svn+", "bzr+"].iter().any(|start| package.starts_with(start))
}

fn name(word: &Text) -> &str {
    word.value.rsplit('/').next().unwrap_or_default()
}

/// The words that are no flags and no values of flags; redirections end them.
fn operands<'a>(manager: &PackageManager, words: &'a [Text]) -> Vec<&'a Text> {
    let mut operands = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = word.value.as_str();
        // What stands behind `--` is for the build of the package.
        if value == "--" || value.starts_with('>') || value.starts_with("2>") || value.starts_with('<') {
            break;
        }
        if value.starts_with('-') && value.len() > 1 {
            if manager.valued.iter().any(|flag| flag == value) {
                words.next();
            }
        } else {
            operands.push(word);
        }
    }
    operands
}
