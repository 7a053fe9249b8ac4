//! The n8n workflow, against what n8n's own source says of its nodes.

use super::{job, n8n, ssot};

#[test]
fn n8n_gets_a_workflow_whose_every_connection_leads_somewhere() {
    let ssot = ssot("staging");
    let document = n8n(&job(&ssot, "/opt/odoo-ce"));
    assert_eq!(document, n8n(&job(&ssot, "/opt/odoo-ce")));
    let workflow: serde_json::Value = serde_json::from_str(&document.text).unwrap();
    let nodes = workflow["nodes"].as_array().unwrap();
    let names: Vec<&str> = nodes.iter().map(|node| node["name"].as_str().unwrap()).collect();
    let mut ids: Vec<&str> = nodes.iter().map(|node| node["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), nodes.len());
    let mut reached = vec!["Schedule", "How to use this"];
    for (from, outputs) in workflow["connections"].as_object().unwrap() {
        assert!(names.contains(&from.as_str()), "{from}");
        for output in outputs["main"].as_array().unwrap() {
            for end in output.as_array().unwrap() {
                let end = end["node"].as_str().unwrap();
                assert!(names.contains(&end), "{end}");
                reached.push(end);
            }
        }
    }
    for name in &names {
        assert!(reached.contains(name), "{name} is never reached");
    }
    let kinds: Vec<String> = nodes
        .iter()
        .map(|it| {
            format!(
                "{}: {} {}",
                it["name"].as_str().unwrap(),
                it["type"].as_str().unwrap(),
                it["typeVersion"]
            )
        })
        .collect();
    insta::assert_snapshot!(kinds.join("\n"), @"
    How to use this: n8n-nodes-base.stickyNote 1
    Schedule: n8n-nodes-base.scheduleTrigger 1.2
    Audit: n8n-nodes-base.ssh 1
    Parse audit: n8n-nodes-base.code 2
    Audited?: n8n-nodes-base.if 2.2
    Mattermost: no audit: n8n-nodes-base.httpRequest 4.2
    Fail: n8n-nodes-base.stopAndError 1
    Drift?: n8n-nodes-base.if 2.2
    Mattermost: drift: n8n-nodes-base.httpRequest 4.2
    Auto cleanup?: n8n-nodes-base.if 2.2
    Clean what may go unattended: n8n-nodes-base.ssh 1
    Summary: n8n-nodes-base.code 2
    Post to the control room: n8n-nodes-base.httpRequest 4.2
    ");
    let by_name = |name: &str| nodes.iter().find(|node| node["name"] == name).unwrap();
    insta::assert_snapshot!(by_name("Schedule")["parameters"], @r#"{"rule":{"interval":[{"field":"cronExpression","expression":"0 2 * * *"}]}}"#);
    insta::assert_snapshot!(by_name("Audit"), @r#"{"id":"6c419895-b1db-4564-83dd-f7ac41570795","name":"Audit","type":"n8n-nodes-base.ssh","typeVersion":1,"position":[220,0],"parameters":{"authentication":"privateKey","resource":"command","operation":"execute","command":"docker-steward --env staging audit --format json","cwd":"/opt/odoo-ce"},"credentials":{"sshPrivateKey":{"id":"REPLACE","name":"SSH to 178.128.112.214"}},"onError":"continueRegularOutput"}"#);
    insta::assert_snapshot!(by_name("Clean what may go unattended")["parameters"]["command"], @r#""docker-steward --env staging run --apply-auto""#);
    assert_eq!(workflow["settings"]["timezone"], "Asia/Singapore");
    assert_eq!(workflow["active"], false);
}

/// What n8n's own source says of each node that is used here: its versions, its parameters, how many outputs it has.
/// See the module for where that was read.
const NODES: [(&str, &[f64], &[&str], usize); 7] = [
    ("scheduleTrigger", &[1.0, 1.1, 1.2, 1.3, 1.4], &["rule"], 1),
    ("ssh", &[1.0], &["authentication", "resource", "operation", "command", "cwd"], 1),
    ("code", &[1.0, 2.0], &["mode", "language", "jsCode"], 1),
    ("if", &[2.0, 2.1, 2.2, 2.3], &["conditions", "looseTypeValidation", "options"], 2),
    (
        "httpRequest",
        &[3.0, 4.0, 4.1, 4.2, 4.3, 4.4, 4.5],
        &["method", "url", "authentication", "sendBody", "contentType", "specifyBody", "jsonBody", "options"],
        1,
    ),
    ("stopAndError", &[1.0], &["errorType", "errorMessage"], 0),
    ("stickyNote", &[1.0], &["content", "width", "height", "color"], 0),
];

/// What a node may have beside its parameters.
const OF_A_NODE: [&str; 11] = [
    "id",
    "name",
    "type",
    "typeVersion",
    "position",
    "parameters",
    "credentials",
    "onError",
    "retryOnFail",
    "maxTries",
    "waitBetweenTries",
];

#[test]
fn n8n_knows_every_node_version_and_parameter() {
    for name in ["desktop", "staging", "production"] {
        let ssot = ssot(name);
        let workflow: serde_json::Value =
            serde_json::from_str(&n8n(&job(&ssot, "/opt/odoo-ce")).text).unwrap();
        for node in workflow["nodes"].as_array().unwrap() {
            let (name, kind) = (node["name"].as_str().unwrap(), node["type"].as_str().unwrap());
            let (_, versions, parameters, outputs) =
                NODES.iter().find(|it| kind == format!("n8n-nodes-base.{}", it.0)).unwrap();
            let version = node["typeVersion"].as_f64().unwrap();
            assert!(versions.contains(&version), "{name}: {version}");
            for key in node.as_object().unwrap().keys() {
                assert!(OF_A_NODE.contains(&key.as_str()), "{name}: {key}");
            }
            for key in node["parameters"].as_object().unwrap().keys() {
                assert!(parameters.contains(&key.as_str()), "{name}: {key}");
            }
            assert_eq!(node["position"].as_array().unwrap().len(), 2, "{name}");
            let leads = workflow["connections"][name]["main"].as_array().map_or(0, Vec::len);
            assert!(leads <= *outputs, "{name} has {outputs} outputs");
            let parameters = &node["parameters"];
            match kind.trim_start_matches("n8n-nodes-base.") {
                "scheduleTrigger" => {
                    let rule = &parameters["rule"]["interval"][0];
                    assert_eq!(rule["field"], "cronExpression");
                    assert_eq!(rule["expression"].as_str().unwrap().split(' ').count(), 5);
                }
                "ssh" => {
                    assert_eq!(parameters["authentication"], "privateKey");
                    assert!(node["credentials"]["sshPrivateKey"]["name"].is_string());
                }
                "if" => {
                    assert_eq!(leads, 2, "{name}: what goes to an output that leads nowhere is lost");
                    let filter = &parameters["conditions"];
                    let shape = if version >= 2.3 {
                        3
                    } else if version >= 2.2 {
                        2
                    } else {
                        1
                    };
                    assert_eq!(filter["options"]["version"], shape);
                    assert_eq!(
                        (&filter["combinator"], &filter["options"]["typeValidation"]),
                        (&"and".into(), &"strict".into())
                    );
                    let operator = &filter["conditions"][0]["operator"];
                    assert_eq!(operator["singleValue"] == true, operator["type"] == "boolean", "{name}");
                }
                "httpRequest" => {
                    assert_eq!(
                        (&parameters["contentType"], &parameters["specifyBody"]),
                        (&"json".into(), &"json".into())
                    );
                    assert!((2..=5).contains(&node["maxTries"].as_u64().unwrap()));
                    assert!(node["waitBetweenTries"].as_u64().unwrap() <= 5000);
                }
                _ => {}
            }
        }
        for key in ["id", "name", "nodes", "connections", "active", "settings"] {
            assert!(!workflow[key].is_null(), "{key}");
        }
    }
}
