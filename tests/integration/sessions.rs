//! Sessions in a terminal as pictures, from real runs; `UPDATE_DOCS=1` records them anew.

use std::fmt::Write;
use std::process::Command;
use std::time::Duration;

use expectrl::{Expect, Session};

use crate::documents::is_current;
use crate::support::{example, is_generated};

/// The example of each language that is shown.
const SHOWN: &[(&str, &str)] = &[
    ("go", "go-server"),
    ("java", "java-spring-boot"),
    ("node", "node-express"),
    ("python", "python-fastapi-requirements"),
    ("rust", "rust-server"),
];

/// What a terminal shows from `dockgen` to the files, with one key.
fn session(name: &str) -> String {
    let copy = example(name).copy(|path| !is_generated(path));
    let mut command = Command::new(env!("CARGO_BIN_EXE_dockgen"));
    command.current_dir(copy.path()).env("TERM", "xterm-256color").env("XDG_CONFIG_HOME", copy.path());
    let mut session = Session::spawn(command).unwrap();
    session.get_process_mut().set_window_size(COLUMNS, 50).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    let mut shown = Vec::from("\u{1b}[1m$ dockgen\u{1b}[0m\n");
    let before = session.expect("leaves").unwrap();
    shown.extend(before.before());
    shown.extend(b"leaves");
    session.send("\r").unwrap();
    let rest = session.expect(expectrl::Eof).unwrap();
    shown.extend(rest.as_bytes());
    String::from_utf8(shown).unwrap().replace("\r\n", "\n")
}

const COLUMNS: u16 = 110;

/// How high a line is and how wide a character, in pixels.
const LINE: usize = 18;
const CHARACTER: usize = 8;

/// Text with the colours of a terminal as a picture.
fn picture(title: &str, text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let bare = |line: &&str| console::strip_ansi_codes(line).chars().count();
    let width = lines.iter().map(bare).max().unwrap_or(0) * CHARACTER + 32;
    let height = (lines.len() + 2) * LINE;
    let mut svg = String::new();
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" aria-label="{title}">"#
    )
    .unwrap();
    svg.push_str("<style>text{font:13px ui-monospace,monospace;fill:#d4d4d4;white-space:pre}.b{font-weight:bold}.d{fill:#8a8a8a}.g{fill:#6ac46a}.r{fill:#e06c6c}.y{fill:#d7ba5f}.c{fill:#5fb7d7}</style>\n");
    writeln!(svg, r##"<rect width="100%" height="100%" rx="6" fill="#1e1e1e"/>"##).unwrap();
    for (index, line) in lines.iter().enumerate() {
        let y = (index + 1) * LINE + 8;
        let line = in_colour(line);
        if !line.is_empty() {
            writeln!(svg, r#"<text x="16" y="{y}">{line}</text>"#).unwrap();
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// A line with its colours as spans.
fn in_colour(line: &str) -> String {
    let mut shown = String::new();
    let mut classes: Vec<&str> = Vec::new();
    for (index, part) in line.split('\u{1b}').enumerate() {
        let text = if index == 0 {
            part
        } else {
            let Some((code, text)) = part.strip_prefix('[').and_then(|part| part.split_once('m')) else { continue };
            for code in code.split(';') {
                match code {
                    "" | "0" => classes.clear(),
                    "1" => classes.push("b"),
                    "2" => classes.push("d"),
                    "31" => classes.push("r"),
                    "32" => classes.push("g"),
                    "33" => classes.push("y"),
                    "36" => classes.push("c"),
                    _ => {}
                }
            }
            text
        };
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        match (text.is_empty(), classes.is_empty()) {
            (true, _) => {}
            (false, true) => shown.push_str(&text),
            (false, false) => write!(shown, r#"<tspan class="{}">{text}</tspan>"#, classes.join(" ")).unwrap(),
        }
    }
    shown
}

#[test]
fn pictures_of_sessions_are_what_a_terminal_shows() {
    for (language, name) in SHOWN {
        let title = format!("dockgen in a project of {language}");
        is_current(&format!("docs/sessions/{language}.svg"), &picture(&title, &session(name)));
    }
}

#[test]
fn a_picture_shows_colours_and_no_codes() {
    assert_eq!(in_colour("\u{1b}[1m\u{1b}[32ma<b\u{1b}[0m c"), r#"<tspan class="b g">a&lt;b</tspan> c"#);
}
