//! The key tables.

use std::borrow::Cow;

use ratatui::crossterm::event::KeyCode;

use super::{Binding, Command, Mode, Needs, Press};
use crate::console::state::View;
use crate::steward::Kind;

const fn key(it: char) -> Press {
    Press::char(it)
}
const fn ctrl(it: char) -> Press {
    Press::ctrl(it)
}
const ENTER: Press = Press::code(KeyCode::Enter);
const ESC: Press = Press::code(KeyCode::Esc);
const UP: Press = Press::code(KeyCode::Up);
const DOWN: Press = Press::code(KeyCode::Down);
const LEFT: Press = Press::code(KeyCode::Left);
const RIGHT: Press = Press::code(KeyCode::Right);
const BACKSPACE: Press = Press::code(KeyCode::Backspace);
const TAB: Press = Press::code(KeyCode::Tab);
const BACK_TAB: Press = Press::code(KeyCode::BackTab);
const HOME: Press = Press::code(KeyCode::Home);
const END: Press = Press::code(KeyCode::End);
const PAGE_UP: Press = Press::code(KeyCode::PageUp);
const PAGE_DOWN: Press = Press::code(KeyCode::PageDown);

const fn bind(keys: &'static [Press], command: Command, word: &'static str, help: &'static str) -> Binding {
    Binding { keys: Cow::Borrowed(keys), command, word, help, needs: Needs::Nothing }
}

const fn cleanup(
    keys: &'static [Press],
    command: Command,
    word: &'static str,
    help: &'static str,
) -> Binding {
    Binding { keys: Cow::Borrowed(keys), command, word, help, needs: Needs::Mandate }
}

/// The tables of a mode, the most important first.
pub(super) const fn of(mode: Mode) -> &'static [&'static [Binding]] {
    match mode {
        Mode::Opening => &[OPENING, QUIT],
        Mode::Trouble => &[TROUBLE, SCROLL, LOOKS, QUIT],
        Mode::Chooser => &[CHOOSER, STEP, LOOKS, QUIT],
        Mode::Overview => &[OVERVIEW, STEP, PAPER, PLAN, PLACES, LOOKS, QUIT],
        Mode::Table => &[TABLE, STEP, PAGES, PLACES, LOOKS, QUIT],
        Mode::Range => &[RANGE, STEP, PAGES, LOOKS, QUIT],
        Mode::Filter => &[FILTER],
        Mode::Details => &[DETAILS, SCROLL, LOOKS, QUIT],
        Mode::Ssot => &[SSOT, SCROLL, PLACES, LOOKS, QUIT],
        Mode::History => &[HISTORY, STEP, PAGES, PLACES, LOOKS, QUIT],
        Mode::Journal => &[JOURNAL, STEP, PAGES, LOOKS, QUIT],
        Mode::Paper => &[PAPER_KEYS, SCROLL, LOOKS, QUIT],
        Mode::Search => &[SEARCH],
        Mode::Permit => &[PERMIT],
        Mode::Edit => &[EDIT],
        Mode::Review => &[WRITE, SCROLL, LOOKS, QUIT],
        Mode::Plan => &[REVIEW, SCROLL, LOOKS, QUIT],
        Mode::Approval => &[APPROVAL],
        Mode::Run => &[RUN, SCROLL],
        Mode::Result => &[RESULT, SCROLL, LOOKS, QUIT],
        Mode::CutOff => &[CUT_OFF, SCROLL, LOOKS, QUIT],
        Mode::Help => &[HELP, SCROLL, QUIT],
        Mode::Palette => &[PALETTE],
        Mode::Themes => &[THEMES, STEP, QUIT],
    }
}

const QUIT: &[Binding] = &[
    bind(&[key('q')], Command::Quit, "quit", "quit"),
    bind(&[ctrl('c')], Command::Quit, "", ""),
    bind(&[ctrl('z')], Command::Suspend, "", "suspend; the shell's `fg` brings it back"),
];

const LOOKS: &[Binding] = &[
    bind(&[key('?')], Command::Help, "help", "this help"),
    bind(&[key(':'), ctrl('p')], Command::Palette, "commands", "find a command by its words, and run it"),
    bind(&[key('t')], Command::Theme, "", "choose a theme"),
    bind(&[key('m')], Command::Mouse, "", "mouse on or off: the wheel scrolls, a click selects"),
];

/// Letters are typed here.
const PALETTE: &[Binding] = &[
    bind(&[ENTER], Command::Submit, "run", "run the command"),
    bind(&[ESC, ctrl('c')], Command::Back, "close", "close the list"),
    bind(&[DOWN, ctrl('n')], Command::Down, "", "down"),
    bind(&[UP, ctrl('p')], Command::Up, "", "up"),
    bind(&[PAGE_DOWN], Command::PageDown, "", "half a page down"),
    bind(&[PAGE_UP], Command::PageUp, "", "half a page up"),
];

const THEMES: &[Binding] = &[
    bind(&[ENTER], Command::Submit, "keep", "keep this theme"),
    bind(&[ESC], Command::Back, "as before", "back to the theme there was"),
    bind(&[key('t'), TAB], Command::Next, "next", "the next theme, from the last to the first"),
];

const STEP: &[Binding] =
    &[bind(&[key('j'), DOWN], Command::Down, "", "down"), bind(&[key('k'), UP], Command::Up, "", "up")];

const PAGES: &[Binding] = &[
    bind(&[ctrl('d'), PAGE_DOWN], Command::PageDown, "", "half a page down"),
    bind(&[ctrl('u'), PAGE_UP], Command::PageUp, "", "half a page up"),
    bind(&[key('g'), HOME], Command::Top, "", "first line"),
    bind(&[key('G'), END], Command::Bottom, "", "last line"),
];

/// For a text beside a cursor: only whole pages scroll.
const PAPER: &[Binding] = &[
    bind(&[ctrl('d'), PAGE_DOWN], Command::PageDown, "", "scroll down"),
    bind(&[ctrl('u'), PAGE_UP], Command::PageUp, "", "scroll up"),
];

/// For texts: what moves a cursor elsewhere scrolls here.
const SCROLL: &[Binding] = &[
    bind(&[key('j'), DOWN], Command::Down, "", "scroll down"),
    bind(&[key('k'), UP], Command::Up, "", "scroll up"),
    bind(&[ctrl('d'), PAGE_DOWN], Command::PageDown, "", "half a page down"),
    bind(&[ctrl('u'), PAGE_UP], Command::PageUp, "", "half a page up"),
    bind(&[key('g'), HOME], Command::Top, "", "to the top"),
    bind(&[key('G'), END], Command::Bottom, "", "to the end"),
];

const PLACES: &[Binding] = &[
    bind(&[TAB, RIGHT], Command::NextView, "", "next view"),
    bind(&[BACK_TAB, LEFT], Command::PreviousView, "", "view before"),
    bind(&[key('1')], Command::View(View::Overview), "", "overview"),
    bind(&[key('2')], Command::View(View::Table(Kind::Container)), "", "containers"),
    bind(&[key('3')], Command::View(View::Table(Kind::Image)), "", "images"),
    bind(&[key('4')], Command::View(View::Table(Kind::Volume)), "", "volumes"),
    bind(&[key('5')], Command::View(View::Table(Kind::Network)), "", "networks"),
    bind(&[key('6')], Command::View(View::History), "", "history"),
    bind(&[key('7')], Command::View(View::Ssot), "", "the SSOT"),
    bind(&[key('r')], Command::Refresh, "refresh", "look at the engine again, sizes included"),
    bind(&[key('e')], Command::Environment, "environment", "choose another environment"),
];

const PLAN: &[Binding] = &[cleanup(
    &[key('p')],
    Command::Plan,
    "plan",
    "show the exact commands that would remove what is marked",
)];

const OPENING: &[Binding] =
    &[bind(&[key('d')], Command::Demo, "demo engine", "open the built-in simulated engine")];

const TROUBLE: &[Binding] = &[
    bind(&[key('r')], Command::Retry, "try again", "try again now"),
    bind(&[key('d')], Command::Demo, "demo engine", "open the built-in simulated engine"),
    bind(&[key('e')], Command::Environment, "environment", "choose another environment"),
];

const CHOOSER: &[Binding] = &[
    bind(&[ENTER], Command::Submit, "choose", "open this environment"),
    bind(&[ESC], Command::Back, "back", "back to where you were"),
];

const OVERVIEW: &[Binding] = &[bind(&[ENTER], Command::Open, "open", "open the table of this kind")];

const TABLE: &[Binding] = &[
    cleanup(&[key(' ')], Command::Mark, "mark", "mark or unmark; only what is safe to delete can be marked"),
    cleanup(
        &[key('a')],
        Command::MarkAll,
        "all safe",
        "mark all that is safe in this table, as it is filtered",
    ),
    cleanup(&[key('p')], Command::Plan, "plan", "show the exact commands that would remove what is marked"),
    bind(
        &[key('/')],
        Command::Filter,
        "filter",
        "filter: words, and fields such as class:safe or !project:shop",
    ),
    bind(&[key('s')], Command::Sort, "sort", "sort by the next column"),
    bind(&[ENTER], Command::Open, "details", "details: why it has its class, who uses it"),
    INSPECT,
    APPROVE_UNKNOWN,
    cleanup(&[key('u')], Command::Unmark, "", "unmark all in this table, as it is filtered"),
    cleanup(&[key('v')], Command::Range, "", "mark a range: move, then space"),
    bind(&[key('S')], Command::Reverse, "", "sort the other way round"),
    bind(&[key('o')], Command::Group, "", "group by Compose project, or not"),
    bind(&[key('y')], Command::Copy, "", "copy the name"),
    bind(&[key('J')], Command::PaneDown, "", "scroll the details at the side down"),
    bind(&[key('K')], Command::PaneUp, "", "scroll the details at the side up"),
    bind(&[ESC], Command::Back, "", "drop the filter"),
];

const RANGE: &[Binding] = &[
    cleanup(
        &[key(' '), key('v'), ENTER],
        Command::MarkRange,
        "mark the range",
        "mark what is safe in the range",
    ),
    bind(&[ESC], Command::Back, "leave", "leave the range"),
];

const FILTER: &[Binding] = &[
    bind(&[ENTER], Command::KeepFilter, "keep", "keep the filter"),
    bind(&[ESC], Command::Back, "drop", "drop the filter"),
    bind(&[DOWN], Command::Down, "", "down"),
    bind(&[UP], Command::Up, "", "up"),
    bind(&[ctrl('c')], Command::Back, "", ""),
];

const DETAILS: &[Binding] = &[
    bind(&[ESC], Command::Back, "back", "back to the table"),
    bind(&[ENTER], Command::Follow, "go there", "go to what ▸ points at: who uses it, or what it uses"),
    bind(&[TAB], Command::NextLink, "next", "point at the next one"),
    bind(&[BACKSPACE, key('b')], Command::Return, "", "back to where you came from"),
    cleanup(&[key(' ')], Command::Mark, "mark", "mark or unmark"),
    INSPECT,
    APPROVE_UNKNOWN,
    bind(&[key('y')], Command::Copy, "copy the name", "copy the name"),
];

const INSPECT: Binding =
    bind(&[key('i')], Command::Inspect, "inspect", "all that the engine knows of it, to search in");

const APPROVE_UNKNOWN: Binding = cleanup(
    &[key('A')],
    Command::Permit,
    "approve",
    "approve an unknown: write the rule to the SSOT that lets it go",
);

const SSOT: &[Binding] = &[cleanup(
    &[key('E')],
    Command::Edit,
    "edit",
    "edit the SSOT here: checked as you type, the difference shown before it is saved",
)];

const HISTORY: &[Binding] = &[
    bind(&[ENTER], Command::Open, "open", "open an audit, or a cleanup step by step"),
    bind(
        &[key('d')],
        Command::Compare,
        "compare",
        "what differs from the audit before, or from the one held",
    ),
    bind(
        &[key('b')],
        Command::Hold,
        "hold",
        "hold an audit, to compare another one with it; again lets it go",
    ),
    bind(&[key('w')], Command::Record, "record now", "record an audit of what the engine holds now"),
];

const JOURNAL: &[Binding] = &[
    bind(&[ENTER], Command::Open, "what it was", "all that the engine knew of it before it was removed"),
    bind(&[key('y')], Command::Copy, "copy the command", "copy the step's command"),
    bind(&[ESC], Command::Back, "back", "back to the history"),
];

const PAPER_KEYS: &[Binding] = &[
    bind(&[key('/')], Command::Filter, "search", "search in it"),
    bind(&[key('n')], Command::Next, "next", "to the next place where it was found"),
    bind(&[key('N')], Command::PreviousFound, "", "to the place before"),
    bind(&[key('y')], Command::Copy, "copy", "copy all of it"),
    bind(&[ESC], Command::Back, "back", "back to where you were"),
];

const SEARCH: &[Binding] = &[
    bind(&[ENTER], Command::KeepFilter, "keep", "keep it; n goes to the next place"),
    bind(&[ESC, ctrl('c')], Command::Back, "drop", "search for what was searched for before"),
    bind(&[DOWN], Command::Next, "next", "to the next place"),
    bind(&[UP], Command::PreviousFound, "", "to the place before"),
];

const PERMIT: &[Binding] = &[
    bind(&[ENTER], Command::Submit, "write, once its name is typed", "write the rule, if its name is typed"),
    bind(
        &[TAB],
        Command::Pattern,
        "a pattern instead",
        "type a pattern; all that it would let go is shown first",
    ),
    bind(&[ESC, ctrl('c')], Command::Back, "leave", "leave; nothing is written"),
    bind(&[DOWN], Command::Down, "", "scroll down"),
    bind(&[UP], Command::Up, "", "scroll up"),
    bind(&[PAGE_DOWN], Command::PageDown, "", "half a page down"),
    bind(&[PAGE_UP], Command::PageUp, "", "half a page up"),
];

const EDIT: &[Binding] = &[
    bind(
        &[ctrl('s')],
        Command::Review,
        "save",
        "show the difference, then save; goes to the fault if there is one",
    ),
    bind(&[ESC, ctrl('c')], Command::Back, "leave", "leave; asks once more if something was changed"),
];

const WRITE: &[Binding] = &[
    bind(&[ENTER], Command::Submit, "write the file", "write the file, whole or not at all"),
    bind(&[ESC], Command::Back, "back to the text", "back to the text; nothing is written"),
];

const REVIEW: &[Binding] = &[
    cleanup(
        &[key('c')],
        Command::Approve,
        "go on to the approval",
        "go on to the approval; nothing is removed yet",
    ),
    cleanup(&[key('T')], Command::Trash, "trash", "keep what it takes away in the trash, or not"),
    bind(&[key('y')], Command::Copy, "copy the commands", "copy all commands"),
    bind(&[ESC], Command::Back, "back", "leave the plan; marks stay"),
    bind(&[key('w')], Command::WritePlan, "write", "write the plan as a file for `docker-steward apply`"),
    bind(&[key('x')], Command::WriteScript, "script", "write the commands as a shell script"),
];

const APPROVAL: &[Binding] = &[
    cleanup(
        &[ENTER],
        Command::Submit,
        "apply, once the phrase is typed",
        "apply, if the phrase is the phrase",
    ),
    bind(&[ESC], Command::Back, "back to the plan", "back to the plan; nothing is removed"),
    bind(&[ctrl('c')], Command::Back, "", ""),
];

const RUN: &[Binding] = &[
    bind(
        &[ESC, ctrl('c')],
        Command::Stop,
        "stop after this step",
        "finish the step in flight and start no other",
    ),
    bind(
        &[key('q')],
        Command::StopAndQuit,
        "stop and quit",
        "finish the step in flight, start no other, and quit",
    ),
];

const RESULT: &[Binding] = &[
    bind(&[ESC, ENTER], Command::Back, "back to the tables", "back to the tables"),
    bind(&[key('y')], Command::Copy, "copy the journal's path", "copy the journal's path"),
];

const CUT_OFF: &[Binding] =
    &[bind(&[ENTER, ESC], Command::Back, "I have read it", "on to the console; it stays in the journal")];

const HELP: &[Binding] = &[bind(&[ESC, key('?'), ENTER], Command::Back, "close", "close the help")];
