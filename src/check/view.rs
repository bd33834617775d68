//! A Dockerfile as the rules see it: stages with what they are built from, and what is in force at each instruction.

use crate::check::image::Image;
use crate::check::shell::{self, Simple};
use crate::check::{Context, Input};
use crate::dockerfile::{
    BadPattern, Body, Command, Dockerfile, Dockerignore, Instruction, Joined, Pair, Stage, Text, expand,
};

/// Everything that rules look at.
pub struct View<'a> {
    /// The Dockerfile.
    pub file: &'a Dockerfile,
    /// Its stages.
    pub stages: Vec<StageView<'a>>,
    /// The build context.
    pub context: &'a Context,
    /// The ignore file in force, or why Docker refuses it.
    pub ignore: Option<Result<Dockerignore, BadPattern>>,
    /// The text of the ignore file.
    pub ignore_text: &'a str,
}

/// A stage.
pub struct StageView<'a> {
    /// Its place in the file, from zero.
    pub index: usize,
    /// Its `FROM`.
    pub stage: &'a Stage,
    /// What it is built from.
    pub base: Base,
    /// Its instructions, `FROM` first.
    pub instructions: &'a [Instruction],
}

/// What a stage is built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// An earlier stage.
    Stage(usize),
    /// Nothing.
    Scratch,
    /// An image.
    Image(Image),
    /// Something that depends on the command line.
    Unknown,
}

/// Variables that BuildKit sets where an `ARG` names them.
const PREDEFINED: &[&str] = &["TARGET", "BUILD"];

impl<'a> View<'a> {
    /// The view of what is to be checked.
    pub(super) fn new(input: &Input<'a>, file: &'a Dockerfile) -> Self {
        let mut view = Self {
            file,
            stages: Vec::new(),
            context: input.context,
            ignore: input.ignore.map(|(_, text)| Dockerignore::parse(text)),
            ignore_text: input.ignore.map_or("", |(_, text)| text),
        };
        for (index, stage) in file.stages().iter().enumerate() {
            let base = view.base(stage);
            view.stages.push(StageView { index, stage, base, instructions: file.instructions_of(stage) });
        }
        view
    }

    fn base(&self, stage: &Stage) -> Base {
        let name = &stage.from.image.value;
        if let Some(index) = self.stage_named(name) {
            return Base::Stage(index);
        }
        match self.expand_global(name) {
            Some(name) if name == "scratch" => Base::Scratch,
            Some(name) if name.is_empty() => Base::Unknown,
            Some(name) => self.stage_named(&name).map_or_else(|| Base::Image(Image::parse(&name)), Base::Stage),
            None => Base::Unknown,
        }
    }

    /// The latest stage so far that has this name.
    pub fn stage_named(&self, name: &str) -> Option<usize> {
        self.stages.iter().rposition(|stage| stage.name().is_some_and(|it| it.eq_ignore_ascii_case(name)))
    }

    /// The stage that `--from=` or a mount's `from=` means, seen from stage `index`.
    pub fn source_stage(&self, from: &str, index: usize) -> Option<usize> {
        let earlier = &self.stages[..index];
        earlier
            .iter()
            .rposition(|stage| stage.name().is_some_and(|it| it.eq_ignore_ascii_case(from)))
            .or_else(|| from.parse().ok().filter(|number| *number < index))
    }

    /// The stage that becomes the image.
    pub fn last(&self) -> Option<&StageView<'a>> {
        self.stages.last()
    }

    /// The stages that a stage is built on, itself last.
    pub fn chain(&self, index: usize) -> Vec<&StageView<'a>> {
        let mut chain = vec![&self.stages[index]];
        while let Base::Stage(below) = chain[chain.len() - 1].base {
            chain.push(&self.stages[below]);
        }
        chain.reverse();
        chain
    }

    /// What the whole chain of a stage stands on.
    pub fn root(&self, index: usize) -> &Base {
        let mut base = &self.stages[index].base;
        while let Base::Stage(below) = base {
            base = &self.stages[*below].base;
        }
        base
    }

    /// The image that the chain of a stage stands on.
    pub fn root_image(&self, index: usize) -> Option<&Image> {
        match self.root(index) {
            Base::Image(image) => Some(image),
            _ => None,
        }
    }

    /// Whether a stage stands on distroless or on nothing: all that is in it is known.
    pub fn is_bare(&self, index: usize) -> bool {
        match self.root(index) {
            Base::Scratch => true,
            Base::Image(image) => image.distroless().is_some() && !image.is_distroless_debug(),
            _ => false,
        }
    }

    /// The instructions in force at instruction `at` of stage `index` (those before it), with their stages; all of them when
    /// `at` is past the end.
    pub fn before(&self, index: usize, at: usize) -> Vec<(usize, &'a Instruction)> {
        let chain = self.chain(index);
        let all = chain.iter().flat_map(|stage| {
            let end = if stage.index == index { at.min(stage.instructions.len()) } else { stage.instructions.len() };
            stage.instructions[..end].iter().map(|instruction| (stage.index, instruction))
        });
        all.collect()
    }

    /// Every instruction with its stage and its place in the stage.
    pub fn each(&self) -> impl Iterator<Item = (&StageView<'a>, usize, &'a Instruction)> {
        self.stages.iter().flat_map(|stage| {
            stage.instructions.iter().enumerate().map(move |(at, instruction)| (stage, at, instruction))
        })
    }

    /// Expands variables in a text that stands in a `FROM`.
    pub fn expand_global(&self, text: &str) -> Option<String> {
        let lookup = |name: &str| {
            let mut pairs = self.file.preamble().iter().filter_map(pairs_of).flatten();
            let declared = pairs.rfind(|pair| pair.name.value == name);
            declared.and_then(|pair| pair.value.as_ref()).map(|value| Some(value.value.clone()))
        };
        if text.contains('$') { expand(text, &lookup) } else { Some(text.to_owned()) }
    }

    /// Expands variables in a text that stands at instruction `at` of stage `index`.
    pub fn expand(&self, index: usize, at: usize, text: &str) -> Option<String> {
        if !text.contains(['$', '\\']) {
            return Some(text.to_owned());
        }
        self.expand_in(&self.before(index, at), text, 0)
    }

    fn expand_in(&self, before: &[(usize, &Instruction)], text: &str, depth: usize) -> Option<String> {
        if depth > 20 {
            return None;
        }
        let lookup = |name: &str| {
            let found = before.iter().enumerate().rev().find_map(|(place, (_, instruction))| {
                pairs_of(instruction)
                    .into_iter()
                    .flatten()
                    .rfind(|pair| pair.name.value == name)
                    .map(|pair| (place, pair))
            })?;
            match (found.0, &found.1.value) {
                (place, Some(value)) => self.expand_in(&before[..place], &value.value, depth + 1).map(Some),
                _ if PREDEFINED.iter().any(|prefix| name.starts_with(prefix)) => None,
                _ => self.expand_global(&format!("${{{name}}}")).map(Some),
            }
        };
        expand(text, &lookup)
    }

    /// The working directory at instruction `at` of stage `index`; nothing where it can't be known.
    pub fn workdir(&self, index: usize, at: usize) -> Option<String> {
        let before = self.before(index, at);
        let mut folder = match self.root(index) {
            Base::Scratch => Some("/".to_owned()),
            Base::Image(image) => image.working_directory().map(str::to_owned),
            _ => None,
        };
        for (place, (_, instruction)) in before.iter().enumerate() {
            if let Body::Workdir(path) = &instruction.body {
                let path = self.expand_in(&before[..place], &path.value, 0);
                folder = path.and_then(|path| join(folder.as_deref(), &path));
            }
        }
        folder
    }

    /// A path at instruction `at` of stage `index`, made absolute and clean; nothing where it can't be known.
    pub fn absolute(&self, index: usize, at: usize, path: &str) -> Option<String> {
        let path = self.expand(index, at, path)?;
        join(self.workdir(index, at).as_deref(), &path)
    }

    /// Whether a path of the context is left out by the ignore file.
    pub fn is_ignored(&self, path: &str) -> bool {
        matches!(&self.ignore, Some(Ok(ignore)) if ignore.excludes(path))
    }

    /// The simple commands of a `RUN`, its heredocs included.
    pub fn commands(&self, instruction: &Instruction) -> Vec<Simple> {
        let Body::Run(command) = &instruction.body else {
            return Vec::new();
        };
        let mut commands = match command {
            Command::Shell(line) => shell::commands(line),
            Command::Exec(words) => exec_commands(words),
        };
        let is_script = commands.first().is_none_or(|first| {
            first.program().starts_with("<<")
                || matches!(first.program(), "sh" | "bash" | "ash" | "dash")
                || first.program().is_empty()
        });
        if is_script {
            for document in &instruction.heredocs {
                let text = self.file.source(document.content);
                commands.extend(shell::commands(&Joined::from_source(document.content.start, text)));
            }
        }
        commands
    }

    /// The commands of every `RUN` in the chain of a stage.
    pub fn commands_in(&self, index: usize) -> Vec<Simple> {
        self.before(index, usize::MAX).into_iter().flat_map(|(_, instruction)| self.commands(instruction)).collect()
    }
}

impl StageView<'_> {
    /// Its name.
    pub fn name(&self) -> Option<&str> {
        self.stage.from.alias.as_ref().map(|alias| alias.value.as_str())
    }
}

/// The variables that an instruction sets or declares.
fn pairs_of(instruction: &Instruction) -> Option<&[Pair]> {
    match &instruction.body {
        Body::Arg(pairs) | Body::Env(pairs) => Some(pairs),
        _ => None,
    }
}

/// The commands of an exec form, looking through `sh -c`.
fn exec_commands(words: &[Text]) -> Vec<Simple> {
    if let [shell, flag, script] = words
        && shell.value.ends_with("sh")
        && flag.value.starts_with('-')
        && flag.value.ends_with('c')
    {
        return shell::commands(&Joined::from_source(script.span.start + 1, &script.value));
    }
    vec![Simple { words: words.to_vec(), assignments: Vec::new(), piped: false }]
}

/// A path seen from a folder, absolute and clean.
pub fn join(folder: Option<&str>, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return Some(crate::dockerfile::clean(path));
    }
    folder.map(|folder| crate::dockerfile::clean(&format!("{folder}/{path}")))
}
