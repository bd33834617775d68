//! The tests that need no container engine: one binary, a module per topic.

#[path = "../support.rs"]
#[expect(dead_code, reason = "the image tests use the other part")]
mod support;

mod answers;
mod bad_input;
mod catalog;
mod cli;
mod compose_files;
mod dockerfile;
mod dockerignore;
mod doctor;
mod documents;
mod everyday;
mod examples;
mod explain;
mod fuzzing;
mod go;
mod go_servers;
mod hostile;
mod hostile_fields;
mod image_options;
mod java;
mod java_run_time;
mod layout;
mod node;
mod node_image;
mod own_templates;
mod pin;
mod precedence;
mod python;
mod rules;
mod rust;
mod rust_servers;
mod schema;
mod scratch;
mod sessions;
mod several;
mod transcripts;
mod update;
mod wizard;
mod writing;
