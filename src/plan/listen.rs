//! A server that its source keeps on the machine's own loopback, and that nothing else can tell otherwise: whether the build
//! changes the source is a question of its own.

use crate::analysis::SourceEdit;
use crate::evidence::{Evidence, Fact, Warning};
use crate::plan::{Answers, Choice, Question, Resolved, Source, Substitution};

/// The first port that each user may open.
pub const FIRST_OPEN_PORT: u16 = 1024;

/// The port that is proposed for a stated one: a user that is not root may not open each port below 1024 everywhere, so that it is
/// another one where something outside of the source decides.
pub fn unprivileged(port: u16, can_be_set: bool) -> String {
    if can_be_set && port < FIRST_OPEN_PORT { "8080".to_owned() } else { port.to_string() }
}

/// The question whether the build changes the source.
pub fn listen_question(edit: &SourceEdit) -> Question {
    let rewrite = Resolved::new("rewrite".to_owned(), Source::Detected(edit.evidence.clone()));
    Question::new("listen", Some(rewrite)).choices(vec![
        Choice::new("rewrite", "the build changes the address to all interfaces, and fails where the line has changed"),
        Choice::new("keep", "the source stays as it is: nothing outside of the container reaches the server"),
    ])
}

/// The change that the build makes by these answers; `in_build` says where a path of the repository lies in the build stage.
pub fn listen_substitution(
    answers: &Answers,
    edit: Option<&SourceEdit>,
    in_build: impl Fn(&str) -> String,
) -> Option<Substitution> {
    let edit = edit.filter(|_| answers.get("listen") == Some("rewrite"))?;
    Some(Substitution::new(edit, in_build(&edit.evidence.path)))
}

/// That a program opens more ports than the one that is published.
pub fn other_port_warning(port: &Fact<u16>) -> Warning {
    let hint = format!("reach it with `docker run --publish {0}:{0}`", port.value);
    Warning::new(format!("the program listens on port {} as well", port.value)).at(port.evidence.clone()).hint(hint)
}

/// What is said of a server on the loopback, and of the change to make in the source.
pub fn listen_warning(answers: &Answers, evidence: &Evidence, edit: Option<&SourceEdit>) -> Warning {
    let message = match answers.get("listen").filter(|_| edit.is_some()) {
        Some("rewrite") => {
            "the source lets it listen on the machine's own loopback only: the build changes that, or nobody would reach it in a container"
        }
        _ => "the source lets it listen on the machine's own loopback only: nobody reaches it in a container",
    };
    let hint = match edit {
        Some(edit) => format!("write `{}` there, or make the address a setting", edit.corrected),
        None => "make the address a setting, with all interfaces in a container".to_owned(),
    };
    Warning::new(message).at(evidence.clone()).hint(hint)
}

/// What is said of a server on the loopback by a line of a file of settings that it reads.
pub fn settings_listen_warning(line: Evidence) -> Warning {
    let message = "its settings let it listen on the machine's own loopback only: nobody reaches it in a container";
    Warning::new(message).at(line).hint("write `0.0.0.0` there")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Document;

    fn edit() -> SourceEdit {
        let text = "app.listen(80, 'localhost');\n";
        SourceEdit::new(&Document::new("-server.js", text), 16, 25, "0.0.0.0").unwrap()
    }

    fn answered(answer: &str) -> Answers {
        let mut answers = Answers::default();
        answers.set("listen", Resolved::default(answer.to_owned()));
        answers
    }

    #[test]
    fn the_source_is_changed_where_that_is_the_answer_only() {
        let (edit, in_build) = (edit(), |path: &str| path.to_owned());
        let made = listen_substitution(&answered("rewrite"), Some(&edit), in_build).unwrap();
        assert_eq!((made.from.as_str(), made.to.as_str()), ("app.listen(80, 'localhost", "app.listen(80, '0.0.0.0"));
        assert_eq!(made.file, "./-server.js");
        assert!(listen_substitution(&answered("keep"), Some(&edit), in_build).is_none());
        assert!(listen_substitution(&Answers::default(), None, in_build).is_none());
    }

    #[test]
    fn a_port_that_only_root_may_open_is_another_where_it_can_be_set() {
        for (port, can_be_set, proposed) in [
            (80, true, "8080"),
            (443, true, "8080"),
            (1023, true, "8080"),
            (80, false, "80"),
            (1024, true, "1024"),
            (3000, true, "3000"),
        ] {
            assert_eq!(unprivileged(port, can_be_set), proposed, "{port} {can_be_set}");
        }
    }

    #[test]
    fn the_warning_shows_the_line_as_it_should_be() {
        let edit = edit();
        let rewritten = listen_warning(&answered("rewrite"), &edit.evidence, Some(&edit));
        assert!(rewritten.message.contains("the build changes that"));
        assert!(rewritten.hint.unwrap().contains("`app.listen(80, '0.0.0.0');`"));
        let kept = listen_warning(&answered("keep"), &edit.evidence, Some(&edit));
        assert!(kept.message.contains("nobody reaches it") && kept.hint.unwrap().contains("0.0.0.0"));
        let unknown = listen_warning(&Answers::default(), &edit.evidence, None);
        assert!(unknown.message.contains("nobody reaches it"));
    }
}
