//! `dockgen doctor`: what is out of order is named, with what to do about it.

use crate::scratch::node_server;

#[test]
fn what_is_in_order_and_what_is_not_is_told_apart() {
    let scratch = node_server();
    scratch.run(&["init", "--yes", "--port", "9000"]).ends(0, &[]);
    scratch.run(&["doctor"]).prints(0, &["ok    repository", "tables", "ok    dockgen.toml", "ok    dockgen.lock"]);
    scratch.file("dockgen.toml", "prot = 1\n");
    scratch.file("api/dockgen.lock", "version = 1\nanswers = 7\n");
    scratch.file(".dockgen/templates/_blocks/labels.tera", "{% if x %}\n");
    let ran = scratch.run(&["doctor"]);
    ran.prints(
        1,
        &[
            "wrong dockgen.toml",
            "`prot` is no question",
            "wrong api/dockgen.lock",
            "api/dockgen.lock:2",
            "wrong templates",
        ],
    );
    ran.ends(1, &["3 things are out of order"]);
    let object = scratch.run(&["doctor", "--json"]).json();
    let wrong = object["checks"].as_array().unwrap().iter().filter(|check| check["verdict"] == "wrong").count();
    assert_eq!(wrong, 3);
}

#[test]
fn a_rule_that_is_not_there_is_found_in_the_settings() {
    let scratch = node_server();
    scratch.file("dockgen.toml", "port = 1\n\n[check.rules]\nsudoo = \"off\"\n");
    scratch.run(&["doctor"]).prints(1, &["wrong dockgen.toml", "no rule `sudoo`", "dockgen.toml:3"]);
}
