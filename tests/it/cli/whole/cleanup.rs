//! What removes something, and what tells of it.
use docker_steward::steward::PHRASE;

use super::{SSOT, Whole};

#[tokio::test(flavor = "multi_thread")]
async fn plan_and_what_apply_refuses() {
    let it = Whole::new().await;
    insta::assert_snapshot!(it.run(&["plan", "--out", "plan.json"]), @"
    # plan     whole on demo
    # engine   DEMO:EMPT:YEMP:TYEM:PTYE:MPTY:EMPT:YEMP:TYEM:PTYE:MPTY:0000 20.10.24, API 1.41, ENGINE
    # ssot     ssot/whole.yaml 51417d2208600cad108989de1fde22c5e4fb9fc6f62a83fb6e5c575f680f5c59
    # expires  [TIME]
    # removes  1 container, 1 image, 1 volume, 1 network; frees 30.9 MB
    # hash     [HASH]
    export DOCKER_HOST=ENGINE
    docker rm 19672be793391ed94ce8dfdf3bc9c9a3cd2d91f8aeb98bdafd09c3b3caf295d0                     # tmp-job · 3.0 kB
    docker rmi --no-prune sha256:5fc45d00eb7cf6b4cd5b6634de7a2d0ba495e3415f50cb2cd003d0a3844e5f31  # tmp-tool:1 · 30.0 MB
    docker volume rm tmp-cache                                                                     # tmp-cache · 900.0 kB
    docker network rm 2eef4b7fd1985668f4ce5ee1ab7b823e244399b2e2173c1b562e0f3c8f5282ff             # tmp-net
    -- stderr
    written to plan.json; to apply it: docker-steward --host ENGINE --env whole apply plan.json
    -- exit 0
    ");
    insta::assert_snapshot!(
        "plan_json",
        it.run(&["plan", "--select", "network/tmp-net", "--format", "json"])
    );
    insta::assert_snapshot!(it.run(&["apply", "plan.json"]), @r#"
    -- stderr
    refused: there is no terminal to ask for the phrase on, so --confirm "APPLY CLEANUP" is needed; nothing has been removed
      read it, then:  docker-steward --host ENGINE --env whole apply plan.json --confirm "APPLY CLEANUP"
    -- exit 3
    "#);
    insta::assert_snapshot!(it.run(&["apply", "plan.json", "--confirm", PHRASE, "--require-healthy"]), @"
    # plan     whole on demo
    # engine   DEMO:EMPT:YEMP:TYEM:PTYE:MPTY:EMPT:YEMP:TYEM:PTYE:MPTY:0000 20.10.24, API 1.41, ENGINE
    # ssot     ssot/whole.yaml 51417d2208600cad108989de1fde22c5e4fb9fc6f62a83fb6e5c575f680f5c59
    # expires  [TIME]
    # removes  1 container, 1 image, 1 volume, 1 network; frees 30.9 MB
    # hash     [HASH]
    export DOCKER_HOST=ENGINE
    docker rm 19672be793391ed94ce8dfdf3bc9c9a3cd2d91f8aeb98bdafd09c3b3caf295d0                     # tmp-job · 3.0 kB
    docker rmi --no-prune sha256:5fc45d00eb7cf6b4cd5b6634de7a2d0ba495e3415f50cb2cd003d0a3844e5f31  # tmp-tool:1 · 30.0 MB
    docker volume rm tmp-cache                                                                     # tmp-cache · 900.0 kB
    docker network rm 2eef4b7fd1985668f4ce5ee1ab7b823e244399b2e2173c1b562e0f3c8f5282ff             # tmp-net
    -- stderr
    undo brings back: networks · containers' configuration · volumes, empty · images that a registry has
    gone for good: what containers wrote into themselves, and their logs · volumes' data · images that none has (--trash keeps what it can)
    before the cleanup: 1 healthy, 1 unhealthy
    ! Gone runs is unhealthy: there is no container gone
    refused: unhealthy before the cleanup: Gone runs; nothing has been removed
    -- exit 3
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_and_what_is_left_after_it() {
    let it = Whole::new().await;
    it.run(&["plan", "--out", "plan.json"]);
    insta::assert_snapshot!(it.run(&["apply", "plan.json", "--confirm", PHRASE]), @"
    # plan     whole on demo
    # engine   DEMO:EMPT:YEMP:TYEM:PTYE:MPTY:EMPT:YEMP:TYEM:PTYE:MPTY:0000 20.10.24, API 1.41, ENGINE
    # ssot     ssot/whole.yaml 51417d2208600cad108989de1fde22c5e4fb9fc6f62a83fb6e5c575f680f5c59
    # expires  [TIME]
    # removes  1 container, 1 image, 1 volume, 1 network; frees 30.9 MB
    # hash     [HASH]
    export DOCKER_HOST=ENGINE
    docker rm 19672be793391ed94ce8dfdf3bc9c9a3cd2d91f8aeb98bdafd09c3b3caf295d0                     # tmp-job · 3.0 kB
    docker rmi --no-prune sha256:5fc45d00eb7cf6b4cd5b6634de7a2d0ba495e3415f50cb2cd003d0a3844e5f31  # tmp-tool:1 · 30.0 MB
    docker volume rm tmp-cache                                                                     # tmp-cache · 900.0 kB
    docker network rm 2eef4b7fd1985668f4ce5ee1ab7b823e244399b2e2173c1b562e0f3c8f5282ff             # tmp-net
    run [RUN] complete: 4 of 4 steps done, freed 30.9 MB
    journal HOME/state/docker-steward/journal/[RUN].jsonl
    -- stderr
    undo brings back: networks · containers' configuration · volumes, empty · images that a registry has
    gone for good: what containers wrote into themselves, and their logs · volumes' data · images that none has (--trash keeps what it can)
    before the cleanup: 1 healthy, 1 unhealthy
    ! Gone runs is unhealthy: there is no container gone
    1/4  docker rm 19672be793391ed94ce8dfdf3bc9c9a3cd2d91f8aeb98bdafd09c3b3caf295d0  # tmp-job · 3.0 kB
         done, freed 3.0 kB
    2/4  docker rmi --no-prune sha256:5fc45d00eb7cf6b4cd5b6634de7a2d0ba495e3415f50cb2cd003d0a3844e5f31  # tmp-tool:1 · 30.0 MB
         done, freed 30.0 MB
    3/4  docker volume rm tmp-cache  # tmp-cache · 900.0 kB
         done, freed 900.0 kB
    4/4  docker network rm 2eef4b7fd1985668f4ce5ee1ab7b823e244399b2e2173c1b562e0f3c8f5282ff  # tmp-net
         done
    to take it back: docker-steward --host ENGINE --env whole undo [RUN]
    after the cleanup: 1 healthy, 1 unhealthy
    ! Gone runs is unhealthy: there is no container gone
    -- exit 0
    ");
    insta::assert_snapshot!(it.run(&["apply", "plan.json", "--confirm", PHRASE]), @"
    # plan     whole on demo
    # engine   DEMO:EMPT:YEMP:TYEM:PTYE:MPTY:EMPT:YEMP:TYEM:PTYE:MPTY:0000 20.10.24, API 1.41, ENGINE
    # ssot     ssot/whole.yaml 51417d2208600cad108989de1fde22c5e4fb9fc6f62a83fb6e5c575f680f5c59
    # expires  [TIME]
    # removes  nothing; frees 0 B
    # hash     [HASH]
    # kept     container/tmp-job: the engine does not hold it any more
    # kept     image/tmp-tool:1: the engine does not hold it any more
    # kept     volume/tmp-cache: the engine does not hold it any more
    # kept     network/tmp-net: the engine does not hold it any more
    -- stderr
    ! kept container/tmp-job: the engine does not hold it any more
    ! kept image/tmp-tool:1: the engine does not hold it any more
    ! kept volume/tmp-cache: the engine does not hold it any more
    ! kept network/tmp-net: the engine does not hold it any more
    refused: nothing of the plan is as it was when it was made; nothing has been removed
    -- exit 3
    ");
    insta::assert_snapshot!(it.run(&["history"]), @"
    AUDITS 1
      [TIME]  whole  demo  drift   3  2 unknown, 0 safe-to-delete, 1 missing, reclaimable 0 B

    CLEANUPS 1
      [TIME]  [RUN]  whole on demo  complete  4 steps, freed 30.9 MB
          done          docker rm 19672be793391ed94ce8dfdf3bc9c9a3cd2d91f8aeb98bdafd09c3b3caf295d0  # tmp-job
          done          docker rmi --no-prune sha256:5fc45d00eb7cf6b4cd5b6634de7a2d0ba495e3415f50cb2cd003d0a3844e5f31  # tmp-tool:1
          done          docker volume rm tmp-cache  # tmp-cache
          done          docker network rm 2eef4b7fd1985668f4ce5ee1ab7b823e244399b2e2173c1b562e0f3c8f5282ff  # tmp-net
    -- stderr
    -- exit 0
    ");
    insta::assert_snapshot!(it.run(&["plan"]), @"
    # plan     whole on demo
    # engine   DEMO:EMPT:YEMP:TYEM:PTYE:MPTY:EMPT:YEMP:TYEM:PTYE:MPTY:0000 20.10.24, API 1.41, ENGINE
    # ssot     ssot/whole.yaml 51417d2208600cad108989de1fde22c5e4fb9fc6f62a83fb6e5c575f680f5c59
    # expires  [TIME]
    # removes  nothing; frees 0 B
    # hash     [HASH]
    -- stderr
    nothing here is safe to delete; the plan is empty
    -- exit 0
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_for_programs() {
    let it = Whole::new().await;
    it.run(&["plan", "--select", "network/tmp-net", "--out", "plan.json"]);
    it.run(&["apply", "plan.json", "--confirm", PHRASE]);
    insta::assert_snapshot!("history_json", it.run(&["history", "--format", "json"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn run_for_chats_and_for_programs() {
    let it = Whole::new().await;
    insta::assert_snapshot!(it.run(&["run", "--apply-auto"]), @r"
    ## Docker steward: whole

    - Engine: demo (20.10.24)
    - Read: [TIME]
    - Drift: **7**: 2 unknown, 4 safe-to-delete, 1 missing, 0 not running
    - Reclaimable: 30.9 MB
    - Health: 1 healthy, 1 unhealthy
    - Cleanup: **refused**: whole is not cleaned unattended: its SSOT says \`cleanup: confirm\`, and only \`autonomous\` allows it
    - Exit code: 3

    ### Health

    - Gone runs: unhealthy: there is no container gone

    ### Missing

    - missing: container `gone`
    -- stderr
    ! whole is not cleaned unattended: its SSOT says `cleanup: confirm`, and only `autonomous` allows it
    -- exit 3
    ");
    let ssot = SSOT
        .replace(
            "cleanup: confirm",
            "cleanup: autonomous\nauto_delete: {patterns: [\"tmp-*\"], min_age: 14d}",
        )
        .replace("  - {name: Gone runs, running: gone}\n", "");
    let it = Whole::with(&ssot).await;
    insta::assert_snapshot!("run_json", it.run(&["run", "--apply-auto", "--format", "json"]));
}
