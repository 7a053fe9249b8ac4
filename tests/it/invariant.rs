//! The invariant in types: what must not compile does not.

#[test]
fn nothing_is_removed_that_was_not_classified_planned_approved_and_checked() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
