//! Texts that are changed at random, for every hand-written reader: none panics, and none takes long.
//!
//! A moment in every run of the tests; `DOCKGEN_FUZZ_SECONDS=600` gives all readers together that long. What an hour of cargo-fuzz
//! found to be of interest, `fuzz/corpus/`, is read in every run.

#[path = "../../fuzz/readers.rs"]
mod readers;

use std::time::{Duration, Instant};

use crate::support::root;

/// A generator of numbers that is the same everywhere: xorshift64*.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % most.max(1)
    }
}

/// What is put in: the marks of the notations, and what a reader may stumble over.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "\"",
    "'",
    "`",
    "\\",
    "\n",
    "\r\n",
    "\t",
    " ",
    "$",
    "${",
    "#",
    "//",
    "/*",
    "*/",
    "<<EOF\n",
    "=",
    ":",
    ";",
    ",",
    ".",
    "..",
    "-",
    "--",
    "|",
    "&&",
    "\0",
    "\u{feff}",
    "é",
    "名",
    "\u{2028}",
    "%",
    "@",
    "!",
    "*",
    "**",
    "0",
    "18446744073709551616",
    "-1",
    "1e999",
    "true",
    "null",
    "\u{1b}",
    "]]>",
    "<!--",
    "<![CDATA[",
    "&lt;",
    "f\"{",
    "r#\"",
];

fn changed(seed: &str, other: &str, chance: &mut Chance) -> String {
    let mut text: Vec<char> = seed.chars().collect();
    for _ in 0..=chance.below(6) {
        let at = chance.below(text.len() + 1);
        match chance.below(5) {
            0 => drop(text.splice(at..at, PIECES[chance.below(PIECES.len())].chars())),
            1 => {
                let end = (at + 1 + chance.below(12)).min(text.len());
                text.drain(at..end);
            }
            2 => {
                let end = (at + 1 + chance.below(40)).min(text.len());
                let copy: Vec<char> = text[at..end].to_vec();
                for _ in 0..=chance.below(8) {
                    text.splice(at..at, copy.iter().copied());
                }
            }
            3 => {
                let from: Vec<char> = other.chars().collect();
                let start = chance.below(from.len() + 1);
                let end = (start + chance.below(60)).min(from.len());
                text.splice(at..at, from[start..end].iter().copied());
            }
            _ => text.truncate(at.max(1)),
        }
    }
    text.truncate(20_000);
    text.into_iter().collect()
}

/// Texts to start from: the files of the examples that this reader would be given.
fn seeds(reader: &str) -> Vec<String> {
    let endings: &[&str] = match reader {
        "dockerfile" => &["Dockerfile"],
        "ignore_file" => &[".dockerignore"],
        "javascript" => &[".js", ".mjs"],
        "typescript" => &[".ts"],
        "python" => &[".py"],
        "go" => &[".go"],
        "java" => &[".java"],
        "kotlin" => &[".kt"],
        "rust" => &[".rs"],
        "manifest_json" => &["package.json"],
        "manifest_toml" => &[".toml"],
        "manifest_yaml" => &[".yaml", ".yml"],
        "project" => &["package.json", ".toml", "go.mod", "pom.xml", "requirements.txt", ".py", ".properties"],
        _ => &[],
    };
    let mut found = vec!["a ${B:-c} $D \"e\" 'f'\n".to_owned(), String::new()];
    let mut open = vec![root().join("examples")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            if path.is_dir() {
                open.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.extend(std::fs::read_to_string(path).ok().filter(|text| text.len() < 8_000));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn no_reader_panics_or_lingers_over_a_text_that_is_changed_at_random() {
    let seconds: f64 = std::env::var("DOCKGEN_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(7.0);
    let number = std::env::var("DOCKGEN_FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1_u64);
    let each = Duration::from_secs_f64(seconds / f64::from(u32::try_from(readers::READERS.len()).unwrap()));
    for (index, reader) in readers::READERS.iter().enumerate() {
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ (number << 8) ^ index as u64);
        let (seeds, started) = (seeds(reader), Instant::now());
        let mut count = 0;
        while started.elapsed() < each {
            let (seed, other) = (&seeds[chance.below(seeds.len())], &seeds[chance.below(seeds.len())]);
            let text = changed(seed, other, &mut chance);
            let before = Instant::now();
            let read = std::panic::catch_unwind(|| readers::read(reader, &text));
            assert!(read.is_ok(), "`{reader}` panics over {text:?}");
            assert!(before.elapsed() < Duration::from_secs(20), "`{reader}` lingers over {text:?}");
            count += 1;
        }
        eprintln!("{reader}: {count} texts in {:.1} s", started.elapsed().as_secs_f64());
    }
}

#[test]
fn what_was_found_to_be_of_interest_is_read_without_a_panic() {
    let mut count = 0;
    for folder in std::fs::read_dir(root().join("fuzz/corpus")).unwrap().flatten() {
        let reader = folder.file_name().into_string().unwrap();
        assert!(readers::READERS.contains(&reader.as_str()), "no reader is called `{reader}`");
        for file in std::fs::read_dir(folder.path()).unwrap().flatten() {
            // like libFuzzer, a target that takes texts passes over what is none
            let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
            let before = Instant::now();
            let read = std::panic::catch_unwind(|| readers::read(&reader, &text));
            assert!(read.is_ok(), "`{reader}` panics over {:?}", file.path());
            assert!(before.elapsed() < Duration::from_secs(20), "`{reader}` lingers over {:?}", file.path());
            count += 1;
        }
    }
    assert!(count > 0, "there are texts to read");
}
