//! Whether a file exists in a stage, from what was copied there.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use crate::catalog::brings;
use crate::check::context::Entry;
use crate::check::packages::{Action, Call};
use crate::check::shell::Simple;
use crate::check::view::{Base, View};
use crate::dockerfile::{Body, Command, Copy, Glob, Instruction, clean};

/// What is known of a path in a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// Nothing puts it there.
    Absent,
    /// It may be there: a command could have made it, or its source is not known.
    Unknown,
    /// It is there.
    Present,
}

/// Stages that copy from stages, deeper than this, are not followed.
const DEEPEST: usize = 12;

/// No more instructions than this are asked whether they make a path; what is not known by then stays unknown.
const MOST_STEPS: usize = 5_000_000;

/// What was found out about paths.
#[derive(Debug, Default)]
pub struct Memory {
    known: RefCell<HashMap<(usize, String), Presence>>,
    steps: Cell<usize>,
}

/// Where programs are looked for, in every distroless image.
const PATH: &[&str] = &["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

impl View<'_> {
    /// Whether an absolute path exists at the end of a stage.
    pub fn presence(&self, index: usize, path: &str) -> Presence {
        self.presence_within(index, path, 0)
    }

    /// Whether a stage is known to have no shell.
    pub fn has_no_shell(&self, index: usize) -> bool {
        ["/bin/sh", "/usr/bin/sh", "/bin/bash"].iter().all(|shell| self.presence(index, shell) == Presence::Absent)
    }

    /// Whether a program is known not to be found in a stage, by its path or in the usual folders.
    pub fn has_no_program(&self, index: usize, program: &str) -> bool {
        if program.contains('/') {
            let path = self.started_path(index, program);
            return path.is_some_and(|path| self.presence(index, &path) == Presence::Absent);
        }
        if self.lacks_program(index, usize::MAX, program) {
            return true;
        }
        let before = self.before(index, usize::MAX);
        let sets_path = before
            .iter()
            .any(|(_, it)| matches!(&it.body, Body::Env(pairs) if pairs.iter().any(|pair| pair.name.value == "PATH")));
        !sets_path && PATH.iter().all(|folder| self.presence(index, &format!("{folder}/{program}")) == Presence::Absent)
    }

    /// Whether a program is known to be missing before instruction `at` of a stage: the image that it stands on lacks it, and nothing
    /// brought it.
    pub fn lacks_program(&self, index: usize, at: usize, program: &str) -> bool {
        if !self.root_image(index).is_some_and(|image| image.lacks(program)) {
            return false;
        }
        let may_bring = |command: &Simple| {
            let name = command.program();
            installs(command, program)
                || Call::of(command).is_none()
                    && (MAKERS.contains(&name)
                        || name.ends_with("sh")
                        || command.words.first().is_some_and(|it| it.value.contains('/')))
        };
        !self.before(index, at).iter().any(|(_, instruction)| match &instruction.body {
            Body::Run(_) => !instruction.heredocs.is_empty() || self.commands(instruction).iter().any(may_bring),
            Body::Copy(copy) | Body::Add(copy) => copy.destination.as_ref().is_none_or(|to| {
                let to = to.value.trim_end_matches('/');
                to.is_empty()
                    || to.contains("bin")
                    || to.starts_with("/usr")
                    || to.starts_with("/opt")
                    || to.contains('$')
            }),
            Body::Env(pairs) => pairs.iter().any(|pair| pair.name.value == "PATH"),
            Body::Onbuild(_) => true,
            _ => false,
        })
    }

    /// Whether the copies alone put something at a path of a stage, or below it.
    pub fn copied_presence(&self, index: usize, path: &str) -> Presence {
        let mut best = Presence::Absent;
        for stage in self.chain(index) {
            for (at, instruction) in stage.instructions.iter().enumerate() {
                let (Body::Copy(copy) | Body::Add(copy)) = &instruction.body else { continue };
                let to = copy.destination.as_ref().and_then(|to| self.absolute(stage.index, at, to.written()));
                let Some(to) = to else { return Presence::Unknown };
                let holds = if below(path, &to).is_some() || matches!(instruction.body, Body::Add(_)) {
                    Presence::Unknown
                } else {
                    self.copied(stage.index, at, instruction, copy, path, 0)
                };
                best = best.max(holds);
            }
        }
        best
    }

    fn presence_within(&self, index: usize, path: &str, depth: usize) -> Presence {
        if depth > DEEPEST || self.memory.steps.get() > MOST_STEPS {
            return Presence::Unknown;
        }
        if let Some(known) = self.memory.known.borrow().get(&(index, path.to_owned())) {
            return *known;
        }
        let presence = self.found_presence(index, path, depth);
        self.memory.known.borrow_mut().insert((index, path.to_owned()), presence);
        presence
    }

    fn found_presence(&self, index: usize, path: &str, depth: usize) -> Presence {
        let mut best = match self.root(index) {
            Base::Scratch => Presence::Absent,
            Base::Image(image) => match image.distroless() {
                Some(known) if known.programs.iter().any(|program| program == path) => Presence::Present,
                // Only programs are listed: what else lies in system folders is not known.
                Some(_) if image.is_distroless_debug() || is_system(path) => Presence::Unknown,
                Some(_) => Presence::Absent,
                None => Presence::Unknown,
            },
            _ => Presence::Unknown,
        };
        let bare = self.is_bare(index);
        for stage in self.chain(index) {
            self.memory.steps.set(self.memory.steps.get() + stage.instructions.len());
            for (at, instruction) in stage.instructions.iter().enumerate() {
                let found = match &instruction.body {
                    // What needs a shell can't have run where there is none.
                    Body::Run(Command::Shell(_)) if bare => Presence::Absent,
                    Body::Run(_) | Body::Onbuild(_) | Body::Add(_) => Presence::Unknown,
                    Body::Copy(copy) => self.copied(stage.index, at, instruction, copy, path, depth),
                    _ => Presence::Absent,
                };
                best = best.max(found);
            }
        }
        best
    }

    /// Whether a `COPY` puts something at `path`.
    fn copied(
        &self,
        index: usize,
        at: usize,
        instruction: &Instruction,
        copy: &Copy,
        path: &str,
        depth: usize,
    ) -> Presence {
        let Some(written) = &copy.destination else {
            return Presence::Absent;
        };
        let Some(destination) = self.absolute(index, at, written.written()) else {
            return Presence::Unknown;
        };
        let Some(rest) = below(&destination, path) else {
            return Presence::Absent;
        };
        let from = instruction.flag("from");
        let source_stage = from.map(|from| self.source_stage(from, index));
        let mut best = Presence::Absent;
        for source in &copy.sources {
            let Some(source) = self.expand(index, at, source.written()) else {
                return Presence::Unknown;
            };
            if source.starts_with("<<") {
                return Presence::Unknown;
            }
            best = best.max(match source_stage {
                Some(None) => Presence::Unknown,
                Some(Some(stage)) => self.in_stage(stage, &source, rest, depth),
                None => self.in_context(&source, rest),
            });
        }
        best
    }

    /// Whether copying `source` out of a stage gives something at `rest` below the destination.
    fn in_stage(&self, stage: usize, source: &str, rest: &str, depth: usize) -> Presence {
        if is_glob(source) || rest.is_empty() {
            return Presence::Unknown;
        }
        let source = clean(&format!("/{source}"));
        if source.rsplit('/').next() == Some(rest) {
            return Presence::Unknown;
        }
        let inner = clean(&format!("{source}/{rest}"));
        self.presence_within(stage, &inner, depth + 1).min(Presence::Unknown)
    }

    /// Whether copying `source` out of the context gives something at `rest` below the destination.
    fn in_context(&self, source: &str, rest: &str) -> Presence {
        if self.context.is_unknown() {
            return Presence::Unknown;
        }
        let matching = self.sources(source);
        let there = matching.iter().any(|path| match self.context.entry(path) {
            Some(Entry::Folder) => {
                let inner = if path == "." { rest.to_owned() } else { clean(&format!("{path}/{rest}")) };
                rest.is_empty() || self.context.entry(&inner).is_some() && !self.is_ignored(&inner)
            }
            _ => rest.is_empty() || path.rsplit('/').next() == Some(rest),
        });
        if there {
            Presence::Present
        } else if self.context.is_made_before(source) {
            Presence::Unknown
        } else {
            Presence::Absent
        }
    }

    /// The files and folders of the context that a source of a `COPY` means, without what is ignored.
    ///
    /// A folder counts when something below it is sent, though the folder itself is ignored.
    pub fn sources(&self, source: &str) -> Vec<String> {
        self.all_sources(source).into_iter().filter(|path| self.is_sent(path)).collect()
    }

    /// The files and folders of the context that a source of a `COPY` means, ignored or not.
    pub fn all_sources(&self, source: &str) -> Vec<String> {
        let path = clean(&format!("/{source}"));
        let path = path.trim_start_matches('/');
        let path = if path.is_empty() { "." } else { path };
        if !is_glob(path) {
            return self.context.entry(path).map(|_| path.to_owned()).into_iter().collect();
        }
        let glob = Glob::new(path);
        let depth = path.matches('/').count();
        let mut found: Vec<String> = Vec::new();
        for file in self.context.files() {
            let end = file.match_indices('/').nth(depth).map_or(file.len(), |(end, _)| end);
            let candidate = &file[..end];
            if found.last().is_none_or(|last| last != candidate) && glob.matches(candidate) {
                found.push(candidate.to_owned());
            }
        }
        found
    }

    /// Whether a file, or something in a folder, reaches the builder.
    pub fn is_sent(&self, path: &str) -> bool {
        if path == "." || !self.is_ignored(path) {
            return true;
        }
        let takes_in_again =
            matches!(&self.ignore, Some(Ok(ignore)) if ignore.patterns().iter().any(|pattern| pattern.negated));
        takes_in_again && self.context.files_under(path).any(|file| !self.is_ignored(file))
    }
}

/// Programs that may bring any other.
const MAKERS: &[&str] = &[
    "ln",
    "cp",
    "mv",
    "install",
    "tar",
    "unzip",
    "make",
    "xargs",
    "brew",
    "nix",
    "nix-env",
    "dpkg",
    "rpm",
    "npm",
    "pip",
    "pip3",
    "pipx",
    "uv",
    "curl",
    "wget",
    "update-alternatives",
    "busybox",
    "corepack",
    "go",
    "cargo",
    "gem",
    "conda",
    "mamba",
    "apt-mark",
];

/// Whether a command installs a package that brings a program, or may do so.
pub fn installs(command: &Simple, program: &str) -> bool {
    Call::of(command).filter(|call| call.action == Action::Install).is_some_and(|call| {
        call.uses_list()
            || call.packages().iter().any(|it| it.value.contains('$') || brings(package_name(&it.value), program))
    })
}

/// The name of a package without its version and architecture.
fn package_name(package: &str) -> &str {
    package.split(['=', '~', '<', '>', ':', '@']).next().unwrap_or(package)
}

/// What of `path` lies below `folder`; empty where they are the same.
pub fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    if folder == "/" {
        return Some(path.trim_start_matches('/'));
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Whether a source has a wildcard.
pub fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// Folders of the base image in which more lies than the catalogue lists.
fn is_system(path: &str) -> bool {
    ["/etc/", "/usr/lib/", "/usr/share/", "/lib/", "/lib64/", "/tmp", "/proc/", "/dev/", "/var/"]
        .iter()
        .any(|folder| path.starts_with(folder))
}
