//! The rules, one per file.

mod add_local_file;
mod apt_for_people;
mod artifact_name;
mod casing;
mod consecutive_run;
mod constant_platform;
mod copied_archive;
mod deaf_to_signals;
mod development_dependencies;
mod doubled_entrypoint;
mod duplicate_stage;
mod dynamic_program;
mod empty_continuation;
mod end_of_life_image;
mod exposed_port;
mod folder_change;
mod full_upgrade;
mod health_check;
mod hidden_embed;
mod ignore_pattern;
mod image_without_digest;
mod install_without_root;
mod label_key;
mod large_user_number;
mod legacy_env;
mod lone_update;
mod maintainer;
mod malformed_exec_form;
mod missing_certificates;
mod missing_health_check;
mod missing_ignore_file;
mod missing_label;
mod missing_program;
mod missing_slash;
mod missing_source;
mod missing_user;
mod named_user;
mod newer_glibc;
mod open_permissions;
mod output_in_cache_mount;
mod package_cache;
mod pipe_to_shell;
mod pipefail;
mod pointless_command;
mod production_stage;
mod progress_bar;
mod python_version;
mod recommended_packages;
mod registry;
mod relative_destination;
mod relative_workdir;
mod reserved_stage_name;
mod root_user;
mod run_without_shell;
mod secret_file;
mod secret_in_image;
mod several_commands;
mod shell_form;
mod shell_link;
mod shellcheck;
mod source_before_dependencies;
mod sudo;
mod syntax_error;
mod system_workdir;
mod toolchain_version;
mod two_downloaders;
mod unanswered_question;
mod undefined_argument;
mod undefined_variable;
mod unfrozen_install;
mod unknown_image;
mod unknown_instruction;
mod unknown_rule;
mod unknown_stage;
mod unknown_user;
mod unpinned_package;
mod unreachable_stage;
mod untagged_image;
mod unterminated_heredoc;
mod unverified_download;
mod variable_of_same_instruction;
mod verification_off;
mod whole_filesystem;

use crate::check::Rule;

/// Every rule, in the order of their names.
pub const RULES: &[&Rule] = &[
    &add_local_file::RULE,
    &apt_for_people::RULE,
    &artifact_name::RULE,
    &casing::RULE,
    &consecutive_run::RULE,
    &constant_platform::RULE,
    &copied_archive::RULE,
    &deaf_to_signals::RULE,
    &development_dependencies::RULE,
    &doubled_entrypoint::RULE,
    &duplicate_stage::RULE,
    &dynamic_program::RULE,
    &empty_continuation::RULE,
    &end_of_life_image::RULE,
    &exposed_port::RULE,
    &folder_change::RULE,
    &full_upgrade::RULE,
    &health_check::RULE,
    &hidden_embed::RULE,
    &ignore_pattern::RULE,
    &image_without_digest::RULE,
    &install_without_root::RULE,
    &label_key::RULE,
    &large_user_number::RULE,
    &legacy_env::RULE,
    &lone_update::RULE,
    &maintainer::RULE,
    &malformed_exec_form::RULE,
    &missing_certificates::RULE,
    &missing_health_check::RULE,
    &missing_ignore_file::RULE,
    &missing_label::RULE,
    &missing_program::RULE,
    &missing_slash::RULE,
    &missing_source::RULE,
    &missing_user::RULE,
    &named_user::RULE,
    &newer_glibc::RULE,
    &open_permissions::RULE,
    &output_in_cache_mount::RULE,
    &package_cache::RULE,
    &pipe_to_shell::RULE,
    &pipefail::RULE,
    &pointless_command::RULE,
    &production_stage::RULE,
    &progress_bar::RULE,
    &python_version::RULE,
    &recommended_packages::RULE,
    &registry::RULE,
    &relative_destination::RULE,
    &relative_workdir::RULE,
    &reserved_stage_name::RULE,
    &root_user::RULE,
    &run_without_shell::RULE,
    &secret_file::RULE,
    &secret_in_image::RULE,
    &several_commands::RULE,
    &shell_form::RULE,
    &shell_link::RULE,
    &shellcheck::RULE,
    &source_before_dependencies::RULE,
    &sudo::RULE,
    &syntax_error::RULE,
    &system_workdir::RULE,
    &toolchain_version::RULE,
    &two_downloaders::RULE,
    &unanswered_question::RULE,
    &undefined_argument::RULE,
    &undefined_variable::RULE,
    &unfrozen_install::RULE,
    &unknown_image::RULE,
    &unknown_instruction::RULE,
    &unknown_rule::RULE,
    &unknown_stage::RULE,
    &unknown_user::RULE,
    &unpinned_package::RULE,
    &unreachable_stage::RULE,
    &untagged_image::RULE,
    &unterminated_heredoc::RULE,
    &unverified_download::RULE,
    &variable_of_same_instruction::RULE,
    &verification_off::RULE,
    &whole_filesystem::RULE,
];
