//! The layers of an image and its history, read once from its archive as a stream: what a later layer removes is still in
//! an earlier one, for everyone who pulls the image.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::catalog::secrets;
use crate::container::contents::is_secret_file;
use crate::path::{file_name, join, parent};

/// The bytes of a header of an archive.
const HEADER: usize = 512;
/// Where the header of an archive says what it is.
const MAGIC: std::ops::Range<usize> = 257..262;
/// How a compressed layer begins.
const GZIP: &[u8] = &[0x1f, 0x8b];
/// A larger file of the archive is no configuration, in bytes.
const LARGEST_CONFIGURATION: u64 = 4 * 1024 * 1024;

/// How the name of a file begins that hides one of a lower layer: the layer specification of the Open Container Initiative.
const WHITEOUT: &str = ".wh.";
/// What follows where it hides all that lower layers have in its folder.
const OPAQUE: &str = ".opq";

/// A layer of an image.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The bytes of its files.
    pub size: u64,
    /// How many files it has.
    pub files: u64,
    /// Its files that are called like a secret.
    pub secrets: Vec<String>,
    /// The bytes of its files, by the first two parts of their paths.
    pub folders: BTreeMap<String, u64>,
}

/// What an image was made of.
#[derive(Debug, Default)]
pub struct Layers {
    /// The layers, the lowest first.
    pub layers: Vec<Layer>,
    /// The secrets that its history tells, by the names of their variables.
    pub told: Vec<String>,
}

/// A file of a layer, as another build of the same could make it differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigest {
    /// The digest of its bytes, or where a link goes to.
    content: Vec<u8>,
    /// Its kind, permissions and owner.
    rights: (u8, u32, u64, u64),
    /// When it was changed, in seconds since 1970.
    time: u64,
}

/// The files that are to be seen in a container, each with the name of its layer.
pub type Visible = BTreeMap<String, String>;

/// The files of each layer by their paths, the lowest layer first.
pub type Digests = Vec<BTreeMap<String, FileDigest>>;

/// Reads the archive that an engine saves of an image.
///
/// # Errors
/// When the archive breaks off, or holds a layer in a form that is not known.
pub fn read(archive: &mut dyn Read) -> std::io::Result<Layers> {
    let (layers, configurations) = read_by(archive, |_, archive| layer(archive))?;
    let mut told: Vec<String> = configurations.iter().flat_map(secrets_of_history).collect();
    told.sort();
    told.dedup();
    Ok(Layers { layers, told })
}

/// Reads what two builds are compared by out of the archive that an engine saves of an image. A time later than `epoch` counts as
/// that one: so an exporter with `rewrite-timestamp=true` writes it.
///
/// # Errors
/// As [`read`].
pub fn read_digests(archive: &mut dyn Read, epoch: u64) -> std::io::Result<Digests> {
    read_by(archive, |_, archive| digests(archive, epoch)).map(|(layers, _)| layers)
}

/// Reads which files of which layer are to be seen in a container.
///
/// # Errors
/// As [`read`].
pub fn read_visible(archive: &mut dyn Read) -> std::io::Result<Visible> {
    let (layers, _) = read_by(archive, |name, archive| Ok((name.to_owned(), paths(archive)?)))?;
    let mut visible = Visible::default();
    for (name, paths) in layers {
        let (marks, files): (Vec<String>, Vec<String>) =
            paths.into_iter().partition(|path| file_name(path).starts_with(WHITEOUT));
        let hidden: BTreeSet<String> = marks.iter().map(|mark| hidden(mark)).collect();
        if !hidden.is_empty() {
            visible.retain(|path, _| !above(path).any(|it| hidden.contains(it)));
        }
        visible.extend(files.into_iter().map(|path| (path, name.clone())));
    }
    Ok(visible)
}

/// What a mark of a layer hides of the lower ones: a file, or a folder with all in it.
fn hidden(mark: &str) -> String {
    match file_name(mark).trim_start_matches(WHITEOUT) {
        OPAQUE => parent(mark).to_owned(),
        name => join(parent(mark), name),
    }
}

/// A path, each folder above it, and the root.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let folders = path.match_indices('/').map(|(end, _)| &path[..end]);
    folders.chain([path, ""])
}

/// Reads each layer of an archive by a function, which is given its name too; the layers in their order, and the configurations.
pub fn read_by<T: Default + Clone>(
    archive: &mut dyn Read,
    mut layer: impl FnMut(&str, &mut dyn Read) -> std::io::Result<T>,
) -> std::io::Result<(Vec<T>, Vec<Value>)> {
    let mut by_name: BTreeMap<String, T> = BTreeMap::new();
    let mut order = Vec::new();
    let mut configurations = Vec::new();
    for entry in tar::Archive::new(archive).entries()? {
        let mut entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = entry.path()?.to_string_lossy().trim_start_matches("./").to_owned();
        let size = entry.size();
        let mut start = Vec::with_capacity(HEADER);
        entry.by_ref().take(HEADER as u64).read_to_end(&mut start)?;
        if start.starts_with(b"{") || start.starts_with(b"[") {
            let mut text = start;
            entry.take(LARGEST_CONFIGURATION).read_to_end(&mut text)?;
            let value: Value = serde_json::from_slice(&text).unwrap_or(Value::Null);
            order.extend(
                value[0]["Layers"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned),
            );
            configurations.push(value);
        } else if start.starts_with(GZIP) {
            let read = layer(&name, &mut MultiGzDecoder::new(Cursor::new(start).chain(entry)))?;
            by_name.insert(name, read);
        } else if start.iter().all(|byte| *byte == 0) {
            // the end of an archive, and nothing before it: a layer without files
            by_name.insert(name, T::default());
        } else if start.get(MAGIC) == Some(b"ustar") {
            let read = layer(&name, &mut Cursor::new(start).chain(entry))?;
            by_name.insert(name, read);
        } else if size > 0 && name.starts_with("blobs/") {
            return Err(std::io::Error::other(format!("`{name}` is in a form that is not known")));
        }
    }
    Ok((order.iter().map(|name| by_name.get(name).cloned().unwrap_or_default()).collect(), configurations))
}

fn layer(archive: &mut dyn Read) -> std::io::Result<Layer> {
    let mut layer = Layer::default();
    for entry in tar::Archive::new(archive).entries()? {
        let entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path()?.to_string_lossy().trim_start_matches("./").to_owned();
        layer.size += entry.size();
        layer.files += 1;
        let folder = path.match_indices('/').nth(1).map_or(path.as_str(), |(end, _)| &path[..end]);
        *layer.folders.entry(format!("/{folder}")).or_default() += entry.size();
        if is_secret_file(&path) {
            layer.secrets.push(format!("/{path}"));
        }
    }
    Ok(layer)
}

fn paths(archive: &mut dyn Read) -> std::io::Result<Vec<String>> {
    let path = |entry: std::io::Result<tar::Entry<'_, _>>| Ok(relative(&entry?.path()?));
    tar::Archive::new(archive).entries()?.map(path).collect()
}

/// A path of an archive from the root of the image, without a slash at either end.
pub fn relative(path: &Path) -> String {
    path.to_string_lossy().trim_start_matches("./").trim_end_matches('/').to_owned()
}

fn digests(archive: &mut dyn Read, epoch: u64) -> std::io::Result<BTreeMap<String, FileDigest>> {
    let mut found = BTreeMap::new();
    for entry in tar::Archive::new(archive).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().trim_start_matches("./").to_owned();
        let header = entry.header();
        let rights = (header.entry_type().as_byte(), header.mode()?, header.uid()?, header.gid()?);
        let time = header.mtime()?.min(epoch);
        let content = match entry.link_name()? {
            Some(target) => target.to_string_lossy().into_owned().into_bytes(),
            None => digest(&mut entry)?,
        };
        found.insert(path, FileDigest { content, rights, time });
    }
    Ok(found)
}

fn digest(file: &mut dyn Read) -> std::io::Result<Vec<u8>> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(digest.finalize().to_vec()),
            count => digest.update(&buffer[..count]),
        }
    }
}

/// The files in which two builds differ, each with what differs; the lowest layer first.
pub fn differences(first: &Digests, second: &Digests) -> Vec<String> {
    let mut found = Vec::new();
    let none = BTreeMap::new();
    for index in 0..first.len().max(second.len()) {
        let (a, b) = (first.get(index).unwrap_or(&none), second.get(index).unwrap_or(&none));
        let paths: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        for path in paths {
            let what = match (a.get(path), b.get(path)) {
                (Some(a), Some(b)) if a == b => continue,
                (Some(a), Some(b)) if a.content != b.content => "its content",
                (Some(a), Some(b)) if a.rights != b.rights => "its rights",
                (Some(_), Some(_)) => "its time",
                _ => "it is in one of them alone",
            };
            found.push(format!("/{path} in layer {} ({what})", index + 1));
        }
    }
    found
}

/// The variables with a secret that the history of a configuration tells with their values.
fn secrets_of_history(configuration: &Value) -> Vec<String> {
    let steps = configuration["history"].as_array().into_iter().flatten();
    let words = steps.filter_map(|step| step["created_by"].as_str()).flat_map(str::split_whitespace);
    let assigned = words.filter_map(|word| word.split_once('='));
    let names = assigned.filter(|(name, value)| {
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_value = !value.is_empty() && !value.starts_with('$');
        is_name && is_value && secrets().variables.matches(name) && !secrets().variables.is_public(name)
    });
    names.map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use serde_json::json;

    use super::*;

    fn archive(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, bytes) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_uid(0);
            header.set_gid(0);
            header.set_mtime(0);
            builder.append_data(&mut header, path, bytes.as_slice()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn compressed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn image(history: &[&str], layers: &[Vec<u8>]) -> Layers {
        let names: Vec<String> = (0..layers.len()).map(|number| format!("blobs/sha256/{number}")).collect();
        let steps: Vec<Value> = history.iter().map(|step| json!({"created_by": step})).collect();
        let mut files: Vec<(&str, Vec<u8>)> = names.iter().map(String::as_str).zip(layers.iter().cloned()).collect();
        files.push(("blobs/sha256/configuration", json!({"history": steps}).to_string().into_bytes()));
        files.push(("manifest.json", json!([{"Layers": names}]).to_string().into_bytes()));
        read(&mut archive(&files).as_slice()).unwrap()
    }

    #[test]
    fn a_secret_is_found_in_the_layer_that_a_later_one_hides() {
        let lower = archive(&[("app/id_rsa", b"key".to_vec()), ("app/data/a", b"12345".to_vec())]);
        let upper = compressed(&archive(&[("app/.wh.id_rsa", Vec::new()), ("usr/bin/tool", b"12".to_vec())]));
        let layers = image(&[], &[lower, upper]).layers;
        assert_eq!(layers[0].secrets, ["/app/id_rsa"]);
        assert_eq!((layers[0].size, layers[0].folders["/app/data"]), (8, 5));
        assert_eq!((layers[1].secrets.len(), layers[1].size), (0, 2));
        assert_eq!(image(&[], &[archive(&[])]).layers, [Layer::default()], "a layer without files");
    }

    #[test]
    fn the_history_tells_arguments_of_the_build() {
        let told = |step: &str| image(&[step], &[]).told;
        assert_eq!(told("ARG API_TOKEN=hunter2"), ["API_TOKEN"]);
        assert_eq!(told("RUN |1 API_TOKEN=hunter2 /bin/sh -c make"), ["API_TOKEN"]);
        for step in ["ARG API_TOKEN", "ENV PORT=3000", "RUN API_TOKEN=$(cat /run/secrets/token) make", "ENV TOKEN="] {
            assert!(told(step).is_empty(), "{step}");
        }
    }

    #[test]
    fn two_builds_differ_by_file() {
        let layer = |files: &[(&str, &str)]| {
            let files: Vec<(&str, Vec<u8>)> =
                files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect();
            vec![digests(&mut archive(&files).as_slice(), u64::MAX).unwrap()]
        };
        let first = layer(&[("app/a", "1"), ("app/b", "2"), ("app/c", "3")]);
        assert!(differences(&first, &first).is_empty());
        let second = layer(&[("app/a", "1"), ("app/b", "9"), ("app/d", "3")]);
        let mut later = first.clone();
        later[0].get_mut("app/a").unwrap().time += 1;
        assert_eq!(
            differences(&first, &second),
            [
                "/app/b in layer 1 (its content)",
                "/app/c in layer 1 (it is in one of them alone)",
                "/app/d in layer 1 (it is in one of them alone)",
            ]
        );
        assert_eq!(differences(&first, &later), ["/app/a in layer 1 (its time)"]);
        assert_eq!(differences(&first, &Vec::new()).len(), 3);
    }

    #[test]
    fn a_time_counts_as_the_one_that_the_build_was_given() {
        let at = |time: u64| {
            let mut header = tar::Header::new_ustar();
            header.set_size(0);
            header.set_mode(0o644);
            header.set_uid(0);
            header.set_gid(0);
            header.set_mtime(time);
            let mut builder = tar::Builder::new(Vec::new());
            builder.append_data(&mut header, "a", &[][..]).unwrap();
            digests(&mut builder.into_inner().unwrap().as_slice(), 10).unwrap()
        };
        assert_eq!(at(11), at(12));
        assert_ne!(at(8), at(9));
    }

    #[test]
    fn a_file_is_to_be_seen_in_the_layer_that_has_it_last() {
        let layer = |files: &[&str]| archive(&files.iter().map(|path| (*path, Vec::new())).collect::<Vec<_>>());
        let layers = [
            layer(&["bin/sh", "etc/passwd", "srv/a/1", "srv/a/2", "srv/ab"]),
            layer(&["bin/.wh.sh", "etc/passwd", "srv/a/.wh..wh..opq", "srv/a/3"]),
        ];
        let mut files: Vec<(&str, Vec<u8>)> = vec![("0.tar", layers[0].clone()), ("1.tar", layers[1].clone())];
        files.push(("manifest.json", json!([{"Layers": ["0.tar", "1.tar"]}]).to_string().into_bytes()));
        let visible = read_visible(&mut archive(&files).as_slice()).unwrap();
        let seen: Vec<(&str, &str)> = visible.iter().map(|(path, layer)| (path.as_str(), layer.as_str())).collect();
        assert_eq!(seen, [("etc/passwd", "1.tar"), ("srv/a/3", "1.tar"), ("srv/ab", "0.tar")]);
    }

    #[test]
    fn a_layer_in_an_unknown_form_is_an_error() {
        let zstd = archive(&[("blobs/sha256/0", vec![0x28, 0xb5, 0x2f, 0xfd])]);
        assert!(read(&mut zstd.as_slice()).is_err());
        assert!(read(&mut &archive(&[("blobs/sha256/0", vec![1; 2048])])[..700]).is_err(), "it breaks off");
    }
}
