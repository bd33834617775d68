//! The checks of an image, one per file.

mod health;
mod leftovers;
mod libraries;
mod memory;
mod read_only;
mod reproducible;
mod secrets;
mod setuid;
mod shell;
mod size;
mod start;
mod stop;
mod user;

use crate::container::check::Check;

/// Every check, in the order in which they are made: what lies in the image first, then what runs of it.
pub const CHECKS: &[&Check] = &[
    &user::CHECK,
    &shell::CHECK,
    &setuid::CHECK,
    &secrets::CHECK,
    &leftovers::CHECK,
    &libraries::CHECK,
    &size::CHECK,
    &start::CHECK,
    &health::CHECK,
    &memory::CHECK,
    &stop::CHECK,
    &read_only::CHECK,
    &reproducible::CHECK,
];
