//! dockgen turns a repository into a container image the right way: it reads what the repository says, asks what it does
//! not say, and writes a multistage, distroless `Dockerfile` and a `.dockerignore` that it has checked itself.
//!
//! It is a small compiler. Each stage is one module with one public function, and no stage sees a later one:
//!
//! ```text
//! scan ──► detect ──► resolve ──► render ──► check ──► write
//! Repo     Apps       BuildPlan   Artifacts  Findings  Changes
//! ```
//!
//! - [`repo::Repo::open`] reads the names of the files;
//! - [`languages::detect`] finds the applications and what their files say, each fact with its line;
//! - [`plan::choose`] and [`plan::resolve`] pick one and answer its questions; [`plan::Application::plan`] makes the plan;
//! - [`render::render`] makes the texts from the embedded templates;
//! - [`check`] reads them back and reports what is wrong with them;
//! - [`output::preview`] and [`output::write`] are the only ones to touch the disk.
//!
//! Only [`cli`] reads arguments, prompts and prints. Programs are started by [`container`] alone, behind `dockgen test`, and by
//! [`registry`], behind `dockgen pin`. The same repository and the same answers give the same bytes, on any
//! machine, on any day.

#![warn(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

pub mod analysis;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod container;
pub mod dockerfile;
pub mod error;
pub mod evidence;
pub mod languages;
pub mod output;
pub mod path;
pub mod pattern;
pub mod plan;
pub mod registry;
pub mod render;
pub mod repo;
pub mod shell;
pub mod source;
pub mod text;

pub use error::{Error, Result};
