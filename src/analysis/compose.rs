//! What the project's own compose file says of the service that is built from a folder: its command, the port that it
//! publishes, and the volumes that keep its data.

use serde_json::Value as Json;

use crate::analysis::data_folders::DataFolder;
use crate::catalog::file_names;
use crate::evidence::Fact;
use crate::path::{file_name, is_inside, join, join_inside, parent};
use crate::repo::{Manifest, Repo};
use crate::shell;

/// The compose file that stands nearest, in a folder or above it.
struct ComposeFile {
    manifest: Manifest,
    /// The folder that it stands in.
    place: String,
}

impl ComposeFile {
    fn nearest(repo: &Repo, folder: &str) -> Option<Self> {
        let mut place = folder;
        loop {
            let names = file_names().compose.iter();
            let read = names.into_iter().find_map(|name| repo.read_optional(&join(place, name))?.yaml().ok());
            if let Some(manifest) = read {
                return Some(Self { manifest, place: place.to_owned() });
            }
            if place.is_empty() {
                return None;
            }
            place = parent(place);
        }
    }

    fn services(&self) -> impl Iterator<Item = (&String, &Json)> {
        self.manifest.get(&["services"]).and_then(Json::as_object).into_iter().flatten()
    }

    /// The services that are built from a folder, but the servers of others that stand in front of one.
    fn built_from<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a String, &'a Json)> {
        let is_it = move |service: &Json| {
            let build = service.get("build")?;
            let context = build.as_str().or_else(|| build.get("context")?.as_str()).unwrap_or(".");
            Some(join_inside(&self.place, context)? == folder)
        };
        let is_own = |name: &String| !file_names().other_servers.contains(name);
        self.services().filter(move |(name, service)| is_own(name) && is_it(service) == Some(true))
    }
}

/// The commands of the services that are built from a folder.
pub fn commands(repo: &Repo, folder: &str) -> Vec<Fact<Vec<String>>> {
    let Some(file) = ComposeFile::nearest(repo, folder) else { return Vec::new() };
    let stated = file.built_from(folder).filter_map(|(name, service)| {
        let words = match service.get("command")? {
            Json::String(text) => shell::words(text)?,
            Json::Array(words) => words.iter().map(|word| word.as_str().map(str::to_owned)).collect::<Option<_>>()?,
            _ => return None,
        };
        (!words.is_empty()).then(|| Fact::new(words, file.manifest.evidence(&["services", name, "command"])))
    });
    stated.collect()
}

/// The port in the container that is published of the service that is built from a folder; nothing where it publishes
/// several, or where more than one service is built from it.
pub fn port(repo: &Repo, folder: &str) -> Option<Fact<u16>> {
    let file = ComposeFile::nearest(repo, folder)?;
    let mut built = file.built_from(folder);
    let (name, service) = built.next()?;
    let [only] = service.get("ports")?.as_array()?.as_slice() else { return None };
    if built.next().is_some() {
        return None;
    }
    let port = match only {
        Json::Number(port) => port.as_u64().and_then(|port| u16::try_from(port).ok()),
        Json::String(text) => {
            text.rsplit(':').next().and_then(|port| port.strip_suffix("/tcp").unwrap_or(port).parse().ok())
        }
        other => other.get("target").and_then(Json::as_u64).and_then(|port| u16::try_from(port).ok()),
    };
    Some(Fact::new(port?, file.manifest.evidence(&["services", name, "ports"])))
}

/// The folders that volumes keep of the service that is built from a folder, or that is called like the application or has an
/// image which is: absolute, or from the folder of the application where they lie in it.
pub fn data_folders(repo: &Repo, folder: &str, application: &str) -> Vec<DataFolder> {
    let Some(file) = ComposeFile::nearest(repo, folder) else { return Vec::new() };
    let is_its_name = |text: &str| !application.is_empty() && text.eq_ignore_ascii_case(application);
    let has_its_name = |(name, service): &(&String, &Json)| {
        let image = service.get("image").and_then(Json::as_str).unwrap_or_default();
        let image = file_name(image).split([':', '@']).next().unwrap_or_default();
        service.get("build").is_none() && (is_its_name(name) || is_its_name(image))
    };
    let own = file.built_from(folder).chain(file.services().filter(has_its_name));
    let volumes = own.filter_map(|(_, service)| service.get("volumes")?.as_array()).flatten();
    let mut found: Vec<DataFolder> = Vec::new();
    for (path, written) in volumes.filter_map(kept) {
        if !found.iter().any(|known| known.path == path) {
            let evidence =
                file.manifest.document().find(written).unwrap_or_else(|| file.manifest.evidence(&["services"]));
            found.push(DataFolder { path, file: None, setting: None, is_whole: true, is_from_source: false, evidence });
        }
    }
    found
}

/// The folders that volumes keep without those that the source writes at another place: the image of the file had another working
/// folder, `/files/media` for `media`. A setting may name the place of the file.
pub fn besides(composed: Vec<DataFolder>, own: &[DataFolder]) -> Vec<DataFolder> {
    let is_own = |folder: &DataFolder| {
        let is_it = |it: &&DataFolder| !it.path.starts_with('/') && file_name(&it.path) == file_name(&folder.path);
        folder.path.starts_with('/') && own.iter().any(|it| is_it(&it) && it.setting.is_none())
    };
    composed.into_iter().filter(|folder| !is_own(folder)).collect()
}

/// Where the images of databases look for what fills a new one.
const FILLS_DATABASE: &str = "/docker-entrypoint-initdb.d";

/// Whether a service fills a new database from a folder of the repository, or from files in it.
pub fn fills_database(repo: &Repo, folder: &str, from: &str) -> bool {
    let Some(file) = ComposeFile::nearest(repo, folder) else { return false };
    let volumes = file.services().filter_map(|(_, service)| service.get("volumes")?.as_array()).flatten();
    let mounts = volumes.filter_map(|volume| match volume {
        Json::String(text) => text.split_once(':'),
        other => Some((other.get("source")?.as_str()?, other.get("target")?.as_str()?)),
    });
    let mut sources = mounts.filter(|(_, target)| target.starts_with(FILLS_DATABASE)).map(|(source, _)| source);
    sources.any(|source| {
        join_inside(&file.place, source).is_some_and(|source| is_inside(&source, from) || is_inside(from, &source))
    })
}

/// The folder that a volume keeps, and how the file writes its target; nothing for sources, for what tools fill, for the system's
/// own folders, for single files, and for what is only read.
fn kept(volume: &Json) -> Option<(String, &str)> {
    let (source, target, is_read_only, written) = match volume {
        Json::String(text) => {
            let mut parts = text.split(':');
            (parts.next()?, parts.next()?, parts.next() == Some("ro"), text.as_str())
        }
        other => {
            let text = |key: &str| other.get(key).and_then(Json::as_str);
            let target = text("target")?;
            let is_read_only = other.get("read_only").and_then(Json::as_bool) == Some(true);
            let is_of_memory = text("type") == Some("tmpfs");
            (text("source").filter(|_| !is_of_memory)?, target, is_read_only, target)
        }
    };
    let names = file_names();
    let is_file = file_name(target).contains('.');
    // the folder of the checkout is called so, too
    let from_checkout = ["${PWD}", "$PWD"].iter().find_map(|name| source.strip_prefix(name));
    let is_checkout = matches!(from_checkout.unwrap_or(source).trim_end_matches('/'), "" | ".");
    let is_source = is_checkout
        || (source.starts_with('.') || from_checkout.is_some())
            && !["data", "log", "upload", "media"].iter().any(|word| target.contains(word));
    if is_read_only || is_file || is_source || !target.starts_with('/') || target.contains(['$', ' ']) {
        return None;
    }
    let target = target.trim_end_matches('/');
    if target.is_empty() || names.application_folders.iter().any(|home| home == target) {
        return None;
    }
    let inside =
        names.application_folders.iter().find_map(|home| target.strip_prefix(home.as_str())?.strip_prefix('/'));
    let is_of_system = inside.is_none() && names.system_folders.iter().any(|folder| is_inside(target, folder));
    let is_of_tools = target.split('/').any(|part| names.tool_folders.iter().any(|name| name == part));
    (!is_of_system && !is_of_tools).then(|| (inside.unwrap_or(target).to_owned(), written))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with one compose file and a folder `services/api`.
    fn repository(file: &str, text: &str) -> (tempfile::TempDir, Repo) {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("services/api")).unwrap();
        std::fs::write(root.path().join("services/api/x.py"), "").unwrap();
        std::fs::write(root.path().join(file), text).unwrap();
        let (repo, _) = Repo::open(root.path()).unwrap();
        (root, repo)
    }

    #[test]
    fn a_compose_file_says_the_port_of_what_it_builds() {
        let found = |file: &str, text: &str, folder: &str| {
            let (_root, repo) = repository(file, text);
            port(&repo, folder).map(|fact| fact.value)
        };
        let compose = |build: &str, ports: &str| {
            format!(
                "services:\n  api:\n    build: {build}\n    ports: {ports}\n  db:\n    image: x\n    ports: ['5432:5432']\n"
            )
        };
        for ports in
            ["['2005:2005']", "['80:2005/tcp']", "[2005]", "[{target: 2005, published: 80}]", "['127.0.0.1:80:2005']"]
        {
            assert_eq!(found("compose.yaml", &compose(".", ports), ""), Some(2005), "{ports}");
        }
        let built = compose("{context: ./services/api}", "['3001:3001']");
        assert_eq!(found("docker-compose.yml", &built, "services/api"), Some(3001));
        assert_eq!(found("docker-compose.yml", &built, ""), None);
        for ports in ["['80:80', '5678:5678']", "['80:$PORT']", "[]", "['80:80/udp']", "['8000-8010:8000-8010']"] {
            assert_eq!(found("compose.yaml", &compose(".", ports), ""), None, "{ports}");
        }
        let two = format!("{}  other:\n    build: .\n    ports: ['1:1']\n", compose(".", "['80:80']"));
        assert_eq!(found("compose.yaml", &two, ""), None);
        let other = two.replace("  other:", "  nginx:");
        assert_eq!(found("compose.yaml", &other, ""), Some(80), "the server in front of it");
    }

    #[test]
    fn volumes_of_the_applications_own_service_keep_its_data() {
        let found = |service: &str, volume: &str| {
            let text = format!("services:\n  a:\n    {service}\n    volumes:\n      - {volume}\n");
            let (_root, repo) = repository("compose.yaml", &text);
            data_folders(&repo, "", "shop").into_iter().map(|folder| folder.path).collect::<Vec<_>>().join(" ")
        };
        for (volume, path) in [
            ("data:/data", "/data"),
            ("files:/app/storage", "storage"),
            ("./uploads:/usr/src/app/uploads", "uploads"),
            ("${PWD}/uploads:/app/uploads", "uploads"),
            ("/srv/x:/var/lib/shop/", "/var/lib/shop"),
            ("{type: volume, source: data, target: /data}", "/data"),
        ] {
            assert_eq!(found("build: .", volume), path, "{volume}");
            assert_eq!(found("image: example.org/shop:1", volume), path, "{volume}");
        }
        for volume in [
            ".:/app",
            ".:/data",
            "${PWD}:/src-root",
            "$PWD/code:/code",
            "./src:/app/src",
            "/app/node_modules",
            "modules:/app/node_modules",
            "cargo:/usr/local/cargo/registry",
            "m2:/root/.m2",
            "./shop.conf:/data/shop.conf",
            "data:/data:ro",
            "{type: bind, source: ./data, target: /data, read_only: true}",
            "{type: tmpfs, target: /data}",
            "sock:/var/run/docker.sock",
        ] {
            assert_eq!(found("build: .", volume), "", "{volume}");
        }
        let text = "services:\n  shop:\n    image: example.org/other\n    volumes: ['data:/data']\n";
        let (_root, repo) = repository("compose.yaml", text);
        assert_eq!(data_folders(&repo, "", "Shop").len(), 1, "it is called like the application");
        for service in ["build: ./services/api", "image: postgres:18", "image: example.org/shop-proxy"] {
            assert_eq!(found(service, "data:/data"), "", "{service}");
        }
    }
}
