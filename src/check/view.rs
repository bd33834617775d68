//! A Dockerfile as the rules see it: stages with what they are built from, and what is in force at each instruction.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::catalog::System;
use crate::check::image::Image;
use crate::check::presence::Memory;
use crate::check::shell::{self, Simple};
use crate::check::{Context, Input, Settings};
use crate::dockerfile::{
    BadPattern, Body, Command, Dockerfile, Dockerignore, Instruction, Joined, Pair, Stage, Text, Variable, expand,
};
use crate::path::file_name;

/// Words in a Dockerfile's name by which its image is for work on the source.
const FOR_DEVELOPMENT: &[&str] = &["dev", "develop", "development", "test", "tests", "ci", "debug", "local"];

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
    /// The path of the Dockerfile.
    pub path: &'a str,
    /// What the project wants of the rules.
    pub settings: &'a Settings,
    /// The stages that have a name, by its lower-case form, in order.
    names: HashMap<String, Vec<usize>>,
    /// The values of the `ARG` before the first `FROM`.
    globals: BTreeMap<&'a str, Variable>,
    /// For each stage, whether it is part of the image.
    shipped: Vec<bool>,
    /// The commands of each instruction, once a rule asked for them.
    commands: Vec<OnceCell<Vec<Simple>>>,
    /// What is known already of paths in stages.
    pub(super) memory: Memory,
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
    /// What is in force before each of its instructions, and at its end.
    states: Vec<State>,
    /// The variables that it sets or declares, each with the places and values.
    variables: HashMap<&'a str, Vec<(usize, Variable)>>,
    /// The nearest stage below that sets or declares any.
    inherits: Option<usize>,
}

/// What is in force at an instruction.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The working directory; nothing where it can't be known.
    pub workdir: Option<Rc<str>>,
    /// Whether a `WORKDIR` of this file set it.
    pub sets_workdir: bool,
    /// The user that a `USER` of this file set, with its variables expanded where they can be.
    pub user: Option<Rc<Text>>,
    /// The shell that a `SHELL` of this file set.
    pub shell: Option<Rc<[Text]>>,
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

/// What the names of variables start with that BuildKit sets where an `ARG` names them.
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
            path: input.path,
            settings: input.settings,
            names: HashMap::new(),
            globals: BTreeMap::new(),
            shipped: vec![false; file.stages().len()],
            commands: std::iter::repeat_with(OnceCell::new).take(file.instructions().len()).collect(),
            memory: Memory::default(),
        };
        for pair in file.preamble().iter().filter_map(pairs_of).flatten() {
            let value = pair
                .value
                .as_ref()
                .map_or(Some(Variable::Unknown), |value| view.expand_global(value.written()).map(Variable::Set));
            view.globals.insert(pair.name.value.as_str(), value.unwrap_or(Variable::Unknown));
        }
        for (index, stage) in file.stages().iter().enumerate() {
            let stage = view.stage(index, stage);
            if let Some(name) = stage.name() {
                view.names.entry(name.to_ascii_lowercase()).or_default().push(index);
            }
            view.stages.push(stage);
        }
        let mut next = view.stages.len().checked_sub(1);
        while let Some(index) = next {
            view.shipped[index] = true;
            next = match view.stages[index].base {
                Base::Stage(below) => Some(below),
                _ => None,
            };
        }
        view
    }

    fn stage(&self, index: usize, stage: &'a Stage) -> StageView<'a> {
        let base = self.base(stage);
        let (mut state, inherits) = match &base {
            Base::Stage(below) => {
                let below = &self.stages[*below];
                let inherits = if below.variables.is_empty() { below.inherits } else { Some(below.index) };
                (below.states.last().cloned().unwrap_or_default(), inherits)
            }
            Base::Scratch => (State { workdir: Some("/".into()), ..State::default() }, None),
            Base::Image(image) => {
                (State { workdir: image.working_directory().map(Rc::from), ..State::default() }, None)
            }
            Base::Unknown => (State::default(), None),
        };
        let instructions = self.file.instructions_of(stage);
        let mut made = StageView {
            index,
            stage,
            base,
            instructions,
            states: Vec::with_capacity(instructions.len() + 1),
            variables: HashMap::new(),
            inherits,
        };
        for (at, instruction) in instructions.iter().enumerate() {
            made.states.push(state.clone());
            self.pass(&mut made, at, instruction, &mut state);
        }
        made.states.push(state);
        made
    }

    /// What an instruction changes for those behind it.
    fn pass(&self, stage: &mut StageView<'a>, at: usize, instruction: &'a Instruction, state: &mut State) {
        let expanded = |stage: &StageView<'a>, text: &str| {
            expand(text, self.file.escape(), &|name| self.variable(stage, at, name))
        };
        match &instruction.body {
            Body::Workdir(path) => {
                let path = expanded(stage, path.written());
                state.workdir = path.and_then(|path| join(state.workdir.as_deref(), &path)).map(Rc::from);
                state.sets_workdir = true;
            }
            Body::User(user) => {
                let name = expanded(stage, user.written()).unwrap_or_else(|| user.value.clone());
                state.user = Some(Rc::new(Text::new(name, user.span)));
            }
            Body::Shell(Command::Exec(words)) => state.shell = Some(words.as_slice().into()),
            Body::Env(pairs) | Body::Arg(pairs) => {
                let is_argument = matches!(instruction.body, Body::Arg(_));
                for pair in pairs {
                    let name = pair.name.value.as_str();
                    let value = match &pair.value {
                        Some(value) => expanded(stage, value.written()).map_or(Variable::Unknown, Variable::Set),
                        None if !is_argument || PREDEFINED.iter().any(|prefix| name.starts_with(prefix)) => {
                            Variable::Unknown
                        }
                        None => self.globals.get(name).cloned().unwrap_or(Variable::Unknown),
                    };
                    stage.variables.entry(name).or_default().push((at, value));
                }
            }
            _ => {}
        }
    }

    fn base(&self, stage: &Stage) -> Base {
        let name = stage.from.image.written();
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
        self.names.get(&name.to_ascii_lowercase())?.last().copied()
    }

    /// The stage that `--from=` or a mount's `from=` means, seen from stage `index`.
    pub fn source_stage(&self, from: &str, index: usize) -> Option<usize> {
        let named = self.names.get(&from.to_ascii_lowercase()).map(Vec::as_slice).unwrap_or_default();
        let earlier = named.iter().rev().copied().find(|stage| *stage < index);
        earlier.or_else(|| from.parse().ok().filter(|number| *number < index))
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

    /// The system that a stage stands on, where that is known.
    pub fn system(&self, index: usize) -> Option<System> {
        self.root_image(index)?.system()
    }

    /// Whether a stage stands on distroless or on nothing: all that is in it is known.
    pub fn is_bare(&self, index: usize) -> bool {
        match self.root(index) {
            Base::Scratch => true,
            Base::Image(image) => image.distroless().is_some() && !image.is_distroless_debug(),
            _ => false,
        }
    }

    /// Whether a stage is part of the image: the last one, or one that it is built on.
    pub fn is_shipped(&self, index: usize) -> bool {
        self.shipped.get(index).copied().unwrap_or_default()
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

    /// Every `RUN` command with its stage and the place of its instruction in the stage.
    pub fn each_command(&self) -> impl Iterator<Item = (&StageView<'a>, usize, &Simple)> {
        self.each().flat_map(|(stage, at, instruction)| {
            self.commands(instruction).iter().map(move |command| (stage, at, command))
        })
    }

    /// What is in force at instruction `at` of stage `index`; at its end when `at` is past it.
    pub fn state(&self, index: usize, at: usize) -> &State {
        let states = &self.stages[index].states;
        &states[at.min(states.len() - 1)]
    }

    /// What is known of a variable at instruction `at` of a stage.
    fn variable(&self, stage: &StageView<'a>, at: usize, name: &str) -> Variable {
        let mut found = stage.value(name, at);
        let mut below = stage.inherits;
        while let (None, Some(index)) = (found, below) {
            let stage = &self.stages[index];
            found = stage.value(name, usize::MAX);
            below = stage.inherits;
        }
        found.cloned().unwrap_or(Variable::Unknown)
    }

    /// Whether the file sets or declares a variable before instruction `at` of stage `index`.
    pub fn declares(&self, index: usize, at: usize, name: &str) -> bool {
        let stage = &self.stages[index];
        let mut below = stage.inherits;
        let mut found = stage.value(name, at).is_some();
        while let (false, Some(index)) = (found, below) {
            found = self.stages[index].value(name, usize::MAX).is_some();
            below = self.stages[index].inherits;
        }
        found
    }

    /// The value that a global `ARG` gives a variable; nothing where none declares it.
    pub fn global(&self, name: &str) -> Option<&Variable> {
        self.globals.get(name)
    }

    /// Expands variables in a text that stands in a `FROM`.
    pub fn expand_global(&self, text: &str) -> Option<String> {
        expand(text, self.file.escape(), &|name| self.globals.get(name).cloned().unwrap_or(Variable::Unknown))
    }

    /// Takes quotes off and expands variables in a text, as it is written, that stands at instruction `at` of stage `index`.
    pub fn expand(&self, index: usize, at: usize, written: &str) -> Option<String> {
        let stage = &self.stages[index];
        expand(written, self.file.escape(), &|name| self.variable(stage, at, name))
    }

    /// The working directory at instruction `at` of stage `index`; nothing where it can't be known.
    pub fn workdir(&self, index: usize, at: usize) -> Option<&str> {
        self.state(index, at).workdir.as_deref()
    }

    /// A path, as it is written, at instruction `at` of stage `index`, made absolute and clean; nothing where it can't be known.
    pub fn absolute(&self, index: usize, at: usize, written: &str) -> Option<String> {
        let path = self.expand(index, at, written)?;
        join(self.workdir(index, at), &path)
    }

    /// A path in the command that starts a container, made absolute and clean: Docker takes no quotes off there, and a variable
    /// is the shell's.
    pub fn started_path(&self, index: usize, word: &str) -> Option<String> {
        if word.contains('$') {
            return self.absolute(index, usize::MAX, word);
        }
        join(self.workdir(index, usize::MAX), word)
    }

    /// Whether the Dockerfile's own name says that its image is for work on the source: `Dockerfile.dev`, `test.Dockerfile`.
    pub fn is_for_development(&self) -> bool {
        let words = file_name(self.path).split(|c: char| !c.is_ascii_alphanumeric());
        words.into_iter().any(|word| FOR_DEVELOPMENT.iter().any(|it| word.eq_ignore_ascii_case(it)))
    }

    /// Whether a path of the context is left out by the ignore file.
    pub fn is_ignored(&self, path: &str) -> bool {
        matches!(&self.ignore, Some(Ok(ignore)) if ignore.excludes(path))
    }

    /// The simple commands of a `RUN`, its heredocs included.
    pub fn commands(&self, instruction: &Instruction) -> &[Simple] {
        let instructions = self.file.instructions();
        let index = instructions.partition_point(|it| it.span.start < instruction.span.start);
        let cell = self.commands.get(index).filter(|_| std::ptr::eq(&raw const instructions[index], instruction));
        cell.map_or(&[], |cell| cell.get_or_init(|| self.read_commands(instruction)))
    }

    fn read_commands(&self, instruction: &Instruction) -> Vec<Simple> {
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
    pub fn commands_in(&self, index: usize) -> Vec<&Simple> {
        self.before(index, usize::MAX).into_iter().flat_map(|(_, instruction)| self.commands(instruction)).collect()
    }
}

impl StageView<'_> {
    /// Its name.
    pub fn name(&self) -> Option<&str> {
        self.stage.from.alias.as_ref().map(|alias| alias.value.as_str())
    }

    /// The value of a variable of this stage before instruction `at`.
    fn value(&self, name: &str, at: usize) -> Option<&Variable> {
        let values = self.variables.get(name)?;
        let place = values.partition_point(|(place, _)| *place < at);
        values[..place].last().map(|(_, value)| value)
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
    vec![Simple { words: words.to_vec(), assignments: Vec::new(), piped: false, replaces_shell: false }]
}

/// A path seen from a folder, absolute and clean.
pub fn join(folder: Option<&str>, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return Some(crate::dockerfile::clean(path));
    }
    folder.map(|folder| crate::dockerfile::clean(&format!("{folder}/{path}")))
}
