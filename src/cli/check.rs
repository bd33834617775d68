//! `dockgen check`: the self-check alone, on any Dockerfile and its build context.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::check::{Checkable, Finding, Severity};
use crate::cli::report;
use crate::error::{Error, Result};

/// Check a Dockerfile, its ignore file and its build context
///
/// Every rule is described in docs/rules.md. A comment `# dockgen: allow=RULE` above an instruction allows one line.
/// The status is 1 when there is an error or a warning; notes alone are fine.
#[derive(Debug, Args)]
pub struct Check {
    /// The build context
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The Dockerfile, where it is not the one in the build context
    #[arg(long, short, value_name = "DOCKERFILE")]
    file: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Checks and prints.
    pub fn run(self) -> Result<()> {
        let unreadable = |source| Error::Read { path: self.path.clone(), source };
        let context = self.path.canonicalize().map_err(unreadable)?;
        let dockerfile = match &self.file {
            Some(file) => in_place(file).map_err(|source| Error::Read { path: file.clone(), source })?,
            None => context.join("Dockerfile"),
        };
        if std::fs::symlink_metadata(&dockerfile).is_err() {
            return Err(Error::Usage {
                message: format!("there is no Dockerfile in `{}`", self.path.display()),
                hint: "name it with `--file`, or make one with `dockgen init`".into(),
            });
        }
        let checkable = Checkable::read(&context, &dockerfile)?;
        let findings = checkable.check();
        if self.json {
            report::data(&format!("{:#}", json!({ "dockerfile": checkable.path, "findings": findings })));
        } else {
            report::findings(&findings, &checkable.texts());
        }
        match findings.iter().filter(|finding| is_counted(finding)).count() {
            0 => Ok(()),
            count => Err(Error::Findings(format!(
                "{count} finding{} in `{}`",
                if count == 1 { "" } else { "s" },
                checkable.path
            ))),
        }
    }
}

/// Whether a finding makes the status 1.
fn is_counted(finding: &Finding) -> bool {
    finding.severity != Severity::Info
}

/// The whole path of a file that may be a link: where it leads is looked at when it is read.
fn in_place(file: &Path) -> std::io::Result<PathBuf> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(folder.canonicalize()?.join(file.file_name().unwrap_or_default()))
}
