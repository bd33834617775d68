//! Components in a file of their own (Vue, Svelte, Astro): the scripts in them, where they stand.

/// The endings of such files.
const ENDINGS: &[&str] = &["vue", "svelte", "astro"];

/// Whether a file is a component, by its ending.
pub fn is_component(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// The text with blanks in the place of all that is no script, so that what is left has its line and column.
pub fn scripts(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    // what an Astro component runs stands before its markup
    if let Some(front) = rest.strip_prefix("---")
        && let Some(end) = front.find("\n---")
    {
        kept.push_str("   ");
        kept.push_str(&front[..end]);
        rest = &front[end..];
    }
    while let Some(opening) = next_script(rest) {
        let body = &rest[opening..];
        let end = end_of_script(body);
        blank(&mut kept, &rest[..opening]);
        kept.push_str(&body[..end]);
        kept.push(';');
        rest = body.get(end + 1..).unwrap_or_default();
    }
    blank(&mut kept, rest);
    kept
}

/// Where the text of the next `<script>` begins; comments are left out.
fn next_script(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|found| at + found) {
        let tag = &text[open + 1..];
        if let Some(comment) = tag.strip_prefix("!--") {
            at = open + 4 + comment.find("-->")?;
        } else if starts_with_name(tag) {
            let close = open + end_of_tag(&text[open..])?;
            if !text[open..close].ends_with('/') {
                return Some(close + 1);
            }
            at = close;
        } else if tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            at = open + end_of_tag(&text[open..]).unwrap_or(1);
        } else {
            at = open + 1;
        }
    }
    None
}

/// Whether a tag is a `script`, and not one whose name only begins so.
fn starts_with_name(tag: &str) -> bool {
    let name = tag.get(..6).is_some_and(|name| name.eq_ignore_ascii_case("script"));
    name && tag[6..].starts_with(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/')
}

/// Where a tag is closed: behind the values of its attributes, which may hold a `>`.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.char_indices().find_map(|(at, c)| match (quote, c) {
        (Some(open), _) if c == open => {
            quote = None;
            None
        }
        (None, '"' | '\'') => {
            quote = Some(c);
            None
        }
        (None, '>') => Some(at),
        _ => None,
    })
}

/// Where a script ends: at its closing tag, or with the text.
fn end_of_script(body: &str) -> usize {
    let mut at = 0;
    while let Some(open) = body[at..].find("</").map(|found| at + found) {
        if starts_with_name(&body[open + 2..]) {
            return open;
        }
        at = open + 2;
    }
    body.len()
}

/// Blanks in the place of a text, byte by byte but for the ends of its lines.
fn blank(kept: &mut String, text: &str) {
    kept.extend(text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_left_at_their_place() {
        for (text, expected) in [
            ("<script setup lang=\"ts\">\nf(1)\n</script>\n<p>é</p>", "f(1)"),
            ("<template><a b=\"<script>\"/></template>\n<SCRIPT>f(1)</SCRIPT>", "f(1)"),
            ("<!-- <script>g()</script> -->\n<script a=\">\">f(1)</script>", "f(1)"),
            ("---\nf(1)\n---\n<p>{a}</p>", "f(1)"),
            ("<script>f(1)", "f(1)"),
        ] {
            let kept = scripts(text);
            assert_eq!(kept.trim_matches([' ', '\n', ';']), expected, "{text}");
            assert_eq!(kept.find(expected), text.find(expected), "{text}");
            assert_eq!(kept.lines().count(), text.lines().count(), "{text}");
        }
        for text in
            ["<scripts>f()</scripts>", "<p>f()</p>", "<script src=\"a.js\" />", "<!-- <script>f()", "<script", ""]
        {
            assert!(scripts(text).trim_matches([' ', '\n', ';']).is_empty(), "{text}");
        }
        assert_eq!(scripts("<script>a()</script><script>b()</script>").split_whitespace().count(), 2);
    }

    #[test]
    fn components_are_told_by_their_ending() {
        assert!(is_component("src/App.vue") && is_component("a/+page.svelte") && is_component("x.astro"));
        assert!(!is_component("vue") && !is_component("src/vue.ts"));
    }
}
