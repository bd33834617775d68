//! The wizard on a real pseudo-terminal: it waits for text, never for time.

use std::process::Command;
use std::time::Duration;

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{ControlCode, Expect, Session};

use crate::scratch::{Scratch, go_program, node_server};
use crate::support::{example, is_generated};

/// The wizard in a folder, in a terminal.
fn wizard(folder: &std::path::Path, arguments: &[&str]) -> OsSession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dockgen"));
    command.arg("init").args(arguments).current_dir(folder).env("TERM", "xterm-256color");
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session
}

fn enter(session: &mut OsSession) {
    session.send("\r").unwrap();
}

/// Takes every preselected answer until the confirmation, and agrees.
fn take_all(session: &mut OsSession, prompts: &[&str]) {
    for prompt in prompts {
        session.expect(*prompt).unwrap_or_else(|error| panic!("{prompt}: {error}"));
        enter(session);
    }
    session.expect("Write Dockerfile").unwrap();
    session.send("y").unwrap();
    session.expect("next: docker build").unwrap();
    assert_eq!(session.get_process().wait().unwrap(), WaitStatus::Exited(session.get_process().pid(), 0));
}

const VERSION: &str = "Which version of the language?";
const MANAGER: &str = "Which package manager";
const BUILD: &str = "How is it built?";
const START: &str = "What is started?";
const PORT: &str = "Which port does it listen on?";
const HEALTH: &str = "tells that it is healthy?";
const BINARY: &str = "Which program is started?";
const RUNTIME: &str = "Which runtime image?";
const TESTS: &str = "Where are the tests run?";
const CACHE: &str = "Where are dependencies kept between builds?";

#[test]
fn node_from_the_first_prompt_to_the_files() {
    let scratch = node_server();
    take_all(&mut wizard(scratch.path(), &[]), &[VERSION, MANAGER, BUILD, START, PORT, HEALTH]);
    assert!(scratch.read("Dockerfile").contains("EXPOSE 4000"));
}

#[test]
fn rust_from_the_first_prompt_to_the_files() {
    let copy = example("rust-server").copy(|path| !is_generated(path));
    take_all(&mut wizard(copy.path(), &[]), &[VERSION, BINARY, PORT, START, HEALTH, RUNTIME, CACHE]);
    assert!(copy.path().join("Dockerfile").is_file());
}

#[test]
fn java_from_the_first_prompt_to_the_files() {
    let copy = example("java-shaded").copy(|path| !is_generated(path));
    take_all(&mut wizard(copy.path(), &[]), &[VERSION, BUILD, PORT, HEALTH, RUNTIME, TESTS, CACHE]);
    assert!(copy.path().join("Dockerfile").is_file());
}

/// Takes whatever is preselected, question by question, whatever the questions are.
fn take_what_comes(session: &mut OsSession) {
    let mut shown = Vec::new();
    for _ in 0..12 {
        let found = session.expect(expectrl::Regex("(›|Write Dockerfile)")).unwrap();
        shown.extend_from_slice(found.before());
        if found.get(0).is_some_and(|text| text.starts_with(b"Write")) {
            session.send("y").unwrap();
            session.expect("next: docker build").unwrap();
            return;
        }
        enter(session);
    }
    panic!("no end: {}", String::from_utf8_lossy(&shown));
}

#[test]
fn go_and_python_from_the_first_prompt_to_the_files() {
    let scratch = go_program();
    take_what_comes(&mut wizard(scratch.path(), &[]));
    assert!(scratch.read("Dockerfile").contains("golang"));
    let copy = example("python-tool").copy(|path| !is_generated(path));
    take_what_comes(&mut wizard(copy.path(), &[]));
    assert!(copy.path().join("Dockerfile").is_file());
}

#[test]
fn an_answer_can_be_changed_and_typed() {
    let scratch = node_server();
    let mut session =
        wizard(scratch.path(), &["--version", "22", "--package-manager", "npm", "--build", "none", "--health", "none"]);
    session.expect(START).unwrap();
    enter(&mut session);
    session.expect(PORT).unwrap();
    session.expect("another answer").unwrap();
    // Down over `none` to the last entry.
    session.send("\x1b[B\x1b[B\r").unwrap();
    session.expect(PORT).unwrap();
    session.send("9999\r").unwrap();
    session.expect("Write Dockerfile").unwrap();
    session.send("y").unwrap();
    session.expect("next:").unwrap();
    let dockerfile = scratch.read("Dockerfile");
    assert!(dockerfile.contains("EXPOSE 9999"), "{dockerfile}");
}

#[test]
fn escape_goes_back_one_question() {
    let scratch = node_server();
    let mut session = wizard(scratch.path(), &[]);
    session.expect(VERSION).unwrap();
    enter(&mut session);
    session.expect(MANAGER).unwrap();
    session.send("\x1b").unwrap();
    session.expect(VERSION).unwrap();
    session.send(ControlCode::EndOfText).unwrap();
    session.expect("interrupted").unwrap();
}

#[test]
fn control_c_gives_the_cursor_back_writes_nothing_and_dies_by_the_signal() {
    let scratch = node_server();
    let mut session = wizard(scratch.path(), &[]);
    session.expect(VERSION).unwrap();
    session.send(ControlCode::EndOfText).unwrap();
    session.expect("\x1b[?25h").unwrap();
    session.expect("interrupted").unwrap();
    let status = session.get_process().wait().unwrap();
    assert!(matches!(status, WaitStatus::Signaled(_, signal, _) if signal as i32 == 2), "{status:?}");
    assert_eq!(scratch.names(), ["package.json", "server.js"]);
}

#[test]
fn a_file_that_exists_is_shown_as_a_difference_and_kept_by_default() {
    let scratch = node_server();
    scratch.file("Dockerfile", "FROM scratch\n# mine\n");
    let mut session = wizard(
        scratch.path(),
        &[
            "--version",
            "24",
            "--package-manager",
            "npm",
            "--build",
            "none",
            "--start",
            "node server.js",
            "--port",
            "1",
            "--health",
            "none",
        ],
    );
    session.expect("# mine").unwrap();
    session.expect("Replace Dockerfile").unwrap();
    enter(&mut session);
    session.expect("nothing was written").unwrap();
    assert_eq!(scratch.read("Dockerfile"), "FROM scratch\n# mine\n");
}

#[test]
fn several_applications_are_a_choice() {
    let scratch = Scratch::new([
        ("api/package.json", r#"{ "name": "api", "scripts": { "start": "node a.js" } }"#),
        ("api/a.js", "require('http').createServer().listen(1234)"),
        ("web/package.json", r#"{ "name": "web", "scripts": { "start": "node b.js" } }"#),
        ("web/b.js", "require('http').createServer().listen(2345)"),
    ]);
    let mut session = wizard(scratch.path(), &[]);
    session.expect("Which application goes into the image?").unwrap();
    session.send("\x1b[B\r").unwrap();
    session.expect(VERSION).unwrap();
    session.send(ControlCode::EndOfText).unwrap();
    session.expect("interrupted").unwrap();
}
