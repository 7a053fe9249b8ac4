//! Text that an engine's users may have chosen: nothing of it reaches a terminal or a shell as anything but
//! text.
use std::process::Command;

use docker_steward::steward::Step;
use docker_steward::steward::inventory::{Container, ContainerId, Image, NetworkId, State};
use docker_steward::text::{is_hostile, sanitise, shell_quote};
use proptest::prelude::*;

use crate::support::inventory::{Engine, container, network, plan_of, tagged, volume};

/// What bash makes of a line of words.
fn read_by_bash(words: &str) -> Vec<String> {
    let script = format!("set -- {words}\nprintf '%s\\0' \"$@\"");
    let out = Command::new("bash").args(["--norc", "-c", &script]).output().unwrap();
    assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    text.split_terminator('\0').map(str::to_owned).collect()
}

/// Any text, with a liking for what hurts.
fn any_text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "\u{1b}[2J",
        "\u{1b}]52;c;eA==\u{7}",
        "\u{9b}31m",
        "\r",
        "\n",
        "\t",
        "'",
        "\"",
        "\\",
        "\\'",
        "$(id)",
        "`id`",
        "${x}",
        "!",
        "!!",
        ";",
        "&",
        "|",
        "*",
        "?",
        "~",
        "#",
        " ",
        "--force",
        "-f",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{206a}",
        "\u{3164}",
        "\u{e0041}",
        "\u{feff}",
        "\u{7f}",
        "\u{80}",
        "a",
        "0",
        "é",
        "🐳",
        "x41",
        "\u{1}1",
    ]);
    prop::collection::vec(
        prop_oneof![nasty.prop_map(str::to_owned), any::<char>().prop_map(String::from)],
        0..12,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_hostile_is_left_and_nothing_harmless_is_lost(text in any_text()) {
        let clean = sanitise(&text);
        prop_assert!(!clean.chars().any(is_hostile), "{clean:?}");
        prop_assert!(!clean.bytes().any(|byte| byte < 0x20 || byte == 0x7f));
        let harmless = |text: &str| text.chars().filter(|it| !is_hostile(*it)).collect::<String>();
        let mut left = clean.chars();
        prop_assert!(harmless(&text).chars().all(|it| left.any(|found| found == it)), "{text:?} {clean:?}");
        prop_assert_eq!(sanitise(&clean).into_owned(), clean.into_owned());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn bash_reads_back_what_was_quoted(texts in prop::collection::vec(any_text(), 20)) {
        let texts: Vec<String> = texts.into_iter().map(|text| text.replace('\0', "")).collect();
        let quoted: Vec<String> = texts.iter().map(|text| shell_quote(text).into_owned()).collect();
        prop_assert!(!quoted.iter().any(|text| text.chars().any(is_hostile)), "{quoted:?}");
        prop_assert_eq!(read_by_bash(&quoted.join(" ")), texts);
    }

    /// Names and even IDs as nobody should choose them, in every command that a plan can hold.
    #[test]
    fn bash_reads_every_command_as_its_words(texts in prop::collection::vec(any_text(), 6)) {
        let named = |at: usize| format!("tmp-{at}{}", texts[at].replace('\0', ""));
        let mut engine = Engine::under("safe_to_delete: {patterns: ['tmp-*']}")
            .with(Container { id: ContainerId::new(named(4)), state: State::Running, ..container(&named(0)) })
            .with(volume(&named(1)))
            .with(tagged(&[&named(2), "tmp-x:1"]))
            .with(network(&named(3)));
        engine.inventory.networks[1].id = NetworkId::new(named(5));
        engine.inventory.images.push(Image { digests: vec![named(2).into()], ..tagged(&["tmp-y:1"]) });
        let audit = engine.audit();
        prop_assert!(audit.doubts.is_empty(), "{:?}", audit.doubts);
        let marks = audit.resources.iter().map(|it| it.key.clone()).collect();
        let plan = plan_of(&audit, &marks).unwrap();
        prop_assert_eq!(plan.steps().len(), 7);
        let lines: Vec<&str> = plan.steps().iter().map(Step::command).collect();
        prop_assert!(!lines.iter().any(|line| line.chars().any(is_hostile)), "{lines:?}");
        let words = plan.steps().iter().flat_map(|step| {
            let line: Vec<&str> = match step.action() {
                docker_steward::steward::Action::StopContainer => vec!["docker", "stop"],
                docker_steward::steward::Action::RemoveContainer => vec!["docker", "rm"],
                docker_steward::steward::Action::UntagImage
                | docker_steward::steward::Action::RemoveImage => vec!["docker", "rmi", "--no-prune"],
                docker_steward::steward::Action::RemoveVolume => vec!["docker", "volume", "rm"],
                docker_steward::steward::Action::RemoveNetwork => vec!["docker", "network", "rm"],
            };
            let by_name = step.action() == docker_steward::steward::Action::UntagImage;
            let target = step.target();
            let what = target.key().id().filter(|_| !by_name).unwrap_or(target.name());
            line.into_iter().map(str::to_owned).chain([what.to_owned()]).collect::<Vec<_>>()
        });
        prop_assert_eq!(read_by_bash(&lines.join(" ")), words.collect::<Vec<_>>());
    }
}

/// In `$'…'` a NUL ends the word: `docker volume rm $'data\x00…'` would remove `data`.
#[test]
fn a_nul_does_not_cut_a_name_down_to_another() {
    for name in ["data\0x", "\0", "a'\0\u{1b}"] {
        let [read] = &read_by_bash(&shell_quote(name))[..] else { panic!("one word") };
        assert_eq!(*read, name.replace('\0', "\\x00"));
    }
}

/// No text at all panics anywhere on its way through the classifier.
#[test]
fn nothing_is_too_odd_to_classify() {
    for name in [
        "",
        "/",
        ":",
        "@",
        "@@",
        ":/",
        "a@",
        "@a",
        "sha256:",
        "docker.io/",
        "docker.io/library/",
        "-",
        "\u{0}",
    ] {
        let engine =
            Engine::under("protected: {patterns: ['*x', prod-*]}\nsafe_to_delete: {patterns: ['tmp*']}")
                .with(Container {
                    network_mode: format!("container:{name}").into(),
                    linked_by: vec![name.to_owned()],
                    ..crate::support::inventory::container_of(name, name)
                })
                .with(tagged(&[name]))
                .with(volume(name))
                .with(network(name));
        assert_eq!(engine.audit().resources.len(), 5, "{name:?}");
        engine.needs();
    }
}
