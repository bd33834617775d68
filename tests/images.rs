//! Real image builds: every example's image is built and run by a real engine. It answers, is non-root, has no shell, and
//! stops on SIGTERM.
//!
//! Without an engine every test is skipped, aloud; with `DOCKGEN_REQUIRE_ENGINE=1` that is a failure. Where no registry
//! can be reached, `DOCKGEN_STANDINS` names a program that is given `--for DOCKERFILE` before each build and provides the
//! images that it names.

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, ExitCode, Output};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};

use support::{Example, dockgen, examples, is_generated};

/// How long a container may take until it answers.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long it may take to end after SIGTERM.
const STOP: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let engine = Command::new("docker").arg("info").output().is_ok_and(|output| output.status.success());
    let required = std::env::var_os("DOCKGEN_REQUIRE_ENGINE").is_some();
    if !engine && !required {
        eprintln!("no container engine answers `docker info`: the images of the examples are NOT built or run");
    }
    let trials = examples()
        .into_iter()
        .map(|example| {
            Trial::test(example.name.clone(), move || works(&example)).with_ignored_flag(!engine && !required)
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn docker(arguments: &[&str]) -> Output {
    Command::new("docker").args(arguments).output().unwrap()
}

/// The output of a docker command that must succeed.
fn told(arguments: &[&str]) -> Result<String, Failed> {
    let output = docker(arguments);
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() { Ok(text) } else { Err(format!("docker {arguments:?}: {}", both(&output)).into()) }
}

fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn works(example: &Example) -> Result<(), Failed> {
    let copy = example.copy(|path| !is_generated(path));
    let folder = copy.path().join(&example.path);
    let mut arguments = example.init_arguments();
    arguments.push("--json".into());
    let made = dockgen(&folder, &arguments);
    let said: serde_json::Value = serde_json::from_slice(&made.stdout).map_err(|_| both(&made))?;
    let place = |key: &str| folder.join(said[key].as_str().unwrap_or_default()).display().to_string();
    let (dockerfile, context) = (place("dockerfile"), place("build_context"));

    if let Some(program) = std::env::var_os("DOCKGEN_STANDINS") {
        let output = Command::new(program).args(["--for", &dockerfile]).output()?;
        if !output.status.success() {
            return Err(format!("no stand-ins: {}", both(&output)).into());
        }
    }
    let image = format!("dockgen-example/{}", example.name);
    let built = docker(&["build", "--quiet", "--tag", &image, "--file", &dockerfile, &context]);
    if !built.status.success() {
        return Err(format!("the build failed: {}", both(&built)).into());
    }
    let outcome = inspect(&image).and_then(|()| run(example, &image));
    docker(&["rmi", "--force", &image]);
    outcome
}

/// The image is non-root by number and has no shell.
fn inspect(image: &str) -> Result<(), Failed> {
    let user = told(&["image", "inspect", "--format", "{{.Config.User}}", image])?;
    let id: u32 = user.split(':').next().unwrap_or_default().parse().unwrap_or(0);
    if id == 0 {
        return Err(format!("it runs as `{user}`").into());
    }
    for shell in ["/bin/sh", "/bin/bash", "/bin/dash", "/bin/busybox", "/busybox/sh"] {
        if docker(&["run", "--rm", "--entrypoint", shell, image, "-c", "true"]).status.success() {
            return Err(format!("it has a shell: {shell}").into());
        }
    }
    Ok(())
}

fn run(example: &Example, image: &str) -> Result<(), Failed> {
    let name = format!("dockgen-example-{}", example.name);
    docker(&["rm", "--force", "--volumes", &name]);
    let mut arguments: Vec<String> =
        example.environment.iter().flat_map(|(key, value)| ["--env".into(), format!("{key}={value}")]).collect();
    if example.read_only {
        arguments.extend(["--read-only".into(), "--tmpfs".into(), "/tmp".into()]);
    }
    if let Some(rest) = example.probe.strip_prefix("run:") {
        return runs_to_its_end(example, image, arguments, rest);
    }
    let (kind, target) = example.probe.split_once(':').unwrap_or((&example.probe, ""));
    let (port, path) = target.split_once('/').unwrap_or((target, ""));
    if !port.is_empty() {
        arguments.extend(["--publish".into(), format!("127.0.0.1:0:{port}")]);
    }
    let started: Vec<&str> = ["run", "--detach", "--name", &name]
        .into_iter()
        .chain(arguments.iter().map(String::as_str))
        .chain([image])
        .collect();
    let outcome = told(&started).and_then(|_| match kind {
        "stays" => stays(&name),
        _ => answers(&name, port, (kind == "http").then_some(path), &example.contains),
    });
    let outcome = outcome.and_then(|()| if example.stops { stops(&name) } else { Ok(()) });
    let logs = both(&docker(&["logs", "--tail", "50", &name]));
    docker(&["rm", "--force", "--volumes", &name]);
    outcome.map_err(|failed| format!("{}\n{logs}", failed.message().unwrap_or_default()).into())
}

fn runs_to_its_end(example: &Example, image: &str, options: Vec<String>, rest: &str) -> Result<(), Failed> {
    let mut arguments = vec!["run".to_owned(), "--rm".to_owned()];
    arguments.extend(options);
    arguments.push(image.to_owned());
    arguments.extend(rest.split_whitespace().map(str::to_owned));
    let output = docker(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let text = both(&output);
    if output.status.success() && text.contains(&example.contains) {
        return Ok(());
    }
    Err(format!("ended with {}: {text}", output.status).into())
}

fn is_running(name: &str) -> bool {
    told(&["inspect", "--format", "{{.State.Running}}", name]).is_ok_and(|state| state == "true")
}

fn stays(name: &str) -> Result<(), Failed> {
    std::thread::sleep(Duration::from_secs(3));
    if is_running(name) { Ok(()) } else { Err("it ended".into()) }
}

/// Waits until the published port answers: over HTTP with a status below 400 and the text, or by accepting a connection.
fn answers(name: &str, port: &str, path: Option<&str>, text: &str) -> Result<(), Failed> {
    let published = told(&["port", name, port])?;
    let address = published.lines().next().unwrap_or_default().to_owned();
    let start = Instant::now();
    let mut last = String::from("no answer");
    while start.elapsed() < PATIENCE && is_running(name) {
        match path.map_or_else(|| TcpStream::connect(&address).map(|_| String::new()), |path| get(&address, path)) {
            Ok(_) if path.is_none() => return Ok(()),
            Ok(answer) if is_success(&answer) && answer.contains(text) => return Ok(()),
            Ok(answer) if !answer.is_empty() => last = answer,
            Ok(_) => {}
            Err(error) => last = error.to_string(),
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Err(format!("it never answered as expected; the last was: {last}").into())
}

fn get(address: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn is_success(answer: &str) -> bool {
    answer.split_whitespace().nth(1).and_then(|status| status.parse::<u16>().ok()).is_some_and(|status| status < 400)
}

/// SIGTERM ends it in time, without SIGKILL.
fn stops(name: &str) -> Result<(), Failed> {
    let start = Instant::now();
    told(&["stop", "--time", "10", name])?;
    let took = start.elapsed();
    let status = told(&["inspect", "--format", "{{.State.ExitCode}}", name])?;
    if took < STOP && status != "137" {
        return Ok(());
    }
    Err(format!("it took {took:.1?} to stop, and ended with {status}").into())
}
