//! `audit` of several engines: one row each.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::Report;
use super::json;
use super::markdown::{code, plain};
use super::text::{counted, cut, left, right, width};
use crate::cli::output::{Medium, Style};
use crate::documents::AuditJson;
use crate::steward::Drift;
use crate::text::sanitise;

/// One engine under one SSOT.
#[derive(Debug)]
pub struct Row<'a> {
    /// The Docker context.
    pub context: &'a str,
    /// The environment, as far as it is known.
    pub environment: Option<&'a str>,
    /// The audit; none if there is none.
    pub report: Option<Report<'a>>,
    /// What is wrong, and on further lines the mend; with an audit: why it is not to be relied on, or was not recorded.
    pub error: Option<String>,
    /// What `audit` of this engine alone would end with.
    pub exit_code: u8,
    /// From the first contact to the last answer, or to the deadline.
    pub took: Duration,
}

/// The document of `--format json`. Its field names are a contract: they are added to, never renamed.
#[derive(Debug, Serialize)]
pub struct FleetJson<'a> {
    schema: u32,
    engines: Vec<EngineJson<'a>>,
    /// The sum over all engines that were audited.
    drift: Drift,
    /// How many have an error.
    failed: usize,
}

#[derive(Debug, Serialize)]
struct EngineJson<'a> {
    context: &'a str,
    environment: Option<&'a str>,
    exit_code: u8,
    error: Option<&'a str>,
    seconds: f64,
    audit: Option<AuditJson<'a>>,
}

impl<'a> FleetJson<'a> {
    /// The document of some engines.
    pub fn of(rows: &'a [Row<'a>]) -> Self {
        let engine = |it: &'a Row<'a>| EngineJson {
            context: it.context,
            environment: it.environment,
            exit_code: it.exit_code,
            error: it.error.as_deref(),
            seconds: (it.took.as_secs_f64() * 1000.0).round() / 1000.0,
            audit: it.report.as_ref().map(json::document),
        };
        Self {
            schema: 1,
            engines: rows.iter().map(engine).collect(),
            drift: drift(rows),
            failed: failed(rows),
        }
    }
}

fn drift(rows: &[Row<'_>]) -> Drift {
    let mut sum = Drift::default();
    for it in rows.iter().filter_map(|row| row.report) {
        let it = it.audit.drift();
        sum.total += it.total;
        sum.unknown += it.unknown;
        sum.safe_to_delete += it.safe_to_delete;
        sum.missing += it.missing;
        sum.not_running += it.not_running;
    }
    sum
}

fn failed(rows: &[Row<'_>]) -> usize {
    rows.iter().filter(|row| row.error.is_some()).count()
}

const HEADS: [&str; 8] =
    ["CONTEXT", "ENVIRONMENT", "DRIFT", "UNKNOWN", "SAFE", "MISSING", "NOT RUNNING", "RECLAIMABLE"];
/// The columns from here on are numbers.
const NUMBERS: usize = 2;

fn cells(row: &Row<'_>) -> Vec<String> {
    let mut cells = vec![
        sanitise(row.context).into_owned(),
        row.environment.map_or_else(|| "-".to_owned(), |name| sanitise(name).into_owned()),
    ];
    if let Some(report) = row.report {
        let it = report.audit.drift();
        let counts = [it.total, it.unknown, it.safe_to_delete, it.missing, it.not_running];
        cells.extend(counts.map(|count| count.to_string()));
        cells.push(super::reclaimable(report.audit));
    }
    cells
}

fn first(error: &str) -> &str {
    error.lines().next().unwrap_or_default()
}

/// Prints the table.
pub fn table(rows: &[Row<'_>], medium: Medium) -> String {
    let all: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let columns: Vec<usize> = (0..HEADS.len())
        .map(|at| {
            let cells = all.iter().filter_map(|cells| cells.get(at)).map(|cell| width(cell));
            cells.max().unwrap_or(0).max(HEADS[at].len())
        })
        .collect();
    let line = |cells: &[String]| -> String {
        let pad = |(at, cell): (usize, &String)| {
            if at < NUMBERS { left(cell, columns[at]) } else { right(cell, columns[at]) }
        };
        cells.iter().enumerate().map(pad).collect::<Vec<_>>().join("  ")
    };
    let fit = |text: &str| match medium.width {
        Some(columns) => cut(text.trim_end(), columns, medium.ellipsis()).into_owned(),
        None => text.trim_end().to_owned(),
    };
    let heads = line(&HEADS.map(str::to_owned));
    let mut out = format!("{}\n", medium.paint(Style::Strong, fit(&format!("{heads}  ENGINE"))));
    for (row, cells) in rows.iter().zip(&all) {
        let text = match row.report {
            Some(report) => {
                let engine = &report.audit.engine;
                format!("{}  {} {}", line(cells), sanitise(&engine.name), sanitise(&engine.version))
            }
            None => line(cells),
        };
        let text = match &row.error {
            // The rest, which is the mend, is on stderr.
            Some(error) => format!("{text}  ! {}", sanitise(first(error))),
            None => text,
        };
        let style = row.error.is_some().then_some(Style::Bad);
        let text = fit(&text);
        let _ = match style {
            Some(style) => writeln!(out, "{}", medium.paint(style, text)),
            None => writeln!(out, "{text}"),
        };
    }
    let dot = medium.dot();
    let _ = write!(out, "\n{}", counted(rows.len(), "engine", "engines"));
    if failed(rows) > 0 {
        let _ = write!(out, "{dot}{}", medium.paint(Style::Bad, format!("{} failed", failed(rows))));
    }
    let _ = writeln!(out, "{dot}drift {}", drift(rows).total);
    let drifted: Vec<&Report<'_>> = rows
        .iter()
        .filter(|row| row.error.is_none())
        .filter_map(|row| row.report.as_ref())
        .filter(|it| it.audit.drift().total > 0)
        .collect();
    if !drifted.is_empty() {
        out.push('\n');
    }
    for report in drifted {
        let command = format!("{} audit", sanitise(report.again));
        let _ = writeln!(out, "  {}", medium.paint(Style::Command, command));
    }
    out
}

/// Prints the same as Markdown.
pub fn markdown(rows: &[Row<'_>]) -> String {
    let mut out = format!(
        "## Docker audit: {}\n\n- Failed: {}\n- Drift: **{}**\n\n",
        counted(rows.len(), "engine", "engines"),
        failed(rows),
        drift(rows).total
    );
    out.push_str(
        "| Context | Environment | Drift | Unknown | Safe | Missing | Not running | Reclaimable | Engine |\n",
    );
    out.push_str("|---|---|--:|--:|--:|--:|--:|--:|---|\n");
    for row in rows {
        let cells = cells(row);
        let mut line: Vec<String> =
            vec![code(row.context), row.environment.map_or_else(|| "-".to_owned(), plain)];
        line.extend((NUMBERS..HEADS.len()).map(|at| cells.get(at).cloned().unwrap_or_default()));
        let engine = row.report.map(|it| {
            let engine = &it.audit.engine;
            format!("{} ({})", plain(&engine.name), plain(&engine.version))
        });
        let error = row.error.as_ref().map(|error| format!("**{}**", plain(first(error))));
        line.push(engine.into_iter().chain(error).collect::<Vec<_>>().join(": "));
        let _ = writeln!(out, "| {} |", line.join(" | "));
    }
    out
}
