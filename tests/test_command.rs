//! `dockgen test` on a real image: what is right passes, and each planted defect is found by the check for it.

use std::path::Path;

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::container::{both, build, docker, generate, provide};
use crate::support::{dockgen, dockgen_command, examples};

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
    ("missing-library", "COPY --chmod=755 linked /app/linked", &[], &["libraries"]),
    ("missing-health-program", "HEALTHCHECK CMD [\"/usr/bin/curl\", \"localhost\"]", &[], &["health"]),
    ("missing-command", "ENTRYPOINT [\"/app/nothing\"]", &[], &["start"]),
    ("deaf", "STOPSIGNAL SIGWINCH", &[], &["stop"]),
    ("left-out", "USER 0:0", &["--skip", "user"], &[]),
    ("another-text", "", &["--path", "/", "--expect", "no such text", "--timeout", "2"], &["start"]),
    ("another-port", "EXPOSE 9", &["--port", "9", "--timeout", "2"], &["start"]),
    ("health-path", "", &["--path", "/healthz"], &[]),
    ("large", "", &["--max-size", "1"], &["size"]),
];

/// The trials of the command.
pub fn trials(is_ignored: bool) -> Vec<Trial> {
    vec![
        Trial::test("test-command", finds_planted_defects).with_ignored_flag(is_ignored),
        Trial::test("test-command::comparison", compares).with_ignored_flag(is_ignored),
        Trial::test("test-command::killed", leaves_nothing).with_ignored_flag(is_ignored),
    ]
}

/// Two Dockerfiles of one application: both are built, the one is found to have a shell, and the user's source is as it was.
fn compares() -> Result<(), Failed> {
    let example = examples().into_iter().find(|example| example.name == EXAMPLE).ok_or("no example")?;
    let made = generate(&example)?;
    provide(&made.dockerfile)?;
    let source = Path::new(&made.context).join("main.go");
    let before = std::fs::read_to_string(&source)?;
    let text = std::fs::read_to_string(&made.dockerfile)?;
    let plain = Path::new(&made.context).join("Dockerfile.plain");
    let base = text.lines().find_map(|line| line.split_whitespace().find(|word| word.starts_with("golang:")));
    let base = base.ok_or("no base")?;
    std::fs::write(
        &plain,
        format!("FROM {base}\nWORKDIR /app\nCOPY . .\nEXPOSE 8080\nCMD [\"go\", \"run\", \".\"]\n"),
    )?;
    let ran = dockgen(Path::new(&made.context), &["test", "--json", "--against", "Dockerfile.plain"]);
    let said: Value = serde_json::from_slice(&ran.stdout).map_err(|error| format!("{error}: {}", both(&ran)))?;
    let size = |side: &str| said[side]["size"].as_u64().unwrap_or_default();
    let checks = said["other"]["checks"].as_array().ok_or("no checks")?;
    let failed = checks.iter().filter(|check| check["verdict"] == "failed");
    let failed: Vec<&str> = failed.filter_map(|check| check["check"].as_str()).collect();
    let is_right = said["touched"] == "main.go"
        && said["own"]["rebuild_seconds"].is_f64()
        && size("own") * 2 < size("other")
        && ["user", "shell", "leftovers"].iter().all(|check| failed.contains(check));
    if !is_right || std::fs::read_to_string(&source)? != before {
        return Err(format!("{said:#}").into());
    }
    Ok(())
}

/// A test that is killed in the middle leaves what the next one removes; one that is told to end leaves nothing.
fn leaves_nothing() -> Result<(), Failed> {
    let example = examples().into_iter().find(|example| example.name == EXAMPLE).ok_or("no example")?;
    let made = generate(&example)?;
    provide(&made.dockerfile)?;
    let image = "dockgen-example/killed";
    build(image, &made.dockerfile, &made.context, &[])?;
    let left = |process: u32| {
        let filter = format!("label=dockgen.test.process={process}");
        let containers = docker(&["ps", "--all", "--quiet", "--filter", &filter]);
        let images = docker(&["images", "--quiet", "--filter", &filter]);
        String::from_utf8_lossy(&[containers.stdout, images.stdout].concat()).into_owned()
    };
    let outcome = ["KILL", "TERM", "INT"].iter().enumerate().try_for_each(|(index, signal)| -> Result<(), Failed> {
        let mut child = dockgen_command(Path::new("."), &["test", "--image", image])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()?;
        std::thread::sleep(std::time::Duration::from_millis(900 + 700 * index as u64));
        let number = child.id();
        std::process::Command::new("kill").args([&format!("-{signal}"), &number.to_string()]).status()?;
        child.wait()?;
        if *signal == "KILL" {
            dockgen(Path::new("."), &["test", "--image", "no/such:image"]);
        }
        let left = left(number);
        if left.is_empty() { Ok(()) } else { Err(format!("{signal} left {left}").into()) }
    });
    docker(&["rmi", "--force", image]);
    outcome
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
    // a program that is linked to a C library, which the image has not
    std::fs::copy("/bin/ls", folder.path().join("linked"))?;
    let outcome = DEFECTS.iter().try_for_each(|(name, line, options, expected)| {
        std::fs::write(folder.path().join("Dockerfile"), format!("FROM {base}\n{line}\n"))?;
        let failed = failed_checks(folder.path(), options)?;
        if failed == *expected { Ok(()) } else { Err(Failed::from(format!("{name}: {failed:?} failed"))) }
    });
    docker(&["rmi", "--force", base]);
    outcome
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
