//! The Dockerfile reader: it loses nothing, survives everything, and agrees with another reader where that one can read.

use dockgen::dockerfile::{Body, Command, Dockerfile, FaultKind, Instruction, PieceKind};
use proptest::prelude::*;

fn one(text: &str) -> Instruction {
    Dockerfile::parse(text).instructions()[0].clone()
}

fn names(text: &str) -> Vec<String> {
    Dockerfile::parse(text).instructions().iter().map(Instruction::name).collect()
}

#[test]
fn stages_flags_and_arguments_are_typed() {
    let text = "# a comment\nARG V=24\nFROM --platform=$BUILDPLATFORM node:$V AS build\nWORKDIR /app\n\
                COPY --chown=1:1 --from=deps a b ./\nFROM scratch\nCOPY --from=build [\"/x y\", \"/z\"]\n";
    let file = Dockerfile::parse(text);
    assert_eq!(file.preamble().len(), 1);
    assert_eq!(file.stages().len(), 2);
    let from = &file.stages()[0].from;
    assert_eq!((from.image.value.as_str(), from.alias.as_ref().unwrap().value.as_str()), ("node:$V", "build"));
    let copy = &file.instructions()[3];
    assert_eq!((copy.flag("from"), copy.flag("chown"), copy.flag("chmod")), (Some("deps"), Some("1:1"), None));
    let Body::Copy(body) = &copy.body else { panic!("{copy:?}") };
    assert_eq!(body.sources.iter().map(|s| s.value.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(file.source(body.destination.as_ref().unwrap().span), "./");
    let Body::Copy(body) = &file.instructions()[5].body else { panic!() };
    assert_eq!((body.sources[0].value.as_str(), file.source(body.sources[0].span)), ("/x y", "\"/x y\""));
    assert_eq!(file.comments_above(0), ["a comment"]);
}

#[test]
fn continuations_join_and_keep_their_places() {
    let text = "RUN --mount=type=cache,target=/c \\\r\n  apt-get \\  \n  # why\n\n  install curl\nUSER 1\n";
    let file = Dockerfile::parse(text);
    let run = &file.instructions()[0];
    let Body::Run(Command::Shell(line)) = &run.body else { panic!("{run:?}") };
    assert_eq!(line.as_str().split_whitespace().collect::<Vec<_>>(), ["apt-get", "install", "curl"]);
    let at = line.as_str().find("install curl").unwrap();
    assert_eq!(file.source(line.span(at..at + 12)), "install curl");
    let mount = run.mounts().next().unwrap();
    assert_eq!((mount.kind(), mount.target()), ("cache", Some("/c")));
    assert_eq!(file.faults()[0].kind, FaultKind::EmptyContinuation);
    assert_eq!(names("RUN a \\"), ["RUN"]);
    assert_eq!(names("RUN a \\\\\nUSER b"), ["RUN", "USER"]);
    assert_eq!(names("# escape=`\nRUN dir c:\\\nUSER b"), ["RUN", "USER"]);
    assert_eq!(names("# escape=`\nRUN a `\nUSER b"), ["RUN"]);
    assert_eq!(names("\n# escape=`\nRUN a `\nUSER b"), ["RUN", "USER"]);
}

#[test]
fn heredocs_are_found_only_where_they_are() {
    let bodies = |text: &str| -> Vec<String> {
        let file = Dockerfile::parse(text);
        file.instructions()[0].heredocs.iter().map(|document| file.source(document.content).to_owned()).collect()
    };
    assert_eq!(bodies("RUN cat <<EOF | sh\nFROM x\nEOF\nUSER a\n"), ["FROM x\n"]);
    assert_eq!(bodies("RUN python3 <<'EOF'\nprint(1)\nEOF"), ["print(1)\n"]);
    assert_eq!(bodies("RUN a <<A b 3<<-\"B\"\n1\nA\n\t2\n\tB\nUSER a\n"), ["1\n", "\t2\n"]);
    assert_eq!(bodies("COPY <<a.txt <<b.txt /d/\n1\na.txt\n2\nb.txt\n"), ["1\n", "2\n"]);
    for none in
        ["RUN echo \"a <<EOF\"\nUSER a", "RUN echo $((1<<2))\nUSER a", "RUN x <<< y\nUSER a", "CMD cat <<E\nUSER a"]
    {
        assert_eq!(names(none).last().map(String::as_str), Some("USER"), "{none}");
        assert!(bodies(none).is_empty());
    }
    let open = Dockerfile::parse("RUN cat <<EOF\nx\n");
    assert_eq!(open.faults()[0].kind, FaultKind::UnterminatedHeredoc("EOF".to_owned()));
    let document = &one("RUN cat <<-'E'\nE").heredocs[0];
    assert!(document.quoted && document.strips_tabs);
}

#[test]
fn forms_of_commands_are_told_apart() {
    let exec = |text: &str| match one(text).body {
        Body::Cmd(command) => command.exec().map(|words| words.iter().map(|w| w.value.clone()).collect::<Vec<_>>()),
        other => panic!("{other:?}"),
    };
    assert_eq!(exec("CMD [\"a\", \"b\\\"]\"]"), Some(vec!["a".into(), "b\"]".into()]));
    assert_eq!(exec("CMD ['a', 'b']"), None);
    assert_eq!(exec("CMD [\"a\", \\\n  \"b\"]"), Some(vec!["a".into(), "b".into()]));
    assert_eq!(exec("cmd a b"), None);
    assert!(matches!(one("HEALTHCHECK NONE").body, Body::Healthcheck(None)));
    let check = one("HEALTHCHECK --interval=5s CMD [\"/x\"]");
    assert_eq!(check.flag("interval"), Some("5s"));
    assert!(matches!(check.body, Body::Healthcheck(Some(Command::Exec(_)))));
    assert!(matches!(one("ONBUILD COPY a b").body, Body::Onbuild(inner) if matches!(inner.body, Body::Copy(_))));
    assert!(matches!(one("FORM x").body, Body::Unknown));
}

#[test]
fn names_and_values_are_read_with_their_quotes() {
    let pairs = |text: &str| match one(text).body {
        Body::Env(pairs) | Body::Arg(pairs) | Body::Label(pairs) => {
            pairs.into_iter().map(|p| (p.name.value, p.value.map(|v| v.value), p.legacy)).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let pair = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()), false);
    assert_eq!(pairs("ENV A=1 B=\"x y\" C=a\\ b"), [pair("A", "1"), pair("B", "x y"), pair("C", "a b")]);
    assert_eq!(pairs("ENV A x y"), [("A".to_owned(), Some("x y".to_owned()), true)]);
    assert_eq!(pairs("ARG A B=2"), [("A".to_owned(), None, false), pair("B", "2")]);
}

#[test]
fn a_byte_order_mark_and_carriage_returns_do_no_harm() {
    let file = Dockerfile::parse("\u{feff}FROM a\r\nRUN cat <<E\r\nx\r\nE\r\nUSER b\r\n");
    assert_eq!(file.pieces()[0].kind, PieceKind::Mark);
    assert_eq!(file.instructions().len(), 3);
    assert_eq!(file.stages()[0].from.image.value, "a");
}

/// Whatever the text, its pieces joined are the text.
fn loses_nothing(text: &str) -> Dockerfile {
    let file = Dockerfile::parse(text);
    let joined: String = file.pieces().iter().map(|piece| file.source(piece.span)).collect();
    assert_eq!(joined, text);
    for instruction in file.instructions() {
        assert!(text.get(instruction.span.start..instruction.span.end).is_some(), "{instruction:?}");
    }
    file
}

fn fragments() -> impl Strategy<Value = String> {
    let fragment = prop::sample::select(vec![
        "FROM ",
        "RUN ",
        "COPY ",
        "ENV ",
        "CMD ",
        "HEALTHCHECK ",
        "ONBUILD ",
        "ARG ",
        "a",
        "=",
        "\"",
        "'",
        "\\\n",
        "\\",
        "\n",
        "\r\n",
        "# c\n",
        "# escape=`\n",
        "`\n",
        " ",
        "\t",
        "<<E",
        "<<-E ",
        "E\n",
        "[",
        "]",
        ",",
        "--mount=",
        "--",
        "$",
        "${",
        "é",
        "\u{feff}",
        "((",
    ]);
    prop::collection::vec(fragment, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_without_loss(text in ".{0,200}") {
        loses_nothing(&text);
    }

    #[test]
    fn any_mix_of_syntax_is_read_without_loss(text in fragments()) {
        loses_nothing(&text);
    }

    #[test]
    fn what_another_reader_accepts_is_read_alike(text in fragments().prop_map(|text| format!("FROM x\n{text}\n"))) {
        let ours = loses_nothing(&text);
        if let Ok(theirs) = parse_dockerfile::parse(&text) {
            let unlike = text.contains("<<") || text.contains('\u{feff}') || text.contains("\\\\") || text.contains('`');
            prop_assert!(unlike || theirs.instructions.len() == ours.instructions().len(), "{:?}\n{:?}", theirs.instructions, ours);
        }
    }
}
