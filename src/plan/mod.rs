//! From an application and answers to a build plan.

mod answers;
mod application;
mod build_plan;
mod cache;
mod choose;
mod config;
mod question;
mod resolve;

pub use answers::{Answers, Resolved, Source};
pub use application::{App, Application, Detection, NamedFact, Role, image_name};
pub use build_plan::{BuildPlan, FinalStage, IgnoreSection, Variable};
pub use cache::Project;
pub use choose::{choose, choose_all};
pub use config::Config;
pub use question::{Choice, Kind, QUESTIONS, Question, Specification, specification};
pub use resolve::{Defaults, NoTerminal, Prompter, Reply, resolve};
