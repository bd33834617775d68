//! How long `dockgen init --yes --dry-run` takes as a whole process: on every example, on a repository of 100,000 files
//! against a bare walk of the same tree, and on the checkouts in the folder that `DOCKGEN_PEERS` names against
//! `nixpacks plan`, which `NIXPACKS` or the search path has; each in the same run. Medians; `cargo bench`.

#[path = "../tests/support.rs"]
#[expect(dead_code, reason = "the tests use the other part")]
mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each is measured.
const RUNS: usize = 15;
/// What is measured.
const DRY_RUN: [&str; 3] = ["init", "--yes", "--dry-run"];
/// The files of the large repository.
const FILES: usize = 100_000;

fn main() {
    match std::env::var_os("DOCKGEN_PEERS") {
        Some(folder) => peers(Path::new(&folder)),
        None => println!("no checkouts are tried: DOCKGEN_PEERS names no folder\n"),
    }
    println!("{:32} {:>9}", "example", "median");
    for example in support::examples() {
        let copy = example.copy(|path| !support::is_generated(path));
        let folder = copy.path().join(&example.path);
        let mut arguments = example.init_arguments();
        arguments.push("--dry-run".into());
        println!("{:32} {:>6.1} ms", example.name, milliseconds(median(|| dry_run(&folder, &arguments))));
    }
    let large = large_repository();
    let arguments = DRY_RUN.map(str::to_owned);
    let walk = median(|| bare_walk(large.path()));
    let run = median(|| dry_run(large.path(), &arguments));
    println!(
        "\n{FILES} files: {:.0} ms, a bare walk {:.0} ms, ratio {:.2}",
        milliseconds(run),
        milliseconds(walk),
        run.as_secs_f64() / walk.as_secs_f64()
    );
    println!("peak memory: {}", peak_memory(large.path()));
}

/// Every checkout in a folder, by dockgen and by nixpacks in turn.
fn peers(folder: &Path) {
    let nixpacks = std::env::var_os("NIXPACKS").unwrap_or_else(|| "nixpacks".into());
    if Command::new(&nixpacks).arg("--version").stdout(Stdio::null()).status().is_err() {
        return println!("no checkouts are tried: there is no nixpacks\n");
    }
    let mut checkouts: Vec<_> =
        std::fs::read_dir(folder).expect("DOCKGEN_PEERS names a folder").flatten().map(|entry| entry.path()).collect();
    checkouts.retain(|path| path.is_dir());
    checkouts.sort();
    let mut ratios: Vec<f64> = Vec::new();
    println!("{:48} {:>10} {:>10} {:>6}", "checkout", "dockgen", "nixpacks", "ratio");
    for checkout in &checkouts {
        let own = median(|| quietly(Command::new(env!("CARGO_BIN_EXE_dockgen")).args(DRY_RUN).current_dir(checkout)));
        let peer = median(|| quietly(Command::new(&nixpacks).arg("plan").arg(".").current_dir(checkout)));
        let ratio = own.as_secs_f64() / peer.as_secs_f64();
        ratios.push(ratio);
        let name = checkout.file_name().unwrap_or_default().to_string_lossy();
        println!("{name:48} {:>7.1} ms {:>7.1} ms {ratio:>6.2}", milliseconds(own), milliseconds(peer));
    }
    ratios.sort_by(f64::total_cmp);
    if let Some(median) = ratios.get(ratios.len() / 2) {
        println!("\nmedian ratio over {} checkouts: {median:.2}\n", ratios.len());
    }
}

/// Runs a program to its end, whatever it says: some checkouts have no application.
fn quietly(command: &mut Command) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program can be started");
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(mut measure: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            measure();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

fn dry_run(folder: &Path, arguments: &[String]) {
    let program = env!("CARGO_BIN_EXE_dockgen");
    let status =
        Command::new(program).args(arguments).current_dir(folder).stderr(Stdio::null()).stdout(Stdio::null()).status();
    assert!(status.unwrap().success());
}

/// The names of all files, by the same crate, and nothing else.
fn bare_walk(folder: &Path) {
    let count = ignore::WalkBuilder::new(folder).standard_filters(false).build().flatten().count();
    assert!(count > FILES);
}

fn large_repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    for index in 0..FILES {
        let place = folder.path().join(format!("packages/p{}/src/m{}", index / 1000, index / 50 % 20));
        if index % 50 == 0 {
            std::fs::create_dir_all(&place).unwrap();
        }
        std::fs::write(place.join(format!("file{index}.txt")), "x").unwrap();
    }
    std::fs::write(folder.path().join("go.mod"), "module example.org/large\n\ngo 1.26\n").unwrap();
    std::fs::write(folder.path().join("main.go"), "package main\n\nfunc main() {}\n").unwrap();
    folder
}

/// As `/usr/bin/time` measures it, where it is installed.
fn peak_memory(folder: &Path) -> String {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%M", env!("CARGO_BIN_EXE_dockgen"), "init", "--yes", "--dry-run"])
        .current_dir(folder)
        .output();
    match output {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            format!("{} MB", text.lines().last().and_then(|line| line.parse::<u64>().ok()).unwrap_or(0) / 1024)
        }
        Err(_) => "unknown: there is no /usr/bin/time".into(),
    }
}
