//! How the image starts: its user, and ENTRYPOINT and CMD together with those of the base image.

use crate::check::view::{Base, View};
use crate::dockerfile::{Body, Command, Instruction, Span, Text};

/// How the final image starts.
pub struct Start<'a> {
    /// The index of the final stage.
    pub stage: usize,
    /// The `ENTRYPOINT` in force, if the Dockerfile has one.
    pub entrypoint: Option<&'a Instruction>,
    /// The `CMD` in force, if the Dockerfile has one.
    pub command: Option<&'a Instruction>,
    /// The base image's own entrypoint, when it is in force.
    pub inherited: &'static [String],
}

impl<'a> View<'a> {
    /// How the final image starts; nothing where there is no stage.
    pub fn start(&self) -> Option<Start<'a>> {
        let last = self.last()?.index;
        let (mut entrypoint, mut command) = (None, None);
        let mut stage = usize::MAX;
        let mut set_here = false;
        for (index, instruction) in self.before(last, usize::MAX) {
            if index != stage {
                (stage, set_here) = (index, false);
            }
            match &instruction.body {
                Body::Entrypoint(_) => {
                    entrypoint = Some(instruction);
                    // A new entrypoint drops the command that came with the base.
                    if !set_here {
                        command = None;
                    }
                }
                Body::Cmd(_) => (command, set_here) = (Some(instruction), true),
                _ => {}
            }
        }
        let inherited = match (entrypoint, self.root(last)) {
            (None, Base::Image(image)) => image.distroless().map_or(&[][..], |known| &known.entrypoint),
            _ => &[],
        };
        Some(Start { stage: last, entrypoint, command, inherited })
    }

    /// The last `USER` of the final image, with its variables expanded where they can be.
    pub fn final_user(&self) -> Option<(String, Span)> {
        let last = self.last()?.index;
        let before = self.before(last, usize::MAX);
        let (place, instruction) = before
            .iter()
            .enumerate()
            .rev()
            .find_map(|(place, (_, it))| matches!(it.body, Body::User(_)).then_some((place, *it)))?;
        let Body::User(user) = &instruction.body else {
            return None;
        };
        let (stage, _) = before[place];
        let at = self.stages[stage].instructions.iter().position(|it| std::ptr::eq(it, instruction))?;
        Some((self.expand(stage, at, &user.value).unwrap_or_else(|| user.value.clone()), user.span))
    }

    /// Whether the final image is known to run without root's rights.
    pub fn is_unprivileged(&self) -> bool {
        match (self.final_user(), self.last().and_then(|last| self.root_image(last.index))) {
            (Some((user, _)), _) => !is_root(&user),
            (None, Some(image)) => image.user().is_some_and(|user| !is_root(user)),
            (None, None) => false,
        }
    }
}

impl<'a> Start<'a> {
    /// All words that the image runs, from both instructions and the base image; nothing where one is for a shell, or nothing is run.
    pub fn words(&self) -> Option<Vec<Text>> {
        let own = |instruction: Option<&'a Instruction>| -> Option<Vec<Text>> {
            match instruction.map(|instruction| &instruction.body) {
                None => Some(Vec::new()),
                Some(Body::Entrypoint(Command::Exec(words)) | Body::Cmd(Command::Exec(words))) => Some(words.clone()),
                Some(_) => None,
            }
        };
        let place = self.entrypoint.or(self.command)?.span;
        let mut words: Vec<Text> = self.inherited.iter().map(|word| Text::new(word, place)).collect();
        words.extend(own(self.entrypoint)?);
        words.extend(own(self.command)?);
        Some(words)
    }
}

/// Whether a `USER` means root.
pub fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default();
    name == "root" || !name.is_empty() && name.chars().all(|c| c == '0')
}
