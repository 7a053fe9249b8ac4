//! The README's table of attacks, made from the names of the tests that make them. A stale one fails:
//! `UPDATE=1 cargo test --test it readme` writes it anew.
use std::fmt::Write as _;
use std::path::PathBuf;

/// One attack: what is done, what must come of it, and the tests. A `*` marks what is done to a real engine too.
type Attack = (&'static str, &'static str, &'static [&'static str]);

const ATTACKS: [Attack; 23] = [
    (
        "any question answered by 500, not at all, half, by HTML, or by an empty list",
        "no removal is sent; exit not 0",
        &[
            "apply::faults::a_list_that_answers_500_removes_nothing",
            "apply::faults::a_list_that_hangs_removes_nothing",
            "apply::faults::a_list_that_is_cut_off_removes_nothing",
            "apply::faults::a_list_that_is_not_json_removes_nothing",
            "apply::faults::a_list_that_is_empty_removes_nothing",
            "*real::faults::a_question_that_is_answered_500_removes_nothing",
            "*real::faults::a_question_that_is_not_answered_removes_nothing",
            "*real::faults::an_answer_that_is_cut_off_removes_nothing",
            "*real::faults::an_answer_that_is_not_json_removes_nothing",
            "*real::faults::an_answer_that_is_an_empty_list_removes_nothing",
        ],
    ),
    (
        "a list that shrank, contradicts another, or has a row that cannot be read",
        "no plan; or what the row may use is kept",
        &[
            "steward_core::doubted::a_list_that_shrank_to_less_than_a_quarter",
            "steward_core::doubted::an_engine_that_contradicts_its_own_lists",
            "steward_core::doubted::a_mounted_volume_that_was_not_listed",
            "apply::faults::one_unreadable_container_keeps_all_that_it_may_use",
        ],
    ),
    (
        "a removal answered by 404, 409, 500, 403",
        "already gone; refused; failed; the run stops: never “done”",
        &[
            "apply::faults::a_removal_that_answers_404_was_done_by_somebody_else",
            "apply::faults::a_removal_that_answers_409_is_refused_and_the_rest_goes_on",
            "apply::faults::a_removal_that_answers_500_failed_and_the_rest_goes_on",
            "apply::faults::a_removal_that_answers_403_stops_the_run",
            "*real::removals::an_error_is_told_as_what_it_is",
        ],
    ),
    (
        "a reply lost before or after the removal, or later than the time-out",
        "looked up, never sent again",
        &[
            "apply::faults::a_reply_lost_before_it_was_done_is_looked_up_and_never_sent_again",
            "apply::faults::a_reply_lost_after_it_was_done_is_looked_up_and_never_sent_again",
            "apply::faults::a_reply_later_than_the_time_out_is_looked_up_and_never_sent_again",
            "*real::removals::a_lost_reply_is_looked_up_and_never_sent_again",
        ],
    ),
    (
        "renamed, started, labelled, retagged, mounted or made again before the re-check",
        "skipped with its reason; the rest goes on",
        &[
            "apply::changed::renamed_to_a_protected_name",
            "apply::changed::started",
            "apply::changed::labelled_otherwise",
            "apply::changed::retagged_with_a_protected_tag",
            "apply::changed::the_tag_points_to_another_image",
            "apply::changed::the_safe_tag_was_dropped_and_a_protected_one_put_on",
            "apply::changed::mounted_by_another",
            "apply::changed::made_again_under_the_same_name",
            "*real::changes::what_changes_before_its_own_removal_is_skipped",
        ],
    ),
    (
        "the same between the re-check and the removal",
        "the engine's own refusal, journalled",
        &["apply::changed::between_the_re_check_and_the_removal_the_engine_itself_says_no"],
    ),
    (
        "a reply that names something that was not planned",
        "the run stops",
        &["apply::faults::a_reply_that_names_another_image_stops_the_run"],
    ),
    (
        "TERM, INT twice, HUP with a closed terminal, KILL, at each request of a cleanup",
        "at most one removal in flight; what is told afterwards is so",
        &[
            "cli::interrupted::a_signal_at_any_request_starts_no_other_removal",
            "cli::interrupted::a_second_interrupt_changes_nothing",
            "cli::interrupted::a_terminal_that_is_closed_at_any_request_stops_it_as_well",
            "terminal::a_terminal_that_goes_away_stops_a_cleanup_after_the_step_in_flight",
            "terminal::so_does_one_that_goes_away_without_a_signal",
            "cli::interrupted::a_kill_at_any_request_leaves_what_can_be_told_afterwards",
            "*real::signals::a_signal_lets_the_removal_in_flight_end_and_starts_no_other",
            "*real::signals::a_kill_leaves_an_intent_without_an_outcome",
        ],
    ),
    (
        "a signal, a panic, Ctrl-Z and a closed terminal in the console",
        "the terminal is given back",
        &[
            "journeys::a_signal_gives_the_terminal_back",
            "terminal::a_panic_gives_the_terminal_back_before_its_report",
            "terminal::control_z_gives_the_terminal_to_the_shell_and_fg_takes_it_back",
            "terminal::what_is_typed_after_it_is_for_the_shell",
            "terminal::a_terminal_that_goes_away_ends_it",
        ],
    ),
    (
        "a disk that is full at the Nth line of the journal, or makes nothing durable from the Nth time on, for every N; a torn last line",
        "no further removal; the line is left out and its step looked up",
        &[
            "src/apply/run/tests.rs: a_full_disk_stops_the_run_before_the_next_removal_wherever_it_fills",
            "src/apply/run/tests.rs: a_disk_that_makes_nothing_durable_stops_the_run_before_the_next_removal_whenever_it_begins_to",
            "src/apply/run/tests.rs: before_each_removal_its_intent_is_durable_and_the_outcome_of_the_one_before",
            "records::a_journal_may_be_cut_off_at_any_byte",
            "apply::cut_off::what_was_in_flight_is_looked_up",
        ],
    ),
    (
        "a second steward, on this host or on another",
        "refused, naming the holder where it can be known",
        &[
            "apply::changed::a_second_steward_is_refused_and_told_who_the_first_is",
            "apply::guard::a_steward_on_another_host_is_refused_while_one_is_at_work_and_not_after",
            "*real::stewards::a_second_steward_is_refused_and_told_who_is_at_work",
            "*real::stewards::a_steward_on_another_host_is_refused_and_a_killed_one_leaves_no_guard_behind",
        ],
    ),
    (
        "another engine, storage, API, SSOT, time; a plan file edited by hand",
        "the plan is void; exit 3",
        &[
            "apply::files::another_engine_policy_environment_or_time_voids_it",
            "apply::files::an_edited_plan_is_void_and_could_do_nothing_forbidden_anyway",
            "apply::changed::another_engine_answers",
            "apply::changed::the_ssot_changed",
            "ops::bind::the_same_id_and_name_with_other_storage_or_another_root_folder_is_another_engine",
            "*real::faults::another_engine_voids_the_plan",
            "*real::faults::another_ssot_voids_the_plan",
            "*real::foreign::podman_is_refused_for_what_it_is",
        ],
    ),
    (
        "engines of machines cloned from one disk, which share their ID",
        "what was seen, told or begun on one counts for nothing on the other",
        &[
            "clones::what_was_seen_on_one_says_nothing_of_the_other",
            "clones::a_cleanup_that_was_cut_off_is_not_looked_up_on_the_other",
            "clones::what_was_done_on_one_is_not_counted_for_the_other",
            "src/records/paths.rs: clones_share_the_lock_and_nothing_else",
        ],
    ),
    (
        "an engine's clock 400 days off",
        "no age counts",
        &["apply::changed::a_clock_that_is_off_proves_no_age"],
    ),
    (
        "the engine goes away midway",
        "the run stops; a new plan is needed",
        &[
            "apply::faults::the_engine_goes_away_midway",
            "*real::removals::an_engine_that_goes_away_midway_ends_the_run",
        ],
    ),
    (
        "names, labels and commands that a terminal or a shell would obey",
        "nothing raw on a screen, in a table, in JSON, in a command",
        &[
            "cli::hostile::no_command_prints_what_a_terminal_would_obey",
            "steward_core::hostile::nothing_hostile_is_left_and_nothing_harmless_is_lost",
            "steward_core::hostile::bash_reads_every_command_as_its_words",
        ],
    ),
    (
        "an SSOT cut off at every byte, with slips, of any bytes",
        "an error, or valid; never less protected",
        &[
            "ssot::broken::staging_cut_off_at_any_byte_is_refused_or_no_less_safe",
            "ssot::broken::production_cut_off_at_any_byte_is_refused_or_no_less_safe",
            "ssot::broken::the_desktop_cut_off_at_any_byte_is_refused_or_no_less_safe",
            "ssot::broken::a_file_with_slips_is_refused_or_valid",
            "ssot::broken::any_bytes_are_refused_or_valid",
        ],
    ),
    (
        "an archive for the trash that is refused, cut off, an error, or has no room; what it is of changes meanwhile",
        "nothing is removed, and no half a copy stays",
        &[
            "cli::trash::what_cannot_be_saved_stays",
            "cli::trash::a_disk_that_is_full_keeps_the_volume",
            "cli::trash::what_changes_while_it_is_saved_stays_and_leaves_no_copy",
            "src/records/trash.rs: an_archive_that_is_cut_off_or_ends_in_an_error_leaves_nothing",
        ],
    ),
    (
        "a disk that a copy for the trash would fill, by its size or on the way",
        "it stops while others have room, and what it was of stays",
        &[
            "cli::trash::what_there_is_no_room_for_stays_before_the_disk_is_full",
            "src/records/trash.rs: what_there_is_no_room_for_leaves_nothing",
        ],
    ),
    (
        "KILL at each request of a cleanup that keeps what it takes away",
        "no data is lost, and an undo brings all of it back",
        &["cli::trash::a_kill_at_any_request_loses_no_data_and_an_undo_brings_all_of_it_back"],
    ),
    (
        "a copy in the trash that is damaged or has expired; a name, a tag or a volume that is taken again",
        "an undo makes nothing of it, and touches nothing that is there",
        &[
            "cli::trash::a_damaged_or_expired_archive_brings_nothing_back_and_makes_nothing",
            "cli::trash::an_image_comes_back_with_all_its_tags_and_moves_none",
            "cli::trash::a_volume_that_somebody_fills_meanwhile_is_left_alone",
            "*real::undone::the_steward_makes_again_what_it_removed_with_all_that_it_held",
        ],
    ),
    (
        "an undo on another engine, in a read-only session or environment, with another phrase; any request but its own",
        "refused; exit 3",
        &[
            "cli::trash::an_undo_is_refused_where_a_cleanup_would_be",
            "src/engine/wall.rs: an_undo_makes_in_seven_ways_and_takes_nothing_away",
            "src/engine/wall.rs: a_helper_is_made_under_its_own_name_and_only_what_was_made_is_filled_and_removed",
        ],
    ),
    (
        "random worlds under random policies, against a second, naive classifier",
        "no step ever names what is not safe",
        &["steward_core::properties::every_world"],
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The source that a test's path leads to, and the test's name.
fn source(test: &str) -> (String, String) {
    if let Some((file, name)) = test.split_once(": ") {
        return (std::fs::read_to_string(root().join(file)).unwrap(), name.to_owned());
    }
    let (module, name) = test.rsplit_once("::").unwrap();
    let file = root().join("tests/it").join(format!("{}.rs", module.replace("::", "/")));
    (
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())),
        name.to_owned(),
    )
}

/// Whether it is a function of that name with a test's attribute above it, or a property.
fn is_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().enumerate().any(|(at, line)| {
        let called = line.contains(&format!("fn {name}("));
        called
            && lines[at.saturating_sub(4)..at]
                .iter()
                .any(|above| ["#[test]", "#[tokio::test"].iter().any(|it| above.trim_start().starts_with(it)))
    })
}

fn table() -> String {
    let mut table = "| attack | what must come of it | tests |\n|---|---|---|\n".to_owned();
    for (attack, expected, tests) in ATTACKS {
        let names = tests.iter().map(|test| {
            let (path, real) = test.strip_prefix('*').map_or((*test, ""), |path| (path, " \\*"));
            let (text, name) = source(path);
            assert!(is_test(&text, &name), "there is no test {path}");
            format!("`{path}`{real}")
        });
        let tests: Vec<String> = names.collect();
        let _ = writeln!(table, "| {attack} | {expected} | {} |", tests.join("<br>"));
    }
    table
}

#[test]
fn the_table_of_attacks_names_tests_that_are_there() {
    const BEGIN: &str = "<!-- attacks: begin -->\n";
    const END: &str = "<!-- attacks: end -->";
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (kept, after) = rest.split_once(END).unwrap();
    let made = table();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{made}{END}{after}")).unwrap();
        return;
    }
    assert!(kept == made, "the README's table is stale: UPDATE=1 cargo test --test it readme writes it anew");
}
