//! Bad input: each ends with a clear message, its status, and nothing written or lost.

use std::os::unix::fs::{PermissionsExt, symlink};

use crate::scratch::{Scratch, go_program, node_server};

#[test]
fn an_empty_folder() {
    let scratch = Scratch::new::<&str, &str>([]);
    scratch.run(&["init", "--yes"]).ends(2, &["found no application in `.`", "hint:"]);
    assert!(scratch.names().is_empty());
}

#[test]
fn a_folder_of_another_language() {
    let scratch = Scratch::new([("main.hs", "main = putStrLn \"hello\"")]);
    scratch.run(&["init", "--yes"]).ends(2, &["found no application"]);
    let scratch = Scratch::new([("build.gradle", "plugins { id 'java' }")]);
    scratch.run(&["init", "--yes"]).ends(2, &["Gradle", "build.gradle"]);
}

#[test]
fn languages_without_templates_are_named() {
    for (name, language) in
        [("composer.json", "PHP"), ("Gemfile", "Ruby"), ("src/Shop.csproj", ".NET"), ("mix.exs", "Elixir")]
    {
        let scratch = Scratch::new([(name, "")]);
        let file = name.rsplit('/').next().unwrap_or(name);
        scratch.run(&["init", "--yes"]).ends(2, &[&format!("`{file}` is of {language}"), "Node.js"]);
    }
    // what could run beside it makes its assets
    let scratch = Scratch::new([
        ("Gemfile", ""),
        ("package.json", r#"{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}"#),
    ]);
    scratch.file("index.html", "");
    scratch.run(&["init", "--yes"]).ends(2, &["`Gemfile` is of Ruby"]);
    let scratch = Scratch::new([("Gemfile", ""), ("package.json", r#"{"devDependencies": {"prettier": "3"}}"#)]);
    scratch.run(&["init", "--yes"]).ends(2, &["`Gemfile` is of Ruby"]);
    // a server in another folder is one of its own
    let scratch = Scratch::new([
        ("composer.json", ""),
        ("api/go.mod", "module a\n"),
        ("api/main.go", "package main\n\nfunc main() {}\n"),
    ]);
    scratch.run(&["init", "--yes"]).ends(0, &[]);
}

#[test]
fn a_path_that_is_no_folder() {
    let scratch = node_server();
    scratch.run(&["init", "--yes", "missing"]).ends(2, &["could not read `missing`"]);
    scratch.run(&["init", "--yes", "server.js"]).ends(2, &["could not read `server.js`"]);
}

#[test]
fn broken_manifests_are_named_with_their_place() {
    let cases: &[(&str, &[u8], &str)] = &[
        ("package.json", b"", "package.json:1:"),
        ("package.json", b"{\n  \"name\": \"x\",\n", "package.json:3"),
        ("package.json", b"[1, 2]", "expected an object"),
        ("package.json", b"{ \"name\": \"\xff\" }", "not UTF-8"),
        (
            "package.json",
            b"{ \"scripts\": { \"start\": \"node a.js\" }, \"engines\": { \"node\": 20 } }",
            "expected a string at `engines.node`",
        ),
        ("Cargo.toml", b"[package\nname = 1", "Cargo.toml:1"),
        ("pom.xml", b"<project><artifactId>x</project>", "pom.xml:1:"),
        ("pom.xml", b"<!DOCTYPE x [<!ENTITY a \"b\">]><project/>", "pom.xml"),
    ];
    for (name, text, place) in cases {
        let scratch = Scratch::new([(*name, *text)]);
        scratch.file("a.js", "require('http').createServer().listen(1)");
        scratch.run(&["init", "--yes"]).ends(2, &["could not read", place]);
        assert_eq!(scratch.names().len(), 2, "{name}: nothing is written");
    }
}

#[test]
fn deep_and_large_manifests_do_no_harm() {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let scratch = Scratch::new([("package.json", format!("{{ \"x\": {deep} }}"))]);
    scratch.run(&["init", "--yes"]).ends(2, &["package.json"]);
    let large = format!(
        "{{ \"name\": \"x\", \"description\": \"{}\", \"scripts\": {{ \"start\": \"node a.js\" }} }}",
        "x".repeat(1_900_000)
    );
    let scratch =
        Scratch::new([("package.json", large.as_str()), ("a.js", "require('http').createServer().listen(1)")]);
    scratch.run(&["init", "--yes"]).ends(0, &["wrote Dockerfile"]);
    scratch.file("package.json", large.replace("xxx", "xxxxx"));
    scratch.run(&["init", "--yes", "--force"]).ends(2, &["package.json", "larger than 2 MiB"]);
    let scratch =
        Scratch::new([("pom.xml", format!("<project>{}{}</project>", "<a>".repeat(500), "</a>".repeat(500)))]);
    scratch.run(&["init", "--yes"]).ends(2, &["nested too deeply"]);
}

#[test]
fn a_byte_order_mark_and_other_line_ends_are_read() {
    let scratch = Scratch::new([
        ("package.json", "\u{feff}{\r\n  \"name\": \"shop\",\r\n  \"scripts\": { \"start\": \"node a.js\" }\r\n}\r\n"),
        ("a.js", "require('http').createServer().listen(4321)\r\n"),
        (".nvmrc", "\u{feff}22\r\n"),
    ]);
    scratch.run(&["init", "--yes"]).ends(0, &[".nvmrc:1"]);
    let dockerfile = scratch.read("Dockerfile");
    assert!(dockerfile.contains("node:22-") && dockerfile.contains("EXPOSE 4321") && !dockerfile.contains('\r'));
}

#[test]
fn a_version_that_does_not_exist() {
    for (text, place) in [("banana", ".nvmrc:1"), ("lts/unheard-of", ".nvmrc:1"), (">=99", ".nvmrc:1")] {
        let scratch = node_server();
        scratch.file(".nvmrc", text);
        scratch.run(&["init", "--yes"]).ends(2, &[place, text, "--version"]);
        assert_eq!(scratch.names(), [".nvmrc", "package.json", "server.js"]);
    }
    let scratch = go_program();
    scratch.file("go.mod", "module example.org/hello\n\ngo 1.99\n");
    scratch.run(&["init", "--yes"]).ends(2, &["go.mod:3", "1.99"]);
}

#[test]
fn a_version_that_has_ended_is_replaced_aloud() {
    let scratch = node_server();
    scratch.file(".nvmrc", "v16.18.0");
    scratch.run(&["init", "--yes"]).ends(0, &["warning: Node.js 16 ended on 2023-09-11", ".nvmrc:1"]);
}

#[test]
fn links_that_leave_or_loop_do_no_harm() {
    let scratch = node_server();
    symlink("..", scratch.path().join("loop")).unwrap();
    symlink("self", scratch.path().join("self")).unwrap();
    symlink("/etc/passwd", scratch.path().join(".nvmrc")).unwrap();
    let ran = scratch.run(&["init", "--yes"]);
    ran.ends(0, &["wrote Dockerfile"]);
    assert!(!scratch.read("Dockerfile").contains("root:"), "{ran:?}");
}

#[test]
fn a_link_in_place_of_the_file_is_written_through() {
    let scratch = node_server();
    scratch.file("docker/mine", "FROM scratch\n");
    symlink("docker/mine", scratch.path().join("Dockerfile")).unwrap();
    scratch.run(&["init", "--yes"]).ends(3, &["would overwrite"]);
    scratch.run(&["init", "--yes", "--force"]).ends(0, &["replaced Dockerfile"]);
    assert!(scratch.path().join("Dockerfile").is_symlink());
    assert!(scratch.read("docker/mine").contains("EXPOSE"));
}

#[test]
fn a_link_out_of_the_repository_is_neither_read_nor_printed_nor_written_through() {
    let outside = Scratch::new([("mine", "HUNTER2=x\n")]);
    let target = outside.path().join("mine");
    for name in ["Dockerfile", ".dockerignore"] {
        let scratch = node_server();
        scratch.file("Dockerfile", "FROM scratch\n");
        let _ = std::fs::remove_file(scratch.path().join(name));
        symlink(&target, scratch.path().join(name)).unwrap();
        for arguments in [
            &["init", "--yes"][..],
            &["init", "--yes", "--force"],
            &["init", "--yes", "--check"],
            &["init", "--yes", "--dry-run"],
            &["check"],
            &["check", "--file", "Dockerfile"],
        ] {
            let ran = scratch.run(arguments);
            ran.ends(2, &["could not read", "a link that leaves the repository"]);
            assert!(!format!("{ran:?}").contains("HUNTER2"), "{ran:?}");
        }
        assert_eq!(outside.read("mine"), "HUNTER2=x\n");
        assert!(scratch.path().join(name).is_symlink());
    }
}

#[test]
fn a_link_that_leads_nowhere_or_in_a_circle_is_an_error() {
    for target in ["nowhere", "Dockerfile", "/dev/stdin", "/dev/zero", "/proc/self/environ"] {
        let scratch = node_server();
        symlink(target, scratch.path().join("Dockerfile")).unwrap();
        scratch.run(&["init", "--yes", "--force"]).ends(2, &["could not read"]);
        assert_eq!(scratch.names(), ["Dockerfile", "package.json", "server.js"]);
    }
}

#[test]
fn nothing_but_a_regular_file_is_opened() {
    let manifest = r#"{ "name": "shop", "scripts": { "start": "node server.js", "build": "yarn --cwd app build" },
        "dependencies": { "vite": "7.0.0" } }"#;
    for name in ["Dockerfile", ".dockerignore", "app/package.json", ".env", ".npmrc", ".nvmrc", "dockgen.toml"] {
        let scratch = node_server();
        scratch.file("package.json", manifest);
        scratch.file("app/x", "");
        let made = std::process::Command::new("mkfifo").arg(scratch.path().join(name)).status();
        assert!(made.unwrap().success());
        for arguments in ["init --yes --check", "check"] {
            let command = format!("timeout 20 {} {arguments}", env!("CARGO_BIN_EXE_dockgen"));
            let ran = std::process::Command::new("sh").args(["-c", &command]).current_dir(scratch.path()).output();
            assert_ne!(ran.unwrap().status.code(), Some(124), "`{name}` hangs `{arguments}`");
        }
    }
}

#[test]
fn an_old_file_that_can_not_be_read_is_never_taken_for_empty() {
    let scratch = node_server();
    let file = std::fs::File::create(scratch.path().join("Dockerfile")).unwrap();
    file.set_len(5 << 30).unwrap();
    for arguments in [&["init", "--yes", "--check"][..], &["init", "--yes", "--force"], &["check"]] {
        scratch.run(arguments).ends(2, &["could not read", "larger than 2 MiB"]);
    }
    scratch.file("Dockerfile", b"FROM scratch\n# \xff\n");
    scratch.run(&["init", "--yes", "--force"]).ends(2, &["not UTF-8", "Dockerfile:2"]);
}

#[test]
fn a_folder_in_place_of_the_file() {
    let scratch = node_server();
    std::fs::create_dir(scratch.path().join("Dockerfile")).unwrap();
    scratch.run(&["init", "--yes", "--force"]).ends(2, &["could not read `Dockerfile`", "it is a folder"]);
    assert_eq!(scratch.names(), ["Dockerfile", "package.json", "server.js"]);
}

/// Runs the program as a user without rights; nothing where the tests have none to give away.
fn as_nobody(scratch: &Scratch, arguments: &[&str]) -> Option<std::process::Output> {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|data| std::os::unix::fs::MetadataExt::uid(&data) == 0);
    if !is_root {
        return Some(crate::support::dockgen(scratch.path(), arguments));
    }
    // The program is copied to where everybody can run it.
    let program = std::env::temp_dir().join(format!("dockgen-{}", std::process::id()));
    // By another process: a file that this one holds open for writing can't be run by a child of any of its threads.
    let copied = std::process::Command::new("cp").arg(env!("CARGO_BIN_EXE_dockgen")).arg(&program).status();
    assert!(copied.unwrap().success());
    let output = std::process::Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(&program)
        .args(arguments)
        .current_dir(scratch.path())
        .output();
    std::fs::remove_file(program).unwrap();
    if output.is_err() {
        eprintln!("skipped: there is no setpriv to give rights away with");
    }
    output.ok()
}

#[test]
fn an_unreadable_file_and_a_read_only_folder() {
    let scratch = node_server();
    let set = |path: &str, mode: u32| {
        std::fs::set_permissions(scratch.path().join(path), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set("", 0o555);
    let Some(output) = as_nobody(&scratch, &["init", "--yes"]) else {
        return;
    };
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("could not write `Dockerfile`"), "{text}");
    set("package.json", 0o000);
    let Some(output) = as_nobody(&scratch, &["init", "--yes"]) else {
        return;
    };
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("could not read `package.json`"), "{text}");
    set("", 0o755);
    assert_eq!(scratch.names(), ["package.json", "server.js"]);
}

#[test]
fn a_full_disk_loses_nothing() {
    let scratch = Scratch::new::<&str, &str>([]);
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=16k", "tmpfs"])
        .arg(scratch.path())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("skipped: a small disk can't be mounted here");
        return;
    }
    scratch.file("package.json", r#"{ "name": "shop", "scripts": { "start": "node server.js" } }"#);
    scratch.file("Dockerfile", "FROM scratch\n# mine\n");
    scratch.file("server.js", "require('http').createServer().listen(1)");
    // Fills what is left.
    let _ = std::fs::write(scratch.path().join("fill"), vec![0; 64 * 1024]);
    let ran = scratch.run(&["init", "--yes", "--force"]);
    let (dockerfile, names) = (scratch.read("Dockerfile"), scratch.names());
    std::process::Command::new("umount").arg(scratch.path()).status().unwrap();
    ran.ends(2, &["could not write"]);
    assert_eq!(dockerfile, "FROM scratch\n# mine\n");
    assert_eq!(names, ["Dockerfile", "fill", "package.json", "server.js"]);
}

#[test]
fn settings_that_mean_nothing_are_named() {
    let scratch = node_server();
    scratch.file("dockgen.toml", "port = 8080\nprot = 1\n");
    scratch.run(&["init", "--yes"]).ends(2, &["`prot` is no question of dockgen", "dockgen.toml:2", "package-manager"]);
    scratch.file("dockgen.toml", "port = [1]\n");
    scratch.run(&["init", "--yes"]).ends(2, &["expected a string or a number at `port`"]);
    scratch.file("dockgen.toml", "port = 8080\n");
    scratch.run(&["init", "--yes"]).ends(0, &["8080  dockgen.toml"]);
}

#[test]
fn an_adapter_for_another_platform_is_named() {
    let manifest = r#"{
  "name": "site",
  "scripts": { "build": "vite build" },
  "devDependencies": { "@sveltejs/kit": "2.46.0", "vite": "7.1.9", "@sveltejs/adapter-vercel": "6.0.0" }
}"#;
    let scratch = Scratch::new([("package.json", manifest)]);
    scratch.run(&["init", "--yes"]).ends(2, &["`@sveltejs/adapter-vercel`", "package.json:4", "adapter-node"]);
    scratch.file("package.json", manifest.replace("adapter-vercel", "adapter-node"));
    scratch.run(&["init", "--yes"]).ends(0, &["wrote Dockerfile"]);
}

#[test]
fn settings_of_check_are_read_by_the_same_door() {
    let outside = Scratch::new([("mine", "HUNTER2 = [\n")]);
    let target = outside.path().join("mine");
    for name in ["dockgen.toml", ".hadolint.yaml", "known.json"] {
        let scratch = Scratch::new([("Dockerfile", "FROM scratch\nUSER 1\n")]);
        if name == "known.json" {
            scratch.file("dockgen.toml", "[check]\nbaseline = \"known.json\"\n");
        }
        symlink(&target, scratch.path().join(name)).unwrap();
        let ran = scratch.run(&["check"]);
        ran.ends(2, &["could not read", name, "a link that leaves the repository"]);
        assert!(!format!("{ran:?}").contains("HUNTER2"), "{ran:?}");
        // inside, a link is followed
        std::fs::remove_file(scratch.path().join(name)).unwrap();
        scratch.file("settings/mine", if name == "known.json" { "{ \"findings\": [] }" } else { "" });
        symlink("settings/mine", scratch.path().join(name)).unwrap();
        let ran = scratch.run(&["check"]);
        assert!(!ran.stderr.contains("could not read"), "{name}: {ran:?}");
        // what has no end is not read to it
        std::fs::remove_file(scratch.path().join(name)).unwrap();
        std::fs::File::create(scratch.path().join(name)).unwrap().set_len(5 << 30).unwrap();
        scratch.run(&["check"]).ends(2, &["could not read", "larger than 2 MiB"]);
    }
    let scratch = Scratch::new([
        ("Dockerfile", "FROM scratch\nUSER 1\n"),
        ("dockgen.toml", "[check]\nbaseline = \"../known.json\"\n"),
    ]);
    scratch.run(&["check"]).ends(2, &["could not read"]);
}

#[test]
fn standard_input_has_a_bound() {
    let scratch = node_server();
    let command = format!("head -c 40000000 /dev/zero | {} check -", env!("CARGO_BIN_EXE_dockgen"));
    let ran = std::process::Command::new("sh").args(["-c", &command]).current_dir(scratch.path()).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("larger than 2 MiB"));
}

/// A project in each language, and a source of it whose lines are made of what is given.
type Sized = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str, &'static str);

const SIZED: [Sized; 5] = [
    (
        "JavaScript",
        &[
            ("package.json", r#"{ "name": "shop", "scripts": { "start": "node server.js" } }"#),
            ("server.js", "require('http').createServer().listen(3000)\n"),
        ],
        "lib/big",
        ".js",
        "// people wrote this\n",
    ),
    (
        "Python",
        &[("requirements.txt", "flask\n"), ("main.py", "import flask\n\napp = flask.Flask(__name__)\n")],
        "lib/big",
        ".py",
        "# people wrote this\n",
    ),
    (
        "Go",
        &[("go.mod", "module example.org/shop\n\ngo 1.26\n"), ("main.go", "package main\n\nfunc main() {}\n")],
        "big",
        ".go",
        "package main // people wrote this\n",
    ),
    (
        "Java",
        &[
            ("pom.xml", "<project><artifactId>shop</artifactId><version>1</version></project>"),
            ("src/main/java/Main.java", "class Main { public static void main(String[] a) {} }\n"),
        ],
        "src/main/java/Big",
        ".java",
        "// people wrote this\n",
    ),
    (
        "Rust",
        &[
            ("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"1.0.0\"\nedition = \"2024\"\n"),
            ("src/main.rs", "fn main() {}\n"),
        ],
        "src/big",
        ".rs",
        "// people wrote this\n",
    ),
];

#[test]
fn a_source_that_is_not_read_is_said_in_every_language() {
    for (language, files, name, ending, line) in SIZED {
        let scratch = Scratch::new(files.iter().copied());
        let path = format!("{name}{ending}");
        scratch.file(&path, line.repeat(1_000));
        let said = scratch.init("", &[]).unwrap().1;
        assert!(!said.contains("was not read"), "{language}: {said}");
        scratch.file(&path, line.repeat(530_000 / line.len()));
        let said = scratch.init("", &[]).unwrap().1;
        assert!(
            said.contains(&format!("the source `{path}` was not read: it has more than 512 kB")),
            "{language}: {said}"
        );
        scratch.file(&path, b"\xff\xfe\n");
        let said = scratch.init("", &[]).unwrap().1;
        assert!(said.contains(&format!("the source `{path}` was not read: it can't be read")), "{language}: {said}");
    }
}

#[test]
fn sources_beyond_the_number_that_is_read_are_said() {
    for (language, files, name, ending, line) in SIZED {
        let is_found_by_names = matches!(language, "JavaScript" | "Python" | "Java");
        let scratch = Scratch::new(files.iter().copied());
        for number in 0..610 {
            scratch.file(format!("{name}{number}{ending}"), line);
        }
        let said = scratch.init("", &[]).unwrap().1;
        let is_said = said.contains("of an application 600 sources are read");
        assert_eq!(is_said, is_found_by_names, "{language}: {said}");
    }
}

#[test]
fn sources_that_are_hardly_more_than_signs_are_read_as_far_as_usual_ones_would_be() {
    let (_, files, name, ending, _) = SIZED[0];
    let said = |line: &str| {
        let scratch = Scratch::new(files.iter().copied());
        for number in 0..4 {
            scratch.file(format!("{name}{number}{ending}"), line.repeat(500_000 / line.len()));
        }
        scratch.init("", &[]).unwrap().1
    };
    assert!(said("{};;;\n").contains("or 6 MB of usual ones"));
    assert!(!said("// people wrote this about it\n").contains("was not read"));
}

#[test]
fn minified_sources_are_said_but_for_those_that_say_it_themselves() {
    let (_, files, ..) = SIZED[0];
    let scratch = Scratch::new(files.iter().copied());
    scratch.file("lib/vendor.min.js", "var a=1;".repeat(2_000));
    assert!(!scratch.init("", &[]).unwrap().1.contains("was not read"));
    scratch.file("lib/bundle.js", "var a=1;".repeat(2_000));
    let said = scratch.init("", &[]).unwrap().1;
    assert!(said.contains("the source `lib/bundle.js` was not read: it is minified"), "{said}");
}
