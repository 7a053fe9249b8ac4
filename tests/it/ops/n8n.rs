//! The n8n workflow, walked: its code and its expressions are run by Node on what the program prints.
//!
//! Only what n8n's own source says of its nodes is played here (see `schedule/n8n.rs`); n8n itself is not to be had.
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::bench::Bench;
use crate::cli::has;

/// Goes from node to node as n8n does, and tells which it came by, what was posted, and how it ended.
const WALK: &str = r"
const { workflow, replies, chat } = JSON.parse(require('fs').readFileSync(0));
const nodes = Object.fromEntries(workflow.nodes.map((it) => [it.name, it]));
const done = {}, path = [], posts = [];
const $ = (name) => {
  if (!nodes[name]) throw new Error(`there is no node ${name}`);
  return { isExecuted: name in done, first: () => {
    if (!(name in done)) throw new Error(`${name} has not run`);
    return { json: done[name] };
  } };
};
const value = (text, $json) => {
  const found = /^=\s*\{\{([\s\S]*)\}\}\s*$/.exec(text);
  return found ? new Function('$', '$json', `return (${found[1]})`)($, $json) : text;
};
const acts = {
  scheduleTrigger: () => [0, {}],
  ssh: (it) => {
    const reply = replies[it.name];
    if (reply.error && it.onError !== 'continueRegularOutput') throw new Error(reply.error);
    return [0, reply];
  },
  code: (it, json) => {
    const items = new Function('$', '$input', it.parameters.jsCode)($, { first: () => ({ json }) });
    if (!Array.isArray(items) || items.length !== 1) throw new Error(`${it.name} gave no item`);
    return [0, items[0].json];
  },
  if: (it, json) => {
    const { leftValue, rightValue, operator } = it.parameters.conditions.conditions[0];
    const left = value(leftValue, json);
    if (typeof left !== operator.type) throw new Error(`${it.name}: ${typeof left} is no ${operator.type}`);
    return [(operator.operation === 'gt' ? left > rightValue : left === true) ? 0 : 1, json];
  },
  httpRequest: (it, json) => {
    const body = JSON.parse(value(it.parameters.jsonBody, json));
    if (chat) { posts.push(`${it.name}: ${body.text}`); return [0, { data: 'ok' }]; }
    if (it.onError !== 'continueRegularOutput') throw new Error('the chat does not answer');
    return [0, { error: 'the chat does not answer' }];
  },
  stopAndError: (it, json) => { throw new Error(value(it.parameters.errorMessage, json)); },
};
let name = 'Schedule', json = {}, failed = null;
try {
  while (name) {
    const it = nodes[name];
    path.push(name);
    const [output, answer] = acts[it.type.replace('n8n-nodes-base.', '')](it, json);
    done[name] = json = answer;
    const next = (workflow.connections[name]?.main[output] ?? [])[0];
    name = next && next.node;
  }
} catch (error) { failed = error.message; }
console.log(path.join(' → '));
for (const post of posts) console.log(`\n${post}`);
console.log(failed ? `\nfailed: ${failed}` : '\ndone');
";

fn walked(workflow: &Value, replies: &Value, chat: bool) -> String {
    let input = json!({ "workflow": workflow, "replies": replies, "chat": chat }).to_string();
    let mut node =
        Command::new("node").args(["-e", WALK]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    node.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// What an SSH node answers when the program is called so.
fn reply(bench: &Bench, words: &[&str]) -> Value {
    let ended = bench.run(words);
    json!({ "code": ended.code, "signal": null, "stdout": ended.stdout, "stderr": ended.stderr })
}

#[test]
fn the_workflow_tells_of_drift_cleans_where_that_is_allowed_and_sums_up() {
    if !has("node") {
        return;
    }
    let bench = Bench::new();
    let workflow = |env: &str| -> Value {
        serde_json::from_str(&bench.run(&["schedule", "n8n", "--env", env]).exits(0).stdout).unwrap()
    };
    let staging = workflow("staging");
    let audit = reply(&bench, &["--demo", "--env", "staging", "audit", "--format", "json"]);
    insta::assert_snapshot!(walked(&staging, &json!({ "Audit": audit }), true), @"
    Schedule → Audit → Parse audit → Audited? → Drift? → Mattermost: drift → Auto cleanup? → Summary → Post to the control room

    Mattermost: drift: 🚨 **staging** on droplet-sgp1: drift 50
    - unknown 31: container/grafana, container/monitor, container/product-test, container/random_name, container/test-experiment-1, container/traefik, image/acme/toolbox:2, image/alpine:3.20, image/experiment-runner:v2, image/grafana/grafana:11.2.0 and 21 more
    - safe to delete 19: container/experiment-crawler, container/experiment-run, container/test-crashloop, container/tmp-debug-container, container/tmp-preview-4711, image/docker-extension:latest, image/experiment-import:v3, image/mcp/fetch:latest, image/mcp/github:latest, image/sha256:5907cff7ce65fda4f3fbd9b5d3ae264a79ba3414ad8ef68df1bf1274b2cf3cd9 and 9 more

    Post to the control room: **staging** on droplet-sgp1: drift 50
    - unknown 31: container/grafana, container/monitor, container/product-test, container/random_name, container/test-experiment-1, container/traefik, image/acme/toolbox:2, image/alpine:3.20, image/experiment-runner:v2, image/grafana/grafana:11.2.0 and 21 more
    - safe to delete 19: container/experiment-crawler, container/experiment-run, container/test-crashloop, container/tmp-debug-container, container/tmp-preview-4711, image/docker-extension:latest, image/experiment-import:v3, image/mcp/fetch:latest, image/mcp/github:latest, image/sha256:5907cff7ce65fda4f3fbd9b5d3ae264a79ba3414ad8ef68df1bf1274b2cf3cd9 and 9 more

    done
    ");
    // A chat that does not answer keeps nothing back but what it was to be told.
    insta::assert_snapshot!(walked(&staging, &json!({ "Audit": audit }), false), @"
    Schedule → Audit → Parse audit → Audited? → Drift? → Mattermost: drift → Auto cleanup? → Summary → Post to the control room

    failed: the chat does not answer
    ");

    let desktop = workflow("desktop");
    let replies = json!({
        "Audit": reply(&bench, &["--demo", "--env", "desktop", "audit", "--format", "json"]),
        "Clean what may go unattended": { "code": 0, "stdout": "## Docker steward: desktop\n", "stderr": "" },
    });
    insta::assert_snapshot!(walked(&desktop, &replies, true), @"
    Schedule → Audit → Parse audit → Audited? → Drift? → Mattermost: drift → Auto cleanup? → Clean what may go unattended → Summary → Post to the control room

    Mattermost: drift: 🚨 **desktop** on docker-desktop: drift 26
    - unknown 18: container/artifision-vm, container/blog-db-1, container/blog-web-1, container/naughty_hopper, image/artifision/vm:2.4, image/hello-world:latest, image/mysql:8.0, image/node:20-alpine, image/sha256:4313c09e6f297995ddfe992ea8d1ac6a7ac4f2ef667547ded539d1f8c5cc5b63, image/sha256:6934764277a7b19900b202cb52570b611e649a22a0ae7ea32c04e372aeb0fe44 and 8 more
    - safe to delete 8: image/acme/mailhog-docker-extension:1.0.1, image/artifision/toolbox:latest, image/docker/disk-usage-docker-extension:0.2.9, image/docker/logs-explorer-docker-extension:0.2.2, image/mcp/fetch:latest, image/mcp/github:latest, image/mcp/postgres:latest, image/redis:7-alpine

    Post to the control room: **desktop** on docker-desktop: drift 26
    - unknown 18: container/artifision-vm, container/blog-db-1, container/blog-web-1, container/naughty_hopper, image/artifision/vm:2.4, image/hello-world:latest, image/mysql:8.0, image/node:20-alpine, image/sha256:4313c09e6f297995ddfe992ea8d1ac6a7ac4f2ef667547ded539d1f8c5cc5b63, image/sha256:6934764277a7b19900b202cb52570b611e649a22a0ae7ea32c04e372aeb0fe44 and 8 more
    - safe to delete 8: image/acme/mailhog-docker-extension:1.0.1, image/artifision/toolbox:latest, image/docker/disk-usage-docker-extension:0.2.9, image/docker/logs-explorer-docker-extension:0.2.2, image/mcp/fetch:latest, image/mcp/github:latest, image/mcp/postgres:latest, image/redis:7-alpine
    the cleanup ended with 0
    ## Docker steward: desktop

    done
    ");
    let mut broken = replies.clone();
    broken["Clean what may go unattended"] = json!({ "error": "connect ETIMEDOUT" });
    let told = walked(&desktop, &broken, true);
    assert!(told.contains("\nthe cleanup could not be run: connect ETIMEDOUT\n"), "{told}");
}

#[test]
fn the_workflow_says_where_all_is_as_declared_and_where_there_is_no_audit() {
    if !has("node") {
        return;
    }
    let bench = Bench::new();
    let workflow: Value =
        serde_json::from_str(&bench.run(&["schedule", "n8n", "--env", "staging"]).exits(0).stdout).unwrap();
    let calm = json!({
        "schema": 1, "environment": "staging", "cleanup": "confirm", "engine": { "name": "droplet" },
        "drift": { "total": 0, "unknown": 0, "safe_to_delete": 0, "missing": 0, "not_running": 0 },
        "resources": [], "missing": [],
    });
    let calm = json!({ "code": 0, "stdout": calm.to_string(), "stderr": "" });
    insta::assert_snapshot!(walked(&workflow, &json!({ "Audit": calm }), true), @"
    Schedule → Audit → Parse audit → Audited? → Drift? → Summary → Post to the control room

    Post to the control room: **staging** on droplet: drift 0

    done
    ");
    let dead = reply(
        &bench,
        &["-H", "unix:///nowhere/docker.sock", "--env", "staging", "audit", "--format", "json"],
    );
    insta::assert_snapshot!(walked(&workflow, &json!({ "Audit": dead }), true), @"
    Schedule → Audit → Parse audit → Audited? → Mattermost: no audit → Fail

    Mattermost: no audit: 🚨 **staging**: there is no audit: it ended with 1: error: no engine answers at unix:///nowhere/docker.sock: there is no such socket
      Start Docker (`systemctl start docker`, or Docker Desktop), or name another engine with --host or --context; /nowhere/docker.sock does not exist.

    failed: **staging**: there is no audit: it ended with 1: error: no engine answers at unix:///nowhere/docker.sock: there is no such socket
      Start Docker (`systemctl start docker`, or Docker Desktop), or name another engine with --host or --context; /nowhere/docker.sock does not exist.
    ");
    for (answer, why) in [
        (json!({ "error": "connect ECONNREFUSED" }), "there is no audit: connect ECONNREFUSED"),
        (
            json!({ "code": 127, "stdout": "", "stderr": "sh: docker-steward: not found" }),
            "it ended with 127: sh: docker-steward: not found",
        ),
        (json!({ "code": 0, "stdout": "motd", "stderr": "" }), "what it printed cannot be read: "),
        (
            json!({ "code": 0, "stdout": "{\"schema\":2}", "stderr": "" }),
            "its schema 2 is not known to this workflow",
        ),
    ] {
        let told = walked(&workflow, &json!({ "Audit": answer }), true);
        assert!(
            told.starts_with("Schedule → Audit → Parse audit → Audited? → Mattermost: no audit → Fail\n"),
            "{told}"
        );
        assert!(told.contains(why) && told.contains("\nfailed: "), "{told}");
    }
}
