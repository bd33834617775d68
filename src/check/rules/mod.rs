//! The rules, one per file.

mod add_local_file;
mod artifact_name;
mod doubled_entrypoint;
mod duplicate_stage;
mod empty_continuation;
mod end_of_life_image;
mod exposed_port;
mod health_check;
mod ignore_pattern;
mod legacy_env;
mod maintainer;
mod malformed_exec_form;
mod missing_ignore_file;
mod missing_program;
mod missing_slash;
mod missing_source;
mod missing_user;
mod named_user;
mod newer_glibc;
mod open_permissions;
mod output_in_cache_mount;
mod pipe_to_shell;
mod python_version;
mod relative_destination;
mod relative_workdir;
mod root_user;
mod run_without_shell;
mod secret_file;
mod secret_in_image;
mod several_commands;
mod shell_form;
mod source_before_dependencies;
mod sudo;
mod unfrozen_install;
mod unknown_image;
mod unknown_instruction;
mod unknown_stage;
mod unreachable_stage;
mod untagged_image;
mod unterminated_heredoc;

use crate::check::Rule;

/// Every rule, in the order of their names.
pub const RULES: &[&Rule] = &[
    &add_local_file::RULE,
    &artifact_name::RULE,
    &doubled_entrypoint::RULE,
    &duplicate_stage::RULE,
    &empty_continuation::RULE,
    &end_of_life_image::RULE,
    &exposed_port::RULE,
    &health_check::RULE,
    &ignore_pattern::RULE,
    &legacy_env::RULE,
    &maintainer::RULE,
    &malformed_exec_form::RULE,
    &missing_ignore_file::RULE,
    &missing_program::RULE,
    &missing_slash::RULE,
    &missing_source::RULE,
    &missing_user::RULE,
    &named_user::RULE,
    &newer_glibc::RULE,
    &open_permissions::RULE,
    &output_in_cache_mount::RULE,
    &pipe_to_shell::RULE,
    &python_version::RULE,
    &relative_destination::RULE,
    &relative_workdir::RULE,
    &root_user::RULE,
    &run_without_shell::RULE,
    &secret_file::RULE,
    &secret_in_image::RULE,
    &several_commands::RULE,
    &shell_form::RULE,
    &source_before_dependencies::RULE,
    &sudo::RULE,
    &unfrozen_install::RULE,
    &unknown_image::RULE,
    &unknown_instruction::RULE,
    &unknown_stage::RULE,
    &unreachable_stage::RULE,
    &untagged_image::RULE,
    &unterminated_heredoc::RULE,
];
