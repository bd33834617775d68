//! Other programs that an application starts: where they come from, and what to tell where they don't.

use crate::catalog::analysis::{Origin, origin};
use crate::evidence::{Fact, Warning};

/// The packages that bring the programs, each once, in alphabetical order.
pub fn packages(programs: &[Fact<String>]) -> Vec<&'static str> {
    let mut packages: Vec<&str> = programs
        .iter()
        .filter_map(|program| match origin(&program.value) {
            Origin::Package(package) => Some(package),
            Origin::System | Origin::Unknown => None,
        })
        .collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// What to tell of the programs: that the image lacks them, or that nothing is known to bring some.
pub fn warning(programs: &[Fact<String>], has_shell: bool, packages: &[String]) -> Option<Warning> {
    if has_shell {
        let unknown: Vec<&Fact<String>> = programs
            .iter()
            .filter(|program| packages.is_empty() && origin(&program.value) == Origin::Unknown)
            .collect();
        let first = unknown.first()?;
        let message = format!("the application starts {}, and no package is known to bring that", names(&unknown));
        return Some(Warning::new(message).at(first.evidence.clone()).hint("`--packages NAME` installs one that does"));
    }
    let first = programs.first()?;
    let message = format!(
        "the application starts {}, which the image does not have",
        names(&programs.iter().collect::<Vec<_>>())
    );
    let hint = match self::packages(programs).as_slice() {
        [] => {
            let is_unknown = |program: &Fact<String>| origin(&program.value) == Origin::Unknown;
            let more = "`--packages NAME` installs what Debian has there";
            match (programs.iter().any(is_unknown), programs.iter().all(is_unknown)) {
                (_, true) => format!("`--family slim` is an image with a shell, and {more}"),
                (true, _) => {
                    format!("`--family slim` is an image with a shell and Debian's basic programs, and {more}")
                }
                _ => "`--family slim` is an image with a shell and Debian's basic programs".to_owned(),
            }
        }
        known => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("`--family slim` is an image with a shell, and installs {}", known.join(", "))
        }
    };
    Some(Warning::new(message).at(first.evidence.clone()).hint(hint))
}

fn names(programs: &[&Fact<String>]) -> String {
    programs.iter().map(|program| format!("`{}`", program.value)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;

    fn facts(names: &[&str]) -> Vec<Fact<String>> {
        names.iter().map(|name| Fact::new((*name).to_owned(), Evidence::file("main.go"))).collect()
    }

    #[test]
    fn programs_are_offered_with_their_packages() {
        let hint = |names: &[&str]| warning(&facts(names), false, &[]).and_then(|it| it.hint).unwrap_or_default();
        assert!(hint(&["dot", "ffmpeg", "ffprobe"]).ends_with("installs `ffmpeg`, `graphviz`"));
        assert!(!hint(&["sh", "ls"]).contains("installs"));
        assert!(hint(&["sh", "frobnicate"]).contains("basic programs, and `--packages NAME` installs"));
        assert!(!hint(&["frobnicate"]).contains("basic programs") && hint(&["frobnicate"]).contains("--packages NAME"));
        assert!(warning(&[], false, &[]).is_none());
    }

    #[test]
    fn an_image_with_a_shell_lacks_only_what_no_package_is_known_for() {
        assert!(warning(&facts(&["sh", "ffmpeg"]), true, &["ffmpeg".into()]).is_none());
        let told = warning(&facts(&["sh", "frobnicate"]), true, &[]).unwrap();
        assert!(told.message.contains("`frobnicate`") && !told.message.contains("`sh`"), "{told:?}");
    }
}
