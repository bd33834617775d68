//! `--certificates`: a program of each language reaches an HTTPS server on the loopback whose authority is in the file only, and
//! does not without it.

use std::path::Path;
use std::process::Command;

use libtest_mimic::{Failed, Trial};

use crate::container::{both, build, docker, provide, told};
use crate::support::{copy, dockgen, root};

const LANGUAGES: &[&str] = &["go", "java", "node", "python", "rust"];

/// One trial for each language.
pub fn trials(is_ignored: bool) -> Vec<Trial> {
    let trial = |language: &'static str| {
        Trial::test(format!("certificates::{language}"), move || reaches(language)).with_ignored_flag(is_ignored)
    };
    LANGUAGES.iter().map(|language| trial(language)).collect()
}

/// A server with a certificate for `localhost`, in a container.
const SERVER: &str = "import http.server, ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('/tls/server.pem', '/tls/server.key')
server = http.server.HTTPServer(('127.0.0.1', 8443), http.server.SimpleHTTPRequestHandler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
";

fn openssl(folder: &Path, arguments: &str) -> Result<(), Failed> {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output()?;
    if output.status.success() { Ok(()) } else { Err(format!("openssl {arguments}: {}", both(&output)).into()) }
}

/// An authority in `company.pem`, and what it vouches for.
fn authority(folder: &Path) -> Result<(), Failed> {
    std::fs::write(folder.join("server.cnf"), "subjectAltName = DNS:localhost\n")?;
    std::fs::write(folder.join("server.py"), SERVER)?;
    openssl(
        folder,
        "req -x509 -newkey rsa:2048 -nodes -keyout company.key -out company.pem -days 2 -subj /CN=company -addext keyUsage=critical,keyCertSign",
    )?;
    openssl(folder, "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost")?;
    openssl(
        folder,
        "x509 -req -in server.csr -CA company.pem -CAkey company.key -CAcreateserial -out server.pem -days 2 -extfile server.cnf",
    )
}

fn reaches(language: &str) -> Result<(), Failed> {
    let project = tempfile::Builder::new().prefix("dockgen-").tempdir()?;
    copy(&root().join("tests/certificates").join(language), project.path(), &|_: &Path| true);
    std::fs::create_dir(project.path().join(".git"))?;
    let tls = tempfile::Builder::new().prefix("dockgen-").tempdir()?;
    authority(tls.path())?;
    std::fs::copy(tls.path().join("company.pem"), project.path().join("company.pem"))?;
    let image = format!("dockgen-certificates/{language}");
    let server = format!("dockgen-certificates-{language}");
    let made = made(project.path(), &image, &["--certificates", "company.pem"])?;
    std::fs::remove_file(project.path().join("dockgen.toml"))?;
    let without = self::made(project.path(), &format!("{image}-without"), &["--force"])?;
    docker(&["rm", "--force", &server]);
    let outcome = serve(tls.path(), &server).and_then(|()| {
        let ask = |image: &str| docker(&["run", "--rm", "--network", &format!("container:{server}"), image]);
        let (with, without) = (ask(&made), ask(&without));
        if !both(&with).contains("trusted: 200") {
            return Err(format!("with the certificate: {}", both(&with)).into());
        }
        if without.status.success() {
            return Err(format!("without the certificate: {}", both(&without)).into());
        }
        Ok(())
    });
    docker(&["rm", "--force", &server]);
    docker(&["rmi", "--force", &made, &without]);
    outcome
}

/// The image of the project with more answers.
fn made(project: &Path, image: &str, answers: &[&str]) -> Result<String, Failed> {
    let ran = dockgen(project, &[&["init", "--yes"], answers].concat());
    if !ran.status.success() {
        return Err(both(&ran).into());
    }
    let (dockerfile, context) = (project.join("Dockerfile").display().to_string(), project.display().to_string());
    provide(&dockerfile)?;
    build(image, &dockerfile, &context, &[])?;
    Ok(image.to_owned())
}

/// Starts the server.
fn serve(tls: &Path, name: &str) -> Result<(), Failed> {
    let image = "python:3.13-slim-trixie";
    let dockerfile = tls.join("Dockerfile");
    std::fs::write(&dockerfile, format!("FROM {image}\n"))?;
    provide(&dockerfile.display().to_string())?;
    told(&["create", "--name", name, image, "python", "/tls/server.py"])?;
    told(&["cp", &tls.display().to_string(), &format!("{name}:/tls")])?;
    told(&["start", name])?;
    std::thread::sleep(std::time::Duration::from_secs(2));
    Ok(())
}
