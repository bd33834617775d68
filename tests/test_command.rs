//! `dockgen test` on a real image: what is right passes, and each planted defect is found by the check for it.

use std::path::Path;

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::container::{both, build, docker, generate, provide};
use crate::support::{dockgen, examples};

/// The example whose image is tested.
const EXAMPLE: &str = "go-server";

/// A defect: its name, what is added to the Dockerfile, options of the test, and the checks that must fail.
const DEFECTS: &[(&str, &str, &[&str], &[&str])] = &[
    ("nothing", "", &[], &[]),
    ("root", "USER 0:0", &[], &["user"]),
    ("named-user", "USER nonroot", &[], &["user"]),
    ("private-key", "COPY id_rsa /app/id_rsa", &[], &["secrets"]),
    ("password", "ENV DATABASE_PASSWORD=hunter2", &[], &["secrets"]),
    ("history", "ARG API_TOKEN=hunter2", &[], &["secrets"]),
    ("development", "COPY program /app/node_modules/eslint/package.json", &[], &["leftovers"]),
    ("source", "COPY program /app/main.go", &[], &["leftovers"]),
    ("shell", "COPY --chmod=755 program /bin/sh", &[], &["shell"]),
    ("setuid", "COPY --chmod=4755 program /app/program", &[], &["setuid"]),
    ("another-port", "EXPOSE 9", &["--port", "9", "--timeout", "2"], &["start"]),
    ("health-path", "", &["--path", "/healthz"], &[]),
    ("large", "", &["--max-size", "1"], &["size"]),
];

/// The trials of the command.
pub fn trials(is_ignored: bool) -> Vec<Trial> {
    vec![Trial::test("test-command", finds_planted_defects).with_ignored_flag(is_ignored)]
}

fn finds_planted_defects() -> Result<(), Failed> {
    let example = examples().into_iter().find(|example| example.name == EXAMPLE).ok_or("no example")?;
    let made = generate(&example)?;
    provide(&made.dockerfile)?;
    let base = "dockgen-example/test-command";
    build(base, &made.dockerfile, &made.context, &[])?;
    let folder = tempfile::tempdir()?;
    for file in ["id_rsa", "program"] {
        std::fs::write(folder.path().join(file), "text")?;
    }
    let outcome = DEFECTS.iter().try_for_each(|(name, line, options, expected)| {
        std::fs::write(folder.path().join("Dockerfile"), format!("FROM {base}\n{line}\n"))?;
        let failed = failed_checks(folder.path(), options)?;
        if failed == *expected { Ok(()) } else { Err(Failed::from(format!("{name}: {failed:?} failed"))) }
    });
    docker(&["rmi", "--force", base]);
    outcome?;
    let left = docker(&["ps", "--all", "--quiet", "--filter", "label=dockgen.test.process"]);
    if left.stdout.is_empty() { Ok(()) } else { Err(format!("containers are left: {}", both(&left)).into()) }
}

/// The names of the checks that failed.
fn failed_checks(folder: &Path, options: &[&str]) -> Result<Vec<String>, Failed> {
    let ran = dockgen(folder, &[&["test", "--json"], options].concat());
    let report: Value = serde_json::from_slice(&ran.stdout).map_err(|error| format!("{error}: {}", both(&ran)))?;
    let checks = report["checks"].as_array().ok_or("no checks")?;
    let failed = checks.iter().filter(|check| check["verdict"] == "failed");
    let names: Vec<String> = failed.filter_map(|check| check["check"].as_str()).map(str::to_owned).collect();
    if ran.status.code() == Some(i32::from(!names.is_empty())) {
        return Ok(names);
    }
    Err(format!("status {:?} for {names:?}: {}", ran.status.code(), both(&ran)).into())
}
