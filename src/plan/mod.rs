//! From an application and answers to a build plan.

mod answers;
mod application;
mod cache;
mod choose;
mod config;
pub mod history;
mod ignored_files;
mod listen;
pub mod model;
mod needed_variables;
mod options;
mod programs;
mod question;
mod registry;
mod release_job;
mod resolve;
mod seen;
mod start;
mod submodule;
mod targets;
mod unsupported;
pub mod version;
mod written_folder;

pub use answers::{Answers, Resolved, Source};
pub use application::{App, Application, Detection, NamedFact, Role, image_name};
pub use cache::project_id;
pub use choose::{choose, choose_all, choose_some, left_out, nothing, with_choice};
pub use config::{Config, FILE_NAME as CONFIG_FILE, PROGRAMS};
pub use ignored_files::{NeededFiles, is_ignored, sections_of};
pub use listen::{
    FIRST_OPEN_PORT, listen_question, listen_substitution, listen_warning, other_port_warning, settings_listen_warning,
    unprivileged,
};
pub use model::{
    Assignment, BuildPlan, Command, Copy, FinalStage, FrontEndStage, IgnoreSection, Mount, Recipe, Script, StageCopy,
    Substitution, TrustStores, Variable, Word, front_end_stage_name,
};
pub use needed_variables::{
    needed_alternatives, needed_arguments_warning, needed_environment_file, needed_file, needed_variables,
};
pub use options::{Certificates, ImageOptions, check_certificates, plan, questions};
pub use question::{Choice, Kind, QUESTIONS, Question, Specification, exec_words, specification};
pub use registry::Registries;
pub use release_job::release_job;
pub use resolve::{Defaults, NoTerminal, Prompter, Reply, resolve};
pub use seen::{has_manifest, with_what_was_seen};
pub use start::check_start;
pub use submodule::submodule_hint;
pub use targets::{Target, targets};
pub use unsupported::unsupported;
pub use written_folder::{lost_database, written_folder};
