//! What a test came to, in the forms that other programs read.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::container::{Report, Verdict};
use crate::text::xml;

/// `JUnit`'s XML: a test case for each check.
pub fn junit(report: &Report) -> String {
    let count = |is: fn(&Verdict) -> bool| report.checks.iter().filter(|it| is(&it.verdict)).count();
    let failures = count(|it| matches!(it, Verdict::Failed(_)));
    let skipped = count(|it| matches!(it, Verdict::Skipped(_)));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" \
         errors=\"0\" skipped=\"{skipped}\">\n",
        xml(&report.image),
        report.checks.len()
    );
    for outcome in &report.checks {
        let inner = match &outcome.verdict {
            Verdict::Passed(seen) => format!("<system-out>{}</system-out>", xml(seen)),
            Verdict::Failed(seen) => {
                format!("<failure message=\"{}\">{}</failure>", xml(first_line(seen)), xml(seen))
            }
            Verdict::Skipped(reason) => format!("<skipped message=\"{}\"/>", xml(reason)),
        };
        let name = outcome.check;
        // Text takes whatever is written.
        let _ = writeln!(text, "    <testcase classname=\"dockgen.test\" name=\"{name}\">{inner}</testcase>");
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

/// SARIF 2.1.0: an error at the Dockerfile for each check that failed.
pub fn sarif(report: &Report, dockerfile: &str) -> String {
    let result = |check: &str, seen: &str| {
        json!({
            "ruleId": format!("test/{check}"),
            "level": "error",
            "message": { "text": seen },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": dockerfile },
                "region": { "startLine": 1 },
            } }],
        })
    };
    let failed = report.checks.iter().filter_map(|outcome| match &outcome.verdict {
        Verdict::Failed(seen) => Some(result(outcome.check, seen)),
        _ => None,
    });
    let driver = json!({ "name": "dockgen test", "version": env!("CARGO_PKG_VERSION") });
    let value = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "results": failed.collect::<Vec<Value>>() }],
    });
    format!("{value:#}")
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::Outcome;

    fn report() -> Report {
        let checks = [
            ("user", Verdict::Passed("it runs as user 65532".into())),
            ("start", Verdict::Failed("it ended with 1\n<stack> & \u{1b}[31mred".into())),
            ("stop", Verdict::Skipped("it did not start".into())),
        ];
        let checks = checks.into_iter().map(|(check, verdict)| Outcome { check, verdict }).collect();
        Report {
            image: "a\"b".into(),
            engine: "docker".into(),
            size: 1,
            files: 1,
            build_seconds: None,
            start_seconds: None,
            layers: Vec::new(),
            checks,
        }
    }

    #[test]
    fn xml_holds_every_check_and_nothing_breaks_out() {
        let text = junit(&report());
        let document = roxmltree::Document::parse(&text).unwrap();
        let suite = document.descendants().find(|it| it.has_tag_name("testsuite")).unwrap();
        let count = |name| suite.attribute(name).unwrap();
        assert_eq!((count("name"), count("tests"), count("failures"), count("skipped")), ("a\"b", "3", "1", "1"));
        let failure = document.descendants().find(|it| it.has_tag_name("failure")).unwrap();
        assert_eq!(failure.attribute("message"), Some("it ended with 1"));
        assert!(failure.text().unwrap().contains("<stack> & \u{fffd}[31mred"));
    }

    #[test]
    fn sarif_holds_what_failed() {
        let value: Value = serde_json::from_str(&sarif(&report(), "Dockerfile")).unwrap();
        let results = value["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), 1);
        assert_eq!(results[0]["ruleId"], "test/start");
    }
}
