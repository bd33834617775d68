//! `dockgen update` on edits of people crossed with changes of the project, its answers and the templates: nothing is lost.

use std::fmt::Write;

use crate::documents::is_current;
use crate::scratch::{Scratch, node_server};

/// An edit of a generated Dockerfile, and what people would call it.
type Edit = (&'static str, fn(&str) -> String);

/// A change of what the Dockerfile is made from.
type Change = (&'static str, fn(&Scratch));

const EDITS: &[Edit] = &[
    ("a label at the end", |text| format!("{text}LABEL team=shop\n")),
    ("a label at the end, without a line end", |text| format!("{text}LABEL team=shop")),
    ("a variable before USER", |text| text.replace("\nUSER ", "\nENV REGION=eu\nUSER ")),
    ("a step behind the sources", |text| text.replace("COPY . .\n", "COPY . .\nRUN echo built\n")),
    ("another EXPOSE", |text| text.replace("EXPOSE 4000", "EXPOSE 4000/tcp")),
    ("a comment below the header", |text| text.replacen("\n\n", "\n# Ask the shop team first.\n\n", 1)),
    ("another base image of the build", |text| text.replacen("-trixie-slim", "-trixie", 1)),
    ("a line taken out", |text| text.split_inclusive('\n').filter(|line| !line.starts_with("ENV NODE_ENV")).collect()),
    ("line ends of Windows", |text| text.replace('\n', "\r\n")),
    ("several edits at once", |text| {
        let text =
            text.replace("\nUSER ", "\nENV REGION=eu\nUSER ").replace("COPY . .\n", "COPY . .\nRUN echo built\n");
        format!("{text}LABEL team=shop\n")
    }),
];

const CHANGES: &[Change] = &[
    ("the port of the source", |scratch| {
        scratch.file("server.js", "require('http').createServer().listen(process.env.PORT || 4100)\n");
    }),
    ("a lock file and a dependency", |scratch| {
        scratch.file(
            "package.json",
            r#"{ "name": "shop", "scripts": { "start": "node server.js" }, "dependencies": { "ms": "2.1.3" } }"#,
        );
        scratch.file(
            "package-lock.json",
            r#"{ "name": "shop", "lockfileVersion": 3, "packages": { "": { "dependencies": { "ms": "2.1.3" } }, "node_modules/ms": { "version": "2.1.3" } } }"#,
        );
    }),
    ("an answer", |scratch| scratch.file("dockgen.toml", "version = \"26\"\nhealth = \"/up\"\n")),
    ("a template", |scratch| {
        scratch.file(".dockgen/templates/_blocks/labels.tera", "LABEL org.opencontainers.image.vendor=shop\n");
    }),
];

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Lines of a text that another has fewer of.
fn beside(text: &str, other: &str) -> Vec<String> {
    let mut rest = lines(other);
    let is_new = |line: &String| match rest.iter().position(|known| known == line) {
        Some(at) => {
            rest.swap_remove(at);
            false
        }
        None => true,
    };
    lines(text).into_iter().filter(is_new).collect()
}

#[test]
fn forty_edits_crossed_with_changes_lose_nothing() {
    let mut table = String::new();
    let mut count = 0;
    for (edit_name, edit) in EDITS {
        for (change_name, change) in CHANGES {
            let case = format!("{edit_name} / {change_name}");
            let scratch = node_server();
            scratch.run(&["init", "--yes"]).ends(0, &[]);
            let base = scratch.read("Dockerfile");
            let yours = edit(&base);
            assert!(base != yours, "{case}: the edit edits nothing");
            scratch.file("Dockerfile", &yours);
            change(&scratch);
            let ours = scratch.run(&["init", "--print"]).stdout;
            assert!(base != ours, "{case}: the change changes nothing");
            let ran = scratch.run(&["update"]);
            let merged = scratch.read("Dockerfile");
            let conflicts = merged.matches("<<<<<<< yours").count();
            assert_eq!(ran.status, i32::from(conflicts > 0), "{case}: {ran:?}");
            for (who, mine) in [("yours", beside(&yours, &base)), ("dockgen's", beside(&ours, &base))] {
                for line in mine {
                    assert!(lines(&merged).contains(&line), "{case}: {who} `{line}` is lost in\n{merged}");
                }
            }
            if conflicts == 0 {
                for (who, other) in [("you", &yours), ("dockgen", &ours)] {
                    for line in beside(&base, other) {
                        let again = lines(&merged).iter().filter(|it| **it == line).count();
                        let before = lines(&base).iter().filter(|it| **it == line).count();
                        assert!(again < before, "{case}: `{line}`, taken out by {who}, is back in\n{merged}");
                    }
                }
                // what was merged is what the next run goes on from
                scratch.run(&["update"]).ends(0, &["unchanged Dockerfile"]);
                assert_eq!(scratch.read("Dockerfile"), merged, "{case}");
                scratch.run(&["init", "--check"]).ends(0, &[]);
            }
            let outcome = match conflicts {
                0 => "both".to_owned(),
                1 => "both, one place marked".to_owned(),
                count => format!("both, {count} places marked"),
            };
            writeln!(table, "| {edit_name} | {change_name} | {outcome} |").unwrap();
            count += 1;
        }
    }
    assert_eq!(count, 40);
    is_current("docs/update.md", &format!("{PAGE}{table}"));
}

const PAGE: &str = "\
# Edits that survive

`dockgen update` makes the files anew and merges what came of that with what people changed in them, line by line. The common
ancestor is in `dockgen.lock` beside the application: the texts that dockgen wrote last. A hash would only tell that there was an
edit, and a record inside of the Dockerfile would be edited with it.

- A file that is as it was written is renewed.
- Edits of one side only are taken; edits of both sides at different places are taken both.
- Where both changed the same lines, both stand in the file between `<<<<<<< yours` and `>>>>>>> dockgen`, and the status is 1.
- Patterns that people added to an ignore file stay in every case.
- A Dockerfile that dockgen did not write is replaced with `--force` only, and a copy is kept: `Dockerfile.orig`.

Every edit of this table was crossed with every change by a test, which sees that each line that either side added is in the
result, and that none is back that either side took out:

| Edit of a Dockerfile | Change of the repository | What the result has |
|---|---|---|
";

#[test]
fn patterns_of_people_stay_whatever_changes() {
    for (name, change) in CHANGES {
        let scratch = node_server();
        scratch.run(&["init", "--yes"]).ends(0, &[]);
        let own = scratch.read(".dockerignore").replacen("**/.git\n", "", 1);
        scratch.file(".dockerignore", format!("{own}\n# the shop's\nprivate\n!private/public\n"));
        change(&scratch);
        scratch.run(&["update"]).ends(0, &[]);
        let text = scratch.read(".dockerignore");
        let place =
            |pattern: &str| text.find(pattern).unwrap_or_else(|| panic!("{name}: `{pattern}` is lost in\n{text}"));
        assert!(place("\nprivate\n") < place("\n!private/public\n"), "{name}: {text}");
    }
}

#[test]
fn own_lines_that_break_the_image_are_shown_and_nothing_is_written() {
    let scratch = node_server();
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    let broken = scratch.read("Dockerfile").replace("USER 65532:65532", "RUN true\nUSER 65532:65532");
    scratch.file("Dockerfile", broken.clone());
    let ran = scratch.run(&["update", "--port", "4001"]);
    ran.ends(
        2,
        &[
            "with your own lines",
            "\n  error[run-without-shell]: there is no shell in this stage to run this\n",
            " | RUN true\n",
        ],
    );
    assert_eq!(scratch.read("Dockerfile"), broken);
}
