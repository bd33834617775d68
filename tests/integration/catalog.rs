//! The tables of data that ages: complete, consistent, and never silently out of date.

use std::collections::BTreeSet;

use dockgen::catalog::{cycle, families, images, maintained, natives, products, runtimes};
use dockgen::languages::LANGUAGES;

#[test]
fn every_reference_names_its_release() {
    for image in images() {
        let (_, tag) = image.reference.rsplit_once(':').expect("a tag");
        assert_ne!(tag, "latest", "{}", image.id);
        let says_suite = ["trixie", "noble", "debian"].iter().any(|suite| image.reference.contains(suite));
        let is_one_binary = matches!(image.id.as_str(), "uv" | "static-web-server");
        assert!(
            says_suite || is_one_binary,
            "{}: `{}` can change its operating system silently",
            image.id,
            image.reference
        );
    }
}

#[test]
fn every_runtime_belongs_to_a_family_and_names_its_release() {
    let families: Vec<&str> = families().iter().map(|family| family.name.as_str()).collect();
    for runtime in runtimes() {
        assert!(families.contains(&runtime.family.as_str()), "{} has no family", runtime.reference);
        let releases = ["-debian13", "trixie", "noble"];
        assert!(releases.iter().any(|release| runtime.reference.contains(release)), "{}", runtime.reference);
        assert!(!runtime.family().user_name.is_empty() && runtime.family().user != 0);
    }
}

#[test]
fn every_offered_line_is_maintained() {
    let builders = images().iter().map(|image| (&image.reference, &image.product, &image.cycles));
    let runtimes = runtimes().iter().map(|runtime| (&runtime.reference, &runtime.product, &runtime.cycles));
    for (reference, product, cycles) in builders.chain(runtimes) {
        let Some(product) = product else { continue };
        for name in cycles {
            let line = cycle(product, name).unwrap_or_else(|| panic!("{reference}: {product} has no line {name}"));
            assert!(!line.has_ended(), "{reference}: {product} {name} ended on {:?}", line.end_of_life);
        }
    }
}

#[test]
fn release_lines_are_sorted_and_dated() {
    let is_date = |text: &str| text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    for product in products() {
        assert!(product.cycles.is_sorted_by(|newer, older| newer.released > older.released), "{}", product.name);
        for line in &product.cycles {
            assert!(
                is_date(&line.released) && line.end_of_life.as_deref().is_none_or(is_date),
                "{} {}",
                product.name,
                line.name
            );
        }
        assert!(!maintained(&product.name).is_empty());
    }
}

#[test]
fn native_packages_are_named_once() {
    for language in LANGUAGES {
        let names: BTreeSet<&str> = natives(language.name()).iter().map(|native| native.name.as_str()).collect();
        assert_eq!(names.len(), natives(language.name()).len(), "{}", language.name());
    }
}

#[test]
fn a_newer_python_wants_no_older_version_of_a_package() {
    let wheels = dockgen::catalog::python::wheels();
    assert!(wheels.lines.is_sorted_by_key(String::len) && wheels.data_as_of.len() == 10);
    let version = |text: &str| text.parse::<pep440_rs::Version>().ok();
    for (name, first) in &wheels.first {
        assert_eq!(first.len(), wheels.lines.len(), "{name}");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
        let known = first.iter().take_while(|version| !version.is_empty());
        let versions: Vec<_> = known.map(|text| version(text).unwrap_or_else(|| panic!("{name} {text}"))).collect();
        assert!(versions.is_sorted(), "{name}");
        assert!(first.iter().skip(versions.len()).all(String::is_empty), "{name}");
        assert!(first.iter().any(|version| version != "0"), "{name}");
    }
}
