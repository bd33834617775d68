//! An install that does not keep to the lock file, or one that needs a lock file where there is none.
//!
//! Without `npm ci`, `--frozen-lockfile` or `--locked`, the image can get other versions than those that were tested. With them, and
//! without a lock file, the build fails.
//!
//! ```json package.json
//! {}
//! ```
//! ```json package-lock.json
//! {}
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm install
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm ci
//! ```

use crate::check::shell::Simple;
use crate::check::view::{StageView, View};
use crate::check::{Findings, Rule, Severity};
use crate::dockerfile::{Body, Instruction};

/// The rule.
pub static RULE: Rule =
    Rule::new("unfrozen-install", Severity::Warning, &[], include_str!("unfrozen_install.rs"), check);

/// How a tool's install is recognised, and what freezes it.
struct Tool {
    program: &'static str,
    verbs: &'static [&'static str],
    locks: &'static [&'static str],
    /// Flags that make it keep to the lock file, or give up.
    frozen: &'static [&'static str],
    instead: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        program: "npm",
        verbs: &["install", "i"],
        locks: &["package-lock.json", "npm-shrinkwrap.json"],
        frozen: &[],
        instead: "npm ci",
    },
    Tool {
        program: "npm",
        verbs: &["ci"],
        locks: &["package-lock.json", "npm-shrinkwrap.json"],
        frozen: &["ci"],
        instead: "npm install",
    },
    Tool {
        program: "pnpm",
        verbs: &["install", "i"],
        locks: &["pnpm-lock.yaml"],
        frozen: &["--frozen-lockfile", "--offline"],
        instead: "pnpm install --frozen-lockfile",
    },
    Tool {
        program: "yarn",
        verbs: &["install"],
        locks: &["yarn.lock"],
        frozen: &["--frozen-lockfile", "--immutable"],
        instead: "yarn install --immutable` (yarn 1: `--frozen-lockfile",
    },
    Tool {
        program: "bun",
        verbs: &["install"],
        locks: &["bun.lock", "bun.lockb"],
        frozen: &["--frozen-lockfile"],
        instead: "bun install --frozen-lockfile",
    },
    Tool {
        program: "uv",
        verbs: &["sync"],
        locks: &["uv.lock"],
        frozen: &["--locked", "--frozen"],
        instead: "uv sync --locked",
    },
    Tool {
        program: "pipenv",
        verbs: &["install"],
        locks: &["Pipfile.lock"],
        frozen: &["--deploy", "--ignore-pipfile"],
        instead: "pipenv install --deploy",
    },
    Tool {
        program: "cargo",
        verbs: &["build", "install"],
        locks: &["Cargo.lock"],
        frozen: &["--locked", "--frozen"],
        instead: "cargo build --locked",
    },
];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        for command in view.commands(instruction) {
            let Some(tool) = TOOLS.iter().find(|tool| is_install(tool, command)) else {
                continue;
            };
            let is_frozen = command.arguments().any(|argument| tool.frozen.contains(&argument));
            let lock = lock_file(view, stage, at, instruction, tool.locks);
            match (lock, is_frozen) {
                (Lock::Visible(lock), false) => {
                    findings
                        .at(command.span(), format!("this install need not keep to `{lock}`"))
                        .help(format!("use `{}`", tool.instead));
                }
                (Lock::Hidden(lock), true) => {
                    findings
                        .at(command.span(), format!("this install needs `{lock}`, which the ignore file hides"))
                        .severity(Severity::Error)
                        .help("take it out of the ignore file: it belongs to the sources");
                }
                (Lock::None, true) => {
                    findings
                        .at(command.span(), format!("this install needs `{}`, and there is none", tool.locks[0]))
                        .severity(Severity::Error)
                        .help("commit the lock file, or install without freezing");
                }
                _ => {}
            }
        }
    }
}

/// Whether a command installs what the manifest names; one that names packages itself is something else.
fn is_install(tool: &Tool, command: &Simple) -> bool {
    let mut operands = command.operands();
    let verb = operands.next().unwrap_or(if tool.program == "yarn" { "install" } else { "" });
    let named = matches!(tool.program, "npm" | "pnpm" | "bun" | "pipenv") && operands.next().is_some();
    let elsewhere =
        command.has("-g") || command.has("--global") || command.value_of(&["--path"]).is_some_and(|path| path != ".");
    let installs_crate = tool.program == "cargo" && verb == "install" && command.value_of(&["--path"]).is_none();
    command.program() == tool.program && tool.verbs.contains(&verb) && !named && !elsewhere && !installs_crate
}

/// What is known of the lock file that an install sees.
enum Lock {
    /// It is copied or mounted.
    Visible(String),
    /// It would be, but for the ignore file.
    Hidden(String),
    /// There is none in the whole build context.
    None,
    /// It can't be told.
    Unknown,
}

fn lock_file(view: &View<'_>, stage: &StageView<'_>, at: usize, run: &Instruction, names: &[&str]) -> Lock {
    let all: Vec<&str> = names.iter().flat_map(|name| view.context.named(name)).collect();
    let earlier = view.before(stage.index, at);
    // What a command or another stage may have made is not known.
    let made = |instruction: &Instruction| instruction.flag("from").is_some();
    if all.is_empty() && view.context.is_unknown() {
        return Lock::Unknown;
    }
    if all.is_empty() {
        let unknown = earlier.iter().any(|(_, it)| made(it) || view.commands(it).iter().any(writes_lock));
        return if unknown { Lock::Unknown } else { Lock::None };
    }
    let mut roots: Vec<String> = Vec::new();
    for (index, instruction) in earlier {
        if let (Body::Copy(copy) | Body::Add(copy), None) = (&instruction.body, instruction.flag("from")) {
            let sources = copy.sources.iter().filter_map(|source| view.expand(index, at, source.written()));
            roots.extend(sources.flat_map(|source| view.all_sources(&source)));
        }
    }
    for mount in run.mounts().filter(|mount| mount.kind() == "bind" && mount.option(&["from"]).is_none()) {
        roots.push(crate::dockerfile::clean(mount.option(&["source", "src"]).unwrap_or(".")));
    }
    let below = |file: &str| {
        roots.iter().any(|root| {
            root == "." || file.strip_prefix(root.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let mut copied = all.into_iter().filter(|file| below(file)).peekable();
    match copied.peek().map(|file| (*file).to_owned()) {
        None => Lock::Unknown,
        Some(first) => copied
            .find(|file| !view.is_ignored(file))
            .map_or(Lock::Hidden(first), |file| Lock::Visible(file.to_owned())),
    }
}

/// Whether a command may leave a lock file behind.
fn writes_lock(command: &Simple) -> bool {
    let wanted = ["lock", "install", "generate-lockfile", "import", "clone", "init", "cp", "mv", "curl", "wget"];
    wanted.contains(&command.program()) || command.operands().any(|operand| wanted.contains(&operand))
}
