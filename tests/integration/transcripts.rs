//! The console blocks of README, run in a copy of an example; `UPDATE_DOCS=1` writes the output anew.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use crate::support::{example, is_generated, root};

/// Runs a line of shell with the program in its path; what it prints, as a terminal would show it.
fn shown(line: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_dockgen")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {line}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    if let Some(status) = output.status.code().filter(|status| *status != 0) {
        writeln!(text, "[status {status}]").unwrap();
    }
    text
}

#[test]
fn readme_shows_what_really_happens() {
    let copy = example("node-express").copy(|path| !is_generated(path));
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut current = String::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        current.push_str(line);
        current.push('\n');
        if line != "```console" {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
            let output = shown(command, copy.path());
            write!(current, "$ {command}\n{}", output.trim_end()).unwrap();
            current.push_str(if output.is_empty() { "" } else { "\n" });
        }
        current.push_str("```\n");
    }
    crate::documents::is_current("README.md", &current);
}
