//! The instructions as JSON, for other programs and for comparison with other readers.

use serde_json::{Value, json};

use crate::dockerfile::{Body, Command, Dockerfile, FaultKind, Instruction, Pair, Text};

impl Dockerfile {
    /// The instructions and what BuildKit refuses, as one JSON object.
    ///
    /// Words stand with their quotes, as they are written; a command is an array in the exec form and a text in the shell form.
    pub fn dump(&self) -> Value {
        let instructions: Vec<Value> = self.instructions().iter().map(|it| self.dumped(it)).collect();
        let refused: Vec<Value> = self
            .faults()
            .iter()
            .filter_map(|fault| match &fault.kind {
                FaultKind::Refused(reason) => Some(json!({ "span": fault.span, "reason": reason })),
                FaultKind::UnterminatedHeredoc(name) => {
                    Some(json!({ "span": fault.span, "reason": format!("the heredoc `{name}` is never closed") }))
                }
                FaultKind::EmptyContinuation => None,
            })
            .collect();
        json!({ "escape": self.escape(), "instructions": instructions, "refused": refused })
    }

    fn dumped(&self, instruction: &Instruction) -> Value {
        let flags: Vec<String> = instruction
            .flags
            .iter()
            .map(|flag| match &flag.value {
                Some(value) => format!("--{}={value}", flag.name),
                None => format!("--{}", flag.name),
            })
            .collect();
        let heredocs: Vec<Value> = instruction
            .heredocs
            .iter()
            .map(|it| {
                json!({
                    "name": it.delimiter,
                    "expand": !it.quoted,
                    "strip_tabs": it.strips_tabs,
                    "descriptor": it.descriptor.unwrap_or(0),
                    "content": self.source(it.content),
                })
            })
            .collect();
        json!({
            "instruction": instruction.name(),
            "span": instruction.span,
            "flags": flags,
            "arguments": self.arguments(&instruction.body),
            "heredocs": heredocs,
        })
    }

    fn arguments(&self, body: &Body) -> Value {
        match body {
            Body::From(from) => {
                let alias = from.alias.iter().flat_map(|alias| ["AS", alias.written()]);
                let rest = from.rest.iter().map(Text::written);
                json!(std::iter::once(from.image.written()).chain(alias).chain(rest).collect::<Vec<_>>())
            }
            Body::Copy(copy) | Body::Add(copy) => {
                json!(copy.sources.iter().chain(&copy.destination).map(Text::written).collect::<Vec<_>>())
            }
            Body::Env(pairs) | Body::Label(pairs) | Body::Arg(pairs) => {
                json!(pairs.iter().map(pair).collect::<Vec<_>>())
            }
            Body::Workdir(text) | Body::User(text) | Body::Stopsignal(text) | Body::Maintainer(text) => {
                json!(text.written())
            }
            Body::Expose(texts) | Body::Volume(texts) => json!(texts.iter().map(Text::written).collect::<Vec<_>>()),
            Body::Run(command) | Body::Cmd(command) | Body::Entrypoint(command) | Body::Shell(command) => {
                dumped(command)
            }
            Body::Healthcheck(command) => command.as_ref().map_or(json!("NONE"), dumped),
            Body::Onbuild(kept) => self.dumped(kept),
            Body::Unknown => Value::Null,
        }
    }
}

fn dumped(command: &Command) -> Value {
    match command {
        Command::Exec(words) => json!(words.iter().map(|word| word.value.as_str()).collect::<Vec<_>>()),
        Command::Shell(line) => json!(line.as_str()),
    }
}

fn pair(pair: &Pair) -> Value {
    let value = pair.value.as_ref().map(Text::written);
    json!({ "name": pair.name.written(), "value": value, "old": pair.legacy })
}
