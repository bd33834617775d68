//! The instructions of a Dockerfile, typed.

use crate::dockerfile::{Joined, Span, Text, mount, words};

/// One instruction with its continued lines and heredocs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// All of it, without the line end.
    pub span: Span,
    /// Its keyword as written.
    pub keyword: Text,
    /// The flags before the arguments.
    pub flags: Vec<Flag>,
    /// What follows the flags, its lines joined.
    pub arguments: Joined,
    /// What it says.
    pub body: Body,
    /// The documents that stand below it.
    pub heredocs: Vec<Heredoc>,
}

/// A flag: `--name` or `--name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its name, without dashes.
    pub name: String,
    /// Its value, if any.
    pub value: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// A document inside a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// The word that ends it.
    pub delimiter: String,
    /// Whether the word was quoted, so that nothing inside is expanded.
    pub quoted: bool,
    /// Whether leading tabs are removed (`<<-`).
    pub strips_tabs: bool,
    /// The number of the file descriptor, where one is named.
    pub descriptor: Option<u32>,
    /// Its text, without the line that ends it.
    pub content: Span,
}

/// What an instruction says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// `FROM image [AS name]`.
    From(From),
    /// `RUN`.
    Run(Command),
    /// `COPY`.
    Copy(Copy),
    /// `ADD`.
    Add(Copy),
    /// `ENV`.
    Env(Vec<Pair>),
    /// `LABEL`.
    Label(Vec<Pair>),
    /// `ARG`.
    Arg(Vec<Pair>),
    /// `WORKDIR`.
    Workdir(Text),
    /// `USER`.
    User(Text),
    /// `EXPOSE`.
    Expose(Vec<Text>),
    /// `VOLUME`.
    Volume(Vec<Text>),
    /// `ENTRYPOINT`.
    Entrypoint(Command),
    /// `CMD`.
    Cmd(Command),
    /// `HEALTHCHECK`; nothing for `NONE`.
    Healthcheck(Option<Command>),
    /// `STOPSIGNAL`.
    Stopsignal(Text),
    /// `SHELL`.
    Shell(Command),
    /// `ONBUILD` with the instruction it keeps for later.
    Onbuild(Box<Instruction>),
    /// `MAINTAINER`.
    Maintainer(Text),
    /// No instruction of Docker's.
    Unknown,
}

/// What `FROM` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From {
    /// The image or stage, as written; empty where it is missing.
    pub image: Text,
    /// The name of the stage.
    pub alias: Option<Text>,
    /// What follows and does not belong there.
    pub rest: Vec<Text>,
}

/// What `COPY` and `ADD` say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// What is copied; a heredoc starts with `<<`.
    pub sources: Vec<Text>,
    /// Where to; nothing where it is missing.
    pub destination: Option<Text>,
}

/// A name with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: Text,
    /// The value without its quotes, not expanded; nothing for an `ARG` without one.
    pub value: Option<Text>,
    /// Whether it is written `NAME value`, the old way.
    pub legacy: bool,
}

/// A command in one of its two forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A JSON array: run as it is.
    Exec(Vec<Text>),
    /// A line for the shell.
    Shell(Joined),
}

/// A `--mount` of `RUN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Its options, in order; an option without a value has an empty one.
    pub options: Vec<(String, String)>,
    /// Where it stands.
    pub span: Span,
}

impl Instruction {
    /// The keyword in capitals.
    pub fn name(&self) -> String {
        self.keyword.value.to_ascii_uppercase()
    }

    /// The value of a flag.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find(|flag| flag.name == name).map(|flag| flag.value.as_deref().unwrap_or_default())
    }

    /// The mounts of a `RUN`.
    pub fn mounts(&self) -> impl Iterator<Item = Mount> {
        let mounts = self.flags.iter().filter(|flag| flag.name == "mount");
        mounts.map(|flag| mount::parse(flag.value.as_deref().unwrap_or_default(), flag.span))
    }

    /// Whether the words of this instruction can open heredocs: those of a JSON array can't.
    pub(super) fn may_have_heredocs(&self) -> bool {
        match &self.body {
            Body::Onbuild(kept) => kept.may_have_heredocs(),
            Body::Run(_) | Body::Copy(_) | Body::Add(_) => words::json(&self.arguments).texts().is_none(),
            _ => false,
        }
    }
}

impl Mount {
    /// The kind of mount; `bind` where none is named.
    pub fn kind(&self) -> &str {
        self.option(&["type"]).unwrap_or("bind")
    }

    /// Where it is mounted.
    pub fn target(&self) -> Option<&str> {
        self.option(&["target", "dst", "destination"])
    }

    /// The first option with one of these names.
    pub fn option(&self, names: &[&str]) -> Option<&str> {
        self.options.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str())
    }
}

impl Command {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Exec(words) => words.is_empty(),
            Self::Shell(line) => line.as_str().is_empty(),
        }
    }

    /// The words of the exec form.
    pub fn exec(&self) -> Option<&[Text]> {
        match self {
            Self::Exec(words) => Some(words),
            Self::Shell(_) => None,
        }
    }
}
