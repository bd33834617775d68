//! What can go wrong, as data: what failed, where, why, and what to do about it. Nothing prints here.

use std::path::PathBuf;

use crate::evidence::Evidence;

/// Why a command ended without doing its work.
///
/// `Display` says what failed and where; [`Error::hint`] says what to do; [`Error::exit_code`] tells scripts apart
/// what happened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read.
    #[error("could not read `{}`\n  {source}", path.display())]
    Read {
        /// The path as the user would write it.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A file could not be written. Nothing was left half written.
    #[error("could not write `{}`\n  {source}", path.display())]
    Write {
        /// The path as the user would write it.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A manifest that a decision depends on does not say what it must, or says it in a broken way.
    #[error("could not read `{path}`\n  {message} ({path}:{line}:{column})")]
    Manifest {
        /// The manifest, relative to the repository.
        path: String,
        /// One-based line.
        line: u32,
        /// One-based column.
        column: u32,
        /// What is wrong, lower case, without a full stop.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// Nothing in the folder looks like an application of a supported language.
    #[error("found no application in `{}`\n  {message}", folder.display())]
    NoApplication {
        /// The folder that was looked at.
        folder: PathBuf,
        /// What was found instead.
        message: String,
        /// What to do about it.
        hint: String,
    },
    /// Several applications could be meant and nobody said which.
    #[error("found several applications, and nothing says which one is meant\n{}", list.join("\n"))]
    SeveralApplications {
        /// One line for each: its name, language and folder.
        list: Vec<String>,
        /// The command line that picks the first one.
        hint: String,
    },
    /// A project that dockgen understands but can't make an image of.
    #[error("{message}{}", evidence.as_ref().map(|e| format!("\n  {e}")).unwrap_or_default())]
    Unsupported {
        /// What is missing or impossible.
        message: String,
        /// The line that says so.
        evidence: Option<Evidence>,
        /// What to do about it.
        hint: String,
    },
    /// A value that a question does not accept.
    #[error("`{value}` is no answer to `--{key}`\n  {message}")]
    BadAnswer {
        /// The question's key.
        key: String,
        /// What was given.
        value: String,
        /// What is accepted.
        message: String,
        /// What to do about it.
        hint: String,
    },
    /// Questions that nobody answered, without a terminal to ask at.
    #[error("nothing in the repository answers {}", keys.iter().map(|k| format!("`--{k}`")).collect::<Vec<_>>().join(", "))]
    MissingAnswer {
        /// The unanswered questions' keys.
        keys: Vec<String>,
        /// The command line that would work.
        hint: String,
    },
    /// A file exists that dockgen did not write and was not told to replace.
    #[error("would overwrite {}\n{diff}", files.iter().map(|f| format!("`{f}`")).collect::<Vec<_>>().join(" and "))]
    WouldOverwrite {
        /// The files, relative to the path given.
        files: Vec<String>,
        /// What would change, as a unified diff.
        diff: String,
    },
    /// Files that `--check` found out of date, or a self-check with findings.
    #[error("{0}")]
    Findings(String),
    /// The command line can't be carried out.
    #[error("{message}")]
    Usage {
        /// What is wrong with it.
        message: String,
        /// What would work.
        hint: String,
    },
    /// A registry can't be reached, or does not answer as wanted.
    #[error("{message}")]
    Registry {
        /// Which, and why.
        message: String,
        /// What to do about it.
        hint: String,
    },
    /// The user pressed Ctrl-C, or left the wizard.
    #[error("interrupted; nothing was written")]
    Interrupted,
    /// dockgen made something that its own rules refuse.
    #[error("{0}")]
    Defect(String),
}

impl Error {
    /// What to do about it, if anything helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoApplication { hint, .. }
            | Self::SeveralApplications { hint, .. }
            | Self::Unsupported { hint, .. }
            | Self::BadAnswer { hint, .. }
            | Self::MissingAnswer { hint, .. }
            | Self::Registry { hint, .. }
            | Self::Usage { hint, .. } => Some(hint.clone()),
            Self::Manifest { hint, .. } => hint.clone(),
            Self::WouldOverwrite { .. } => Some(
                "`dockgen update` keeps edits of a file that dockgen wrote; `--force` replaces it, `--print` shows the new one"
                    .into(),
            ),
            Self::Defect(_) => Some("this is a defect of dockgen, not of your repository: please report it".into()),
            Self::Read { .. } | Self::Write { .. } | Self::Findings(_) | Self::Interrupted => None,
        }
    }

    /// What kind of error it is, in a word for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Read { .. } => "read",
            Self::Write { .. } => "write",
            Self::Manifest { .. } => "manifest",
            Self::NoApplication { .. } => "no-application",
            Self::SeveralApplications { .. } => "several-applications",
            Self::Unsupported { .. } => "unsupported",
            Self::BadAnswer { .. } => "bad-answer",
            Self::MissingAnswer { .. } => "missing-answer",
            Self::WouldOverwrite { .. } => "would-overwrite",
            Self::Findings(_) => "findings",
            Self::Usage { .. } => "usage",
            Self::Registry { .. } => "registry",
            Self::Interrupted => "interrupted",
            Self::Defect(_) => "defect",
        }
    }

    /// The exit status: 1 findings or out of date, 2 usage or unusable input, 3 would overwrite, 4 a registry that does not answer,
    /// 130 interrupted.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Findings(_) | Self::Defect(_) => 1,
            Self::WouldOverwrite { .. } => 3,
            Self::Registry { .. } => 4,
            Self::Interrupted => 130,
            _ => 2,
        }
    }
}

/// The result of a stage.
pub type Result<T> = std::result::Result<T, Error>;
