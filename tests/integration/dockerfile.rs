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

/// What BuildKit refuses, by instruction; each stands below a `FROM`.
const REFUSED: &[&str] = &[
    // Flags of every instruction.
    "COPY --chwon=1 a b",
    "COPY --from a b",
    "COPY --from=a --from=b c d",
    "COPY --chown=1 --chown=2 a b",
    "COPY --link=maybe a b",
    "COPY --link= a b",
    "COPY --parents=1 a b",
    "COPY --chmod a b",
    "COPY --chmod=999 a b",
    "COPY --chmod=10000 a b",
    "COPY --chmod=u+y a b",
    "COPY --exclude a b",
    "COPY --checksum=sha256:0 a b",
    "COPY --keep-git-dir a b",
    "COPY --unpack a b",
    "COPY --from=-1 a b",
    "COPY --from=$STAGE a b",
    "COPY --from=${STAGE} a b",
    "COPY --chown='a b",
    "ADD --from=x a b",
    "ADD --parents a b",
    "ADD --link=x a b",
    "ADD --keep-git-dir=x a b",
    "ADD --unpack=2 a b",
    "ADD --checksum a b",
    "ADD --checksum=sha256:0 a b",
    "ADD --chmod=8 a b",
    "ADD --checksum=sha256:0 https://x.y/a https://x.y/b c/",
    "RUN --mont=type=cache,target=/c true",
    "RUN --network true",
    "RUN --network=bridge true",
    "RUN --network=none --network=host true",
    "RUN --security=none true",
    "RUN --security=sandbox --security=insecure true",
    "ENV --a A=b",
    "LABEL --a a=b",
    "EXPOSE --udp 53",
    "WORKDIR --x /a",
    "USER --x a",
    "VOLUME --x /a",
    "CMD --x a",
    "ENTRYPOINT --x a",
    "SHELL --x [\"a\"]",
    "MAINTAINER --x me",
    "ONBUILD --x RUN a",
    "HEALTHCHECK --every=1s CMD a",
    "HEALTHCHECK --interval CMD a",
    // Mounts.
    "RUN --mount=type=tmp,target=/t true",
    "RUN --mount=type=cache,typ=x true",
    "RUN --mount=typ=cache true",
    "RUN --mount=type=cache,target true",
    "RUN --mount=type=cache,target=/c,sharing=all true",
    "RUN --mount=type=bind,target=/c,sharing=locked true",
    "RUN --mount=type=bind,target=/c,ro=yes true",
    "RUN --mount=type=bind,target=/c,required true",
    "RUN --mount=type=cache,target=/c,size=1m true",
    "RUN --mount=type=tmpfs,target=/c,size=big true",
    "RUN --mount=type=bind,target=/c,mode=0755 true",
    "RUN --mount=type=cache,target=/c,mode=rwx true",
    "RUN --mount=type=cache,target=/c,uid=me true",
    "RUN --mount=type=cache,target=/c,gid=-1 true",
    "RUN --mount=type=tmpfs,target=/c,uid=1 true",
    "RUN --mount=type=secret true",
    "RUN --mount=type=secret,id=a,source=b true",
    "RUN --mount=type=secret,id=a,from=b true",
    "RUN --mount=type=secret,id=a,sharing=locked true",
    "RUN --mount=type=ssh,source=a true",
    "RUN --mount=type=bind,from=$A,target=/c true",
    "RUN --mount=type=bind,target=/ true",
    "RUN --mount=type=cache,target=/ true",
    "RUN --mount=type=cache,\\\"a true",
    "RUN --mount=type=secret,id=a,required=maybe true",
    "RUN --mount=type=bind,target=/c,rw=maybe true",
    "RUN --mount true",
    // Arguments.
    "RUN []",
    "RUN [\"a\", 1]",
    "RUN [1]",
    "RUN [[\"a\"]]",
    "CMD [\"a\", null]",
    "CMD [true]",
    "ENTRYPOINT [{}]",
    "SHELL",
    "SHELL []",
    "SHELL bash -c",
    "SHELL [\"a\", 1]",
    "SHELL ['a']",
    "VOLUME",
    "VOLUME [\"\"]",
    "VOLUME [1]",
    "VOLUME []",
    "COPY",
    "COPY a",
    "COPY [\"a\"]",
    "COPY [\"a\", 1]",
    "COPY []",
    "ADD",
    "ADD a",
    "ADD [\"a\"]",
    "ADD [1, 2]",
    "WORKDIR",
    "USER",
    "STOPSIGNAL",
    "STOPSIGNAL SIGFOO",
    "STOPSIGNAL 0",
    "STOPSIGNAL SIGRTMIN+99",
    "EXPOSE",
    "EXPOSE a",
    "EXPOSE 70000",
    "EXPOSE -1",
    "EXPOSE 80-70",
    "EXPOSE 80/http",
    "EXPOSE 80-90:100-120",
    "EXPOSE 999.0.0.1:80:80",
    "EXPOSE 80:",
    "EXPOSE 80/tcp/udp",
    "EXPOSE a-b",
    "EXPOSE 80,81",
    "ENV",
    "ENV A",
    "ENV A=b C",
    "ENV A=b C d=e",
    "ENV =b",
    "LABEL",
    "LABEL a",
    "LABEL a=b c",
    "LABEL =b",
    "ARG",
    "ARG =b",
    "MAINTAINER",
    "HEALTHCHECK",
    "HEALTHCHECK CMD",
    "HEALTHCHECK NONE a",
    "HEALTHCHECK a",
    "HEALTHCHECK [\"a\"]",
    "HEALTHCHECK CMD [1]",
    "HEALTHCHECK --interval=1 CMD a",
    "HEALTHCHECK --interval=1x CMD a",
    "HEALTHCHECK --timeout=1us CMD a",
    "HEALTHCHECK --start-period=x CMD a",
    "HEALTHCHECK --start-interval=1 CMD a",
    "HEALTHCHECK --retries=-1 CMD a",
    "HEALTHCHECK --retries=two CMD a",
    "HEALTHCHECK --retries=1.5 CMD a",
    "ONBUILD",
    "ONBUILD ONBUILD RUN a",
    "ONBUILD FROM a",
    "ONBUILD MAINTAINER a",
    "ONBUILD COPY a",
    "ONBUILD FOO a",
    "ONBUILD RUN --mont=a b",
    "ONBUILD EXPOSE a",
    "COPY https://a.b/c d",
    "COPY git@a.b:c/d.git e",
    "COPY a <<EOF\nEOF",
    "COPY <<EOF a\n${}\nEOF",
    "COPY <<EOF a\n${b\nEOF",
    // Quotes and braces.
    "ENV A=\"b",
    "ENV A='b",
    "ENV A b'",
    "ENV A=${B",
    "ENV A=${}",
    "ENV A=${B^}",
    "ENV A=${B:#c}",
    "LABEL a=\"b",
    "LABEL a=${b",
    "ARG A=\"b",
    "ARG A=${B",
    "WORKDIR \"/a",
    "WORKDIR /${a",
    "USER 'a",
    "USER ${a",
    "COPY \"a b",
    "COPY a ${b",
    "COPY [\"a\", \"${b\"]",
    "ADD it's a",
    "EXPOSE ${A",
    "EXPOSE \"80",
    "VOLUME ${A",
    "VOLUME [\"'a\"]",
    "STOPSIGNAL ${A",
    "STOPSIGNAL \"SIGTERM",
    // Stages.
    "FROM",
    "FROM \"\"",
    "FROM a b",
    "FROM a AS",
    "FROM a AS b c",
    "FROM a AS 1b",
    "FROM a AS b!",
    "FROM a AS -b",
    "FROM Node",
    "FROM a//b",
    "FROM a:",
    "FROM a:b:c",
    "FROM a@sha256:1",
    "FROM a:-b",
    "FROM ${A",
    "FROM --platform a",
    "FROM --platform=foo a",
    "FROM --platform=a/b/c/d a",
    "FROM --from=a b",
    "FROM --platform=linux/amd64 --platform=linux/arm64 a",
    "FROM _a",
    "FROM a..b",
    // Heredocs.
    "RUN <<EOF\na",
    "RUN cat <<A <<B\nA\n",
    "COPY <<EOF /a\nb",
    "RUN cat << EOF\na",
];

#[test]
fn what_buildkit_refuses_is_a_fault_with_a_reason() {
    assert!(REFUSED.len() >= 150, "{}", REFUSED.len());
    for line in REFUSED {
        let file = Dockerfile::parse(&format!("FROM a\n{line}\n"));
        let refused = file.faults().iter().any(|fault| fault.kind != FaultKind::EmptyContinuation);
        assert!(refused || file.instructions()[1..].iter().any(|it| it.body == Body::Unknown), "{line}");
    }
    for text in
        ["# escape=x\nFROM a\n", "# escape=\\\n# escape=`\nFROM a\n", "# syntax=a\n# syntax=b\nFROM a\n", "FROM a\n\\"]
    {
        assert!(!Dockerfile::parse(text).faults().is_empty(), "{text}");
    }
    let long = format!("FROM a\nRUN {}\n", "a".repeat(70_000));
    assert!(!Dockerfile::parse(&long).faults().is_empty());
}

#[test]
fn what_buildkit_accepts_has_no_fault() {
    let accepted = [
        "COPY --link --chown=1:1 --chmod=u=rwX,go=rX --exclude=*.md --exclude=a --parents a b",
        "COPY --chmod=0755 a b",
        "COPY --chmod=$MODE a b",
        "COPY [\"a b\", \"c\"]",
        "COPY $A ${B:-c} d/",
        "COPY --from=0 a b",
        "COPY --from=docker.io/a/b:c d e",
        "ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://a.b/c d",
        "ADD git@a.b:c/d.git e",
        "RUN --mount=type=cache,target=/c,sharing=locked,uid=1,mode=0755 --mount=type=secret,id=a,required --network=none true",
        "RUN --mount=type=bind,target=/c,rw --mount=type=tmpfs,target=/t,size=1g true",
        "RUN --mount=type=$TYPE,target=/c true",
        "RUN [\"a\"]",
        "RUN ['a']",
        "RUN [ -f a ] && b",
        "RUN",
        "RUN echo it's",
        "CMD",
        "ENTRYPOINT []",
        "ENV A=",
        "ENV A b c",
        "ENV A=\"b c\" D=e\\ f",
        "ENV A=${B:?missing}",
        "ENV A=${B#c} D=${E%%f} G=${H/i/j}",
        "ARG A B=c",
        "ARG --x A",
        "LABEL \"a b\"=c",
        "EXPOSE 80 443/tcp 53/UDP 8000-8010 $PORT",
        "EXPOSE 127.0.0.1:80:80",
        "EXPOSE [::1]:80:80",
        "STOPSIGNAL SIGRTMIN+3",
        "STOPSIGNAL 15",
        "STOPSIGNAL quit",
        "STOPSIGNAL $S",
        "HEALTHCHECK NONE",
        "HEALTHCHECK --interval=1m30s --retries=3 CMD a",
        "HEALTHCHECK --interval=0s CMD [\"a\"]",
        "VOLUME /a /b",
        "VOLUME [\"/a\"]",
        "ONBUILD COPY a b",
        "ONBUILD RUN <<EOF\na\nEOF",
        "SHELL [\"/bin/bash\", \"-c\"]",
        "MAINTAINER it's me",
        "FROM --platform=$BUILDPLATFORM a AS b-1_2.c",
        "FROM --platform=linux/arm64/v8 a",
        "FROM a:b@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d",
        "FROM localhost:5000/a/b",
        "FROM $A",
        "FROM ${A:-b}",
        "RUN cat <<EOF | sh\na\nEOF",
        "RUN python3 <<'EOF'\na\nEOF",
        "COPY <<a <<b /c/\n1\na\n2\nb",
        "RUN <<-EOF\n\ta\n\tEOF",
        "COPY <<'EOF' a\n${\nEOF",
        "RUN echo \"<<a\"",
        "RUN a <<<b",
        "WORKDIR \"/a b\"",
        "USER a:b",
        "RUN a \\\n # b\n\n  c",
    ];
    for line in accepted {
        let file = Dockerfile::parse(&format!("FROM a\n{line}\nUSER b\n"));
        let refused: Vec<_> = file.faults().iter().filter(|fault| fault.kind != FaultKind::EmptyContinuation).collect();
        assert!(refused.is_empty(), "{line}: {refused:?}");
        assert_eq!(file.instructions().len(), 3, "{line}");
    }
}

#[test]
fn bad_input_is_read_to_its_bounds() {
    let texts = [
        "FROM a\nRUN ".to_owned() + &"a".repeat(5_000_000),
        "RUN a\n".repeat(200_000),
        "FROM a\n".to_owned() + &"ONBUILD ".repeat(20_000) + "RUN a\n",
        "FROM a\nENV A=".to_owned() + &"${B:-".repeat(50_000) + "\n",
        "FROM a\nRUN a \\\n".to_owned() + &"\n".repeat(200_000),
        "FROM a\nENV A=".to_owned() + &"\"".repeat(500_001) + "\n",
        "FROM a\nRUN ".to_owned() + &"<<a ".repeat(50_000) + "\n",
        "FROM a\nCMD ".to_owned() + &"[".repeat(200_000) + "\n",
        "F\u{0}R\u{0}O\u{0}M\u{0}".repeat(10_000),
    ];
    for text in texts {
        assert!(loses_nothing(&text).instructions().len() <= 5_000);
    }
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

#[test]
fn a_file_is_read_up_to_where_buildkit_gives_up_or_nobody_would_go_on() {
    let long = format!("FROM alpine:3.22\nRUN true {}\nNONSENSE\n", "x ".repeat(40_000));
    let file = Dockerfile::parse(&long);
    assert_eq!((file.instructions().len(), file.faults().len()), (1, 1));
    assert!(format!("{:?}", file.faults()[0].kind).contains("more than 65535 bytes"));
    let many = |count: usize| format!("FROM alpine:3.22\n{}", "RUN true\n".repeat(count));
    assert!(Dockerfile::parse(&many(4_999)).faults().is_empty());
    let file = Dockerfile::parse(&many(5_000));
    assert_eq!((file.instructions().len(), file.faults().len()), (5_000, 1));
    let blank = Dockerfile::parse("FROM alpine:3.22\nRUN a && \\\n\n\n  b && \\\n\n  c\nRUN d \\\n\n  e\n");
    let lines: Vec<usize> = blank.faults().iter().map(|fault| fault.span.start).collect();
    assert_eq!((lines.len(), blank.instructions().len()), (2, 3));
}
