//! Which shared libraries the programs of an image need, and whether the image has them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, Write};

use object::elf::{ET_DYN, ET_EXEC};
use object::read::elf::{ElfFile, FileHeader, ProgramHeader};
use object::{Endianness, FileKind, ReadCache, ReadRef};

use crate::catalog::shared_libraries;
use crate::path::file_name;

/// How a program or library begins.
const MAGIC: &[u8; 4] = b"\x7fELF";
/// Links that lead to links are followed so often.
const MOST_LINKS: usize = 8;
/// A larger file is no program, in bytes.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;

/// A program or library, and what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Linked {
    /// Its path in the image, from its root.
    path: String,
    /// Its machine, by the number that ELF has for it.
    machine: u16,
    /// Where its loader must be; none for a library.
    loader: Option<String>,
    /// The names of the libraries that it needs.
    needed: Vec<String>,
}

/// The shared libraries of an image, and the programs that need them.
#[derive(Debug, Default)]
pub struct Libraries {
    linked: Vec<Linked>,
    /// The paths of all files and links.
    paths: BTreeSet<String>,
    /// The names of links, each with that of what it leads to.
    links: BTreeMap<String, String>,
}

impl Libraries {
    /// Takes a file in; only a program or library is read to its end.
    ///
    /// # Errors
    /// When the file breaks off, or can't be laid aside.
    pub fn add_file(&mut self, path: &str, file: &mut dyn Read) -> std::io::Result<()> {
        self.paths.insert(path.to_owned());
        let mut start = Vec::with_capacity(MAGIC.len());
        (&mut *file).take(MAGIC.len() as u64).read_to_end(&mut start)?;
        if start != MAGIC {
            return Ok(());
        }
        // laid aside, since what is needed stands at places far from each other
        let mut aside = tempfile::tempfile()?;
        aside.write_all(&start)?;
        std::io::copy(&mut file.take(LARGEST), &mut aside)?;
        aside.rewind()?;
        self.linked.extend(linked(path, &ReadCache::new(aside)));
        Ok(())
    }

    /// Takes a link in.
    pub fn add_link(&mut self, path: &str, target: &str) {
        self.paths.insert(path.to_owned());
        self.links.insert(file_name(path).to_owned(), file_name(target).to_owned());
    }

    /// How many programs and libraries there are.
    pub fn count(&self) -> usize {
        self.linked.len()
    }

    /// What an image of an architecture (`amd64`, `arm64`) needs and lacks, one text for each: the programs, the libraries of the
    /// application, and whatever these need in turn. A library of the system that none of them needs is there for other programs.
    pub fn missing(&self, architecture: &str) -> Vec<String> {
        let names: BTreeSet<&str> = self.paths.iter().map(|path| file_name(path)).collect();
        let machine = machine(architecture);
        let all: Vec<&Linked> =
            self.linked.iter().filter(|it| machine.is_none_or(|machine| machine == it.machine)).collect();
        // wherever a JDK lies, its libraries are beside the machine itself
        let machines = self.paths.iter().filter_map(|path| path.strip_suffix("server/libjvm.so"));
        let machines: Vec<&str> = machines.collect();
        let is_of_machine = |path: &str| machines.iter().any(|folder| path.starts_with(folder));
        let is_loaded = |it: &&&Linked| it.loader.is_some() || is_of_application(&it.path) && !is_of_machine(&it.path);
        let mut reached: Vec<&Linked> = all.iter().filter(is_loaded).copied().collect();
        let mut known: BTreeSet<&str> = reached.iter().map(|it| it.path.as_str()).collect();
        let (mut missing, mut next) = (Vec::new(), 0);
        while let Some(linked) = reached.get(next).copied() {
            next += 1;
            let absent: Vec<&str> = linked.needed.iter().map(String::as_str).filter(|it| !names.contains(it)).collect();
            // a package brings a library for each C library, and only one of them is loaded
            if linked.loader.is_none() && absent.iter().any(|name| shared_libraries().is_of_c_library(name)) {
                continue;
            }
            let loader = linked.loader.as_deref().filter(|loader| !self.has(loader));
            let absent = absent.into_iter().filter(|name| !shared_libraries().is_of_host(name));
            missing.extend(
                loader.into_iter().chain(absent).map(|name| format!("no {name}, which /{} needs", linked.path)),
            );
            let targets: Vec<&str> = linked.needed.iter().map(|name| self.target(name)).collect();
            let needed = all.iter().filter(|it| targets.contains(&file_name(&it.path)));
            reached.extend(needed.filter(|it| known.insert(&it.path)));
        }
        missing
    }

    /// The name of the file that a name leads to.
    fn target<'a>(&'a self, name: &'a str) -> &'a str {
        let mut target = name;
        // a cycle of links leads nowhere
        for _ in 0..MOST_LINKS {
            match self.links.get(target) {
                Some(next) => target = next,
                None => break,
            }
        }
        target
    }

    /// Whether a file or link is at a path; `/lib` and the like may be links to the same folder below `/usr`.
    fn has(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/');
        self.paths.contains(path) || self.paths.contains(&format!("usr/{path}"))
    }
}

/// Whether a library is the application's own or that of a package of it, and not the system's or the interpreter's.
fn is_of_application(path: &str) -> bool {
    const SYSTEM: &[&str] = &["usr/", "lib/", "lib32/", "lib64/", "nodejs/"];
    const PACKAGES: &[&str] = &["/site-packages/", "/dist-packages/", "/node_modules/"];
    !SYSTEM.iter().any(|folder| path.starts_with(folder)) || PACKAGES.iter().any(|folder| path.contains(folder))
}

/// The number that ELF has for a machine, by the name that images have for it.
fn machine(architecture: &str) -> Option<u16> {
    match architecture {
        "amd64" => Some(object::elf::EM_X86_64),
        "arm64" => Some(object::elf::EM_AARCH64),
        _ => None,
    }
}

/// What a file of ELF needs; nothing where it is broken, or neither program nor library.
fn linked<'a>(path: &str, data: impl ReadRef<'a>) -> Option<Linked> {
    match FileKind::parse(data).ok()? {
        FileKind::Elf64 => read::<object::elf::FileHeader64<Endianness>, _>(path, data),
        FileKind::Elf32 => read::<object::elf::FileHeader32<Endianness>, _>(path, data),
        _ => None,
    }
}

fn read<'a, H: FileHeader<Endian = Endianness>, R: ReadRef<'a>>(path: &str, data: R) -> Option<Linked> {
    let file = ElfFile::<H, R>::parse(data).ok()?;
    let (endian, header) = (file.endian(), file.elf_header());
    if ![ET_DYN, ET_EXEC].contains(&header.e_type(endian)) {
        return None;
    }
    let loader = file.elf_program_headers().iter().find_map(|it| it.interpreter(endian, data).ok()?);
    let loader = loader.map(|it| String::from_utf8_lossy(it).into_owned());
    let table = file.elf_dynamic_table().ok()?;
    let needed = table.iter().filter(|it| it.tag == object::elf::DT_NEEDED).filter_map(|it| table.string(it).ok());
    let needed = needed.map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    Some(Linked { path: path.to_owned(), machine: header.e_machine(endian), loader, needed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(path: &str, loader: &str, needed: &[&str]) -> Linked {
        Linked {
            path: path.to_owned(),
            machine: object::elf::EM_X86_64,
            loader: (!loader.is_empty()).then(|| loader.to_owned()),
            needed: needed.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    fn missing(files: &[&str], linked: Linked) -> Vec<String> {
        among(files, vec![linked])
    }

    fn among(files: &[&str], linked: Vec<Linked>) -> Vec<String> {
        let mut paths: BTreeSet<String> = files.iter().map(|&path| path.to_owned()).collect();
        paths.extend(linked.iter().map(|it| it.path.clone()));
        let links = [("libpq.so.5", "libpq.so.5.18"), ("a", "b"), ("b", "a")];
        let links = links.map(|(name, target)| (name.to_owned(), target.to_owned())).into();
        Libraries { linked, paths, links }.missing("amd64")
    }

    #[test]
    fn what_a_program_needs_is_told_where_it_is_missing() {
        let loader = "/lib64/ld-linux-x86-64.so.2";
        let base = ["usr/lib64/ld-linux-x86-64.so.2", "usr/lib/x86_64-linux-gnu/libc.so.6"];
        assert!(missing(&base, program("app/shop", loader, &["libc.so.6"])).is_empty());
        assert_eq!(
            missing(&base, program("app/shop", loader, &["libc.so.6", "libpq.so.5"])),
            ["no libpq.so.5, which /app/shop needs"]
        );
        let on_musl = missing(&["lib/ld-musl-x86_64.so.1"], program("app/shop", loader, &["libc.so.6"]));
        assert_eq!(
            on_musl,
            ["no /lib64/ld-linux-x86-64.so.2, which /app/shop needs", "no libc.so.6, which /app/shop needs"]
        );
    }

    #[test]
    fn what_a_library_needs_is_followed_through_links() {
        let pq = program("usr/lib/libpq.so.5.18", "", &["libldap.so.2"]);
        let base = ["lib64/ld.so", "usr/lib/libpq.so.5"];
        let shop = program("app/shop", "/lib64/ld.so", &["libpq.so.5", "a"]);
        assert_eq!(
            among(&[&base[..], &["usr/lib/a"]].concat(), vec![shop, pq.clone()]),
            ["no libldap.so.2, which /usr/lib/libpq.so.5.18 needs"]
        );
        assert!(among(&base, vec![program("app/shop", "/lib64/ld.so", &[]), pq]).is_empty(), "nothing needs it");
        let sound = program("usr/lib/jvm/java/lib/libjsound.so", "", &["libasound.so.2"]);
        assert!(missing(&[], sound).is_empty(), "a part of the JDK that needs a sound card");
        let linked =
            [program("jvm/lib/libjsound.so", "", &["libasound.so.2"]), program("jvm/lib/server/libjvm.so", "", &[])];
        assert!(among(&[], linked.into()).is_empty(), "the same where jlink made it");
        let wheel = program("usr/local/lib/python3.13/site-packages/x.so", "", &["libxml2.so.2"]);
        assert_eq!(missing(&[], wheel).len(), 1);
    }

    #[test]
    fn what_nothing_loads_is_passed_over() {
        let base = ["lib/x86_64-linux-gnu/libc.so.6"];
        let other = program("app/node_modules/a/musl.node", "", &["libc.musl-x86_64.so.1", "libvips.so.42"]);
        assert!(missing(&base, other).is_empty(), "a library for another C library");
        assert!(missing(&base, program("app/gpu.so", "", &["libcuda.so.1", "libc.so.6"])).is_empty(), "of a driver");
        let arm = Linked { machine: object::elf::EM_AARCH64, ..program("app/arm.node", "", &["libx.so.1"]) };
        assert!(missing(&base, arm).is_empty(), "for another machine");
    }

    #[test]
    fn the_program_of_this_test_is_read() {
        let path = std::env::current_exe().unwrap();
        let mut libraries = Libraries::default();
        libraries.add_file("program", &mut std::fs::File::open(path).unwrap()).unwrap();
        libraries.add_file("text", &mut &b"no program"[..]).unwrap();
        libraries.add_file("broken", &mut &b"\x7fELF and no more"[..]).unwrap();
        if cfg!(target_os = "linux") {
            assert_eq!(libraries.count(), 1);
            assert!(libraries.linked[0].needed.iter().any(|name| name.starts_with("libc.")), "{libraries:?}");
        }
    }
}
