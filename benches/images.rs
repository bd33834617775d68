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

/// What images are measured by: its name with its unit, the field of the report, how many of these are one, and the digits that say
/// something.
const MEASURES: [(&str, &str, f64, usize); 5] = [
    ("Size, MB", "size", 1e6, 1),
    ("Files", "files", 1.0, 0),
    ("First build, s", "build_seconds", 1.0, 1),
    ("Rebuild, s", "rebuild_seconds", 1.0, 1),
    ("First answer, s", "start_seconds", 1.0, 1),
];

/// The checks that a plain image need not pass, and those that one by hand need not.
const PLAIN: &str = "leftovers,libraries,memory,read-only,secrets,setuid,shell,size,stop,user";
const MASTER: &str = "leftovers,read-only,setuid,shell,size";

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
    println!("| Example | Against | {} |\n|---|---|{}", names.join(" | "), "---|".repeat(MEASURES.len()));
    for (name, images) in by_hand.image {
        if !wanted.is_empty() && !wanted.iter().any(|part| name.contains(part)) {
            continue;
        }
        for (kind, dockerfile, skipped) in [("plain", &images.plain, PLAIN), ("master", &images.master, MASTER)] {
            let compared = compare(&example(&name), dockerfile, &images.source, skipped)?;
            let cells = MEASURES.map(|(_, field, factor, digits)| {
                cell(compared["own"][field].as_f64(), compared["other"][field].as_f64(), factor, digits)
            });
            println!("| {name} | {kind} | {} |", cells.join(" | "));
        }
    }
    Ok(())
}

/// Both values and their ratio.
fn cell(ours: Option<f64>, theirs: Option<f64>, factor: f64, digits: usize) -> String {
    let Some((ours, theirs)) = ours.zip(theirs) else { return "-".into() };
    format!("{:.digits$} : {:.digits$} = {:.2}", ours / factor, theirs / factor, ours / theirs)
}

/// What `dockgen test --against` says of dockgen's Dockerfile and of another.
fn compare(example: &Example, by_hand: &str, source: &str, skipped: &str) -> Result<Value, Failure> {
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
    arguments.extend(["--skip", skipped]);
    let rest = example.test_arguments(&made.context);
    arguments.extend(rest.iter().map(String::as_str));
    let ran = dockgen(Path::new("."), &arguments);
    let said: Value = serde_json::from_slice(&ran.stdout).map_err(|_| container::both(&ran))?;
    if !said["error"].is_null() {
        return Err(said["error"]["message"].to_string().into());
    }
    // what does not work is not compared
    for side in ["own", "other"] {
        let checks = said[side]["checks"].as_array().ok_or("no checks")?;
        let failed = checks.iter().filter(|check| check["verdict"] == "failed");
        let failed: Vec<String> = failed.map(|check| format!("{}: {}", check["check"], check["reason"])).collect();
        if !failed.is_empty() {
            return Err(format!("{} ({side}): {}", example.name, failed.join(", ")).into());
        }
    }
    Ok(said)
}
