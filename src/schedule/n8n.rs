//! A workflow that n8n imports.
//!
//! ```text
//! Schedule → Audit (SSH) → Parse → Audited? ─yes→ Drift? ─yes→ Mattermost → Auto? ─yes→ Clean (SSH) → Summary → room
//!                                     │              └no─────────────────────┴no────────────────────────┘
//!                                     └no→ Mattermost → Fail
//! ```
//!
//! What an audit that was not made, or a chat that does not answer, leads to is decided here: the first is told and
//! the execution fails, so that silence never reads as "no drift"; the second keeps nothing back.
//!
//! # What it is checked against
//!
//! n8n's own source, the compiled nodes of `n8n-io/n8n` at commit `26b42692f63f` (`Ssh` at `00508bee`), read in November
//! 2026 below `packages/nodes-base/nodes/` (`n8n-nodes-base` was 2.37 at `0008cd58`):
//!
//! | node | its versions there | here | what was looked at |
//! |---|---|---|---|
//! | `Schedule/ScheduleTrigger` | 1, 1.1 … 1.4 | 1.2 | `rule.interval[]` with `field: cronExpression` and `expression`, which goes to its cron as it is, in the workflow's `timezone`; from 1.3 on only intervals are checked more strictly |
//! | `Ssh/Ssh` | 1 | 1 | `authentication: privateKey` needs `sshPrivateKey`; `resource`, `operation`, `command`, `cwd`; answers `code`, `signal`, `stdout`, `stderr` (`__schema__/v1.0.0/command/execute.json`), or `error` where it may go on |
//! | `Code/Code` | 1, 2 | 2 | `jsCode`; JavaScript and once for all items unless said otherwise; no network |
//! | `If/V2/IfV2` | 2, 2.1 … 2.3 | 2.2 | a `filter`, whose `options.version` is 2 from node version 2.2 on (3 from 2.3); outputs yes, no |
//! | `HttpRequest/V3` | 3, 4, 4.1 … 4.5 | 4.2 | `sendBody`, `contentType: json`, `specifyBody: json`, `jsonBody`; what 4.3 and 4.4 change is for credentials and redirects |
//! | `StopAndError/StopAndError` | 1 | 1 | `errorMessage`; it has no output |
//! | `StickyNote/StickyNote` | 1 | 1 | `content`, `width`, `height` |
//!
//! n8n loads a node at the version that the workflow names, and refuses one that it does not know. So each stays at the
//! oldest that does what is needed here: older installations import it too. Retries are held to two to five, and to
//! five seconds between (`packages/core/src/execution-engine/workflow-execute.ts`). In the editor a file of one workflow is
//! imported as it is; on the command line older versions want a list, and `--separate` a folder of files like this
//! (`packages/cli/src/commands/import/workflow.ts`). It was never imported into a running n8n.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::when::Clock;
use super::{Document, Job, actions, capital};

/// Reads the audit. Anything but an audit is told as what it is.
const PARSE: &str = r"const run = $input.first().json;
const environment = ENVIRONMENT;
const none = (why) => [{ json: { audited: false, drift: 0, auto: false, text: `**${environment}**: there is no audit: ${why}` } }];
if (run.error) return none(run.error);
if (run.code !== 0) return none(`it ended with ${run.code}: ${(run.stderr || '').trim()}`);
let audit;
try { audit = JSON.parse(run.stdout); } catch (error) { return none(`what it printed cannot be read: ${error.message}`); }
if (audit.schema !== 1) return none(`its schema ${audit.schema} is not known to this workflow`);
const names = (what) => audit.resources.filter((it) => it.class === what).map((it) => `${it.kind}/${it.name}`);
const missing = audit.missing.map((it) => `${it.kind}/${it.name}`);
const list = (all) => all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ');
const d = audit.drift;
const line = (what, count, all) => count ? `- ${what} ${count}${all ? `: ${list(all)}` : ''}` : '';
const lines = [
  `**${audit.environment}** on ${audit.engine.name}: drift ${d.total}`,
  line('unknown', d.unknown, names('unknown')),
  line('safe to delete', d.safe_to_delete, names('safe_to_delete')),
  line('missing', d.missing, missing),
  line('expected and not running', d.not_running),
];
return [{ json: {
  audited: true,
  drift: d.total,
  auto: audit.cleanup === 'autonomous' && audit.resources.some((it) => it.auto_delete),
  text: lines.filter(Boolean).join('\n'),
} }];";

/// Joins what happened; which nodes ran is asked of n8n.
const SUMMARY: &str = r"const audit = $('Parse audit').first().json;
const lines = [audit.text];
if ($('Clean what may go unattended').isExecuted) {
  const run = $('Clean what may go unattended').first().json;
  lines.push(run.error ? `the cleanup could not be run: ${run.error}` : `the cleanup ended with ${run.code}`, (run.stdout || '').trim(), (run.stderr || '').trim());
}
return [{ json: { text: lines.filter(Boolean).join('\n') } }];";

/// Where the webhooks are filled in: n8n keeps environment variables from its nodes.
const MATTERMOST: &str = "https://REPLACE-WITH-MATTERMOST/hooks/REPLACE";
const ROOM: &str = "https://REPLACE-WITH-CONTROL-ROOM/hooks/REPLACE";

/// What is posted where something is wrong, and where all is told.
const ALARM: &str = "={{ JSON.stringify({ text: '🚨 ' + $json.text }) }}";
const TOLD: &str = "={{ JSON.stringify({ text: $json.text }) }}";

/// The workflow. Importing it starts nothing: it is not active, and its credentials are placeholders.
pub fn n8n(job: &Job<'_>) -> Document {
    let environment = job.policy.environment.as_str();
    let nodes: Vec<Value> = audited(job).into_iter().chain(acted_on(job)).collect();
    let workflow = json!({
        "id": short_id(environment),
        "name": format!("Docker Steward: {}", capital(environment)),
        "nodes": nodes,
        "connections": {
            "Schedule": { "main": [to("Audit")] },
            "Audit": { "main": [to("Parse audit")] },
            "Parse audit": { "main": [to("Audited?")] },
            "Audited?": { "main": [to("Drift?"), to("Mattermost: no audit")] },
            "Mattermost: no audit": { "main": [to("Fail")] },
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

/// From the schedule to an audit, or to the word that there is none.
fn audited(job: &Job<'_>) -> [Value; 7] {
    let environment = job.policy.environment.as_str();
    let note = format!(
        "## {}\nFill in the SSH credential of both SSH nodes and the three webhook addresses, then activate or publish it.\nAn audit that cannot be made is told, and the execution fails: name an error workflow in the settings to hear of all that fails.\nWhat is removed unattended is the SSOT's decision (`cleanup: autonomous` and `auto_delete`), not this workflow's.\n```\n{}```",
        job.title(),
        actions(job)
    );
    let note = json!({ "content": note, "width": 900, "height": 380 });
    let rule = json!({ "field": "cronExpression", "expression": Clock::of(job.schedule).cron() });
    let parse = PARSE.replace("ENVIRONMENT", &json!(environment).to_string());
    let failed = json!({ "errorMessage": "={{ $('Parse audit').first().json.text }}" });
    let audit = job.remote(&["audit", "--format", "json"]);
    let node = |name, kind, version, position, parameters| {
        node(environment, name, kind, &version, position, parameters)
    };
    [
        node("How to use this", "stickyNote", json!(1), [0, -420], note),
        node("Schedule", "scheduleTrigger", json!(1.2), [0, 0], json!({ "rule": { "interval": [rule] } })),
        // Where SSH itself fails, the next node says so.
        going_on(ssh(job, "Audit", &audit, [220, 0])),
        node("Parse audit", "code", json!(2), [440, 0], json!({ "jsCode": parse })),
        node("Audited?", "if", json!(2.2), [660, 0], is_true("={{ $json.audited }}")),
        going_on(post(environment, "Mattermost: no audit", MATTERMOST, ALARM, [880, 240])),
        node("Fail", "stopAndError", json!(1), [1100, 240], failed),
    ]
}

/// From an audit to the summary.
fn acted_on(job: &Job<'_>) -> [Value; 6] {
    let environment = job.policy.environment.as_str();
    let clean = job.remote(&["run", "--apply-auto"]);
    let drift = condition("={{ $json.drift }}", &json!(0), json!({ "type": "number", "operation": "gt" }));
    let auto = is_true("={{ $('Parse audit').first().json.auto }}");
    let node = |name, kind, version, position, parameters| {
        node(environment, name, kind, &version, position, parameters)
    };
    [
        node("Drift?", "if", json!(2.2), [880, 0], drift),
        going_on(post(environment, "Mattermost: drift", MATTERMOST, ALARM, [1100, -120])),
        node("Auto cleanup?", "if", json!(2.2), [1320, -120], auto),
        going_on(ssh(job, "Clean what may go unattended", &clean, [1540, -240])),
        node("Summary", "code", json!(2), [1760, 0], json!({ "jsCode": SUMMARY })),
        post(environment, "Post to the control room", ROOM, TOLD, [1980, 0]),
    ]
}

fn node(
    environment: &str,
    name: &str,
    kind: &str,
    version: &Value,
    position: [i32; 2],
    parameters: Value,
) -> Value {
    let mut node = json!({
        "id": id(environment, name),
        "name": name,
        "type": format!("n8n-nodes-base.{kind}"),
        "typeVersion": version,
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
    let mut node = node(environment, name, "ssh", &json!(1), position, parameters);
    let host = job.policy.host.address.as_deref().unwrap_or("the engine's host");
    node["credentials"] = json!({ "sshPrivateKey": { "id": "REPLACE", "name": format!("SSH to {host}") } });
    node
}

fn post(environment: &str, name: &str, url: &str, body: &str, position: [i32; 2]) -> Value {
    let parameters = json!({
        "method": "POST",
        "url": url,
        "sendBody": true,
        "contentType": "json",
        "specifyBody": "json",
        "jsonBody": body,
        "options": {},
    });
    let mut node = node(environment, name, "httpRequest", &json!(4.2), position, parameters);
    node["retryOnFail"] = json!(true);
    node["maxTries"] = json!(3);
    node["waitBetweenTries"] = json!(5000);
    node
}

/// A node whose failure keeps nothing back: what comes after it gets the error as its item.
fn going_on(mut node: Value) -> Value {
    node["onError"] = json!("continueRegularOutput");
    node
}

/// Asks of one value only.
fn is_true(left: &str) -> Value {
    condition(left, &json!(true), json!({ "type": "boolean", "operation": "true", "singleValue": true }))
}

fn condition(left: &str, right: &Value, operator: Value) -> Value {
    let mut condition = json!({ "id": id(left, "condition"), "leftValue": left, "rightValue": right });
    condition["operator"] = operator;
    json!({
        "conditions": {
            "options": { "caseSensitive": true, "leftValue": "", "typeValidation": "strict", "version": 2 },
            "conditions": [condition],
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
