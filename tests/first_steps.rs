//! What README tells a newcomer to type under "Ten seconds", done: from the folder of an application to a container that answers.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};

use crate::container::{both, docker, provide, told};
use crate::support::{dockgen, example, is_generated, root};

/// How long the container has until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// The trial.
pub fn trials(is_ignored: bool) -> Vec<Trial> {
    vec![Trial::test("first-steps", a_newcomer_gets_a_running_container).with_ignored_flag(is_ignored)]
}

/// The commands of the first section: those that it shows the output of, and those of its other blocks.
fn commands() -> Result<Vec<String>, Failed> {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    let section = readme.split("\n## ").find(|section| section.starts_with("Ten seconds")).ok_or("no such section")?;
    let mut found = Vec::new();
    let mut kind = None;
    for line in section.lines() {
        match (line.strip_prefix("```"), kind) {
            (Some(name), None) => kind = Some(name),
            (Some(_), Some(_)) => kind = None,
            (None, Some("console")) => found.extend(line.strip_prefix("$ ").map(str::to_owned)),
            (None, Some("sh")) => found.push(line.to_owned()),
            (None, _) => {}
        }
    }
    Ok(found)
}

fn a_newcomer_gets_a_running_container() -> Result<(), Failed> {
    let copy = example("node-express").copy(|path| !is_generated(path));
    let commands = commands()?;
    let [init, build, run] = commands.as_slice() else { return Err(format!("other commands: {commands:?}").into()) };
    let arguments: Vec<&str> = init.split_whitespace().skip(1).collect();
    let made = dockgen(copy.path(), &arguments);
    if !made.status.success() {
        return Err(both(&made).into());
    }
    provide(&copy.path().join("Dockerfile").to_string_lossy())?;
    typed(build, copy.path())?;
    // any free port of this machine, and a prompt that comes back
    let run = run.replace("--publish 3000:3000", "--detach --publish 127.0.0.1::3000");
    let container = typed(&run, copy.path())?;
    let outcome = answers(&container);
    docker(&["rm", "--force", &container]);
    docker(&[
        "rmi",
        "--force",
        build.split_whitespace().skip_while(|word| *word != "--tag").nth(1).unwrap_or_default(),
    ]);
    outcome
}

/// What a line of shell prints, which must succeed.
fn typed(line: &str, folder: &Path) -> Result<String, Failed> {
    let output = Command::new("sh").args(["-c", line]).current_dir(folder).output()?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(format!("`{line}`: {}", both(&output)).into())
    }
}

/// Whether the container answers a request for its first page on the port that it published.
fn answers(container: &str) -> Result<(), Failed> {
    let address = told(&["port", container, "3000"])?;
    let address = address.lines().next().unwrap_or_default();
    let started = Instant::now();
    loop {
        let answer = request(address).unwrap_or_else(|error| error.to_string());
        if answer.starts_with("HTTP/1.1 200") {
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            return Err(format!("{address}: {answer}").into());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// What a server answers to a request for its first page.
fn request(address: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
