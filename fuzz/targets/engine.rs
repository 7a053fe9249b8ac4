//! Any answers of an engine: refused, or an inventory of which no plan ever names what is protected.
//!
//! The input is a list of changes to a whole set of answers, so that what is tried is read far more often than
//! mere bytes would be: values that vanish, change their type, carry hostile text, or stand in another's place.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use docker_steward::answers::Bodies;
use docker_steward::ssot::{Environment, Ssot, builtin};
use docker_steward::steward::{
    Circumstances, Class, Ledger, Mandate, Plan, PlanFile, SsotStamp, classify, explain, needs,
};
use jiff::{Timestamp, ToSpan as _};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// What an engine answered, unspoilt.
static ANSWERS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../seeds/engine.json")).expect("valid JSON"));
/// What is classified by.
static SSOT: LazyLock<Ssot> = LazyLock::new(|| {
    let staging = Environment::new("staging").expect("a name");
    builtin::load(&staging).expect("it is built in").expect("it is valid")
});
const HOSTILE: [&str; 8] =
    ["\u{1b}[2J", "\u{202e}gpj.exe", "a\r\nb", "$(reboot)", "", "prod-db", "tmp-x", "../../etc"];

fuzz_target!(|bytes: &[u8]| {
    let mut answers = ANSWERS.clone();
    let mut input = Unstructured::new(bytes);
    while !input.is_empty() {
        if change(&mut answers, &mut input).is_err() {
            break;
        }
    }
    judge(&answers);
});

/// Changes one value somewhere.
fn change(answers: &mut Value, input: &mut Unstructured<'_>) -> Result<()> {
    let other = place(answers, input)?.clone();
    let it = place(answers, input)?;
    *it = match input.int_in_range(0..=9)? {
        0 => Value::Null,
        1 => Value::Array(Vec::new()),
        2 => serde_json::json!({}),
        3 => serde_json::json!(input.arbitrary::<i64>()?),
        4 => Value::String(input.arbitrary::<String>()?),
        5 => Value::String((*input.choose(&HOSTILE)?).to_owned()),
        6 => Value::Bool(input.arbitrary()?),
        7 => match it.take() {
            // A row twice, a row away, or two of them the other way round.
            Value::Array(mut rows) if !rows.is_empty() => {
                let at = input.choose_index(rows.len())?;
                match input.int_in_range(0..=2)? {
                    0 => rows.push(rows[at].clone()),
                    1 => drop(rows.remove(at)),
                    _ => rows.swap(0, at),
                }
                Value::Array(rows)
            }
            was => was,
        },
        _ => other,
    };
    Ok(())
}

/// Some value within the answers.
fn place<'v>(mut at: &'v mut Value, input: &mut Unstructured<'_>) -> Result<&'v mut Value> {
    loop {
        let children = match &*at {
            Value::Array(rows) => rows.len(),
            Value::Object(fields) => fields.len(),
            _ => 0,
        };
        if children == 0 || input.ratio(1, 8)? {
            return Ok(at);
        }
        let index = input.choose_index(children)?;
        at = match at {
            Value::Array(rows) => &mut rows[index],
            Value::Object(fields) => fields.values_mut().nth(index).expect("it was counted"),
            _ => unreachable!(),
        };
    }
}

fn judge(answers: &Value) {
    let body = |key: &str| answers[key].to_string().into_bytes();
    let [info, containers, images, volumes, networks] =
        ["info", "containers", "images", "volumes", "networks"].map(body);
    let bodies = Bodies {
        info: &info,
        containers: &containers,
        images: &images,
        volumes: &volumes,
        networks: &networks,
    };
    let Ok(now) = "2026-01-15T12:00:00Z".parse::<Timestamp>() else { return };
    let Ok(inventory) = bodies.inventory(now) else { return };
    let (policy, ledger) = (&SSOT.policy, Ledger::default());
    let _ = needs(&inventory, policy, &ledger, now);
    let audit = classify(&inventory, policy, &ledger, now);
    for it in audit.resources.iter().filter(|it| it.class() == Class::SafeToDelete) {
        let protected = policy.protected.names.iter().any(|rule| rule.matches(&it.name))
            || policy.protected.patterns.iter().any(|rule| rule.matches(&it.name));
        assert!(!protected, "{} is protected by its name and called safe", it.path());
    }
    if let Some(first) = audit.resources.first() {
        assert!(explain(&inventory, policy, &ledger, now, &first.key).is_some());
    }
    let everything: BTreeSet<_> = audit.resources.iter().map(|it| it.key.clone()).collect();
    let circumstances = Circumstances {
        environment: "staging".to_owned(),
        engine: inventory.engine.clone(),
        ssot: SsotStamp { path: SSOT.path_display(), sha256: SSOT.sha256.clone() },
        created: now,
        expires: now + 1.hour(),
    };
    let mandate = Mandate::of(policy.cleanup, "staging", false).expect("staging may be cleaned up");
    let Ok(plan) = Plan::new(&audit, &everything, circumstances, &mandate) else { return };
    for step in plan.steps() {
        let resource = audit.get(step.target().key());
        assert!(resource.is_some_and(|it| it.class() == Class::SafeToDelete), "{}", step.command());
        assert!(!step.command().chars().any(char::is_control), "{:?}", step.command());
    }
    let written = serde_json::to_string(&PlanFile::of(&plan)).expect("plain data");
    assert!(serde_json::from_str::<PlanFile>(&written).is_ok_and(|read| read == PlanFile::of(&plan)));
}
