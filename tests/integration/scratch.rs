//! A scratch repository for tests that need one of their own.

use std::path::Path;
use std::process::Output;

use crate::support::dockgen;

/// A temporary repository.
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// A repository with these files.
    pub fn new<P: AsRef<Path>, T: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let folder = tempfile::Builder::new().prefix("dockgen-").tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".git")).unwrap();
        let scratch = Self(folder);
        files.into_iter().for_each(|(path, text)| scratch.file(path, text));
        scratch
    }

    /// Adds a file.
    pub fn file(&self, path: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// The file that a Dockerfile's `sed` edits, as it is then.
    pub fn edited(&self, dockerfile: &str) -> String {
        let joined = dockerfile.replace("\\\n", " ");
        let step = joined.lines().find(|line| line.contains("sed -i")).expect(dockerfile).trim_start_matches("RUN ");
        let file = step.rsplit(' ').next().unwrap();
        let place = self.path().join(file);
        let before = std::fs::read(&place).expect(step);
        let run = || std::process::Command::new("sh").args(["-c", step]).current_dir(self.path()).status().unwrap();
        assert!(run().success(), "{step}");
        let after = std::fs::read_to_string(&place).unwrap();
        assert!(!run().success(), "what is edited already is edited again: {step}");
        std::fs::write(&place, before).unwrap();
        after
    }

    /// The names of the files at its top, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.retain(|name| name != ".git");
        names.sort();
        names
    }

    /// Runs the program in it; what it prints as JSON must be what its schema says.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let ran = Ran::from(dockgen(self.path(), arguments));
        crate::schema::holds(arguments, &ran.stdout);
        ran
    }

    /// The Dockerfile and what is said beside it, made in a folder of it; the message alone where there is none.
    pub fn init(&self, folder: &str, arguments: &[&str]) -> Result<(String, String), String> {
        let all = [&["init", "--yes", "--print"], arguments].concat();
        let ran = Ran::from(dockgen(&self.path().join(folder), &all));
        if ran.status == 0 { Ok((ran.stdout, ran.stderr)) } else { Err(ran.stderr) }
    }
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    /// The exit status.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Asserts the status and that the words stand in what people read.
    #[track_caller]
    pub fn ends(&self, status: i32, words: &[&str]) {
        assert_eq!(self.status, status, "{self:?}");
        for word in words {
            assert!(self.stderr.contains(word), "`{word}` is not in {}", self.stderr);
        }
    }

    /// It ended with this status and printed all these words.
    #[track_caller]
    pub fn prints(&self, status: i32, words: &[&str]) {
        assert_eq!(self.status, status, "{}\n{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stdout.contains(word), "`{word}` is not in {}", self.stdout);
        }
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A server of Node.js that listens on a port.
pub fn node_server() -> Scratch {
    Scratch::new([
        ("package.json", r#"{ "name": "shop", "scripts": { "start": "node server.js" } }"#),
        ("server.js", "require('http').createServer().listen(process.env.PORT || 4000)\n"),
    ])
}

/// A program of Go.
pub fn go_program() -> Scratch {
    Scratch::new([
        ("go.mod", "module example.org/hello\n\ngo 1.26\n"),
        ("main.go", "package main\n\nfunc main() { println(\"hello\") }\n"),
    ])
}
