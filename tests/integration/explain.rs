//! `dockgen explain`: why a decision fell as it did, and what would change it.

use crate::scratch::{Scratch, node_server};

#[test]
fn a_decision_names_its_line_and_what_would_change_it() {
    let scratch = node_server();
    let ran = scratch.run(&["explain", "port"]);
    ran.prints(
        0,
        &[
            "port: 4000",
            "--port        says nothing",
            "DOCKGEN_PORT  says nothing",
            "dockgen.toml  says nothing",
            "> repository    4000  server.js:1: ",
            "dockgen init --port PORT, or change server.js:1",
        ],
    );
    scratch.file("dockgen.toml", "# by agreement\nport = 9000\n");
    let kept = scratch.run(&["explain", "port"]);
    kept.prints(
        0,
        &[
            "port: 9000",
            "> dockgen.toml  9000  dockgen.toml:2",
            "  repository    4000  server.js:1",
            "or change dockgen.toml:2",
        ],
    );
    let given = scratch.run(&["explain", "port", "--port", "7000"]);
    given.prints(0, &["port: 7000", "> --port        7000", "  dockgen.toml  9000"]);
    assert_eq!(scratch.names(), ["dockgen.toml", "package.json", "server.js"], "nothing is written");
}

#[test]
fn what_nothing_says_is_the_default_and_its_choices_are_listed() {
    let scratch = node_server();
    let ran = scratch.run(&["explain", "version"]);
    ran.prints(0, &["  repository       says nothing", "> default          24", "The choices:", "maintained until"]);
    scratch.run(&["explain"]).prints(0, &["shop: ", "port", "server.js:1", "dockgen explain version"]);
}

#[test]
fn a_rule_shows_its_page_by_any_of_its_names() {
    let scratch = Scratch::new([("README.md", "no application is needed for that\n")]);
    for name in ["missing-user", "CKV_DOCKER_3"] {
        let ran = scratch.run(&["explain", name]);
        ran.prints(
            0,
            &["missing-user: No `USER` in the final stage.", "### Better", "# dockgen: allow missing-user REASON"],
        );
    }
    let object = scratch.run(&["explain", "missing-user", "--json"]).json();
    assert_eq!(object["rule"]["severity"], "warning");
}

#[test]
fn what_is_called_so_nowhere_is_refused_with_what_may_be_meant() {
    let scratch = node_server();
    scratch.run(&["explain", "prot"]).ends(2, &["`prot` is no question", "is `port` meant?"]);
    scratch.run(&["explain", "features"]).ends(2, &["`features` is no question of `shop`", "its questions are"]);
    scratch.run(&["explain", "port", "missing"]).ends(2, &["could not read `missing`"]);
    let object = scratch.run(&["explain", "--json", "prot"]).json();
    assert_eq!(object["error"]["kind"], "usage");
}

#[test]
fn it_is_an_object_for_scripts() {
    let scratch = node_server();
    let object = scratch.run(&["explain", "--json", "port"]).json();
    let decision = &object["decisions"][0];
    assert_eq!((&decision["key"], &decision["value"]), (&"port".into(), &"4000".into()));
    let decides = decision["places"].as_array().unwrap().iter().find(|place| place["decides"] == true).unwrap();
    assert_eq!((&decides["place"], &decides["evidence"]["line"]), (&"repository".into(), &1.into()));
    let all = scratch.run(&["explain", "--json"]).json();
    assert!(all["decisions"].as_array().unwrap().len() > 3);
}
