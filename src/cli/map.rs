//! The map of a repository: its folders with applications, as a tree.

use std::collections::BTreeMap;

use crate::cli::stream::{Style, Text};
use crate::path::relative_to;
use crate::plan::{App, Role};

/// A folder on the way to applications.
#[derive(Default)]
struct Node<'a> {
    folders: BTreeMap<String, Node<'a>>,
    apps: Vec<&'a App>,
}

/// Every application below `folder`, each in its place.
pub fn map(apps: &[&App], folder: &str) -> Text {
    let mut root = Node::default();
    for app in apps {
        let place = relative_to(&app.folder, folder);
        let parts = place.split('/').filter(|part| *part != ".");
        let node = parts.fold(&mut root, |node, part| node.folders.entry(part.to_owned()).or_default());
        node.apps.push(app);
    }
    let mut lines = vec![(".".to_owned(), root.apps.clone())];
    root.draw("", &mut lines);
    let width = lines.iter().map(|(branch, _)| branch.chars().count()).max().unwrap_or(0);
    lines.iter().fold(Text::new(), |text, (branch, apps)| match apps.as_slice() {
        [] => text.plain(branch).end(),
        apps => apps.iter().enumerate().fold(text, |text, (index, app)| {
            let branch = if index == 0 { branch.as_str() } else { "" };
            let aside = if app.role == Role::Auxiliary { ", beside another" } else { "" };
            text.plain(format!("{branch:width$}  "))
                .with(Style::Bold, &app.name)
                .plain(format!("  {} ({}){aside}", app.shape, app.language))
                .end()
        }),
    })
}

impl<'a> Node<'a> {
    fn draw(&self, indent: &str, lines: &mut Vec<(String, Vec<&'a App>)>) {
        let count = self.folders.len();
        for (index, (name, node)) in self.folders.iter().enumerate() {
            let is_last = index + 1 == count;
            let (mut name, mut node) = (name.clone(), node);
            // a folder that only leads on is no branch of its own
            while let Some((inner, next)) =
                node.folders.iter().next().filter(|_| node.apps.is_empty() && node.folders.len() == 1)
            {
                name = format!("{name}/{inner}");
                node = next;
            }
            let branch = format!("{indent}{}{name}", if is_last { "└── " } else { "├── " });
            lines.push((branch, node.apps.clone()));
            node.draw(&format!("{indent}{}", if is_last { "    " } else { "│   " }), lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::map;
    use crate::plan::{App, Role};
    use crate::source::Unread;

    fn app(name: &str, folder: &str) -> App {
        App {
            language: "go",
            name: name.into(),
            folder: folder.into(),
            context: String::new(),
            role: if folder.contains("tools") { Role::Auxiliary } else { Role::Application },
            identity: String::new(),
            shape: "server".into(),
            facts: Vec::new(),
            unread: Unread::default(),
        }
    }

    fn drawn(apps: &[App], folder: &str) -> String {
        let apps: Vec<&App> = apps.iter().collect();
        map(&apps, folder).bare()
    }

    #[test]
    fn folders_are_branches_and_those_that_only_lead_on_are_not() {
        let apps = [app("api", "services/api"), app("web", "services/web"), app("gen", "hack/tools/gen")];
        let tree = "\
.
├── hack/tools/gen  gen  server (go), beside another
└── services
    ├── api         api  server (go)
    └── web         web  server (go)
";
        assert_eq!(drawn(&apps, ""), tree);
        assert_eq!(drawn(&apps[..2], "services"), ".\n├── api  api  server (go)\n└── web  web  server (go)\n");
        assert_eq!(drawn(&[app("a", ""), app("b", "")], ""), ".  a  server (go)\n   b  server (go)\n");
    }
}
