//! Every example regenerates to its committed files, byte for byte, and its check is clean.

use std::path::{Path, PathBuf};

use crate::support::{Example, dockgen, examples, is_generated};

/// The files that dockgen makes, below a folder, with their texts.
fn generated(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, top: &Path, into: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !matches!(entry.file_name().to_str(), Some("node_modules" | "target" | ".git" | ".venv")) {
                collect(&path, top, into);
            }
        } else if is_generated(&path) {
            into.push((path.strip_prefix(top).unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

fn regenerate(example: &Example) {
    let copy = example.copy(|path| !is_generated(path));
    let folder = copy.path().join(&example.path);
    let made = dockgen(&folder, &example.init_arguments());
    assert!(made.status.success(), "{}: {}", example.name, String::from_utf8_lossy(&made.stderr));

    let again = dockgen(&folder, &example.init_arguments());
    assert!(
        again.status.success(),
        "{}: a second run failed: {}",
        example.name,
        String::from_utf8_lossy(&again.stderr)
    );
    let (new, committed) = (generated(copy.path()), generated(&example.folder()));
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        for (path, _) in committed {
            std::fs::remove_file(example.folder().join(path)).unwrap();
        }
        for (path, text) in new {
            std::fs::write(example.folder().join(path), text).unwrap();
        }
        return;
    }
    for ((path, old), (_, text)) in committed.iter().zip(&new) {
        let diff = similar::TextDiff::from_lines(old.as_str(), text.as_str());
        let diff = diff.unified_diff().header("committed", "generated").to_string();
        assert!(
            old == text,
            "{}: {} is out of date; run UPDATE_EXAMPLES=1 cargo test examples\n{diff}",
            example.name,
            path.display()
        );
    }
    assert_eq!(
        committed.iter().map(|(path, _)| path).collect::<Vec<_>>(),
        new.iter().map(|(path, _)| path).collect::<Vec<_>>(),
        "{}: other files; run UPDATE_EXAMPLES=1 cargo test examples",
        example.name
    );
}

#[test]
fn every_example_regenerates_to_its_committed_files() {
    let failures: Vec<String> = examples()
        .iter()
        .filter_map(|example| {
            let result = std::panic::catch_unwind(|| regenerate(example));
            result.err().map(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default())
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The text of a committed file has the shape that all files have.
#[test]
fn generated_files_are_tidy() {
    for example in examples() {
        for (path, text) in generated(&example.folder()) {
            let place = format!("{}/{}", example.name, path.display());
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{place}: one newline at the end");
            assert!(!text.contains("\n\n\n"), "{place}: two blank lines in a row");
            assert!(text.lines().all(|line| line.trim_end() == line), "{place}: blanks at the end of a line");
        }
    }
}
