//! What an application needs at run time, written once for all languages over the source index, with what differs by library
//! in tables.
//!
//! Every analysis takes a [`Program`]: the files that run, in the order of their weight, and the packages that the project
//! depends on.

pub mod backing_services;
pub mod calls;
pub mod command_line;
pub mod compose;
pub mod data_folders;
pub mod environment;
pub mod files;
pub mod health;
pub mod listen;
pub mod local_services;
pub mod migrations;
pub mod needed_files;
pub mod other_case;
mod program;
pub mod runtime_files;
pub mod service_addresses;
pub mod services;
pub mod settings_file;
mod source_edit;
pub mod stated_start;
pub mod subprocesses;
pub mod texts;
pub mod uncommitted;
pub mod variable_files;
mod variable_readers;

use serde::Serialize;

pub use program::{Found, Program, setting};
pub use source_edit::SourceEdit;

/// What a program can be told something by, from outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Setting {
    /// A variable of the environment.
    Variable(String),
    /// An option of the command line, as one writes it: `--port`.
    Flag(String),
}

impl Setting {
    /// The variable, where it is one.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::Variable(name) => Some(name),
            Self::Flag(_) => None,
        }
    }

    /// The flag, where it is one.
    pub fn flag(&self) -> Option<&str> {
        match self {
            Self::Flag(flag) => Some(flag),
            Self::Variable(_) => None,
        }
    }
}
