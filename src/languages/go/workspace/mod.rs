//! Modules, the workspace above them, code below GOPATH without a module, and the packages that a program is made of.

pub mod go_work;
pub mod gopath;
pub mod module;
pub mod packages;
