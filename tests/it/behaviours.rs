//! One suite of behaviours for the simulated engine and a real one.
//!
//! The simulation is worth what it shares with Docker. So each behaviour here runs against the simulated engine
//! always, and against a real one where `STEWARD_TEST_ENGINE=unix:///…` names it, with the same fixture, built
//! through the API, and the same demands. On a real engine a behaviour touches only what it made.
mod containers;
mod images;
mod parents;
mod sessions;
mod shapes;
mod storage;
mod system;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use crate::support::bench::Bench;
use crate::support::turn::Turn;

/// Runs a behaviour and clears up, whether it held or not.
async fn hold(bench: Bench, behaviour: impl AsyncFn(&Bench)) {
    let outcome = AssertUnwindSafe(behaviour(&bench)).catch_unwind().await;
    bench.clear().await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

async fn hold_on_simulated(behaviour: impl AsyncFn(&Bench)) {
    hold(Bench::simulated().await, behaviour).await;
}

async fn hold_on_real(behaviour: impl AsyncFn(&Bench)) {
    if let Some(turn) = Turn::shared() {
        hold(Bench::real(&turn), behaviour).await;
    }
}

macro_rules! behaviours {
    ($($room:ident: $($name:ident)*;)*) => {
        mod simulated {
            $(mod $room { $(
                #[tokio::test]
                async fn $name() {
                    super::super::hold_on_simulated(super::super::$room::$name).await;
                }
            )* })*
        }
        mod real {
            $(mod $room { $(
                #[tokio::test]
                async fn $name() {
                    super::super::hold_on_real(super::super::$room::$name).await;
                }
            )* })*
        }
    };
}

behaviours! {
    containers:
        a_running_container_is_not_removed
        a_paused_container_is_not_removed
        a_second_start_and_a_second_stop_change_nothing
        a_name_follows_a_rename
        the_start_of_an_id_is_enough
        an_ambiguous_start_of_an_id_is_an_error
        a_link_alias_is_a_name
        a_stop_ends_a_rm_container_and_its_anonymous_volumes
        only_v_takes_anonymous_volumes
        creation_refuses_what_cannot_be
        exec_needs_a_running_container
        a_wait_ends_with_the_program
        lists_are_filtered;
    images:
        a_tag_goes_alone_while_another_is_left
        the_last_tag_takes_the_image
        several_tags_refuse_the_id
        the_sole_tag_goes_with_the_id_whatever_it_is
        a_tag_is_whatever_it_points_to_now
        a_container_holds_the_last_tag_but_not_the_others
        a_stopped_container_yields_to_force_and_a_running_one_does_not
        images_have_many_names
        missing_images_are_named_in_full
        dangling_images_are_listed_apart
        an_image_saved_by_its_id_is_loaded_with_it_and_without_a_tag;
    parents:
        a_parent_is_kept_by_its_child
        the_tag_of_a_parent_goes_without_a_word
        a_child_takes_its_untagged_parents
        noprune_keeps_the_parents
        a_parent_in_use_is_kept;
    storage:
        a_stopped_container_holds_its_volume
        a_missing_volume_is_missing_unless_forced
        creating_a_volume_twice_is_creating_it_once
        a_bind_into_its_folder_does_not_hold_a_volume
        a_volume_with_options_is_not_measured
        dockers_own_networks_stay
        an_active_endpoint_holds_a_network
        a_stopped_container_does_not_hold_its_network
        network_names_may_be_refused_or_doubled
        a_volume_is_read_and_filled_through_a_container_that_never_ran;
    sessions:
        one_for_each_id
        a_session_ends_with_its_connection
        a_session_of_no_protocol_is_refused_and_not_kept;
    shapes:
        rows_of_containers
        inspected_containers
        rows_of_images
        inspected_images
        volumes
        networks
        mounts
        usage
        about_the_engine;
    system:
        versions_out_of_range_are_refused
        unknown_pages_are_not_found
        ping_names_the_api
        unclean_paths_are_redirected
        filters_are_checked
        events_tell_a_life
        swarm_is_not_there;
}
