//! The interpreter on distroless cc is a whole Python: the standard library's own tests for what rests on C libraries, time
//! zones and processes pass inside images that dockgen makes, as far as they need no shell or other program. What fails
//! must fail in the official image, too: an older Python beside a newer OpenSSL, for one.
//!
//! Images have no tests of the standard library, so they are taken from an installed Python of the same minor version: on
//! PATH, or pyenv's. A line without one is skipped, aloud.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Failed, Trial};

use crate::container::{both, build, docker, generate, provide, told};
use crate::support::{self, Example, example};

/// An example for each line of Python, with the arguments that give it this runtime.
const IMAGES: &[(&str, &str, &[&str])] = &[
    ("3.11", "python-worker-psycopg2", &[]),
    ("3.12", "python-bottle-hashes", &[]),
    ("3.13", "python-script", &["--runtime", "distroless-cc"]),
];

/// Runs tests, names on standard output those that fail, and counts.
const DRIVER: &str = include_str!("standard_library.py");

/// One trial for each line of Python.
pub fn trials(is_ignored: bool) -> Vec<Trial> {
    let trial = |&(line, name, flags): &(&'static str, &'static str, &'static [&'static str])| {
        let tests = tests_of(line);
        if tests.is_none() {
            eprintln!("no installed Python {line} has the standard library's tests: they are NOT run in its image");
        }
        let is_ignored = is_ignored || tests.is_none();
        Trial::test(format!("standard-library-{line}"), move || passes(line, name, flags, &tests.unwrap_or_default()))
            .with_ignored_flag(is_ignored)
    };
    IMAGES.iter().map(trial).collect()
}

/// The folder of the standard library's tests in an installed Python of this line.
fn tests_of(line: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")));
    let versions = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let managed = versions.into_iter().flatten().flatten().map(|entry| entry.path().join("bin/python"));
    let on_path = PathBuf::from(format!("python{line}"));
    std::iter::once(on_path).chain(managed).find_map(|python| {
        let ask = "import os, sys, test; print('%d.%d' % sys.version_info[:2], os.path.dirname(test.__file__))";
        let output = Command::new(python).args(["-c", ask]).output().ok().filter(|output| output.status.success())?;
        let said = String::from_utf8(output.stdout).ok()?;
        let (found, folder) = said.trim().split_once(' ')?;
        (found == line).then(|| PathBuf::from(folder))
    })
}

fn passes(line: &str, name: &str, flags: &[&str], tests: &Path) -> Result<(), Failed> {
    let arguments = flags.iter().map(|flag| (*flag).to_owned()).collect();
    let made = generate(&Example { arguments, ..example(name) })?;
    provide(&made.dockerfile)?;
    let image = format!("dockgen-standard-library/{line}");
    build(&image, &made.dockerfile, &made.context, &[])?;
    let official = format!("python:{line}-slim-trixie");
    let outcome = outcomes(&image, "/venv/bin/python", line, tests, &[]).and_then(|found| {
        let failed: Vec<&str> = found.lines().filter_map(|line| line.strip_prefix("failed: ")).collect();
        if failed.is_empty() {
            return Ok(());
        }
        let there = outcomes(&official, "python", line, tests, &failed)?;
        let fails_there = |test: &str| there.lines().any(|it| it.starts_with("failed") && it.ends_with(test));
        let own: Vec<&str> = failed.into_iter().filter(|test| !fails_there(test)).collect();
        if own.is_empty() { Ok(()) } else { Err(format!("these pass in {official}: {own:#?}").into()) }
    });
    docker(&["rmi", "--force", &image]);
    outcome
}

/// What the driver says of the tests in an image to which they have been added: of all, or of those that are named.
fn outcomes(image: &str, python: &str, line: &str, tests: &Path, named: &[&str]) -> Result<String, Failed> {
    let with_tests = format!("dockgen-standard-library/{}-tests", image.replace([':', '/'], "-"));
    add_tests(image, &with_tests, line, tests)?;
    let sandbox = ["run", "--rm", "--tmpfs", "/tmp:exec", "--workdir", "/tmp", "--entrypoint", python, &with_tests];
    let output = docker(&[&sandbox, ["-c", DRIVER].as_slice(), named].concat());
    docker(&["rmi", "--force", &with_tests]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let count = said.lines().find_map(|line| line.strip_prefix("passed: ")).ok_or_else(|| both(&output))?.to_owned();
    eprintln!("{image}: passed {count}");
    Ok(said)
}

/// The same image with the tests beside the standard library, and nothing else.
fn add_tests(image: &str, with_tests: &str, line: &str, tests: &Path) -> Result<(), Failed> {
    let context = tempfile::tempdir()?;
    let library = tests.parent().ok_or("the tests lie nowhere")?;
    let mut dockerfile = format!("FROM {image}\n");
    // until 3.11, those of ctypes lie beside it
    for folder in ["test", "ctypes/test"].into_iter().filter(|folder| library.join(folder).is_dir()) {
        let target = context.path().join(folder);
        std::fs::create_dir_all(&target)?;
        support::copy(&library.join(folder), &target, &|_| true);
        dockerfile.extend(["COPY ", folder, "/ /usr/local/lib/python", line, "/", folder, "/\n"]);
    }
    std::fs::write(context.path().join("Dockerfile"), dockerfile)?;
    told(&["build", "--quiet", "--tag", with_tests, &context.path().display().to_string()])?;
    Ok(())
}
