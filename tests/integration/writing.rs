//! What is on the disk when a run is killed, meets another, or may not write.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::scratch::Scratch;
use crate::support::dockgen_command;

const MANIFEST: &str = r#"{ "name": "shop", "scripts": { "start": "node server.js" } }"#;
/// Two states of one project: the Dockerfile and the ignore file of both differ.
const FIRST: &str = "require('http').createServer().listen(4000)\n";
const SECOND: &str = "require('fs').readFileSync('./shop.db'); require('http').createServer().listen(5000)\n";

fn project() -> Scratch {
    Scratch::new([("package.json", MANIFEST), ("server.js", FIRST), ("shop.db", "")])
}

/// The pair of files as a run leaves it that nothing disturbs.
fn pair(source: &str) -> (String, String) {
    let scratch = project();
    scratch.file("server.js", source);
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    (scratch.read("Dockerfile"), scratch.read(".dockerignore"))
}

/// How often a run is killed: a few times in every test, a thousand times where `DOCKGEN_KILLS` says so.
fn kills() -> u32 {
    std::env::var("DOCKGEN_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(24)
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_whole_files_and_the_next_run_ends_its_work() {
    let (first, second) = (pair(FIRST), pair(SECOND));
    assert!(first.0 != second.0 && first.1 != second.1);
    let scratch = project();
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    let started = Instant::now();
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    let usual = started.elapsed();
    let kills = kills();
    let mut halves = 0;
    for round in 0..kills {
        let is_second = round % 2 == 0;
        scratch.file("server.js", if is_second { SECOND } else { FIRST });
        let mut run = dockgen_command(scratch.path(), &["init", "--yes"]);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // evenly over the time that it takes, more often near its end, where the files are written
        let share = f64::from(round) / f64::from(kills);
        std::thread::sleep(usual.mul_f64(0.3 + share * 0.9));
        let _ = run.kill();
        run.wait().unwrap();
        let found = (scratch.read("Dockerfile"), scratch.read(".dockerignore"));
        assert!([&first.0, &second.0].contains(&&found.0), "half a Dockerfile:\n{}", found.0);
        assert!([&first.1, &second.1].contains(&&found.1), "half an ignore file:\n{}", found.1);
        if found != first && found != second {
            halves += 1;
            assert!(scratch.read("dockgen.lock").contains("before"), "half a pair, and no journal says so");
        }
        scratch.run(&["init", "--yes"]).ends(0, &[]);
        let wanted = if is_second { &second } else { &first };
        assert_eq!(&(scratch.read("Dockerfile"), scratch.read(".dockerignore")), wanted, "round {round}");
        let names = [".dockerignore", "Dockerfile", "dockgen.lock", "package.json", "server.js", "shop.db"];
        assert_eq!(scratch.names(), names, "round {round}");
    }
    eprintln!("{kills} kills, {halves} between the two files, each ended by the next run");
}

#[test]
fn two_runs_at_once_leave_the_pair_of_one() {
    let pairs = [pair(FIRST), pair(SECOND)];
    for round in 0..8 {
        let scratch = project();
        scratch.file("server.js", if round % 2 == 0 { FIRST } else { SECOND });
        let start = || {
            let mut command = dockgen_command(scratch.path(), &["init", "--yes"]);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let runs = [start(), start(), start()];
        for mut run in runs {
            assert!(run.wait().unwrap().success());
        }
        let found = (scratch.read("Dockerfile"), scratch.read(".dockerignore"));
        assert!(pairs.contains(&found), "round {round}");
        assert!(!scratch.names().iter().any(|name| name.starts_with(".dockgen-")));
    }
}

#[test]
fn mask_mode_and_owner_are_respected_and_no_right_to_act_as_another_is_kept() {
    let scratch = project();
    let shell = format!("umask 077; exec {} init --yes", env!("CARGO_BIN_EXE_dockgen"));
    let ran = Command::new("sh").args(["-c", &shell]).current_dir(scratch.path()).output().unwrap();
    assert!(ran.status.success());
    let mode = |name: &str| std::fs::metadata(scratch.path().join(name)).unwrap().mode() & 0o7777;
    assert_eq!((mode("Dockerfile"), mode(".dockerignore")), (0o600, 0o600));
    let set = |name: &str, mode: u32| {
        std::fs::set_permissions(scratch.path().join(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set("Dockerfile", 0o4755);
    set(".dockerignore", 0o640);
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|data| data.uid() == 0);
    if is_root {
        std::os::unix::fs::chown(scratch.path().join(".dockerignore"), Some(65534), Some(65534)).unwrap();
    }
    scratch.file("server.js", SECOND);
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    assert_eq!((mode("Dockerfile"), mode(".dockerignore")), (0o755, 0o640));
    if is_root {
        assert_eq!(std::fs::metadata(scratch.path().join(".dockerignore")).unwrap().uid(), 65534);
    }
}

#[test]
fn what_can_not_be_said_is_an_error_and_who_went_away_is_none() {
    for (arguments, status) in
        [("init --yes --print >/dev/full", 2), ("detect --json >/dev/full", 2), ("detect >/dev/full", 2)]
    {
        let scratch = project();
        let command = format!("{} {arguments}", env!("CARGO_BIN_EXE_dockgen"));
        let ran = Command::new("sh").args(["-c", &command]).current_dir(scratch.path()).output().unwrap();
        assert_eq!(ran.status.code(), Some(status), "{arguments}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    for arguments in ["detect", "detect --json", "init --yes --print"] {
        let scratch = project();
        let command = format!("{} {arguments} | true; echo ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_dockgen"));
        let ran = Command::new("bash").args(["-c", &command]).current_dir(scratch.path()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), "0", "{arguments}");
    }
    let scratch = project();
    let command = format!("{} init --yes 2>/dev/full", env!("CARGO_BIN_EXE_dockgen"));
    let ran = Command::new("sh").args(["-c", &command]).current_dir(scratch.path()).status().unwrap();
    assert!(ran.success() && scratch.names().contains(&"Dockerfile".to_owned()));
}

/// A run that takes longer than this, of processor time and not of waiting, or more memory, is ended by the system.
fn bounded(scratch: &Scratch, arguments: &str) -> (Option<i32>, String) {
    // a debug build without optimisation takes ten times what the released program does
    let command = format!("ulimit -t 20; ulimit -v 2000000; exec {} {arguments}", env!("CARGO_BIN_EXE_dockgen"));
    let started = Instant::now();
    let ran = Command::new("sh").args(["-c", &command]).current_dir(scratch.path()).output().unwrap();
    assert!(started.elapsed() < Duration::from_mins(2), "`{arguments}` hangs");
    (ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned())
}

/// Files that cost the first version of their reader minutes or the stack.
fn costly() -> Vec<(&'static str, String, (&'static str, &'static str))> {
    let node = ("package.json", r#"{ "name": "x", "scripts": { "start": "node a.js" } }"#);
    let python = ("main.py", "if __name__ == '__main__':\n    print('x')\n");
    let go = ("main.go", "package main\n\nfunc main() {}\n");
    let rust = ("src/main.rs", "fn main() {}\n");
    let boot = "<project><modelVersion>4.0.0</modelVersion><parent><groupId>org.springframework.boot</groupId>\
        <artifactId>spring-boot-starter-parent</artifactId><version>3.5.0</version></parent><groupId>x</groupId>\
        <artifactId>x</artifactId><version>1</version><build><plugins><plugin><groupId>org.springframework.boot</groupId>\
        <artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>";
    let java = ("pom.xml", boot);
    let lines = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    vec![
        ("src/main/resources/application.properties", lines(20_000, |n| format!("k{n}=v\n")), java),
        ("src/main/resources/application.properties", lines(8_000, |n| format!("k{n}=${{k{}}}\n", n + 1)), java),
        ("README.md", lines(8_000, |_| "java -jar target/b.jar x\n".into()), java),
        (
            "pyproject.toml",
            format!("[project]\nname = \"x\"\n[project.scripts]\n{}", lines(5_000, |n| format!("s{n} = \"a:b\"\n"))),
            python,
        ),
        ("requirements.txt", lines(40_000, |n| format!("package{n}==1.0\n")), python),
        ("main.py", format!("x=1{}\n", "+1".repeat(50_000)), ("requirements.txt", "flask\n")),
        ("main.py", format!("x={}1\n", "-".repeat(100_000)), ("requirements.txt", "flask\n")),
        ("main.py", format!("x=a{}\n", ".a".repeat(100_000)), ("requirements.txt", "flask\n")),
        ("main.py", format!("x=a{}\n", "()".repeat(100_000)), ("requirements.txt", "flask\n")),
        ("main.py", format!("x={}\n", "[".repeat(100_000)), ("requirements.txt", "flask\n")),
        (
            "go.mod",
            format!("module a\n\ngo 1.26\n\nrequire (\n{})\n", lines(40_000, |n| format!("\ta.b/c{n} v1.0.0\n"))),
            go,
        ),
        (
            "main.go",
            format!(
                "package main\n\nvar x = []string{{\n{}}}\n\nfunc main() {{}}\n",
                lines(40_000, |n| format!("\t\"text{n}\",\n"))
            ),
            ("go.mod", "module a\n\ngo 1.26\n"),
        ),
        (
            "main.go",
            format!("package main\n\nvar x = {}1{}\n\nfunc main() {{}}\n", "(".repeat(50_000), ")".repeat(50_000)),
            ("go.mod", "module a\n\ngo 1.26\n"),
        ),
        ("a.js", format!("require('http').createServer().listen(3000)\n{}", "new A({".repeat(50_000)), node),
        (
            "a.js",
            format!("require('http').createServer().listen(3000)\nx = {}\n", "process.env.DIR ? ".repeat(20_000)),
            node,
        ),
        ("a.js", format!("require('http').createServer().listen(3000)\nx = {}1\n", "a=>".repeat(100_000)), node),
        (
            "src/main.rs",
            format!("fn main() {{ let x = {}1; }}\n", "&".repeat(100_000)),
            ("Cargo.toml", "[package]\nname = \"x\"\nversion = \"1.0.0\"\nedition = \"2024\"\n"),
        ),
        (
            "Cargo.toml",
            format!(
                "[package]\nname = \"x\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[features]\n{}",
                lines(10_000, |n| format!("f{n} = []\n"))
            ),
            rust,
        ),
        (
            "src/main/java/A.java",
            format!("class A {{ int x = {}1{}; }}\n", "(".repeat(50_000), ")".repeat(50_000)),
            java,
        ),
        ("pnpm-workspace.yaml", format!("a: &a [x]\n{}", lines(30, |n| format!("b{n}: &b{n} [*a, *a]\n"))), node),
        (
            "Makefile",
            format!(
                "a0 = x\n{}build:\n\techo $(a40)\n",
                lines(40, |n| format!("a{} = $(a{n}) $(a{n}) $(a{n}) $(a{n})\n", n + 1))
            ),
            ("go.mod", "module a\n\ngo 1.26\n"),
        ),
        (
            "Dockerfile",
            format!("FROM scratch\n{}", lines(20_000, |n| format!("ENV K{n}=$K{}\n", n.wrapping_sub(1)))),
            node,
        ),
        (".dockerignore", lines(10_000, |n| format!("**/{}*x{n}\n", "*a".repeat(20))), node),
    ]
}

#[test]
fn no_small_file_costs_much_time_memory_or_the_stack() {
    for (path, text, (other, beside)) in costly() {
        let start: String = text.chars().take(60).collect();
        let scratch = Scratch::new([(path, text), (other, beside.to_owned())]);
        scratch.file("src/main/java/Main.java", "class Main { public static void main(String[] a) { } }");
        for arguments in ["detect", "init --yes --print"] {
            let (status, said) = bounded(&scratch, arguments);
            assert!(matches!(status, Some(0..=3)), "`{arguments}` with {path} `{start}` ends with {status:?}: {said}");
        }
        if !scratch.path().join("Dockerfile").exists() {
            scratch.file("Dockerfile", "FROM scratch\n");
        }
        let (status, said) = bounded(&scratch, "check");
        assert!(matches!(status, Some(0..=3)), "`check` with {path} `{start}` ends with {status:?}: {said}");
    }
}

#[test]
fn many_files_deep_folders_and_names_of_any_bytes_do_no_harm() {
    use std::os::unix::ffi::OsStrExt;
    let scratch = project();
    for folder in 0..40 {
        let folder = scratch.path().join(format!("many/{folder}"));
        std::fs::create_dir_all(&folder).unwrap();
        (0..500).for_each(|file| std::fs::write(folder.join(format!("{file}.txt")), "").unwrap());
    }
    let mut deep = scratch.path().join("deep");
    for _ in 0..400 {
        deep.push("a");
    }
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join("package.json"), MANIFEST).unwrap();
    let odd = std::ffi::OsStr::from_bytes(b"\xff\xfe name");
    std::fs::write(scratch.path().join(odd), "x").unwrap();
    std::fs::create_dir(scratch.path().join(std::ffi::OsStr::from_bytes(b"\xfffolder"))).unwrap();
    for name in ["a.js", "b.sqlite", "go.sum"] {
        std::fs::File::create(scratch.path().join(name)).unwrap().set_len(5 << 30).unwrap();
    }
    std::fs::remove_dir(scratch.path().join(".git")).unwrap();
    scratch.file(".git", "gitdir: /nowhere/else\n");
    for arguments in ["detect", "init --yes", "check"] {
        let (status, said) = bounded(&scratch, arguments);
        assert!(matches!(status, Some(0 | 1)), "`{arguments}` ends with {status:?}: {said}");
    }
    let scratch = project();
    std::fs::File::create(scratch.path().join("package.json")).unwrap().set_len(5 << 30).unwrap();
    let (status, said) = bounded(&scratch, "init --yes");
    assert!(status == Some(2) && said.contains("larger than 2 MiB"), "{status:?}: {said}");
}
