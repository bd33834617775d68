//! One question over HTTP, by curl: its encryption, proxies and authorities are those of the system, and dockgen carries none.

use std::io::Write;
use std::process::{Command, Stdio};

/// How long an answer may take, in seconds.
const PATIENCE: u32 = 30;

/// What a server answers.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// What it says; nothing where only the headers were asked for.
    pub body: String,
}

impl Answer {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Reads headers and what follows them.
    fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let pair = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        };
        Some(Self { status, headers: lines.filter_map(pair).collect(), body: body.to_owned() })
    }
}

/// Asks for an address, for its headers alone where `is_head`.
///
/// # Errors
/// Why there is no answer.
pub fn ask(url: &str, headers: &[(&str, &str)], is_head: bool) -> Result<Answer, String> {
    let lines = headers.iter().map(|(name, value)| format!("{name}: {value}"));
    let mut settings = vec![format!("url = {}", quoted(url)?), format!("max-time = {PATIENCE}")];
    settings.extend(["silent", "show-error", "suppress-connect-headers", "globoff"].map(str::to_owned));
    settings.push(if is_head { "head" } else { "include" }.to_owned());
    settings.push("proto = \"=http,https\"".to_owned());
    for line in lines {
        settings.push(format!("header = {}", quoted(&line)?));
    }
    // What is secret goes through the input: arguments are seen by everybody on the machine.
    let mut child = Command::new("curl")
        .args(["--disable", "--config", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`curl` can't be started: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        let text = settings.join("\n") + "\n";
        input.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Answer::parse(&text).ok_or_else(|| "the answer is none of HTTP".to_owned())
}

/// A value of curl's settings.
fn quoted(value: &str) -> Result<String, String> {
    if value.chars().any(char::is_control) {
        return Err(format!("`{}` has a control character", value.escape_debug()));
    }
    Ok(format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let answer = Answer::parse("HTTP/2 200 \r\nDocker-Content-Digest: sha256:1\r\n\r\n{}\r\n\r\n").unwrap();
        assert_eq!((answer.status, answer.header("docker-content-digest")), (200, Some("sha256:1")));
        assert_eq!(answer.body, "{}\r\n\r\n");
        assert!(Answer::parse("what?").is_none());
    }

    #[test]
    fn settings_can_not_be_broken_out_of() {
        assert_eq!(quoted(r#"a"b\c"#).unwrap(), r#""a\"b\\c""#);
        assert!(quoted("a\nurl = x").is_err());
    }
}
