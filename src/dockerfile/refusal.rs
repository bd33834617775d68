//! What BuildKit refuses in an instruction that could be read, and why.

use crate::dockerfile::expand::verify;
use crate::dockerfile::lexer::{Quotes, WordError};
use crate::dockerfile::words::{self, Json};
use crate::dockerfile::{
    Body, Command, Copy, From, Instruction, Pair, Reference, Span, Text, duration, heredoc, mode, mount, port, signal,
};

/// The places and the reasons; a reason is lower case, without a full stop.
pub(super) fn reasons(instruction: &Instruction, text: &str, escape: char) -> Vec<(Span, String)> {
    let mut check = Check { instruction, name: instruction.name(), text, escape, found: Vec::new() };
    check.run();
    check.found
}

/// What a flag's value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    /// Anything.
    Any,
    /// Anything, and the flag may be given several times.
    Several,
    /// `true`, `false`, or none, which is `true`.
    Switch,
}

/// The flags of each instruction; one that is not here has none.
const FLAGS: &[(&str, &[(&str, Value)])] = &[
    ("FROM", &[("platform", Value::Any)]),
    (
        "RUN",
        &[("mount", Value::Several), ("network", Value::Any), ("security", Value::Any), ("device", Value::Several)],
    ),
    (
        "COPY",
        &[
            ("from", Value::Any),
            ("chown", Value::Any),
            ("chmod", Value::Any),
            ("link", Value::Switch),
            ("parents", Value::Switch),
            ("exclude", Value::Several),
        ],
    ),
    (
        "ADD",
        &[
            ("chown", Value::Any),
            ("chmod", Value::Any),
            ("checksum", Value::Any),
            ("link", Value::Switch),
            ("keep-git-dir", Value::Switch),
            ("unpack", Value::Switch),
            ("exclude", Value::Several),
        ],
    ),
    (
        "HEALTHCHECK",
        &[
            ("interval", Value::Any),
            ("timeout", Value::Any),
            ("start-period", Value::Any),
            ("start-interval", Value::Any),
            ("retries", Value::Any),
        ],
    ),
];

/// Instructions whose flags BuildKit does not look at.
const ANY_FLAGS: &[&str] = &["ARG", "STOPSIGNAL"];

struct Check<'a> {
    instruction: &'a Instruction,
    name: String,
    text: &'a str,
    escape: char,
    found: Vec<(Span, String)>,
}

impl Check<'_> {
    fn refuse(&mut self, span: Span, reason: impl Into<String>) {
        self.found.push((span, reason.into()));
    }

    /// The whole instruction's place, where nothing narrower is to blame.
    fn whole(&self) -> Span {
        self.instruction.span
    }

    fn run(&mut self) {
        let instruction = self.instruction;
        match &instruction.body {
            Body::From(from) => self.from(from),
            Body::Run(command) => self.run_command(command),
            Body::Copy(copy) | Body::Add(copy) => self.copy(copy),
            Body::Env(pairs) | Body::Label(pairs) => self.pairs(pairs),
            Body::Arg(pairs) => self.arguments(pairs),
            Body::Workdir(text) | Body::User(text) => self.one(text),
            Body::Stopsignal(text) => {
                self.one(text);
                if !text.value.contains('$') && !text.value.is_empty() && !signal::is_known(&text.value) {
                    self.refuse(text.span, format!("`{}` is no signal", text.value));
                }
            }
            Body::Maintainer(text) if text.value.is_empty() => self.missing("exactly one argument"),
            Body::Maintainer(_) => {}
            Body::Expose(ports) => self.ports(ports),
            Body::Volume(volumes) => self.volumes(volumes),
            Body::Entrypoint(_) | Body::Cmd(_) => self.json(),
            Body::Healthcheck(command) => self.health_check(command.as_ref()),
            Body::Shell(command) => self.shell(command),
            Body::Onbuild(kept) => self.onbuild(kept),
            Body::Unknown => {
                if self.name == "ONBUILD" {
                    self.missing("at least one argument");
                }
                return;
            }
        }
        self.flags();
    }

    fn flags(&mut self) {
        if ANY_FLAGS.contains(&self.name.as_str()) || matches!(self.instruction.body, Body::Healthcheck(None)) {
            return;
        }
        let known = FLAGS.iter().find(|(name, _)| *name == self.name).map_or(&[][..], |(_, flags)| flags);
        let mut seen: Vec<&str> = Vec::new();
        for flag in &self.instruction.flags {
            let Some((name, kind)) = known.iter().find(|(name, _)| *name == flag.name) else {
                self.refuse(flag.span, format!("`{}` has no flag `--{}`", self.name, flag.name));
                continue;
            };
            if seen.contains(name) && *kind != Value::Several {
                self.refuse(flag.span, format!("the flag `--{name}` is given twice"));
            }
            seen.push(name);
            match (&flag.value, kind) {
                (None, Value::Switch) => {}
                (None, _) => self.refuse(flag.span, format!("the flag `--{name}` has no value")),
                (Some(value), Value::Switch) => {
                    if !value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false") {
                        self.refuse(flag.span, format!("the flag `--{name}` is `true` or `false`, not `{value}`"));
                    }
                }
                (Some(value), _) => {
                    if let Some(reason) = self.flag_value(name, value) {
                        self.refuse(flag.span, reason);
                    }
                }
            }
        }
    }

    /// What is wrong with the value of a flag.
    fn flag_value(&self, name: &str, value: &str) -> Option<String> {
        let word = |value: &str| self.word_error(value);
        let variable = value.contains('$');
        match name {
            "from" if variable => Some(
                "`--from` takes no variables: name a stage `FROM image AS name`, whose image may have them".to_owned(),
            ),
            "from" if value.parse::<i64>().is_ok_and(|number| number < 0) => {
                Some(format!("`{value}` is no number of a stage"))
            }
            "mount" => mount::refused(value),
            "network" if !matches!(value, "default" | "none" | "host") => {
                Some(format!("`{value}` is no network: it is `default`, `none` or `host`"))
            }
            "security" if !matches!(value, "sandbox" | "insecure") => {
                Some(format!("`{value}` is no security mode: it is `sandbox` or `insecure`"))
            }
            "chmod" if !variable && !value.is_empty() => mode::refused(value).or_else(|| word(value)),
            "platform" if !variable && !value.is_empty() => platform(value),
            "chmod" | "chown" | "checksum" | "platform" => word(value),
            "interval" | "timeout" | "start-period" | "start-interval" => duration::refused(value),
            "retries" if !value.is_empty() => match value.parse::<i32>() {
                Ok(number) if number >= 0 => None,
                _ => Some(format!("`--retries` is a whole number, not `{value}`")),
            },
            _ => None,
        }
    }

    fn missing(&mut self, what: &str) {
        let reason = format!("`{}` needs {what}", self.name);
        self.refuse(self.whole(), reason);
    }

    /// Refuses a word with a quote or brace that is not closed.
    fn word(&mut self, text: &Text) {
        if let Some(reason) = self.word_error(text.written()) {
            self.refuse(text.span, reason);
        }
    }

    fn word_error(&self, written: &str) -> Option<String> {
        match verify(written, self.escape, Quotes::Removed) {
            Ok(_) | Err(WordError::Depth | WordError::Required(_)) => None,
            Err(error) => Some(error.to_string()),
        }
    }

    fn one(&mut self, text: &Text) {
        if text.written().is_empty() {
            self.missing("exactly one argument");
        } else {
            self.word(text);
        }
    }

    /// An array that holds something other than texts.
    fn json(&mut self) {
        if words::json(&self.instruction.arguments) == Json::OtherArray {
            self.refuse_array();
        }
    }

    fn refuse_array(&mut self) {
        self.refuse(self.whole(), "an array in the exec form may hold only texts in double quotes");
    }

    fn from(&mut self, from: &From) {
        if from.image.written().is_empty() {
            return self.missing("an image");
        }
        if let Some(word) = from.rest.first() {
            self.refuse(word.span, "`FROM` takes an image and `AS name`, and nothing else");
        }
        self.word(&from.image);
        let image = &from.image.value;
        if image.is_empty() {
            self.refuse(from.image.span, "the name of the image is empty");
        } else if !image.contains('$')
            && let Err(reason) = Reference::parse(image)
        {
            self.refuse(from.image.span, format!("`{image}` is no name of an image: {reason}"));
        }
        if let Some(alias) = &from.alias {
            let name = alias.written().to_ascii_lowercase();
            let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
            if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(allowed) {
                let reason = format!(
                    "`{}` is no name of a stage: it starts with a letter, and goes on with letters, digits, `-`, `_` and `.`",
                    alias.written()
                );
                self.refuse(alias.span, reason);
            }
        }
    }

    fn run_command(&mut self, command: &Command) {
        self.json();
        if matches!(command, Command::Exec(words) if words.is_empty()) {
            self.missing("a command");
        }
    }

    fn copy(&mut self, copy: &Copy) {
        if words::json(&self.instruction.arguments) == Json::OtherArray {
            return self.refuse_array();
        }
        let Some(destination) = &copy.destination else {
            return self.missing("a source and a destination");
        };
        if heredoc::open(destination.written()).ok().flatten().is_some() {
            self.refuse(destination.span, "a heredoc can't be the destination");
        }
        self.word(destination);
        let is_copy = matches!(self.instruction.body, Body::Copy(_));
        let mut remote = 0_usize;
        for source in &copy.sources {
            if heredoc::open(source.written()).ok().flatten().is_some() {
                continue;
            }
            self.word(source);
            if is_remote(&source.value) {
                remote += 1;
                if is_copy {
                    self.refuse(source.span, "`COPY` copies no addresses: `ADD` does");
                }
            }
        }
        if let Some(flag) = self.instruction.flags.iter().find(|flag| flag.name == "checksum") {
            let is_variable = copy.sources.iter().any(|source| source.value.contains('$'));
            if !is_copy && (copy.sources.len() != 1 || remote == 0 && !is_variable) {
                self.refuse(flag.span, "`--checksum` needs one source, and it must be an address");
            }
        }
        for document in self.instruction.heredocs.iter().filter(|document| !document.quoted) {
            let content = self.text.get(document.content.start..document.content.end).unwrap_or_default();
            if let Err(error @ (WordError::Brace | WordError::Substitution | WordError::Operator(_))) =
                verify(content, '\\', Quotes::Plain)
            {
                self.refuse(document.content, format!("{error}; a quoted name of the heredoc leaves `$` alone"));
            }
        }
    }

    fn pairs(&mut self, pairs: &[Pair]) {
        if pairs.is_empty() {
            self.missing("at least one argument");
        }
        for pair in pairs {
            match &pair.value {
                None if pair.legacy => self.missing("a name and a value"),
                None => {
                    let reason = format!("`{}` has no `=`: write `NAME=value`", pair.name.value);
                    self.refuse(pair.name.span, reason);
                }
                Some(value) => {
                    if pair.name.written().is_empty() {
                        self.refuse(value.span, "a name is empty");
                    }
                    self.word(&pair.name);
                    self.word(value);
                }
            }
        }
    }

    fn arguments(&mut self, pairs: &[Pair]) {
        if pairs.is_empty() {
            self.missing("at least one argument");
        }
        for pair in pairs {
            if let Some(value) = &pair.value {
                if pair.name.written().is_empty() {
                    self.refuse(value.span, "a name is empty");
                }
                self.word(value);
            }
            self.word(&pair.name);
        }
    }

    fn ports(&mut self, ports: &[Text]) {
        if ports.is_empty() {
            self.missing("at least one argument");
        }
        for text in ports {
            self.word(text);
            if !text.value.contains('$')
                && let Some(reason) = port::refused(&text.value)
            {
                self.refuse(text.span, reason);
            }
        }
    }

    fn volumes(&mut self, volumes: &[Text]) {
        if words::json(&self.instruction.arguments) == Json::OtherArray {
            return self.refuse_array();
        }
        if volumes.is_empty() {
            self.missing("at least one argument");
        }
        for volume in volumes {
            if volume.value.trim().is_empty() {
                self.refuse(volume.span, "the path of a volume is empty");
            }
            self.word(volume);
        }
    }

    fn health_check(&mut self, command: Option<&Command>) {
        let arguments = &self.instruction.arguments;
        let line = arguments.as_str();
        let kind = line.split_whitespace().next().unwrap_or_default();
        let rest = line[kind.len()..].trim();
        match (kind.to_ascii_uppercase().as_str(), command) {
            ("", _) => self.missing("`CMD` with a command, or `NONE`"),
            ("NONE", _) if !rest.is_empty() => self.refuse(self.whole(), "`HEALTHCHECK NONE` takes nothing else"),
            ("NONE", _) => {}
            ("CMD", Some(command)) => {
                let start = line.len() - line[kind.len()..].trim_start().len();
                if words::json(&arguments.part(start..line.len())) == Json::OtherArray {
                    self.refuse_array();
                } else if command.is_empty() {
                    self.refuse(self.whole(), "there is no command behind `HEALTHCHECK CMD`");
                }
            }
            _ => self.refuse(self.whole(), format!("`HEALTHCHECK` is followed by `CMD` or `NONE`, not by `{kind}`")),
        }
    }

    fn shell(&mut self, command: &Command) {
        match command {
            Command::Exec(words) if !words.is_empty() => {}
            Command::Shell(line) if !line.as_str().is_empty() => {
                self.refuse(self.whole(), "`SHELL` takes a JSON array: `SHELL [\"/bin/bash\", \"-c\"]`");
            }
            _ => self.missing("at least one argument"),
        }
    }

    fn onbuild(&mut self, kept: &Instruction) {
        match kept.name().as_str() {
            "ONBUILD" => self.refuse(kept.span, "`ONBUILD` can't keep another `ONBUILD`"),
            name @ ("FROM" | "MAINTAINER") => {
                self.refuse(kept.span, format!("`ONBUILD` can't keep a `{name}`"));
            }
            name => {
                if kept.body == Body::Unknown {
                    self.refuse(kept.keyword.span, format!("`{name}` is no instruction"));
                }
                self.found.extend(reasons(kept, self.text, self.escape));
            }
        }
    }
}

/// Whether a source is an address of the web or of a repository.
pub fn is_remote(source: &str) -> bool {
    ["http://", "https://", "git://", "ssh://"].iter().any(|scheme| source.starts_with(scheme))
        || source.split_once('@').is_some_and(|(user, rest)| {
            !user.is_empty() && !user.contains('/') && rest.contains(':') && !rest.starts_with(':')
        })
}

/// What is wrong with a platform that has no variables.
fn platform(value: &str) -> Option<String> {
    const KNOWN: &[&str] = &[
        "linux", "windows", "darwin", "freebsd", "amd64", "x86_64", "x86-64", "arm64", "aarch64", "arm", "armhf",
        "armel", "386", "i386", "ppc64le", "s390x", "riscv64", "mips64le", "mips64", "wasm", "wasi", "loong64",
    ];
    let allowed = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    let without_version = value.split_once('(').map_or_else(
        || value.to_owned(),
        |(system, rest)| format!("{system}{}", rest.split_once(')').map_or("", |(_, rest)| rest)),
    );
    let parts: Vec<&str> = without_version.split('/').collect();
    let fits = parts.len() <= 3
        && parts.iter().all(|part| allowed(part))
        && (parts.len() > 1 || KNOWN.contains(&parts[0].to_ascii_lowercase().as_str()));
    (!fits).then(|| format!("`{value}` is no platform: it is a system and an architecture, as `linux/amd64`"))
}
