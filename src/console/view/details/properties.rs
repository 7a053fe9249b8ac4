//! What the engine says of a resource, one property a line.

use arcstr::ArcStr;
use jiff::Timestamp;
use ratatui::text::{Line, Span};

use crate::console::state::Desk;
use crate::console::theme::Role;
use crate::console::view::Pen;
use crate::console::view::text::{chop, wrap};
use crate::steward::inventory::{Container, Mount};
use crate::steward::{Key, Labels, Resource};
use crate::text::{age, bytes, sanitise};

/// How wide the labels are.
const LABEL: usize = 9;

struct Sheet<'a> {
    pen: Pen<'a>,
    width: usize,
    lines: Vec<Line<'static>>,
}

impl Sheet<'_> {
    fn add(&mut self, label: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let clean = sanitise(text).into_owned();
        let width = self.width.saturating_sub(LABEL);
        let parts = if clean.contains(' ') {
            wrap(&clean, width)
        } else {
            chop(&clean, width).into_iter().map(str::to_owned).collect()
        };
        for (at, part) in parts.into_iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            self.lines.push(Line::from(vec![
                Span::styled(format!("{label:<LABEL$}"), self.pen.style(Role::Dim)),
                Span::styled(part, self.pen.style(Role::Text)),
            ]));
        }
    }

    fn all<'t>(&mut self, label: &str, texts: impl IntoIterator<Item = &'t str>) {
        for (at, text) in texts.into_iter().enumerate() {
            self.add(if at == 0 { label } else { "" }, text);
        }
    }

    fn time(&mut self, label: &str, at: Option<Timestamp>) {
        if let Some(at) = at {
            let span = age(self.pen.state.now.duration_since(at).unsigned_abs());
            // Seconds are enough for a person.
            let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
            self.add(label, &format!("{at}, {span} ago"));
        }
    }

    fn labels(&mut self, labels: &Labels) {
        if labels.is_empty() {
            return;
        }
        self.lines.push(Line::default());
        let texts: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        self.all("labels", texts.iter().map(String::as_str));
    }
}

/// The properties.
pub(super) fn lines(
    pen: Pen<'_>,
    desk: &Desk,
    resource: &Resource,
    proved: Option<&str>,
    width: usize,
) -> Vec<Line<'static>> {
    let Some(look) = &desk.look else { return Vec::new() };
    let inventory = &look.inventory;
    let mut sheet = Sheet { pen, width, lines: Vec::new() };
    sheet.add("age", proved.unwrap_or("–"));
    sheet.time("created", resource.created.get());
    sheet.time("unused", resource.unused_since.get());
    if let Some(size) = resource.size.get() {
        sheet.add("size", &bytes(size));
    }
    if resource.auto_delete() {
        sheet.add("auto", "the SSOT lets it go unattended");
    }
    match &resource.key {
        Key::Container { id } => {
            sheet.add("id", id.as_str());
            if let Some(it) = inventory.containers.iter().find(|it| it.id == *id) {
                container(&mut sheet, it);
            }
        }
        Key::Image { id, .. } => {
            sheet.add("id", id.as_str());
            if let Some(it) = inventory.images.iter().find(|it| it.id == *id) {
                sheet.all("tags", it.tags.iter().map(ArcStr::as_str));
                sheet.all("digests", it.digests.iter().map(ArcStr::as_str));
                if let Some(shared) = it.shared {
                    sheet.add("shared", &format!("{} with other images", bytes(shared)));
                }
                sheet.time("tagged", it.last_tag_time);
                sheet.all("fault", it.faults.iter().map(String::as_str));
                sheet.labels(&it.labels);
            }
        }
        Key::Volume { name } => {
            if let Some(it) = inventory.volumes.iter().find(|it| it.name == *name) {
                sheet.add("driver", &it.driver);
                sheet.add("folder", &it.mountpoint);
                let options: Vec<String> =
                    it.options.iter().map(|(key, value)| format!("{key}={value}")).collect();
                sheet.all("options", options.iter().map(String::as_str));
                sheet.all("fault", it.faults.iter().map(String::as_str));
                sheet.labels(&it.labels);
            }
        }
        Key::Network { id } => {
            sheet.add("id", id.as_str());
            if let Some(it) = inventory.networks.iter().find(|it| it.id == *id) {
                sheet.add("driver", &it.driver);
                sheet.add("scope", &it.scope);
                sheet.all("fault", it.faults.iter().map(String::as_str));
                sheet.labels(&it.labels);
            }
        }
    }
    sheet.lines
}

fn container(sheet: &mut Sheet<'_>, it: &Container) {
    sheet.add("state", &format!("{}: {}", it.state.as_str(), it.status));
    sheet.add("image", &it.image);
    sheet.all("ports", it.ports.iter().map(ArcStr::as_str));
    let networks: Vec<&str> = it.networks.iter().map(|network| network.name.as_str()).collect();
    sheet.all("networks", networks);
    let mounts: Vec<String> = it
        .mounts
        .iter()
        .filter_map(|mount| match mount {
            Mount::Volume { name, .. } => Some(format!("volume {name}")),
            Mount::Bind { source } => Some(format!("bind {source}")),
            Mount::Image { reference } => Some(format!("image {reference}")),
            Mount::Other => None,
        })
        .collect();
    sheet.all("mounts", mounts.iter().map(String::as_str));
    if let Some(detail) = &it.detail {
        sheet.time("started", detail.started_at);
        sheet.time("stopped", detail.finished_at);
        if detail.auto_remove {
            sheet.add("--rm", "stopping it removes it, and its anonymous volumes with it");
        }
    }
    sheet.all("fault", it.faults.iter().map(String::as_str));
    sheet.labels(&it.labels);
}
