//! The route by which a server tells that it is healthy.

use crate::analysis::Program;
use crate::analysis::services::words;
use crate::catalog::analysis::health as table;
use crate::evidence::Fact;
use crate::source::Route;

/// The surest route of the program's own that tells whether it is healthy.
pub fn health(program: &Program) -> Option<Fact<String>> {
    table().paths.iter().find_map(|path| {
        program.sources().find_map(|file| {
            let route =
                file.routes.iter().find(|route| is_whole(route) && route.path.trim_end_matches('/') == *path)?;
            Some(file.fact(path.clone(), &route.place))
        })
    })
}

/// Whether a route answers a plain request, and its path is all of the address: what a router is mounted below is not known.
fn is_whole(route: &Route) -> bool {
    let is_read = route.method.as_deref().is_none_or(|method| matches!(method, "GET" | "HEAD"));
    let receiver = route.receiver.as_deref().unwrap_or_default();
    is_read && !words(receiver).iter().any(|word| table().mounted.contains(word))
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::repo::Document;

    fn found(text: &str) -> Option<String> {
        let file = Rc::new(crate::source::read(Document::new("server.js", text)));
        health(&Program::of([file])).map(|fact| fact.value)
    }

    #[test]
    fn every_path_of_the_table_is_a_health_route_and_one_below_it_is_none() {
        for path in &table().paths {
            assert_eq!(found(&format!("app.get('{path}', check)")).as_deref(), Some(path.as_str()));
            for text in [
                format!("app.post('{path}', check)"),
                format!("app.get('{path}/of/things', check)"),
                format!("// app.get('{path}', check)"),
            ] {
                assert_eq!(found(&text), None, "{text}");
            }
        }
        for word in &table().mounted {
            assert_eq!(found(&format!("{word}.get('/health', check)")), None, "{word}");
        }
    }

    #[test]
    fn the_surest_route_is_taken() {
        assert_eq!(found("app.get('/status', a); app.get('/health', b)").as_deref(), Some("/health"));
        assert_eq!(found("app.get('/users', a)"), None);
        assert_eq!(found("axios.get('/health')"), None);
    }
}
