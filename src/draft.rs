//! A first SSOT, drafted from what an engine holds.
//!
//! What runs, what that uses, and what compose files declare is expected; what looks like production is protected; all else is listed as a
//! comment and stays unknown until a person has decided. A draft makes nothing removable.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::Timestamp;

use crate::compose::{ComposeFile, Declared};
use crate::ssot::{Cleanup, Environment, Expectation, NamePattern, Policy, ProtectPattern};
use crate::steward::inventory::{Container, State};
use crate::steward::{self, Audit, Class, Inventory, Kind, Labels, Ledger, Resource};
use crate::text::sanitise;

/// What every draft protects.
const PROTECTED: [&str; 2] = ["prod-*", "stable-*"];
const PROJECT: &str = "com.docker.compose.project";
const SERVICE: &str = "com.docker.compose.service";
const COMPOSE_FILES: &str = "com.docker.compose.project.config_files";

/// Drafts the SSOT of an environment.
pub fn draft(
    inventory: &Inventory,
    environment: &Environment,
    compose: &[ComposeFile],
    now: Timestamp,
) -> String {
    let cleanup = if environment.is_production() { Cleanup::Forbidden } else { Cleanup::Confirm };
    let policy = assumed(inventory, environment, cleanup, compose);
    let audit = steward::classify(inventory, &policy, &Ledger::default(), now);
    let engine = &inventory.engine;
    let mut out = format!(
        "# yaml-language-server: $schema=./ssot.schema.json\n\
         #\n\
         # A draft of {}, for review: what {} ({}) held on {}.\n\
         # It expects what ran, and what that used{}. Nothing is removable by it: what is unknown stays.\n\
         version: 1\n\
         environment: {environment}\n\
         cleanup: {cleanup}            # forbidden | confirm | autonomous\n\n\
         # host: {{address: …}}         # `docker-steward ssot bind` adds the engine; another one is then refused\n\n",
        environment,
        sanitise(&engine.name),
        sanitise(&engine.version),
        now.strftime("%Y-%m-%d"),
        if compose.is_empty() { "" } else { ", and what the compose files declare" },
    );
    projects(&mut out, inventory, compose);
    expected(&mut out, &audit, inventory, compose);
    protected(&mut out, &audit);
    out.push_str(
        "# What may go because of its name. `docker-steward ssot approve KIND/NAME` adds to it.\n\
         safe_to_delete:\n  patterns: []               # such as \"test-*\", \"tmp-*\"\n  min_age: 0s\n\n\
         # retention:                 # what is unused for so long becomes safe to delete\n\
         #   dangling_images: {max_age: 14d}\n#   unused_volumes: {max_age: 30d}\n",
    );
    unknown(&mut out, &audit);
    out
}

/// The policy under which the draft is made: the running containers are expected, and the seeds' prefixes
/// protected; the classification then says what these use.
fn assumed(
    inventory: &Inventory,
    environment: &Environment,
    cleanup: Cleanup,
    compose: &[ComposeFile],
) -> Policy {
    let mut policy = Policy::undeclared(environment.clone(), cleanup);
    policy.protected.patterns =
        PROTECTED.iter().filter_map(|pattern| ProtectPattern::new(pattern).ok()).collect();
    policy.expected.containers = inventory
        .containers
        .iter()
        .filter(|it| it.state == State::Running)
        .filter_map(|it| literal(&it.name))
        .map(|name| Expectation { name, optional: false })
        .collect();
    for it in declared(compose, inventory) {
        let list = match it.kind {
            Kind::Container => &mut policy.expected.containers,
            Kind::Image => &mut policy.expected.images,
            Kind::Volume => &mut policy.expected.volumes,
            Kind::Network => &mut policy.expected.networks,
        };
        list.extend(literal(&it.name).map(|name| Expectation { name, optional: it.optional }));
    }
    policy
}

/// What the compose files declare. Where Compose has already made containers of a service, these are meant, however
/// they are called.
fn declared(compose: &[ComposeFile], inventory: &Inventory) -> Vec<Declared> {
    let mut all = Vec::new();
    for file in compose {
        for mut it in file.declared() {
            if it.kind != Kind::Container {
                all.push(it);
                continue;
            }
            let service = file.services.iter().find(|(service, _)| it.name == file.container(service));
            let made: Vec<String> = service
                .filter(|(_, service)| service.container_name.is_none())
                .map(|(service, _)| made_for(inventory, &file.project, service))
                .unwrap_or_default();
            if made.is_empty() {
                all.push(it);
                continue;
            }
            for name in made {
                it.name = name;
                all.push(it.clone());
            }
        }
    }
    all
}

fn made_for(inventory: &Inventory, project: &str, service: &str) -> Vec<String> {
    let is = |labels: &Labels, key, value| labels.get(key) == Some(value);
    let of = |it: &&Container| is(&it.labels, PROJECT, project) && is(&it.labels, SERVICE, service);
    inventory.containers.iter().filter(of).map(|it| it.name.to_string()).collect()
}

/// The name as a rule that means it and nothing else.
fn literal(name: &str) -> Option<NamePattern> {
    NamePattern::new(name).ok().filter(NamePattern::is_literal)
}

fn of(audit: &Audit, class: Class) -> impl Iterator<Item = &Resource> {
    audit.resources.iter().filter(move |it| it.class() == class)
}

fn projects(out: &mut String, inventory: &Inventory, compose: &[ComposeFile]) {
    let mut projects: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for it in &inventory.containers {
        if let Some(project) = it.labels.get(PROJECT) {
            let files = projects.entry(project).or_default();
            files.extend(it.labels.get(COMPOSE_FILES));
        }
    }
    if !projects.is_empty() {
        out.push_str("# Compose projects seen:\n");
        for (project, files) in &projects {
            let files: Vec<&str> = files.iter().copied().collect();
            let line = format!("#   {project}  {}", files.join(", "));
            let _ = writeln!(out, "{}", sanitise(line.trim_end()));
        }
    }
    match compose {
        [one] => {
            let path = serde_json::Value::from(one.path.to_string_lossy());
            let _ = writeln!(out, "stack: {{compose_file: {path}}}\n");
        }
        _ if projects.is_empty() && compose.is_empty() => {}
        _ => out.push_str("# stack: {compose_file: docker-compose.yml}\n\n"),
    }
}

/// One line of `expected`.
#[derive(Debug, Default)]
struct Entry {
    optional: bool,
    /// The compose file declares it, and the engine does not hold it.
    absent: bool,
}

fn expected(out: &mut String, audit: &Audit, inventory: &Inventory, compose: &[ComposeFile]) {
    // Its next container gets another one: as an expectation the name would soon be missing.
    let anonymous: BTreeSet<&str> =
        inventory.volumes.iter().filter(|it| it.is_anonymous()).map(|it| it.name.as_str()).collect();
    let declared = declared(compose, inventory);
    out.push_str("expected:\n");
    for kind in Kind::ALL {
        let mut entries: BTreeMap<&str, Entry> = of(audit, Class::Expected)
            .filter(|it| it.kind() == kind)
            .map(|it| it.name.as_str())
            .filter(|name| kind != Kind::Volume || !anonymous.contains(name))
            .map(|name| (name, Entry::default()))
            .collect();
        let held = |name: &str| audit.resources.iter().any(|it| it.kind() == kind && it.name == name);
        for it in declared.iter().filter(|it| it.kind == kind) {
            let entry =
                entries.entry(&it.name).or_insert_with(|| Entry { optional: true, absent: !held(&it.name) });
            entry.optional &= it.optional;
        }
        let (rules, odd): (Vec<_>, Vec<_>) = entries.iter().partition(|(name, _)| literal(name).is_some());
        let none = if rules.is_empty() { " []" } else { "" };
        let _ = writeln!(out, "  {}:{none}", kind.plural());
        for (name, entry) in rules {
            let optional = if entry.optional { ", optional: true" } else { "" };
            let absent = if entry.absent { "  # declared by the compose file, and not there" } else { "" };
            let _ = writeln!(out, "    - {{name: {}{optional}}}{absent}", serde_json::Value::from(*name));
        }
        for (name, _) in odd {
            let _ = writeln!(out, "    # no rule can mean this name alone: {}", sanitise(name));
        }
    }
    out.push('\n');
}

fn protected(out: &mut String, audit: &Audit) {
    out.push_str(
        "# Matched broadly: case and separators are one, and a pattern may begin at any word.\nprotected:\n",
    );
    let patterns: Vec<String> = PROTECTED.iter().map(|pattern| format!("\"{pattern}\"")).collect();
    let _ = writeln!(out, "  patterns: [{}]", patterns.join(", "));
    out.push_str("  names: []                  # production's whose names no pattern matches\n");
    let covered: Vec<&Resource> = of(audit, Class::Protected)
        .filter(|it| !matches!(it.reason.rule.as_str(), "docker" | "swarm"))
        .collect();
    comments(out, "  # protected by that today:", "  ", &covered);
    out.push('\n');
}

fn unknown(out: &mut String, audit: &Audit) {
    let all: Vec<&Resource> = of(audit, Class::Unknown).collect();
    if !all.is_empty() {
        out.push('\n');
    }
    comments(out, "# Unknown, and kept until somebody decides:", "", &all);
}

fn comments(out: &mut String, title: &str, indent: &str, all: &[&Resource]) {
    if !all.is_empty() {
        let _ = writeln!(out, "{title}");
    }
    for it in all {
        let _ = writeln!(out, "{indent}#   {}", sanitise(&it.path()));
    }
}
