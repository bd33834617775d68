//! Real image builds: every example's image is built and run by a real engine. It answers, is non-root, has no shell, and
//! stops on SIGTERM.
//!
//! Without an engine every test is skipped, aloud; with `DOCKGEN_REQUIRE_ENGINE=1` that is a failure.

mod certificates;
mod container;
mod standard_library;
mod support;
mod test_command;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};

use container::{answers, both, build, docker, generate, has_engine, is_running, options, provide, start, told};
use support::{Example, examples};

/// How long it may take to end after SIGTERM.
const STOP: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let engine = has_engine();
    let required = std::env::var_os("DOCKGEN_REQUIRE_ENGINE").is_some();
    if !engine && !required {
        eprintln!("no container engine answers `docker info`: the images of the examples are NOT built or run");
    }
    let trials = examples()
        .into_iter()
        .map(|example| {
            Trial::test(example.name.clone(), move || works(&example)).with_ignored_flag(!engine && !required)
        })
        .chain(certificates::trials(!engine && !required))
        .chain(family_trials(!engine && !required))
        .chain(standard_library::trials(!engine && !required))
        .chain(test_command::trials(!engine && !required))
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The examples that are built and run on another family of images than the default one, with more answers for some: an image
/// for each kind that the family has.
const FAMILIES: &[(&str, &str, &[&str])] = &[
    ("slim", "node-express", &["--packages", "git"]),
    ("slim", "python-flask-poetry", &[]),
    ("slim", "java-javalin", &[]),
    ("slim", "go-server", &[]),
    ("slim", "rust-server", &[]),
    ("dhi", "node-native", &[]),
    ("dhi", "python-flask-poetry", &[]),
    ("dhi", "java-javalin", &["--registry", "dhi.io=registry.example.org/dhi-"]),
    ("dhi", "go-server", &[]),
    ("dhi", "go-sqlite", &[]),
    ("dhi", "rust-server", &[]),
];

fn family_trials(is_ignored: bool) -> impl Iterator<Item = Trial> {
    FAMILIES.iter().map(move |(family, name, answers)| {
        let mut example = support::example(name);
        example.arguments.extend(["--family".to_owned(), (*family).to_owned()]);
        example.arguments.extend(answers.iter().map(|word| (*word).to_owned()));
        example.name = format!("{name}-{family}");
        let has_shell = *family == "slim";
        // the mirror of the tests is none that can be reached
        let is_ignored =
            is_ignored || answers.contains(&"--registry") && std::env::var_os("DOCKGEN_STANDINS").is_none();
        Trial::test(format!("family::{}", example.name), move || {
            let folder = Example { name: (*name).to_owned(), ..example.clone() };
            on_family(&example, &folder, has_shell)
        })
        .with_ignored_flag(is_ignored)
    })
}

/// As [`works`], on another family; an image with a shell must have the packages that were asked for.
fn on_family(example: &Example, folder: &Example, has_shell: bool) -> Result<(), Failed> {
    let made = generate(folder)?;
    provide(&made.dockerfile)?;
    let image = format!("dockgen-example/{}", example.name);
    build(&image, &made.dockerfile, &made.context, &[])?;
    let outcome = is_not_root(&image)
        .and_then(|()| if has_shell { has_packages(example, &image) } else { has_no_shell(&image) })
        .and_then(|()| run(example, &image));
    docker(&["rmi", "--force", &image]);
    outcome
}

/// The packages that were asked for are installed, and the user has a name and a home.
fn has_packages(example: &Example, image: &str) -> Result<(), Failed> {
    let mut script = "test -w \"$HOME\" && whoami".to_owned();
    if let Some(at) = example.arguments.iter().position(|word| word == "--packages") {
        script = format!("{script} && dpkg --status {}", example.arguments[at + 1].replace(',', " "));
    }
    told(&["run", "--rm", "--entrypoint", "/bin/sh", image, "-c", &script]).map(|_| ()).map_err(Failed::from)
}

fn works(example: &Example) -> Result<(), Failed> {
    let made = generate(example)?;
    provide(&made.dockerfile)?;
    let image = format!("dockgen-example/{}", example.name);
    let built = || build(&image, &made.dockerfile, &made.context, &[]);
    // A registry can be out of reach for a moment: a failure is what fails twice.
    built().or_else(|failure| {
        eprintln!("{}: once more, since {failure}", example.name);
        built()
    })?;
    let outcome = inspect(&image)
        .and_then(|()| if example.lean { is_lean(&image, &made.dockerfile) } else { Ok(()) })
        .and_then(|()| run(example, &image));
    docker(&["rmi", "--force", &image]);
    outcome
}

/// The image is non-root by number and has no shell.
fn inspect(image: &str) -> Result<(), Failed> {
    is_not_root(image).and_then(|()| has_no_shell(image))
}

fn is_not_root(image: &str) -> Result<(), Failed> {
    let user = told(&["image", "inspect", "--format", "{{.Config.User}}", image])?;
    let id: u32 = user.split(':').next().unwrap_or_default().parse().unwrap_or(0);
    if id == 0 {
        return Err(format!("it runs as `{user}`").into());
    }
    Ok(())
}

fn has_no_shell(image: &str) -> Result<(), Failed> {
    for shell in ["/bin/sh", "/bin/bash", "/bin/dash", "/bin/busybox", "/busybox/sh"] {
        if docker(&["run", "--rm", "--entrypoint", shell, image, "-c", "true"]).status.success() {
            return Err(format!("it has a shell: {shell}").into());
        }
    }
    Ok(())
}

/// The image is hardly larger than its base and the programs in it: the application, and the one that asks for its health.
fn is_lean(image: &str, dockerfile: &str) -> Result<(), Failed> {
    let size = |name: &str| -> Result<u64, Failed> {
        Ok(told(&["image", "inspect", "--format", "{{.Size}}", name])?.parse().map_err(|_| "no size")?)
    };
    let text = std::fs::read_to_string(dockerfile)?;
    let base = text.lines().rev().find_map(|line| line.strip_prefix("FROM ")).ok_or("no base")?;
    // the program is the last word: an init may come before it
    let words = told(&["image", "inspect", "--format", "{{range .Config.Entrypoint}}{{.}} {{end}}", image])?;
    let mut programs = vec![words.split_whitespace().last().ok_or("no entrypoint")?];
    let health = "{{if .Config.Healthcheck}}{{index .Config.Healthcheck.Test 1}}{{end}}";
    let health = told(&["image", "inspect", "--format", health, image])?;
    if !health.is_empty() && health != programs[0] {
        programs.push(&health);
    }
    let folder = tempfile::tempdir()?;
    let container = told(&["create", image])?;
    let mut parts = size(base)?;
    let copied = programs.iter().enumerate().try_for_each(|(index, program)| -> Result<(), Failed> {
        let copy = folder.path().join(index.to_string());
        told(&["cp", &format!("{container}:{program}"), &copy.to_string_lossy()])?;
        parts += copy.metadata()?.len();
        Ok(())
    });
    docker(&["rm", "--volumes", &container]);
    copied?;
    let whole = size(image)?;
    if whole * 10 <= parts * 11 {
        return Ok(());
    }
    Err(format!("{whole} bytes, where base and program have {parts}").into())
}

fn run(example: &Example, image: &str) -> Result<(), Failed> {
    if let Some(rest) = example.probe.strip_prefix("run:") {
        return runs_to_its_end(example, image, rest);
    }
    let name = format!("dockgen-example-{}", example.name);
    let outcome = start(example, &name, image)
        .map_err(Failed::from)
        .and_then(|()| if example.probe == "stays" { stays(&name) } else { Ok(answers(example, &name)?) });
    let outcome = outcome.and_then(|()| tells_its_health(example, &name, image));
    let outcome = outcome.and_then(|()| if example.stops { stops(&name) } else { Ok(()) });
    let logs = both(&docker(&["logs", "--tail", "50", &name]));
    docker(&["rm", "--force", "--volumes", &name]);
    outcome.map_err(|failed| format!("{}\n{logs}", failed.message().unwrap_or_default()).into())
}

fn runs_to_its_end(example: &Example, image: &str, rest: &str) -> Result<(), Failed> {
    let mut arguments = vec!["run".to_owned(), "--rm".to_owned()];
    arguments.extend(options(example));
    arguments.push(image.to_owned());
    arguments.extend(rest.split_whitespace().map(str::to_owned));
    let output = docker(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let text = both(&output);
    if output.status.success() && text.contains(&example.contains) {
        return Ok(());
    }
    Err(format!("ended with {}: {text}", output.status).into())
}

fn stays(name: &str) -> Result<(), Failed> {
    std::thread::sleep(Duration::from_secs(3));
    if is_running(name) { Ok(()) } else { Err("it ended".into()) }
}

/// The command of the health check ends with 0 beside the running container, and not where nothing answers. It runs in a
/// container of the same image, which sees what the engine's own check would.
fn tells_its_health(example: &Example, name: &str, image: &str) -> Result<(), Failed> {
    let test = told(&[
        "image",
        "inspect",
        "--format",
        "{{if .Config.Healthcheck}}{{json .Config.Healthcheck.Test}}{{end}}",
        image,
    ])?;
    if test.is_empty() {
        return Ok(());
    }
    let test: Vec<String> = serde_json::from_str(&test).map_err(|error| format!("{test}: {error}"))?;
    let ask = |network: &str| {
        let mut arguments = ["run", "--rm", "--network", network, "--entrypoint", &test[1]].map(str::to_owned).to_vec();
        arguments.extend(options(example));
        arguments.push(image.to_owned());
        arguments.extend_from_slice(&test[2..]);
        docker(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let (healthy, alone) = (ask(&format!("container:{name}")), ask("none"));
    if healthy.status.success() && !alone.status.success() {
        return Ok(());
    }
    Err(format!(
        "the health check ended with {}: {}; without a server with {}",
        healthy.status,
        both(&healthy),
        alone.status
    )
    .into())
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
