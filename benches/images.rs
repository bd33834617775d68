//! The image that dockgen makes for an example against a plain single-stage one, in one run: size, files, a build from
//! nothing, a rebuild after one line of the source has changed, and the time until the first answer. The plain Dockerfiles
//! are those of `benches/images.toml`. It needs a container engine; `cargo bench --bench images [-- NAME…]`.

#[path = "../tests/container.rs"]
mod container;
#[path = "../tests/support.rs"]
#[expect(dead_code, reason = "the tests use the other part")]
mod support;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use serde::Deserialize;

use support::{Example, example, root};

/// How often a rebuild and a start are measured.
const RUNS: usize = 3;

/// What one kind of image is measured by.
const MEASURES: [&str; 5] = ["size", "files", "first build", "rebuild", "first answer"];

type Failure = Box<dyn std::error::Error>;

/// The plain Dockerfiles, by example.
#[derive(Deserialize)]
struct Plain {
    /// The table's rows.
    image: BTreeMap<String, PlainImage>,
}

/// What an example is compared with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainImage {
    /// The source file that changes, below the example.
    source: String,
    /// The line that is added to it; `{run}` stands for a number.
    line: String,
    /// The Dockerfile.
    dockerfile: String,
}

/// The measures of one image, in the order of [`MEASURES`]; none where the example does not answer.
type Measures = [Option<f64>; MEASURES.len()];

fn main() -> Result<(), Failure> {
    if !container::has_engine() {
        eprintln!("no container engine answers `docker info`: nothing is measured");
        return Ok(());
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let plain: Plain = toml::from_str(&std::fs::read_to_string(root().join("benches/images.toml"))?)?;
    println!("| example | {} |\n|---|{}", MEASURES.join(" | "), "---|".repeat(MEASURES.len()));
    let mut ratios: BTreeMap<String, Vec<Measures>> = BTreeMap::new();
    for (name, image) in plain.image {
        if !wanted.is_empty() && !wanted.iter().any(|part| name.contains(part)) {
            continue;
        }
        // A plain image is not made for a read-only root.
        let example = Example { read_only: false, ..example(&name) };
        let (ours, theirs) = compare(&example, &image)?;
        println!(
            "| {name} | {} |",
            MEASURES.iter().enumerate().map(|(i, _)| cell(ours[i], theirs[i], i)).collect::<Vec<_>>().join(" | ")
        );
        let language = name.split('-').next().unwrap_or_default().to_owned();
        let ratio = std::array::from_fn(|i| ours[i].zip(theirs[i]).map(|(ours, theirs)| ours / theirs));
        ratios.entry(language).or_default().push(ratio);
    }
    println!("\n| median of the ratios | {} |\n|---|{}", MEASURES.join(" | "), "---|".repeat(MEASURES.len()));
    for (language, rows) in ratios {
        let cells: Vec<String> = (0..MEASURES.len())
            .map(|i| {
                median(rows.iter().filter_map(|row| row[i]).collect()).map_or("-".into(), |ratio| format!("{ratio:.2}"))
            })
            .collect();
        println!("| {language} | {} |", cells.join(" | "));
    }
    Ok(())
}

/// Both values and their ratio.
fn cell(ours: Option<f64>, theirs: Option<f64>, measure: usize) -> String {
    let Some((ours, theirs)) = ours.zip(theirs) else {
        return "-".into();
    };
    let unit = [" MB", "", " s", " s", " s"][measure];
    let digits = [1, 0, 1, 1, 2][measure];
    format!("{ours:.digits$} : {theirs:.digits$}{unit} = {:.2}", ours / theirs)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The measures of dockgen's image and of the plain one.
fn compare(example: &Example, plain: &PlainImage) -> Result<(Measures, Measures), Failure> {
    let made = container::generate(example)?;
    let copy = example.copy(|path| !support::is_generated(path));
    let dockerfile = copy.path().join("Dockerfile");
    std::fs::write(&dockerfile, &plain.dockerfile)?;
    let (dockerfile, context) = (dockerfile.display().to_string(), copy.path().display().to_string());
    let ours = measure(
        example,
        "dockgen",
        &made.dockerfile,
        &made.context,
        &Path::new(&made.context).join(&plain.source),
        &plain.line,
    )?;
    let theirs = measure(example, "plain", &dockerfile, &context, &copy.path().join(&plain.source), &plain.line)?;
    Ok((ours, theirs))
}

fn measure(
    example: &Example,
    kind: &str,
    dockerfile: &str,
    context: &str,
    source: &Path,
    line: &str,
) -> Result<Measures, Failure> {
    container::provide(dockerfile)?;
    let image = format!("dockgen-bench/{}-{kind}", example.name);
    // A first build is one without any cache: cache mounts get a name that was never used.
    let cold = format!("{dockerfile}.cold");
    let text = std::fs::read_to_string(dockerfile)?;
    std::fs::write(&cold, text.replace("type=cache,id=", &format!("type=cache,id={}-", std::process::id())))?;
    let first = timed(|| container::build(&image, &cold, context, &["--no-cache"]))?;
    std::fs::remove_file(&cold)?;
    container::build(&image, dockerfile, context, &[])?;
    let mut rebuilds = Vec::new();
    for run in 0..RUNS {
        let mut file = std::fs::OpenOptions::new().append(true).open(source)?;
        writeln!(file, "{}", line.replace("{run}", &run.to_string()))?;
        rebuilds.push(timed(|| container::build(&image, dockerfile, context, &[]))?);
    }
    let size: f64 = container::told(&["image", "inspect", "--format", "{{.Size}}", &image])?.parse()?;
    let files = files(&image)?;
    let answer = if example.target().0.is_empty() { None } else { first_answer(example, &image)? };
    container::docker(&["rmi", "--force", &image]);
    Ok([Some(size / 1e6), Some(files), Some(first), median(rebuilds), answer])
}

/// How long it takes, in seconds.
fn timed(work: impl FnOnce() -> Result<(), String>) -> Result<f64, String> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

/// The files of an image, by a program that reads its archive.
fn files(image: &str) -> Result<f64, Failure> {
    let container = container::told(&["create", image, "none"])?;
    let archive = tempfile::NamedTempFile::new()?;
    let exported = container::told(&["export", "--output", &archive.path().display().to_string(), &container]);
    container::docker(&["rm", &container]);
    exported?;
    let list = std::process::Command::new("tar").arg("-tf").arg(archive.path()).output()?;
    let count = String::from_utf8_lossy(&list.stdout).lines().filter(|name| !name.ends_with('/')).count();
    Ok(f64::from(u32::try_from(count)?))
}

fn first_answer(example: &Example, image: &str) -> Result<Option<f64>, Failure> {
    let name = format!("dockgen-bench-{}", example.name);
    let mut times = Vec::new();
    for _ in 0..RUNS {
        times
            .push(timed(|| container::start(example, &name, image).and_then(|()| container::answers(example, &name)))?);
        container::docker(&["rm", "--force", "--volumes", &name]);
    }
    Ok(median(times))
}
