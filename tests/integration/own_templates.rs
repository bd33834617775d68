//! Templates of one's own: listed, shown, taken over, and what is wrong with them said at their line.

use crate::scratch::{go_program, node_server};

#[test]
fn blocks_add_to_every_language() {
    for scratch in [node_server(), go_program()] {
        let before = scratch.run(&["init", "--print"]).stdout;
        scratch.file(".dockgen/templates/_blocks/labels.tera", "LABEL org.opencontainers.image.vendor=shop\n");
        scratch.file(".dockgen/templates/_blocks/environment.tera", "ENV REGION=eu\n");
        scratch.file(".dockgen/templates/_blocks/before_build.tera", "RUN echo before\n");
        scratch.file(".dockgen/templates/_blocks/packages.tera", "RUN echo packages\n");
        let after = scratch.run(&["init", "--print"]).stdout;
        let mut rest = after.as_str();
        for line in [
            "RUN echo packages\n",
            "RUN echo before\n",
            "ENV REGION=eu\n",
            "LABEL org.opencontainers.image.vendor=shop\n",
        ] {
            rest =
                rest.split_once(line).unwrap_or_else(|| panic!("`{line}` is not there, or too early, in\n{after}")).1;
        }
        let without = |text: &str| -> Vec<String> {
            let own = ["echo", "REGION", "vendor"];
            let kept = text.lines().filter(|line| !line.is_empty() && !own.iter().any(|word| line.contains(word)));
            kept.map(str::to_owned).collect()
        };
        assert_eq!(without(&before), without(&after), "and nothing else changes");
        scratch.run(&["init", "--yes"]).ends(0, &[]);
        scratch.run(&["init", "--check"]).ends(0, &[]);
    }
}

#[test]
fn a_template_is_taken_over_and_changed() {
    let scratch = node_server();
    scratch.run(&["templates", "eject", "_shared/run"]).ends(0, &["wrote .dockgen/templates/_shared/run.tera"]);
    let text = scratch.read(".dockgen/templates/_shared/run.tera");
    assert!(text.starts_with("{# dockgen templates 1 #}\n"), "{text}");
    let before = scratch.run(&["init", "--print"]).stdout;
    scratch.file(".dockgen/templates/_shared/run.tera", format!("{text}STOPSIGNAL SIGINT\n"));
    assert_eq!(scratch.run(&["init", "--print"]).stdout, format!("{before}STOPSIGNAL SIGINT\n"));
    scratch.run(&["templates", "eject", "_shared/run"]).ends(2, &["is there already", "--force"]);
    scratch.run(&["templates", "eject", "_shared/run", "--force"]).ends(0, &[]);
    assert_eq!(scratch.run(&["init", "--print"]).stdout, before);
}

#[test]
fn what_is_wrong_with_one_is_said_with_file_and_line() {
    let scratch = node_server();
    let block = ".dockgen/templates/_blocks/labels.tera";
    for (text, words) in [
        ("LABEL a=b\n\nLABEL port={{ prot }}\n", &["labels.tera:3", "`prot` is nothing that", "there are", "port"][..]),
        ("LABEL a=b\n{% if port %}\nLABEL c=d\n", &["labels.tera"]),
        ("\nLABEL a={{ port | nothing }}\n", &["labels.tera:2"]),
        ("{# dockgen templates 2 #}\n", &["labels.tera:1", "version 2"]),
        ("{% include \"nowhere\" %}\n", &["labels.tera:1", "nowhere"]),
    ] {
        scratch.file(block, text);
        scratch.run(&["init", "--yes"]).ends(2, words);
        assert!(!scratch.path().join("Dockerfile").exists(), "{text}");
    }
    scratch.file(block, "");
    scratch.file(".dockgen/templates/node/sever.tera", "FROM x\n");
    scratch.run(&["init", "--yes"]).ends(2, &["sever.tera:1", "no template is called `node/sever`"]);
}

#[test]
fn what_a_template_of_ones_own_breaks_is_found_by_the_self_check() {
    let scratch = node_server();
    scratch.file(".dockgen/templates/_blocks/labels.tera", "RUN true\n");
    let ran = scratch.run(&["init", "--yes"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    ran.ends(2, &["run-without-shell", "templates of your own"]);
    assert!(!scratch.path().join("Dockerfile").exists());
}

#[test]
fn they_are_listed_and_shown() {
    let scratch = node_server();
    scratch.run(&["templates", "list"]).prints(0, &["_blocks/labels", "labels of the final stage", "node/server"]);
    scratch.file(".dockgen/templates/_blocks/labels.tera", "LABEL a=b\n");
    scratch.run(&["templates", "list"]).prints(0, &[".dockgen/templates/_blocks/labels.tera"]);
    assert_eq!(scratch.run(&["templates", "show", "_blocks/labels"]).stdout, "LABEL a=b\n");
    scratch.run(&["templates", "show", "node/server"]).prints(0, &["FROM {{ runtime_image }}"]);
    scratch.run(&["templates", "show", "labels"]).ends(2, &["is `_blocks/labels` meant?"]);
    let object = scratch.run(&["templates", "list", "--json"]).json();
    assert_eq!(object["templates_version"], 1);
}

#[test]
fn those_of_the_user_hold_for_all_projects_and_the_projects_own_come_first() {
    let scratch = node_server();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("dockgen/templates/_blocks");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("labels.tera"), "LABEL from=user\n").unwrap();
    let printed = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dockgen"));
        command.args(["init", "--print"]).env("XDG_CONFIG_HOME", home.path()).current_dir(scratch.path());
        crate::scratch::Ran::from(command.output().unwrap()).stdout
    };
    assert!(printed().contains("LABEL from=user\n"));
    scratch.file(".dockgen/templates/_blocks/labels.tera", "LABEL from=project\n");
    assert!(printed().contains("LABEL from=project\n") && !printed().contains("from=user"));
}
