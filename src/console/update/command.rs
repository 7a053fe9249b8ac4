//! What each command of the keymap does.

use ratatui::crossterm::event::KeyEvent;

use super::{cleanup, engine, history, marks, mouse, overlay, sheet, ssot, walk};
use crate::console::keymap::{Command, Mode};
use crate::console::layout;
use crate::console::message::{Effect, Open};
use crate::console::state::{
    Choice, Cleanup, Column, Desk, LineInput, Overlay, PermitStep, Scroll, Sheet, Stage, State, Tone, View,
};
use crate::steward::Kind;

/// Does what a command says.
pub(super) fn run(state: &mut State, command: Command) -> Vec<Effect> {
    match command {
        Command::Quit => vec![Effect::Quit],
        Command::Back => back(state),
        Command::Help => {
            state.overlay = Some(Overlay::Help(Scroll::default()));
            Vec::new()
        }
        Command::Palette => overlay::open_palette(state),
        Command::Theme => overlay::open_themes(state),
        Command::Next if state.overlay.is_none() => sheet::paper::go(state, 1),
        Command::Next => overlay::next_theme(state),
        Command::PreviousFound => sheet::paper::go(state, -1),
        Command::Permit => sheet::permit::begin(state),
        Command::Pattern => sheet::permit::pattern(state),
        Command::Inspect => sheet::paper::inspect(state),
        Command::Edit => ssot::edit(state),
        Command::NextLink => walk::next(state),
        Command::Follow => walk::follow(state),
        Command::Return => walk::back(state),
        Command::Review => sheet::editor::review(state),
        Command::Hold => history::hold(state),
        Command::Compare => history::compare(state),
        Command::Record => history::record(state),
        Command::Trash => cleanup::keep(state),
        Command::WritePlan => cleanup::write(state, "json"),
        Command::WriteScript => cleanup::write(state, "sh"),
        Command::Group => with_table(state, |table| table.grouped = !table.grouped),
        Command::Mouse => mouse::toggle(state),
        Command::Suspend => vec![Effect::Suspend],
        Command::Refresh => refresh(state),
        Command::Environment => choose_environment(state),
        Command::View(view) => go(state, view),
        Command::NextView => turn(state, 1),
        Command::PreviousView => turn(state, View::ALL.len() - 1),
        Command::Down => step(state, 1),
        Command::Up => step(state, -1),
        Command::PageDown => half_page(state, 1),
        Command::PageUp => half_page(state, -1),
        Command::Top => to(state, 0),
        Command::Bottom => to(state, usize::MAX),
        Command::PaneDown => pane(state, 1),
        Command::PaneUp => pane(state, -1),
        Command::Open => open(state),
        Command::Filter if state.mode() == Mode::Paper => sheet::paper::search(state),
        Command::KeepFilter if state.mode() == Mode::Search => sheet::paper::keep(state),
        Command::Filter => with_table(state, |desk_table| {
            let text = desk_table.filter.kept.clone();
            desk_table.filter.editing = Some(LineInput::new(&text));
        }),
        Command::KeepFilter => with_table(state, |table| {
            if let Some(field) = table.filter.editing.take() {
                field.text().trim().clone_into(&mut table.filter.kept);
            }
        }),
        Command::Sort => with_table(state, |table| {
            let columns = Column::of(table.kind);
            let at = columns.iter().position(|column| *column == table.sort).unwrap_or(0);
            table.sort = columns[(at + 1) % columns.len()];
            table.reverse = false;
        }),
        Command::Reverse => with_table(state, |table| table.reverse = !table.reverse),
        Command::Mark => marks::toggle(state),
        Command::MarkAll => marks::all(state),
        Command::Unmark => marks::none(state),
        Command::Range => with_table(state, |table| {
            table.anchor = table.selected().map(|row| row.key.clone());
        }),
        Command::MarkRange => marks::range(state),
        Command::Plan => cleanup::plan(state),
        Command::Approve => cleanup::ask_phrase(state),
        Command::Submit => submit(state),
        Command::Stop => cleanup::stop(state, false),
        Command::StopAndQuit => cleanup::stop(state, true),
        Command::Copy => copy(state),
        Command::Demo => reopen(state, Open::Demo, "the built-in simulated engine"),
        Command::Retry => {
            if let Stage::Trouble(trouble) = &mut state.stage
                && !trouble.trying
            {
                trouble.retry_at = None;
                trouble.trying = true;
                return vec![Effect::Open(Open::Again)];
            }
            Vec::new()
        }
    }
}

/// A key that no table knows, in a text field.
pub(super) fn type_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    edit(state, |field| field.key(key))
}

/// A paste goes into a text field, or nowhere: it never presses keys.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if state.mode() == Mode::Edit {
        return sheet::editor::paste(state, text);
    }
    edit(state, |field| field.paste(text))
}

fn edit(state: &mut State, change: impl FnOnce(&mut LineInput)) -> Vec<Effect> {
    if let Some(Overlay::Palette(palette)) = &mut state.overlay {
        change(&mut palette.field);
        palette.cursor = 0;
        return Vec::new();
    }
    let (mode, page) = (state.mode(), layout::table_page(state.size));
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    match (mode, &mut desk.cleanup) {
        (Mode::Approval, Cleanup::Approval(screen, field)) => {
            change(field);
            screen.refused = None;
        }
        (Mode::Search, _) => {
            if let Some(Sheet::Paper(paper)) = &mut desk.sheet
                && let Some(field) = &mut paper.editing
            {
                change(field);
                sheet::paper::typed(paper);
            }
        }
        (Mode::Permit, _) => {
            if let Some(Sheet::Permit(permit)) = &mut desk.sheet
                && let PermitStep::Pattern(field) | PermitStep::Shown(_, field) = &mut permit.step
            {
                change(field);
                permit.refused = None;
            }
        }
        (Mode::Filter, _) => {
            if let Some(table) = desk.shown_mut()
                && let Some(field) = &mut table.filter.editing
            {
                change(field);
                table.rearrange(page);
            }
        }
        _ => {}
    }
    Vec::new()
}

/// The text that is scrolled in this mode.
pub(super) fn scroll(state: &mut State) -> Option<&mut Scroll> {
    match &mut state.overlay {
        Some(Overlay::Help(scroll)) => return Some(scroll),
        Some(Overlay::Palette(_) | Overlay::Themes(_)) => return None,
        None => {}
    }
    match &mut state.stage {
        Stage::Trouble(trouble) => Some(&mut trouble.scroll),
        Stage::Open(desk) => match &mut desk.cleanup {
            Cleanup::Plan(screen) | Cleanup::Approval(screen, _) => Some(&mut screen.scroll),
            Cleanup::Run(run) => Some(&mut run.scroll),
            Cleanup::Result(result) => Some(&mut result.scroll),
            Cleanup::None | Cleanup::Planning if !desk.cut_off.is_empty() => Some(&mut desk.cut_off_scroll),
            Cleanup::None | Cleanup::Planning if desk.sheet.is_some() => {
                desk.sheet.as_mut().and_then(Sheet::scroll)
            }
            Cleanup::None | Cleanup::Planning => match desk.view {
                View::History => None,
                View::Ssot => Some(&mut desk.ssot),
                View::Table(_) => Some(&mut desk.details.scroll),
                View::Overview => Some(&mut desk.overview_scroll),
            },
        },
        Stage::Opening { .. } | Stage::Choosing(_) => None,
    }
}

fn with_table(state: &mut State, change: impl FnOnce(&mut crate::console::state::Table)) -> Vec<Effect> {
    let page = layout::table_page(state.size);
    if let Some(table) = state.desk_mut().and_then(Desk::shown_mut) {
        change(table);
        table.rearrange(page);
    }
    Vec::new()
}

/// Whether the keys move a table's cursor, not a text.
pub(super) const fn moves_cursor(mode: Mode) -> bool {
    matches!(mode, Mode::Table | Mode::Range | Mode::Filter)
}

const fn in_history(mode: Mode) -> bool {
    matches!(mode, Mode::History | Mode::Journal)
}

pub(super) fn step(state: &mut State, by: isize) -> Vec<Effect> {
    if overlay::step(state, by) {
        return Vec::new();
    }
    let (mode, page) = (state.mode(), layout::table_page(state.size));
    let history_page = history::page(state);
    match &mut state.stage {
        Stage::Choosing(chooser) if mode == Mode::Chooser => {
            let last = chooser.choices.len().saturating_sub(1);
            chooser.cursor = chooser.cursor.saturating_add_signed(by).min(last);
        }
        Stage::Open(desk) if mode == Mode::Overview => {
            desk.overview = desk.overview.saturating_add_signed(by).min(Kind::ALL.len() - 1);
        }
        Stage::Open(desk) if in_history(mode) => desk.history.step(by, history_page),
        Stage::Open(desk) if moves_cursor(mode) => {
            if let Some(table) = desk.shown_mut() {
                table.step(by, page);
            }
        }
        _ => scroll_by(state, by),
    }
    Vec::new()
}

fn scroll_by(state: &mut State, by: isize) {
    if let Some(scroll) = scroll(state) {
        scroll.by(by);
    }
    noticed_scroll(state);
}

/// A run follows its step in flight until somebody scrolls.
fn noticed_scroll(state: &mut State) {
    if state.overlay.is_none()
        && let Some(desk) = state.desk_mut()
        && let Cleanup::Run(run) = &mut desk.cleanup
    {
        run.scrolled = true;
    }
}

fn half_page(state: &mut State, direction: isize) -> Vec<Effect> {
    let (mode, page) = (state.mode(), layout::table_page(state.size));
    let half = |page: usize| direction * isize::try_from(page / 2).unwrap_or(1).max(1);
    if in_history(mode) {
        return step(state, half(history::page(state)));
    }
    if moves_cursor(mode) || mode == Mode::Palette {
        return step(state, half(page));
    }
    if let Some(page) = scroll(state).map(|scroll| scroll.extent.page) {
        scroll_by(state, half(page));
    }
    Vec::new()
}

fn to(state: &mut State, line: usize) -> Vec<Effect> {
    let (mode, page) = (state.mode(), layout::table_page(state.size));
    let history_page = history::page(state);
    if in_history(mode) {
        if let Some(desk) = state.desk_mut() {
            desk.history.go(line, history_page);
        }
    } else if moves_cursor(mode) {
        if let Some(table) = state.desk_mut().and_then(Desk::shown_mut) {
            table.go(line, page);
        }
    } else {
        if let Some(scroll) = scroll(state) {
            scroll.to(line);
        }
        noticed_scroll(state);
    }
    Vec::new()
}

fn pane(state: &mut State, by: isize) -> Vec<Effect> {
    if let Some(desk) = state.desk_mut() {
        desk.details.scroll.by(by);
    }
    Vec::new()
}

fn back(state: &mut State) -> Vec<Effect> {
    if overlay::close(state) {
        return Vec::new();
    }
    if let Stage::Choosing(chooser) = &mut state.stage {
        if let Some(desk) = chooser.behind.take() {
            state.stage = Stage::Open(desk);
        }
        return Vec::new();
    }
    let mode = state.mode();
    match (mode, state.desk_mut()) {
        (Mode::CutOff, Some(desk)) => desk.cut_off.clear(),
        (Mode::Plan | Mode::Result, Some(desk)) => desk.cleanup = Cleanup::None,
        (Mode::Approval, Some(desk)) => {
            if let Cleanup::Approval(mut screen, _) = std::mem::take(&mut desk.cleanup) {
                screen.refused = None;
                desk.cleanup = Cleanup::Plan(screen);
            }
        }
        (Mode::Paper | Mode::Search | Mode::Permit | Mode::Edit | Mode::Review, _) => {
            return sheet::back(state);
        }
        (Mode::Journal, Some(desk)) => history::back(desk),
        (Mode::Details, Some(desk)) => {
            desk.details.full = false;
            desk.details.trail.clear();
        }
        (Mode::Range, _) => return with_table(state, |table| table.anchor = None),
        (Mode::Filter | Mode::Table, _) => {
            return with_table(state, |table| {
                table.filter.editing = None;
                table.filter.kept.clear();
            });
        }
        _ => {}
    }
    Vec::new()
}

fn refresh(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    desk.looking.sizes_wanted = true;
    desk.live.retry_at = None;
    let effects = engine::look(desk, false);
    state.toasts.say(Tone::Info, "Looking again, sizes included", now);
    effects
}

fn choose_environment(state: &mut State) -> Vec<Effect> {
    let waiting = Stage::Opening { what: String::new(), since: state.now };
    let behind = match std::mem::replace(&mut state.stage, waiting) {
        Stage::Open(desk) => Some(desk),
        _ => None,
    };
    state.stage = Stage::Choosing(engine::chooser(engine::ASKED, &state.choices, behind));
    Vec::new()
}

fn reopen(state: &mut State, how: Open, what: &str) -> Vec<Effect> {
    state.memory = state.to_remember();
    state.stage = Stage::Opening { what: what.to_owned(), since: state.now };
    vec![Effect::Open(how)]
}

fn submit(state: &mut State) -> Vec<Effect> {
    if state.overlay.is_some() {
        return overlay::submit(state);
    }
    if let Stage::Choosing(chooser) = &mut state.stage {
        let Some(choice) = chooser.choices.get(chooser.cursor).cloned() else { return Vec::new() };
        let name = match choice {
            Choice::Environment(name) => name,
            Choice::Context(name) => {
                let what = format!("the engine of the context {name}");
                return reopen(state, Open::Context(name), &what);
            }
        };
        // The same environment again: nothing to open, and marks would be lost for nothing.
        if let Some(desk) = chooser.behind.take_if(|desk| desk.facts.environment.as_str() == name) {
            state.stage = Stage::Open(desk);
            return Vec::new();
        }
        let what = format!("the environment {name}");
        return reopen(state, Open::Environment(name), &what);
    }
    if matches!(state.mode(), Mode::Permit | Mode::Review) {
        return sheet::submit(state);
    }
    cleanup::submit(state)
}

pub(super) fn go(state: &mut State, view: View) -> Vec<Effect> {
    if let Some(desk) = state.desk_mut() {
        if let Some(table) = desk.shown_mut() {
            table.anchor = None;
        }
        desk.view = view;
        desk.details.full = false;
        desk.details.trail.clear();
        desk.history.run = None;
    }
    Vec::new()
}

fn turn(state: &mut State, by: usize) -> Vec<Effect> {
    let Some(desk) = state.desk() else { return Vec::new() };
    let at = View::ALL.iter().position(|(_, view)| *view == desk.view).unwrap_or(0);
    go(state, View::ALL[(at + by) % View::ALL.len()].1)
}

fn open(state: &mut State) -> Vec<Effect> {
    let mode = state.mode();
    if in_history(mode) {
        return history::open(state);
    }
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    if mode == Mode::Overview {
        let kind = Kind::ALL[desk.overview.min(Kind::ALL.len() - 1)];
        return go(state, View::Table(kind));
    }
    desk.details.full = desk.selected().is_some();
    Vec::new()
}

/// A key that exists only where something may be removed says why it does nothing here.
pub(super) fn why_not(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let mode = state.mode();
    if state.keys.command(mode, false, key).is_some()
        && let Some(why) = state.desk().and_then(|desk| desk.facts.forbidden.as_ref())
    {
        let text = why.to_string();
        state.toasts.say(Tone::Warning, text, state.now);
    }
    Vec::new()
}

/// What is worth copying here.
fn copy(state: &mut State) -> Vec<Effect> {
    let Some(desk) = state.desk() else { return Vec::new() };
    let (text, words) = match &desk.cleanup {
        Cleanup::None | Cleanup::Planning if matches!(desk.sheet, Some(Sheet::Paper(_))) => {
            let Some(Sheet::Paper(paper)) = &desk.sheet else { return Vec::new() };
            let Some(lines) = &paper.lines else { return Vec::new() };
            (lines.join("\n"), "All of it is on the clipboard, if the terminal allows it".to_owned())
        }
        Cleanup::None | Cleanup::Planning if desk.history.run.is_some() => {
            let Some(run) = &desk.history.run else { return Vec::new() };
            let Some(step) = run.run.begin.steps.get(run.cursor) else { return Vec::new() };
            (step.command.clone(), "The command is on the clipboard, if the terminal allows it".to_owned())
        }
        Cleanup::Plan(screen) => {
            let steps = screen.plan.steps();
            let words = format!("{} commands are on the clipboard, if the terminal allows it", steps.len());
            // A plain `docker` may mean another engine where they are pasted: they bring this one along.
            let engine = desk
                .facts
                .docker_env
                .iter()
                .map(|(name, value)| format!("export {name}={}", crate::text::shell_quote(value)));
            let commands = steps.iter().map(|step| step.command().to_owned());
            (engine.chain(commands).collect::<Vec<_>>().join("\n"), words)
        }
        Cleanup::Result(result) => match &result.report {
            Ok(report) => (
                report.journal.display().to_string(),
                "The journal's path is on the clipboard, if the terminal allows it".to_owned(),
            ),
            Err(_) => return Vec::new(),
        },
        _ => match desk.shown().and_then(|table| table.selected()) {
            Some(row) => {
                (row.name.to_string(), format!("{} is on the clipboard, if the terminal allows it", row.name))
            }
            None => return Vec::new(),
        },
    };
    state.toasts.say(Tone::Info, words, state.now);
    vec![Effect::Copy(text)]
}
