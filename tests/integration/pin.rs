//! `dockgen pin`, against a stand-in of a registry in this process and against a real one on the loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::scratch::{Ran, Scratch};

const OLD: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
const NEW: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

/// A registry that gives a token for a name and a password, and for that the digest of `acme/app:1`; nothing else. It returns
/// its address.
fn stub() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let own = address.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut first, mut authorization) = (String::new(), String::new());
            reader.read_line(&mut first).unwrap();
            for line in reader.lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
                if line.to_lowercase().starts_with("authorization: ") {
                    line["authorization: ".len()..].clone_into(&mut authorization);
                }
            }
            let mut stream = stream;
            let answer = match first.split(' ').nth(1).unwrap_or_default() {
                path if path.starts_with("/token?") && authorization == "Basic YWRhOnNlY3JldA==" => {
                    assert!(path.contains("scope=repository%3Aacme%2Fapp%3Apull"), "{path}");
                    "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"token\":\"t\"}".to_owned()
                }
                path if path.starts_with("/token?") => {
                    "HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned()
                }
                "/v2/acme/app/manifests/1" if authorization == "Bearer t" => {
                    format!("HTTP/1.1 200 OK\r\nDocker-Content-Digest: {NEW}\r\nConnection: close\r\n\r\n")
                }
                _ if authorization == "Bearer t" => "HTTP/1.1 404 No\r\nConnection: close\r\n\r\n".to_owned(),
                _ => format!(
                    "HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer realm=\"http://{own}/token\",service=\"stub\",\
                     scope=\"repository:acme/app:pull\"\r\nConnection: close\r\n\r\n"
                ),
            };
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    address
}

fn pin(scratch: &Scratch, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_dockgen"))
        .arg("pin")
        .args(arguments)
        .current_dir(scratch.path())
        .env("DOCKER_CONFIG", scratch.path())
        .output();
    Ran::from(output.unwrap())
}

/// Docker's configuration with the password `secret` of `ada`.
fn logged_in(registry: &str) -> String {
    format!("{{\"auths\": {{\"{registry}\": {{\"auth\": \"YWRhOnNlY3JldA==\"}}}}}}")
}

#[test]
fn digests_are_written_behind_the_tags_and_told_apart_when_stale() {
    let registry = stub();
    let text = format!(
        "# {registry}/acme/app:1\nFROM {registry}/acme/app:1 AS build\nCOPY --from={registry}/acme/app:1 /a /a\n\
         FROM build AS test\nFROM scratch\nCOPY --from=build /a /a\n"
    );
    let scratch = Scratch::new([("Dockerfile", text.clone()), ("config.json", logged_in(&registry))]);
    pin(&scratch, &["--check"]).ends(1, &["one image has not the digest of its tag"]);
    assert_eq!(scratch.read("Dockerfile"), text);
    pin(&scratch, &[]).prints(0, &["pinned", NEW]);
    let pinned = text.replace("/app:1 ", &format!("/app:1@{NEW} "));
    assert_eq!(scratch.read("Dockerfile"), pinned);
    pin(&scratch, &["--check"]).prints(0, &["current"]);
    scratch.file("Dockerfile", pinned.replace(NEW, OLD));
    let stale = pin(&scratch, &["--check", "--json"]);
    assert_eq!((stale.status, stale.json()["files"][0]["images"][0]["state"].as_str()), (1, Some("stale")));
    pin(&scratch, &["Dockerfile"]).prints(0, &["pinned"]);
    assert_eq!(scratch.read("Dockerfile"), pinned);
}

#[test]
fn what_can_not_be_asked_is_said_and_nothing_is_written() {
    let registry = stub();
    let text = format!("FROM {registry}/acme/app:1\nFROM {registry}/acme/other:1\n");
    let scratch = Scratch::new([("Dockerfile", text.clone()), ("config.json", logged_in(&registry))]);
    pin(&scratch, &[]).ends(4, &["it has no such image"]);
    scratch.file("config.json", "{}");
    pin(&scratch, &[]).ends(4, &["does not let you in", "docker login"]);
    scratch.file("Dockerfile", "FROM 127.0.0.1:1/acme/app:1\n");
    pin(&scratch, &[]).ends(4, &["`127.0.0.1:1/acme/app:1` can't be asked", "is there a network"]);
    scratch.file("Dockerfile", "ARG V=1\nFROM 127.0.0.1:1/acme/app:$V\n");
    pin(&scratch, &["--check"]).ends(0, &[]);
    pin(&scratch, &["absent"]).ends(2, &["could not read `absent`"]);
}

#[cfg(unix)]
#[test]
fn only_a_regular_file_of_the_repository_is_pinned() {
    let text = "FROM 127.0.0.1:1/acme/app:1\n";
    let (outside, scratch) = (Scratch::new([("Dockerfile", text)]), Scratch::new([("docker/a", text)]));
    std::os::unix::fs::symlink(outside.path().join("Dockerfile"), scratch.path().join("Dockerfile")).unwrap();
    pin(&scratch, &[]).ends(2, &["could not read `./Dockerfile`", "leaves the repository"]);
    std::fs::remove_file(scratch.path().join("Dockerfile")).unwrap();
    std::os::unix::fs::symlink("docker/a", scratch.path().join("Dockerfile")).unwrap();
    pin(&scratch, &[]).ends(4, &["can't be asked"]);
    let pipe = Command::new("mkfifo").arg(scratch.path().join("pipe")).status().unwrap();
    assert!(pipe.success());
    pin(&scratch, &["pipe"]).ends(2, &["no regular file"]);
}

/// One request with an answer's headers and body.
fn ask(address: &str, method: &str, target: &str, kind: &str, body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic YWRhOnNlY3JldA==\r\nContent-Type: {kind}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

fn header(answer: &str, name: &str) -> String {
    let line = answer.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}: "))).expect(answer);
    line.split_once(": ").unwrap().1.to_owned()
}

/// Pushes an image of one empty configuration under a tag; returns the digest that the registry gives it.
fn push(address: &str, name: &str, tag: &str, configuration: &[u8]) -> String {
    let (status, answer) = ask(address, "POST", &format!("/v2/{name}/blobs/uploads/"), "text/plain", b"");
    assert_eq!(status, 202, "{answer}");
    let location = header(&answer, "location");
    let location = location.strip_prefix(&format!("http://{address}")).unwrap_or(&location);
    let digest = Sha256::digest(configuration).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let target = format!("{location}&digest=sha256:{digest}");
    let (status, answer) = ask(address, "PUT", &target, "application/octet-stream", configuration);
    assert_eq!(status, 201, "{answer}");
    let kind = "application/vnd.oci.image.manifest.v1+json";
    let manifest = format!(
        "{{\"schemaVersion\":2,\"mediaType\":\"{kind}\",\"config\":{{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\
         \"digest\":\"sha256:{digest}\",\"size\":{}}},\"layers\":[]}}",
        configuration.len()
    );
    let (status, answer) = ask(address, "PUT", &format!("/v2/{name}/manifests/{tag}"), kind, manifest.as_bytes());
    assert_eq!(status, 201, "{answer}");
    header(&answer, "docker-content-digest")
}

/// Starts Debian's `docker-registry` with one user; nothing where the program is not there.
fn registry(folder: &Path) -> Option<(std::process::Child, String)> {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    // `ada` with the password `secret`
    std::fs::write(folder.join("users"), "ada:$2y$05$3krsGuDUQolw83cNM0J8wuqlf.2lo/i39vF9Xecy8nTVmMDxRVvvy\n").unwrap();
    let (data, users) = (folder.join("data"), folder.join("users"));
    let configuration = format!(
        "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {address}\nauth:\n  htpasswd:\n    \
         realm: registry\n    path: {}\n",
        data.display(),
        users.display()
    );
    std::fs::write(folder.join("config.yml"), configuration).unwrap();
    let mut command = Command::new("docker-registry");
    command.arg("serve").arg(folder.join("config.yml")).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().ok()?;
    let start = Instant::now();
    while TcpStream::connect(&address).is_err() {
        assert!(start.elapsed() < Duration::from_secs(20), "the registry does not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    Some((child, address))
}

#[test]
fn a_real_registry_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let Some((mut child, address)) = registry(folder.path()) else {
        assert!(std::env::var_os("DOCKGEN_REQUIRE_ENGINE").is_none(), "`docker-registry` is not installed");
        eprintln!("`docker-registry` is not installed: a real registry is NOT asked");
        return;
    };
    let first = push(&address, "acme/app", "1", b"{}");
    let scratch =
        Scratch::new([("Dockerfile", format!("FROM {address}/acme/app:1\n")), ("config.json", logged_in(&address))]);
    pin(&scratch, &[]).prints(0, &["pinned", &first]);
    assert_eq!(scratch.read("Dockerfile"), format!("FROM {address}/acme/app:1@{first}\n"));
    pin(&scratch, &["--check"]).prints(0, &["current"]);
    let second = push(&address, "acme/app", "1", b"{ }");
    assert_ne!(first, second);
    pin(&scratch, &["--check"]).prints(1, &["stale", &second]);
    pin(&scratch, &[]).prints(0, &[&second]);
    assert_eq!(scratch.read("Dockerfile"), format!("FROM {address}/acme/app:1@{second}\n"));
    scratch.file("config.json", "{}");
    pin(&scratch, &[]).ends(4, &["does not let you in"]);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_update_keeps_the_digests_and_the_gate_is_content() {
    let scratch = crate::scratch::node_server();
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    let text = scratch.read("Dockerfile");
    let pinned = dockgen::dockerfile::with_images(&text, |reference| Some(format!("{reference}@{OLD}")));
    assert_ne!(text, pinned);
    scratch.file("Dockerfile", &pinned);
    scratch.run(&["init", "--check"]).ends(0, &[]);
    scratch.run(&["update"]).ends(0, &[]);
    assert_eq!(scratch.read("Dockerfile"), pinned);
    let check = scratch.run(&["check"]);
    assert_eq!(check.status, 0, "{check:?}");
}
