//! Files that something happened to: cut off, slipped in, or never an SSOT at all.

use docker_steward::ssot::load::{parse, parse_bytes};
use docker_steward::ssot::{AgedPatterns, NamePattern, Policy, Retention, SsotError, check};
use proptest::prelude::*;

use super::refused::whole;
use super::{FILES, origin, shipped};

/// A copy that broke off, a full disk, a half-written save: whatever is left protects as much and lets no more go.
fn assert_no_less_safe(part: &Policy, full: &Policy, what: &str) {
    assert_eq!(part.environment, full.environment, "{what}");
    assert_eq!(part.cleanup, full.cleanup, "{what}");
    // Between two lists of `protected` a part of it is lost, and with it all that could go.
    let keeps_everything = part.safe_to_delete.patterns.is_empty()
        && part.auto_delete.patterns.is_empty()
        && part.retention == Retention::default();
    assert!(part.protected == full.protected || keeps_everything, "{what}");
    let nothing = |aged: &AgedPatterns| aged.patterns.is_empty();
    assert!(nothing(&part.safe_to_delete) || part.safe_to_delete == full.safe_to_delete, "{what}");
    assert!(nothing(&part.auto_delete) || part.auto_delete == full.auto_delete, "{what}");
    let Retention { dangling_images, unused_images, unused_volumes, .. } = part.retention;
    assert!(dangling_images.is_none() || dangling_images == full.retention.dangling_images, "{what}");
    assert!(unused_images.is_none() || unused_images == full.retention.unused_images, "{what}");
    assert!(unused_volumes.is_none() || unused_volumes == full.retention.unused_volumes, "{what}");
}

#[test]
fn the_desktop_cut_off_at_any_byte_is_refused_or_no_less_safe() {
    cut_off_everywhere("desktop");
}

#[test]
fn staging_cut_off_at_any_byte_is_refused_or_no_less_safe() {
    cut_off_everywhere("staging");
}

#[test]
fn production_cut_off_at_any_byte_is_refused_or_no_less_safe() {
    cut_off_everywhere("production");
}

fn cut_off_everywhere(name: &str) {
    let full = shipped(name);
    let mut valid = 0;
    for end in 0..full.text.len() {
        match parse_bytes(&full.text.as_bytes()[..end], &origin()) {
            Ok(part) => {
                valid += 1;
                assert_no_less_safe(&part.policy, &full.policy, &format!("{name} cut off at byte {end}"));
            }
            Err(error) => assert_readable(&error),
        }
    }
    // Cut between two sections a file stays valid, or this test would show nothing.
    assert!(valid > 0, "{name}");
}

fn assert_readable(error: &SsotError) {
    let report = error.to_string();
    assert!(!report.chars().any(|c| c.is_control() && c != '\n'), "{report:?}");
    assert!(report.lines().count() >= 2 && report.contains("ssot/staging.yaml"), "{report}");
    assert!(error.line().is_none_or(|line| line >= 1) && error.column().is_none_or(|column| column >= 1));
}

fn read_anything(text: &str) {
    match parse(text, &origin()) {
        Err(error) => assert_readable(&error),
        Ok(ssot) => {
            let protected = &ssot.policy.protected;
            if protected.patterns.is_empty() && protected.names.is_empty() && protected.labels.is_empty() {
                assert!(text.contains("[]"), "an empty protection that nobody wrote:\n{text}");
            }
            for aged in [&ssot.policy.safe_to_delete, &ssot.policy.auto_delete] {
                assert!(!aged.patterns.iter().any(NamePattern::matches_everything), "{text}");
            }
            for warning in check::check(&ssot) {
                assert_eq!(warning.line, ssot.line_of(&warning.rule));
            }
        }
    }
}

/// One slip of an editor, a merge or a disk.
#[derive(Debug, Clone)]
enum Slip {
    Delete(prop::sample::Index, usize),
    Insert(prop::sample::Index, String),
    Repeat(prop::sample::Index, prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
}

fn slip() -> impl Strategy<Value = Slip> {
    let index = any::<prop::sample::Index>;
    let piece = prop_oneof![
        prop::sample::select(vec![
            " ",
            "  ",
            "\n",
            "\n\n",
            "\t",
            "\r",
            ":",
            ": ",
            "- ",
            "-",
            "[",
            "]",
            "{",
            "}",
            ",",
            "#",
            " #",
            "&a ",
            "*a ",
            "*",
            "!x ",
            "\"",
            "'",
            "|",
            ">",
            "%",
            "@",
            "`",
            "---\n",
            "...\n",
            "? ",
            "<<: ",
            "~",
            "null",
            "\0",
            "\u{1b}",
            "\u{feff}",
            "\u{202e}",
            "é",
            "\u{2028}",
            "\u{85}",
            "patterns:",
            "protected: {patterns: []}\n",
            "\\",
            "0",
            "1e9",
            "[[[[[[[[",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        "\\PC{0,8}",
    ];
    prop_oneof![
        (index(), 1_usize..40).prop_map(|(at, length)| Slip::Delete(at, length)),
        (index(), piece).prop_map(|(at, piece)| Slip::Insert(at, piece)),
        (index(), index()).prop_map(|(from, to)| Slip::Repeat(from, to)),
        (index(), index()).prop_map(|(a, b)| Slip::Swap(a, b)),
    ]
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for slip in slips {
        let length = chars.len() + 1;
        match slip {
            Slip::Delete(at, count) => {
                let at = at.index(length);
                chars.drain(at..chars.len().min(at + count));
            }
            Slip::Insert(at, piece) => {
                let at = at.index(length);
                chars.splice(at..at, piece.chars());
            }
            Slip::Repeat(from, to) => {
                let mut lines: Vec<String> = lines_of(&chars);
                let line = lines[from.index(lines.len())].clone();
                lines.insert(to.index(lines.len()), line);
                chars = lines.concat().chars().collect();
            }
            Slip::Swap(a, b) => {
                let mut lines: Vec<String> = lines_of(&chars);
                let (a, b) = (a.index(lines.len()), b.index(lines.len()));
                lines.swap(a, b);
                chars = lines.concat().chars().collect();
            }
        }
    }
    chars.into_iter().collect()
}

fn lines_of(chars: &[char]) -> Vec<String> {
    let text: String = chars.iter().collect();
    let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if lines.is_empty() { vec![String::new()] } else { lines }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_with_slips_is_refused_or_valid(file in 0..FILES.len(), slips in prop::collection::vec(slip(), 1..5)) {
        read_anything(&slipped(FILES[file].1, &slips));
    }

    #[test]
    fn any_bytes_are_refused_or_valid(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Err(error) = parse_bytes(&bytes, &origin()) {
            assert_readable(&error);
        }
    }

    #[test]
    fn any_yaml_is_refused_or_valid(text in "([a-z&*!|>%@`#'\"\\[\\]{},:?~. \n-]|  |: |- |\n  ){0,80}") {
        read_anything(&text);
    }
}

#[test]
fn deep_and_large_files_are_refused() {
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "a:\n ".repeat(50_000)] {
        assert!(parse(&text, &origin()).is_err());
    }
    assert!(whole(&"# padding\n".repeat(100_000)).starts_with("the file is larger than 512 KiB"));
}
