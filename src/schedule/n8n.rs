//! A workflow that n8n imports.
//!
//! ```text
//! Schedule → Audit (SSH) → Parse → IF drift ─yes→ Mattermost → IF auto ─yes→ Clean (SSH) → Summary
//!                                     └no────────────────────────┴no────────────────────────┘
//! ```

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::when::Clock;
use super::{Document, Job, actions, capital};

/// Reads the audit; anything but an audit stops the workflow, so that silence is never taken for "no drift".
const PARSE: &str = r"const run = $input.first().json;
if (run.code !== 0) throw new Error(`the audit failed (${run.code}): ${run.stderr}`);
const audit = JSON.parse(run.stdout);
if (audit.schema !== 1) throw new Error(`audit schema ${audit.schema} is not known to this workflow`);
const names = (what) => audit.resources.filter((it) => it.class === what).map((it) => `${it.kind}/${it.name}`);
const missing = audit.missing.map((it) => `${it.kind}/${it.name}`);
const list = (all) => all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ');
const d = audit.drift;
const lines = [
  `**${audit.environment}** on ${audit.engine.name}: drift ${d.total}`,
  `unknown ${d.unknown}: ${list(names('unknown'))}`,
  `safe to delete ${d.safe_to_delete}: ${list(names('safe_to_delete'))}`,
  `missing ${d.missing}: ${list(missing)}`,
  `expected and not running: ${d.not_running}`,
];
return [{ json: {
  drift: d.total,
  auto: audit.cleanup === 'autonomous' && audit.resources.some((it) => it.auto_delete),
  text: lines.join('\n'),
} }];";

/// Joins what happened; which nodes ran is asked of n8n.
const SUMMARY: &str = r"const audit = $('Parse audit').first().json;
const lines = [audit.text];
if ($('Clean what may go unattended').isExecuted) {
  const run = $('Clean what may go unattended').first().json;
  lines.push(`cleanup ended with ${run.code}`, run.stdout, run.stderr);
}
return [{ json: { text: lines.filter(Boolean).join('\n') } }];";

/// Where the webhooks are filled in: n8n keeps environment variables from its nodes.
const MATTERMOST: &str = "https://REPLACE-WITH-MATTERMOST/hooks/REPLACE";
const ROOM: &str = "https://REPLACE-WITH-CONTROL-ROOM/hooks/REPLACE";

/// The workflow. Importing it starts nothing: it is not active, and its credentials are placeholders.
pub fn n8n(job: &Job<'_>) -> Document {
    let environment = job.policy.environment.as_str();
    let audit = job.remote(&["audit", "--format", "json"]);
    let clean = job.remote(&["run", "--apply-auto"]);
    let note = format!(
        "## {}\nFill in the SSH credential of both SSH nodes and the two webhook addresses, then activate.\nWhat is removed unattended is the SSOT's decision (`cleanup: autonomous` and `auto_delete`), not this workflow's.\n```\n{}```",
        job.title(),
        actions(job)
    );
    let nodes = [
        node(
            environment,
            "How to use this",
            "stickyNote",
            1,
            [0, -420],
            json!({ "content": note, "width": 900, "height": 380 }),
        ),
        node(
            environment,
            "Schedule",
            "scheduleTrigger",
            1.2,
            [0, 0],
            json!({
                "rule": { "interval": [{ "field": "cronExpression", "expression": Clock::of(job.schedule).cron() }] }
            }),
        ),
        ssh(job, "Audit", &audit, [220, 0]),
        node(environment, "Parse audit", "code", 2, [440, 0], json!({ "jsCode": PARSE })),
        node(
            environment,
            "Drift?",
            "if",
            2.2,
            [660, 0],
            condition("={{ $json.drift }}", &json!(0), "number", "gt"),
        ),
        post(
            environment,
            "Mattermost: drift",
            MATTERMOST,
            "={{ JSON.stringify({ text: '🚨 ' + $json.text }) }}",
            [880, -120],
        ),
        node(
            environment,
            "Auto cleanup?",
            "if",
            2.2,
            [1100, -120],
            condition("={{ $('Parse audit').first().json.auto }}", &json!(true), "boolean", "true"),
        ),
        ssh(job, "Clean what may go unattended", &clean, [1320, -240]),
        node(environment, "Summary", "code", 2, [1540, 0], json!({ "jsCode": SUMMARY })),
        post(
            environment,
            "Post to the control room",
            ROOM,
            "={{ JSON.stringify({ text: $json.text }) }}",
            [1760, 0],
        ),
    ];
    let workflow = json!({
        "id": short_id(environment),
        "name": format!("Docker Steward: {}", capital(environment)),
        "nodes": nodes,
        "connections": {
            "Schedule": { "main": [to("Audit")] },
            "Audit": { "main": [to("Parse audit")] },
            "Parse audit": { "main": [to("Drift?")] },
            "Drift?": { "main": [to("Mattermost: drift"), to("Summary")] },
            "Mattermost: drift": { "main": [to("Auto cleanup?")] },
            "Auto cleanup?": { "main": [to("Clean what may go unattended"), to("Summary")] },
            "Clean what may go unattended": { "main": [to("Summary")] },
            "Summary": { "main": [to("Post to the control room")] },
        },
        "active": false,
        "settings": { "executionOrder": "v1", "timezone": job.schedule.time_zone },
        "pinData": {},
        "tags": [],
    });
    // `{:#}` indents; a `Value` always prints.
    Document { name: format!("{}.n8n.json", job.name()), text: format!("{workflow:#}\n") }
}

fn node(
    environment: &str,
    name: &str,
    kind: &str,
    version: impl Into<Value>,
    position: [i32; 2],
    parameters: Value,
) -> Value {
    let mut node = json!({
        "id": id(environment, name),
        "name": name,
        "type": format!("n8n-nodes-base.{kind}"),
        "typeVersion": version.into(),
        "position": position,
    });
    node["parameters"] = parameters;
    node
}

fn ssh(job: &Job<'_>, name: &str, command: &str, position: [i32; 2]) -> Value {
    let parameters = json!({
        "authentication": "privateKey",
        "resource": "command",
        "operation": "execute",
        "command": command,
        "cwd": job.folder(),
    });
    let environment = job.policy.environment.as_str();
    let mut node = node(environment, name, "ssh", 1, position, parameters);
    let host = job.policy.host.address.as_deref().unwrap_or("the engine's host");
    node["credentials"] = json!({ "sshPrivateKey": { "id": "REPLACE", "name": format!("SSH to {host}") } });
    node
}

fn post(environment: &str, name: &str, url: &str, body: &str, position: [i32; 2]) -> Value {
    let parameters = json!({
        "method": "POST", "url": url, "sendBody": true, "specifyBody": "json", "jsonBody": body, "options": {},
    });
    node(environment, name, "httpRequest", 4.2, position, parameters)
}

fn condition(left: &str, right: &Value, kind: &str, operation: &str) -> Value {
    let mut operator = json!({ "type": kind, "operation": operation });
    if kind == "boolean" {
        // Asks of one value only.
        operator["singleValue"] = json!(true);
    }
    json!({
        "conditions": {
            "options": { "caseSensitive": true, "leftValue": "", "typeValidation": "strict", "version": 2 },
            "conditions": [{ "id": id(left, operation), "leftValue": left, "rightValue": right, "operator": operator }],
            "combinator": "and",
        },
        "options": {},
    })
}

fn to(name: &str) -> Value {
    json!([{ "node": name, "type": "main", "index": 0 }])
}

/// A UUID that stays the same each time, so that importing again changes only what changed.
fn id(environment: &str, name: &str) -> String {
    let hex = hex::encode(Sha256::digest(format!("docker-steward/{environment}/{name}")));
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

/// The workflow's own ID, in the sixteen characters that n8n gives.
fn short_id(environment: &str) -> String {
    hex::encode(Sha256::digest(format!("docker-steward/{environment}")))[..16].to_owned()
}
