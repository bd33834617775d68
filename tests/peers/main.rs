//! What is found without a language's own tools, against what those tools say: for every checkout in the folder that
//! `DOCKGEN_PEERS` names, a row of a table for each language that it holds.
//!
//!     DOCKGEN_PEERS=/folder/of/checkouts cargo test --test peers
//!
//! Without the variable, or without a language's tool, its comparison is skipped, aloud.

mod go;
mod java;
mod rust;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use dockgen::languages::detect;
use dockgen::plan::Application;
use dockgen::repo::Repo;
use libtest_mimic::{Arguments, Failed, Trial};

/// What dockgen and a tool say of the same things.
struct Comparison {
    /// What is compared: `programs`.
    what: &'static str,
    /// What the tool says, sorted.
    tool: Vec<String>,
    /// What dockgen says, sorted.
    ours: Vec<String>,
}

/// Asks a tool about the applications that were found in a checkout; nothing where none is of its language.
type Compare = fn(&Path, &[Box<dyn Application>]) -> Result<Vec<Comparison>, String>;

/// A language whose own tool can be asked.
struct Peer {
    language: &'static str,
    /// A command that succeeds where the tool is there.
    tool: [&'static str; 2],
    compare: Compare,
}

const PEERS: &[Peer] = &[
    Peer { language: "go", tool: ["go", "version"], compare: go::compare },
    Peer {
        language: "java",
        tool: ["mvn", "--version"],
        compare: |checkout, found| Ok(java::compare(checkout, found)),
    },
    Peer { language: "rust", tool: ["cargo", "--version"], compare: rust::compare },
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let Some(folder) = std::env::var_os("DOCKGEN_PEERS").map(PathBuf::from) else {
        eprintln!("DOCKGEN_PEERS names no folder of checkouts: nothing is compared with the languages' own tools");
        return libtest_mimic::run(&arguments, Vec::new()).exit_code();
    };
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut checkouts: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    checkouts.sort();
    let mut trials = Vec::new();
    for peer in PEERS {
        let [tool, argument] = peer.tool;
        if !Command::new(tool).arg(argument).output().is_ok_and(|output| output.status.success()) {
            eprintln!("`{tool} {argument}` does not work: nothing is compared with it");
            continue;
        }
        for checkout in checkouts.clone() {
            let name = checkout.file_name().unwrap_or_default().to_string_lossy().into_owned();
            trials.push(Trial::test(format!("{}/{name}", peer.language), move || agree(peer, &name, &checkout)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn agree(peer: &Peer, name: &str, checkout: &Path) -> Result<(), Failed> {
    let (repo, _) = Repo::open(checkout).map_err(|error| error.to_string())?;
    let found =
        detect(&repo).applications.into_iter().filter(|it| it.app().language == peer.language).collect::<Vec<_>>();
    let mut wrong = Vec::new();
    for it in (peer.compare)(checkout, &found)? {
        let is_equal = it.tool == it.ours;
        println!(
            "| {name} | {} | {} | {} | {} |",
            it.what,
            it.tool.len(),
            it.ours.len(),
            if is_equal { "equal" } else { "**differs**" }
        );
        let only = |some: &[String], other: &[String]| -> Vec<String> {
            some.iter().filter(|item| !other.contains(item)).cloned().collect()
        };
        if !is_equal {
            wrong.push(format!(
                "{}: only the tool has {:?}, only dockgen has {:?}",
                it.what,
                only(&it.tool, &it.ours),
                only(&it.ours, &it.tool)
            ));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
