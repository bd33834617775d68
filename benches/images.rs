//! The image that dockgen makes for an example against others by hand, in one run of `dockgen test --against`: a plain one of a
//! single stage, as tutorials show it, and one of several stages, as a person with experience writes it. The Dockerfiles by hand are
//! those of `benches/images.toml`. It needs a container engine; `cargo bench --bench images [-- NAME…]`.

#[path = "../tests/container.rs"]
#[expect(dead_code, reason = "the tests use the other part")]
mod container;
#[path = "../tests/support.rs"]
#[expect(dead_code, reason = "the tests use the other part")]
mod support;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use support::{Example, dockgen, example, root};

/// What images are measured by: the field of the report, its unit, and how many of these are one.
const MEASURES: [(&str, &str, &str, f64); 5] = [
    ("size", "size", " MB", 1e6),
    ("files", "files", "", 1.0),
    ("first build", "build_seconds", " s", 1.0),
    ("rebuild", "rebuild_seconds", " s", 1.0),
    ("first answer", "start_seconds", " s", 1.0),
];

type Failure = Box<dyn std::error::Error>;

/// The Dockerfiles by hand, by example.
#[derive(Deserialize)]
struct ByHand {
    /// The table's rows.
    image: BTreeMap<String, Images>,
}

/// What an example is compared with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Images {
    /// The source file that changes, below the example.
    source: String,
    /// A Dockerfile of one stage.
    plain: String,
    /// A Dockerfile of several.
    master: String,
}

fn main() -> Result<(), Failure> {
    if !container::has_engine() {
        eprintln!("no container engine answers `docker info`: nothing is measured");
        return Ok(());
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let by_hand: ByHand = toml::from_str(&std::fs::read_to_string(root().join("benches/images.toml"))?)?;
    let names: Vec<&str> = MEASURES.iter().map(|(name, ..)| *name).collect();
    println!("| example | against | {} |\n|---|---|{}", names.join(" | "), "---|".repeat(MEASURES.len()));
    for (name, images) in by_hand.image {
        if !wanted.is_empty() && !wanted.iter().any(|part| name.contains(part)) {
            continue;
        }
        for (kind, dockerfile) in [("plain", &images.plain), ("master", &images.master)] {
            let compared = compare(&example(&name), dockerfile, &images.source)?;
            let cells = MEASURES.map(|(_, field, unit, factor)| {
                cell(compared["own"][field].as_f64(), compared["other"][field].as_f64(), unit, factor)
            });
            println!("| {name} | {kind} | {} |", cells.join(" | "));
        }
    }
    Ok(())
}

/// Both values and their ratio.
fn cell(ours: Option<f64>, theirs: Option<f64>, unit: &str, factor: f64) -> String {
    let Some((ours, theirs)) = ours.zip(theirs) else { return "-".into() };
    let digits = usize::from(!unit.is_empty());
    format!("{:.digits$} : {:.digits$}{unit} = {:.2}", ours / factor, theirs / factor, ours / theirs)
}

/// What `dockgen test --against` says of dockgen's Dockerfile and of another.
fn compare(example: &Example, by_hand: &str, source: &str) -> Result<Value, Failure> {
    let made = container::generate(example)?;
    let folder = tempfile::tempdir()?;
    // A first build is one without any cache: cache mounts get a name that was never used.
    let run = format!("type=cache,id={}-", std::process::id());
    let own = std::fs::read_to_string(&made.dockerfile)?.replace("type=cache,id=", &run);
    std::fs::write(&made.dockerfile, own)?;
    let other = folder.path().join("Dockerfile").display().to_string();
    std::fs::write(&other, by_hand.replace("type=cache,id=", &run))?;
    container::provide(&made.dockerfile)?;
    container::provide(&other)?;
    let mut arguments = vec!["test", "--json", "--file", &made.dockerfile, "--against", &other, "--touch", source];
    // an image by hand need not be made for all of it
    arguments.extend(["--skip", "shell,read-only,stop,leftovers,user"]);
    let rest = example.test_arguments(&made.context);
    arguments.extend(rest.iter().map(String::as_str));
    let ran = dockgen(Path::new("."), &arguments);
    let said: Value = serde_json::from_slice(&ran.stdout).map_err(|_| container::both(&ran))?;
    if said["error"].is_null() { Ok(said) } else { Err(said["error"]["message"].to_string().into()) }
}
