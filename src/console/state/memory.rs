//! From the state to what is remembered, and back.

use super::desk::{Desk, View};
use super::{Column, Stage, State, Table};
use crate::console::keymap::{Command, command_called, name_of};
use crate::console::memory::{Memory, Sort};
use crate::steward::Kind;

impl State {
    /// Takes what was remembered, before anything is open.
    pub fn recall(&mut self, memory: Memory) {
        self.mouse = memory.mouse;
        self.memory = memory;
    }

    /// What is to be remembered now.
    pub fn to_remember(&self) -> Memory {
        let mut memory = self.memory.clone();
        memory.mouse = self.mouse;
        let desk = match &self.stage {
            Stage::Open(desk) => Some(desk),
            Stage::Choosing(chooser) => chooser.behind.as_ref(),
            Stage::Opening { .. } | Stage::Trouble(_) => None,
        };
        if let Some(desk) = desk {
            memory.view = name_of(Command::View(desk.view)).map(str::to_owned);
            memory.sort = desk.tables.iter().filter_map(sorted).collect();
        }
        memory
    }
}

impl Desk {
    /// Looks at things as they were looked at before.
    pub fn recall(&mut self, memory: &Memory) {
        if let Some(Command::View(view)) = memory.view.as_deref().and_then(command_called) {
            self.view = view;
        }
        for table in &mut self.tables {
            let Some(sort) = table_name(table.kind).and_then(|name| memory.sort.get(name)) else { continue };
            let column = Column::of(table.kind).iter().find(|it| it.title().to_lowercase() == sort.column);
            if let Some(column) = column {
                (table.sort, table.reverse) = (*column, sort.reverse);
            }
        }
    }
}

fn table_name(kind: Kind) -> Option<&'static str> {
    name_of(Command::View(View::Table(kind)))
}

fn sorted(table: &Table) -> Option<(String, Sort)> {
    let first = Table::new(table.kind);
    if (table.sort, table.reverse) == (first.sort, first.reverse) {
        return None;
    }
    let sort = Sort { column: table.sort.title().to_lowercase(), reverse: table.reverse };
    Some((table_name(table.kind)?.to_owned(), sort))
}
