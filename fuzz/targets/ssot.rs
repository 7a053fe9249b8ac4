//! Any bytes as an SSOT: refused with a line and a mend, or valid, and then every edit of it keeps what it
//! protects.
#![no_main]

use docker_steward::ssot::load::{Origin, parse_bytes};
use docker_steward::ssot::{check, edit};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let ssot = match parse_bytes(bytes, &Origin::File("fuzz.yaml".into())) {
        Ok(ssot) => ssot,
        Err(error) => {
            let told = error.to_string();
            assert!(told.contains("fuzz.yaml"), "an error names its file: {told}");
            let raw = told.chars().any(|it| it.is_control() && it != '\n');
            assert!(!raw, "an error holds a control character: {told:?}");
            return;
        }
    };
    for warning in check::check(&ssot) {
        assert!(!warning.text.is_empty());
    }
    if let Ok(edited) = edit::approve(&ssot, "fuzz-approved") {
        assert_eq!(edited.ssot.policy.protected, ssot.policy.protected);
        assert_eq!(edited.ssot.policy.expected, ssot.policy.expected);
        assert_eq!(edited.ssot.policy.cleanup, ssot.policy.cleanup);
    }
});
