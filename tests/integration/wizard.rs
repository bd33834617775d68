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

fn ended_well(session: &mut OsSession) {
    session.expect(expectrl::Eof).unwrap();
    assert_eq!(session.get_process().wait().unwrap(), WaitStatus::Exited(session.get_process().pid(), 0));
}

const KEYS: &str = " writes";

/// From the start to the files with one key.
fn takes_what_was_found(folder: &std::path::Path, found: &[&str]) {
    let mut session = wizard(folder, &[]);
    for words in found {
        session.expect(*words).unwrap_or_else(|error| panic!("{words}: {error}"));
    }
    session.expect(KEYS).unwrap();
    enter(&mut session);
    session.expect("next: docker build").unwrap();
    ended_well(&mut session);
    assert!(folder.join("Dockerfile").is_file() && !folder.join("dockgen.toml").exists());
}

#[test]
fn one_key_from_what_was_found_to_the_files_in_every_language() {
    let scratch = node_server();
    takes_what_was_found(scratch.path(), &["shop", "4000", "server.js:1", " Dockerfile"]);
    assert!(scratch.read("Dockerfile").contains("EXPOSE 4000"));
    takes_what_was_found(go_program().path(), &["hello", "(go)"]);
    for (name, words) in [("rust-server", "(rust)"), ("java-shaded", "(java)"), ("python-tool", "(python)")] {
        let copy = example(name).copy(|path| !is_generated(path));
        takes_what_was_found(copy.path(), &[words]);
    }
}

#[test]
fn an_answer_is_changed_typed_and_kept() {
    let scratch = node_server();
    let mut session = wizard(scratch.path(), &[]);
    session.expect(KEYS).unwrap();
    session.send("e").unwrap();
    session.expect("Which answer?").unwrap();
    // what the repository does not say comes first; the port is among what it does say
    let lines = session.expect(expectrl::Regex("port +4000")).unwrap();
    let above = String::from_utf8_lossy(lines.before()).matches('\n').count();
    session.send("\x1b[B".repeat(above.saturating_sub(1)) + "\r").unwrap();
    session.expect("Which port does it listen on?").unwrap();
    session.expect("another answer").unwrap();
    session.send("\x1b[B\x1b[B\r").unwrap();
    session.expect("Which port does it listen on?").unwrap();
    session.send("abc\r").unwrap();
    session.expect("a port is a number").unwrap();
    session.expect("another answer").unwrap();
    session.send("\x1b[B\x1b[B\r").unwrap();
    session.expect("Which port does it listen on?").unwrap();
    session.send("9999\r").unwrap();
    session.expect("-EXPOSE 4000").unwrap();
    session.expect("+EXPOSE 9999").unwrap();
    session.expect(" the answers in dockgen.toml").unwrap();
    session.expect(KEYS).unwrap();
    enter(&mut session);
    session.expect("next:").unwrap();
    ended_well(&mut session);
    assert!(scratch.read("Dockerfile").contains("EXPOSE 9999"));
    assert!(scratch.read("dockgen.toml").ends_with("port = 9999\n"));
    scratch.run(&["init", "--check"]).ends(0, &[]);
}

#[test]
fn escape_goes_back_to_the_screen_and_q_leaves_in_peace() {
    let scratch = node_server();
    let mut session = wizard(scratch.path(), &[]);
    session.expect(KEYS).unwrap();
    session.send("e").unwrap();
    session.expect("Which answer?").unwrap();
    session.send("\x1b").unwrap();
    session.expect(KEYS).unwrap();
    session.send("p").unwrap();
    session.expect("EXPOSE 4000").unwrap();
    session.expect(KEYS).unwrap();
    session.send("q").unwrap();
    session.expect("nothing was written").unwrap();
    ended_well(&mut session);
    assert_eq!(scratch.names(), ["package.json", "server.js"]);
}

#[test]
fn the_program_alone_starts_it() {
    let scratch = node_server();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dockgen"));
    command.current_dir(scratch.path()).env("TERM", "xterm-256color");
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session.expect(KEYS).unwrap();
    session.send("q").unwrap();
    session.expect("nothing was written").unwrap();
}

#[test]
fn a_signal_gives_the_cursor_back_and_writes_nothing() {
    for signal in [2, 15] {
        let scratch = node_server();
        let mut session = wizard(scratch.path(), &[]);
        session.expect(KEYS).unwrap();
        session.send("e").unwrap();
        session.expect("Which answer?").unwrap();
        if signal == 2 {
            session.send(ControlCode::EndOfText).unwrap();
        } else {
            let pid = session.get_process().pid().as_raw().to_string();
            assert!(Command::new("kill").arg(&pid).status().unwrap().success());
        }
        session.expect("\x1b[?25h").unwrap();
        session.expect("interrupted").unwrap();
        let status = session.get_process().wait().unwrap();
        assert!(matches!(status, WaitStatus::Signaled(_, by, _) if by as i32 == signal), "{status:?}");
        assert_eq!(scratch.names(), ["package.json", "server.js"]);
    }
}

#[test]
fn a_file_that_exists_is_shown_as_a_difference_and_kept_unless_told_so() {
    let scratch = node_server();
    scratch.file("Dockerfile", "FROM scratch\n# mine\n");
    let mut session = wizard(scratch.path(), &[]);
    session.expect("# mine").unwrap();
    session.expect(" replaces").unwrap();
    enter(&mut session);
    session.expect(" replaces").unwrap();
    session.send("n").unwrap();
    session.expect("nothing was written").unwrap();
    assert_eq!(scratch.read("Dockerfile"), "FROM scratch\n# mine\n");
    let mut session = wizard(scratch.path(), &[]);
    session.expect(" replaces").unwrap();
    session.send("y").unwrap();
    session.expect("next:").unwrap();
    ended_well(&mut session);
    assert_eq!(scratch.read("Dockerfile.orig"), "FROM scratch\n# mine\n");
}

/// Two servers of Node.js, each in a folder of its own.
fn two_applications() -> Scratch {
    Scratch::new([
        ("api/package.json", r#"{ "name": "api", "scripts": { "start": "node a.js" } }"#),
        ("api/a.js", "require('http').createServer().listen(1234)"),
        ("web/package.json", r#"{ "name": "web", "scripts": { "start": "node b.js" } }"#),
        ("web/b.js", "require('http').createServer().listen(2345)"),
    ])
}

#[test]
fn several_applications_are_a_choice() {
    let scratch = two_applications();
    let mut session = wizard(scratch.path(), &[]);
    session.expect("Which application goes into the image?").unwrap();
    session.send("\x1b[B\r").unwrap();
    session.expect("(node)").unwrap();
    session.expect(KEYS).unwrap();
    session.send(ControlCode::EndOfText).unwrap();
    session.expect("interrupted").unwrap();
}

#[test]
fn all_of_several_applications_are_taken_one_after_the_other() {
    let scratch = two_applications();
    let mut session = wizard(scratch.path(), &[]);
    session.expect("Which application goes into the image?").unwrap();
    session.expect("all of them").unwrap();
    session.send("\x1b[B\x1b[B\r").unwrap();
    for name in ["api", "web"] {
        session.expect(format!("{name}\x1b[0m: ").as_str()).unwrap();
        session.expect(KEYS).unwrap();
        if name == "web" {
            // every question says whose it is
            session.send("e").unwrap();
            session.expect("web (node): Which answer?").unwrap();
            session.send("\x1b").unwrap();
            session.expect(KEYS).unwrap();
        }
        enter(&mut session);
    }
    session.expect("docker buildx bake").unwrap();
    ended_well(&mut session);
    assert!(scratch.read("api/Dockerfile").contains("EXPOSE 1234"));
    assert!(scratch.read("web/Dockerfile").contains("EXPOSE 2345"));
    assert!(scratch.read("docker-bake.hcl").contains("web"));
}

#[test]
fn questions_fit_a_narrow_terminal_and_survive_its_change() {
    let scratch = node_server();
    let mut session = wizard(scratch.path(), &[]);
    session.get_process_mut().set_window_size(60, 24).unwrap();
    session.expect(KEYS).unwrap();
    session.expect("leaves").unwrap();
    session.send("e").unwrap();
    session.expect("Which answer?").unwrap();
    session.send("\r").unwrap();
    let shown = session.expect("›").unwrap();
    let shown = String::from_utf8_lossy(shown.before()).into_owned();
    for line in console::strip_ansi_codes(&shown).lines() {
        assert!(line.trim_end().chars().count() <= 60, "{line}");
    }
    session.get_process_mut().set_window_size(100, 30).unwrap();
    session.send("\x1b").unwrap();
    session.expect(KEYS).unwrap();
    session.send("q").unwrap();
    session.expect("nothing was written").unwrap();
    ended_well(&mut session);
}
