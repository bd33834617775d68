//! Real image builds: every example's image is built, run and looked at by `dockgen test`, on a real engine.
//!
//! Without an engine every test is skipped, aloud; with `DOCKGEN_REQUIRE_ENGINE=1` that is a failure.

mod certificates;
mod container;
mod first_steps;
mod image_files;
mod standard_library;
mod support;
mod test_command;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

use dockgen::catalog::families;

use container::{both, build, docker, generate, has_engine, provide, told};
use support::{Example, dockgen, examples};

/// How many trials run side by side: a build waits for networks and disks more than it computes.
const THREADS: usize = 4;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(THREADS));
    let engine = has_engine();
    let required = std::env::var_os("DOCKGEN_REQUIRE_ENGINE").is_some();
    if !engine && !required {
        eprintln!("no container engine answers `docker info`: the images of the examples are NOT built or run");
    }
    let trials = examples()
        .into_iter()
        .map(|example| {
            Trial::test(example.name.clone(), move || works(&example, &example, &[]))
                .with_ignored_flag(!engine && !required)
        })
        .chain(certificates::trials(!engine && !required))
        .chain(first_steps::trials(!engine && !required))
        .chain(family_trials(!engine && !required))
        .chain(files_trials(!engine && !required))
        .chain(reproducible_trials(!engine && !required))
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

/// The examples that a family has no image for, and what is said then.
const REFUSED: &[(&str, &str, &str)] = &[("dhi", "java-jlink", "the family `dhi` has no image of java-base")];

/// Those of [`FAMILIES`]; with `DOCKGEN_FAMILIES=all` every other example on every family that is offered for it as well.
fn family_trials(is_ignored: bool) -> Vec<Trial> {
    let sampled = FAMILIES.iter().map(|(family, name, answers)| family_trial(family, name, answers, is_ignored));
    if std::env::var("DOCKGEN_FAMILIES").as_deref() != Ok("all") {
        return sampled.collect();
    }
    let is_sampled = |family: &str, name: &str| FAMILIES.iter().any(|row| row.0 == family && row.1 == name);
    let names: Vec<String> = examples().into_iter().map(|example| example.name).collect();
    let others =
        families().iter().skip(1).flat_map(|family| names.iter().map(|name| (family.name.as_str(), name.as_str())));
    let others = others.filter(|(family, name)| !is_sampled(family, name));
    sampled.chain(others.map(|(family, name)| family_trial(family, name, &[], is_ignored))).collect()
}

/// An example on a family, with more answers; one that the family has no image for is refused.
fn family_trial(family: &str, name: &str, answers: &[&str], is_ignored: bool) -> Trial {
    let folder = support::example(name);
    let mut example = folder.clone();
    example.arguments.extend(["--family".to_owned(), family.to_owned()]);
    example.arguments.extend(answers.iter().map(|word| (*word).to_owned()));
    example.name = format!("{name}-{family}");
    example.max_size = None;
    if family == "slim" {
        // what the official images have: a shell, setuid programs, and what apt keeps
        example.skip.extend(["shell", "setuid", "leftovers"].map(str::to_owned));
    }
    // the mirror of the tests is none that can be reached
    let is_ignored = is_ignored || answers.contains(&"--registry") && std::env::var_os("DOCKGEN_STANDINS").is_none();
    let refusal = REFUSED.iter().find(|row| row.0 == family && row.1 == name).map(|row| row.2);
    Trial::test(format!("family::{}", example.name), move || {
        if let Some(refusal) = refusal {
            let made = generate(&Example { name: folder.name.clone(), ..example.clone() });
            return if made.is_err_and(|told| told.contains(refusal)) {
                Ok(())
            } else {
                Err("it is not refused".into())
            };
        }
        works(&example, &folder, &[])?;
        if example.arguments.iter().any(|word| word == "--packages") { has_packages(&example, &folder) } else { Ok(()) }
    })
    .with_ignored_flag(is_ignored)
}

/// The examples whose layers are equal in two builds, none of Java: what Maven packs is of the given time only where
/// each plugin knows it.
const REPRODUCIBLE: &[&str] =
    &["node-express", "node-grpc", "python-fastapi-requirements", "python-server", "go-server", "rust-server"];

fn reproducible_trials(is_ignored: bool) -> impl Iterator<Item = Trial> {
    REPRODUCIBLE.iter().map(move |name| {
        let mut example = support::example(name);
        example.arguments.push("--reproducible".into());
        example.name = format!("{name}-reproducible");
        let folder = Example { name: (*name).to_owned(), ..example.clone() };
        let trial = move || works(&example, &folder, &["--twice"]);
        Trial::test(format!("reproducible::{name}"), trial).with_ignored_flag(is_ignored)
    })
}

/// The image of an example passes every check of `dockgen test` but those that it skips; `folder` is the example in whose folder it
/// is made, and `more` are options of the test.
fn works(example: &Example, folder: &Example, more: &[&str]) -> Result<(), Failed> {
    let made = generate(&Example { name: folder.name.clone(), ..example.clone() })?;
    provide(&made.dockerfile)?;
    let mut arguments = vec!["test".to_owned(), "--json".into(), "--file".into(), made.dockerfile.clone()];
    arguments.extend(more.iter().map(|word| (*word).to_owned()));
    arguments.extend(example.test_arguments(&made.context));
    let tested = || -> Result<Value, Failed> {
        let ran = dockgen(std::path::Path::new("."), &arguments);
        Ok(serde_json::from_slice(&ran.stdout).map_err(|error| format!("{error}: {}", both(&ran)))?)
    };
    let mut report = tested()?;
    // A registry can be out of reach for a moment: a failure to build is what fails twice.
    if let Some(message) = report["error"]["message"].as_str() {
        eprintln!("{}: once more, since {message}", example.name);
        report = tested()?;
    }
    if let Some(message) = report["error"]["message"].as_str() {
        return Err(message.into());
    }
    let checks = report["checks"].as_array().ok_or("no checks")?;
    let failed = checks.iter().filter(|check| check["verdict"] == "failed");
    let failed: Vec<String> = failed.map(|check| format!("{}: {}", check["check"], check["reason"])).collect();
    let has_started = checks.iter().any(|check| check["check"] == "start" && check["verdict"] == "passed");
    if !failed.is_empty() || !has_started {
        return Err(failed.join("\n").into());
    }
    Ok(())
}

/// The examples of which every file of the image is looked at.
const FILES: &[&str] = &[
    "node-express",
    "node-typescript",
    "python-fastapi-requirements",
    "python-flask-poetry",
    "java-spring-boot",
    "go-server",
    "rust-server",
];

/// Trials by which the files of images are there: of those of [`FILES`], with `DOCKGEN_FILES=all` of every example.
fn files_trials(is_ignored: bool) -> impl Iterator<Item = Trial> {
    let is_whole = std::env::var("DOCKGEN_FILES").as_deref() == Ok("all");
    let is_looked_at = move |example: &Example| is_whole || FILES.contains(&example.name.as_str());
    let all = examples().into_iter().filter(is_looked_at).map(move |example| {
        let name = format!("files::{}", example.name);
        Trial::test(name, move || match unaccounted(&example, "")?.as_slice() {
            [] => Ok(()),
            files => Err(format!("no rule accounts for {}", files.join(", ")).into()),
        })
        .with_ignored_flag(is_ignored)
    });
    all.chain([Trial::test("files-planted", finds_planted_files).with_ignored_flag(is_ignored)])
}

/// A test and a script that nothing runs, put into an image, are found.
fn finds_planted_files() -> Result<(), Failed> {
    let planted = "COPY main.py /app/test_main.py\nCOPY main.py /usr/local/bin/helper\n";
    let found = unaccounted(&support::example("python-script"), planted)?;
    if found == ["/app/test_main.py", "/usr/local/bin/helper"] {
        Ok(())
    } else {
        Err(format!("found {found:?}").into())
    }
}

/// The files of an example's image that no rule accounts for; `more` is added to its Dockerfile.
fn unaccounted(example: &Example, more: &str) -> Result<Vec<String>, String> {
    let made = generate(example)?;
    provide(&made.dockerfile)?;
    let text = std::fs::read_to_string(&made.dockerfile).map_err(|error| error.to_string())?;
    std::fs::write(&made.dockerfile, text + more).map_err(|error| error.to_string())?;
    let image = format!("dockgen-example/{}-files", example.name);
    build(&image, &made.dockerfile, &made.context, &[])?;
    let found = image_files::unaccounted(example, &made, &image);
    docker(&["rmi", "--force", &image]);
    found
}

/// The packages that were asked for are installed, and the user has a name and a home.
fn has_packages(example: &Example, folder: &Example) -> Result<(), Failed> {
    let made = generate(&Example { name: folder.name.clone(), ..example.clone() })?;
    let image = format!("dockgen-example/{}", example.name);
    build(&image, &made.dockerfile, &made.context, &[])?;
    let mut script = "test -w \"$HOME\" && whoami".to_owned();
    if let Some(at) = example.arguments.iter().position(|word| word == "--packages") {
        script = format!("{script} && dpkg --status {}", example.arguments[at + 1].replace(',', " "));
    }
    let outcome = told(&["run", "--rm", "--entrypoint", "/bin/sh", &image, "-c", &script]);
    docker(&["rmi", "--force", &image]);
    outcome.map(|_| ()).map_err(Failed::from)
}
