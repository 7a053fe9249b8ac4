use super::*;

const STAGING: &str = include_str!("../../../../ssot/staging.yaml");
const HEAD: &str =
    "version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {patterns: [\"prod-*\"]}\n";

fn file(text: &str) -> Ssot {
    parse_shown(text, &Origin::File("x.yaml".into()), "x.yaml").unwrap_or_else(|error| panic!("{error}"))
}

fn engine() -> EngineBinding {
    EngineBinding {
        id: "AAAA:BBBB".to_owned(),
        name: "droplet \"1\"".to_owned(),
        root_dir: Some("/var/lib/docker".to_owned()),
        storage: Some("overlay2".to_owned()),
    }
}

#[test]
fn an_approval_changes_one_line_and_keeps_every_comment() {
    let before = file(STAGING);
    let edited = approve(&before, "old-web").unwrap();
    insta::assert_snapshot!(edited.diff, @r#"
    --- x.yaml
    +++ x.yaml
    @@ -49,5 +49,5 @@
     # What may go because of its name, once it is at least this old.
     safe_to_delete:
    -  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*"]
    +  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*", "old-web"]
       min_age: 0s
    "#);
    assert_eq!(edited.rule, "safe_to_delete.patterns[5]");
    assert_eq!(edited.ssot.line_of(&edited.rule), before.line_of("safe_to_delete.patterns"));
}

#[test]
fn every_layout_of_the_list_is_kept() {
    let with = |rest: &str| approve(&file(&format!("{HEAD}{rest}")), "mcp/x:1").unwrap().ssot.text;
    let layouts = [
        "",
        "safe_to_delete: {patterns: []}",
        "safe_to_delete:\n  min_age: 1d # a day\n  patterns: [ ] # none\n",
        "safe_to_delete:\n  patterns: [\n    \"a-*\", # one\n    'b',  # two\n  ]\n",
        "safe_to_delete:\n  patterns:\n    # the first\n    - a-*   # why\n\n    # the last\n    - \"b\"   # why not\n\n  # after\n  min_age: 1d\n",
        "safe_to_delete:\n  patterns:\n  - a-*",
    ];
    let all: Vec<String> =
        layouts.iter().map(|rest| with(rest).strip_prefix(HEAD).unwrap().replace('\r', "\\r")).collect();
    insta::assert_snapshot!(all.join("\n=====\n"), @r#"
    safe_to_delete:
      patterns: ["mcp/x:1"]

    =====
    safe_to_delete: {patterns: ["mcp/x:1"]}
    =====
    safe_to_delete:
      min_age: 1d # a day
      patterns: ["mcp/x:1" ] # none

    =====
    safe_to_delete:
      patterns: [
        "a-*", # one
        'b', "mcp/x:1",  # two
      ]

    =====
    safe_to_delete:
      patterns:
        # the first
        - a-*   # why

        # the last
        - "b"   # why not
        - "mcp/x:1"

      # after
      min_age: 1d

    =====
    safe_to_delete:
      patterns:
      - a-*
      - "mcp/x:1"
    "#);
}

#[test]
fn the_ends_of_lines_are_kept() {
    let text = format!("{HEAD}safe_to_delete:\n  patterns:\n    - a-*\n").replace('\n', "\r\n");
    let edited = approve(&file(&text), "b").unwrap();
    assert_eq!(edited.ssot.text, format!("{text}    - \"b\"\r\n"));
    let edited = bind(&file(&text), &engine()).unwrap();
    assert_eq!(edited.ssot.text.matches('\n').count(), edited.ssot.text.matches("\r\n").count());
}

#[test]
fn a_binding_is_added_and_replaced_in_every_layout() {
    let with = |rest: &str| bind(&file(&format!("{HEAD}{rest}")), &engine()).unwrap().ssot.text;
    let layouts = [
        "",
        "host: {address: 10.0.0.1}",
        "host:\n  address: 10.0.0.1   # the droplet\n\n# next\nsteward: x\n",
        "host: {engine: {name: old, id: \"1\"}, address: 10.0.0.1}\n",
        "host:\n  engine:\n    id: 1:2   # the old one\n    name: old\n  address: 10.0.0.1\n",
    ];
    let all: Vec<String> =
        layouts.iter().map(|rest| with(rest).strip_prefix(HEAD).unwrap().to_owned()).collect();
    insta::assert_snapshot!(all.join("\n=====\n"), @r#"
    host:
      engine: {id: "AAAA:BBBB", name: "droplet \"1\"", root_dir: "/var/lib/docker", storage: "overlay2"}

    =====
    host: {address: 10.0.0.1, engine: {id: "AAAA:BBBB", name: "droplet \"1\"", root_dir: "/var/lib/docker", storage: "overlay2"}}
    =====
    host:
      address: 10.0.0.1   # the droplet
      engine: {id: "AAAA:BBBB", name: "droplet \"1\"", root_dir: "/var/lib/docker", storage: "overlay2"}

    # next
    steward: x

    =====
    host: {engine: {id: "AAAA:BBBB", name: "droplet \"1\"", root_dir: "/var/lib/docker", storage: "overlay2"}, address: 10.0.0.1}

    =====
    host:
      engine:
        id: "AAAA:BBBB"   # the old one
        name: "droplet \"1\""
        root_dir: "/var/lib/docker"
        storage: "overlay2"
      address: 10.0.0.1
    "#);
}

#[test]
fn what_is_not_edited() {
    let refused = |ssot: &Ssot, pattern: &str| approve(ssot, pattern).unwrap_err().to_string();
    let before = file(STAGING);
    let built_in = crate::ssot::builtin::load(&before.policy.environment).unwrap().unwrap();
    let all = [
        refused(&built_in, "x"),
        refused(&before, "tmp-*"),
        refused(&before, "a b"),
        refused(&before, "*"),
        refused(&file(&format!("{{{}}}", HEAD.trim().replace('\n', ", "))), "x"),
        bind(&bind(&before, &engine()).unwrap().ssot, &engine()).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(all.join("\n\n"), @r#"
    built-in ssot/staging.yaml is part of the program and cannot be changed
      = help: write it as a file first: `docker-steward ssot init --env staging --built-in --out ssot/staging.yaml`

    safe_to_delete.patterns[1] says so already

    `a b` cannot be a rule: it holds a blank, which no Docker name does
      = help: remove that character

    with that rule the SSOT would not be valid: the pattern `*` is not right: it matches everything, and would make every resource on the engine safe to delete
      --> x.yaml:51:79
       |
    51 |   patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*", "*"]
       |                                                                               ^^^
       = help: name what is safe, for example `tmp-*`

    with that rule the SSOT would not be valid: a second YAML document
     --> x.yaml:1:1
      |
    1 | {version: 1, environment: staging, cleanup: confirm, protected: {patterns: ["prod-*"]}}
      | ^^^
      = help: one file declares one environment; remove the `---`

    host.engine says so already
    "#);
}

#[test]
fn a_file_is_replaced_whole_with_its_mode_and_through_a_link() {
    let dir = tempfile::tempdir().unwrap();
    let (path, link) = (dir.path().join("a.yaml"), dir.path().join("b.yaml"));
    std::fs::write(&path, STAGING).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("a.yaml", &link).unwrap();
    }
    #[cfg(not(unix))]
    std::fs::copy(&path, &link).unwrap();
    let before = crate::ssot::load::read(&link).unwrap();
    let edited = approve(&before, "old-web").unwrap();
    replace(&before, &edited).unwrap();
    assert_eq!(std::fs::read_to_string(&link).unwrap(), edited.ssot.text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    }
    let again = replace(&before, &edited).unwrap_err();
    assert_eq!(again.to_string(), "somebody has changed it meanwhile; try again");
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}
