//! What a RUN does: mounts, and programs with their arguments. The template's filter `script` quotes it.

use serde::{Deserialize, Serialize};

use crate::shell::{self, SimpleCommand, quote};

/// The commands of one RUN, each run where the one before it succeeded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// What is mounted while it runs.
    pub mounts: Vec<Mount>,
    /// The commands, in order.
    pub commands: Vec<Command>,
}

impl Script {
    /// A script of these commands, without mounts.
    pub fn new(commands: impl IntoIterator<Item = Command>) -> Self {
        Self { mounts: Vec::new(), commands: commands.into_iter().collect() }
    }

    /// Makes empty files, each with the folders above it.
    pub fn empty_files<T: AsRef<str>>(paths: impl IntoIterator<Item = T>) -> Self {
        Self::new(paths.into_iter().map(|path| Command::new(["install", "-D", "/dev/null", path.as_ref()])))
    }

    /// The same with one mount more.
    #[must_use]
    pub fn mount(mut self, mount: Mount) -> Self {
        self.mounts.push(mount);
        self
    }

    /// The commands of `a && b`; nothing where a shell would do more than run them in turn.
    pub fn read(text: &str) -> Option<Self> {
        Some(Self::new(shell::chain(text)?.iter().map(Command::from)))
    }

    /// The commands as a person would type them.
    pub fn text(&self) -> String {
        self.commands.iter().map(Command::text).collect::<Vec<_>>().join(" && ")
    }

    /// Whether it does nothing.
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }
}

/// A mount of a RUN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Mount {
    /// A folder that the builder keeps between builds.
    Cache {
        /// Which: builds that name the same id share it.
        id: String,
        /// Where it is mounted, absolute.
        target: String,
        /// Whether only one build at a time may use it.
        is_locked: bool,
    },
    /// A secret that the build is given, as the file `/run/secrets/ID` or at a path of its own.
    Secret {
        /// The name that `docker build --secret id=…` gives it.
        id: String,
        /// Its file, absolute; `/run/secrets/ID` where it is none of its own.
        target: Option<String>,
    },
}

/// One program with its arguments and its own environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Variables that this command alone is given.
    pub environment: Vec<Assignment>,
    /// The program and its arguments; at least one.
    pub words: Vec<Word>,
}

impl Command {
    /// A program with its arguments.
    pub fn new<W: Into<Word>>(words: impl IntoIterator<Item = W>) -> Self {
        Self { environment: Vec::new(), words: words.into_iter().map(Into::into).collect() }
    }

    /// The same with one argument more.
    #[must_use]
    pub fn word(mut self, word: impl Into<Word>) -> Self {
        self.words.push(word.into());
        self
    }

    /// The same with more arguments.
    #[must_use]
    pub fn words<W: Into<Word>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.words.extend(words.into_iter().map(Into::into));
        self
    }

    /// The command as a person would type it: an answer, or a hint.
    pub fn text(&self) -> String {
        let word = |word: &Word| match word {
            Word::Text(text) => quote(text),
            Word::Expansion(text) | Word::Secret(text) => text.clone(),
        };
        let variables = self.environment.iter().map(|variable| format!("{}={}", variable.name, word(&variable.value)));
        variables.chain(self.words.iter().map(word)).collect::<Vec<_>>().join(" ")
    }

    /// The same with a variable of its own.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Word>) -> Self {
        self.environment.push(Assignment { name: name.into(), value: value.into() });
        self
    }
}

impl From<&SimpleCommand> for Command {
    fn from(simple: &SimpleCommand) -> Self {
        let words = simple.words.iter().map(shell::Word::as_written);
        let assigned = simple.assignments.iter().filter_map(shell::Word::assignment);
        assigned.fold(Self::new(words), |command, (name, value)| command.with(name, value.as_written()))
    }
}

/// A variable that one command is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Word,
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// Text that stands for itself: it is quoted where the shell would read more into it.
    Text(String),
    /// What the shell expands, such as `"$TARGETARCH"`: dockgen's own text, never the repository's.
    Expansion(String),
    /// The content of a secret that is mounted as `/run/secrets/ID`.
    Secret(String),
}

impl Word {
    /// What the shell expands; only text of the program itself can be given.
    pub fn expansion(text: &'static str) -> Self {
        Self::Expansion(text.to_owned())
    }

    /// The text, where it stands for itself.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Expansion(_) | Self::Secret(_) => None,
        }
    }
}

impl<T: AsRef<str>> From<T> for Word {
    fn from(text: T) -> Self {
        Self::Text(text.as_ref().to_owned())
    }
}
