//! One table: its rows, which of them are seen and in what order, and where the cursor stands.

use std::cmp::Ordering;

use foldhash::HashMap;
use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::filter::Filter;
use super::input::LineInput;
use super::row::Row;
use crate::session::Look;
use crate::steward::{ByteCount, Class, Key, Kind};

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The class.
    Class,
    /// The name.
    Name,
    /// A container's state and how long it has lasted.
    State,
    /// A container's image.
    Image,
    /// The ports that a container publishes.
    Ports,
    /// The short ID.
    Id,
    /// The driver.
    Driver,
    /// The scope.
    Scope,
    /// Who uses it.
    Users,
    /// How long ago it was created.
    Age,
    /// Its bytes.
    Size,
    /// Bytes of an image that others have too.
    Shared,
    /// Bytes that removing it frees.
    Frees,
    /// The Compose project.
    Project,
}

impl Column {
    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Class => "CLASS",
            Self::Name => "NAME",
            Self::State => "STATE",
            Self::Image => "IMAGE",
            Self::Ports => "PORTS",
            Self::Id => "ID",
            Self::Driver => "DRIVER",
            Self::Scope => "SCOPE",
            Self::Users => "USED BY",
            Self::Age => "AGE",
            Self::Size => "SIZE",
            Self::Shared => "SHARED",
            Self::Frees => "FREES",
            Self::Project => "PROJECT",
        }
    }

    /// The columns of a kind, from left to right.
    pub const fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Container => &[
                Self::Class,
                Self::Name,
                Self::State,
                Self::Image,
                Self::Ports,
                Self::Age,
                Self::Size,
                Self::Project,
            ],
            Kind::Image => &[
                Self::Class,
                Self::Name,
                Self::Id,
                Self::Users,
                Self::Age,
                Self::Size,
                Self::Shared,
                Self::Frees,
            ],
            Kind::Volume => {
                &[Self::Class, Self::Name, Self::Driver, Self::Users, Self::Age, Self::Size, Self::Project]
            }
            Kind::Network => {
                &[Self::Class, Self::Name, Self::Driver, Self::Scope, Self::Users, Self::Age, Self::Project]
            }
        }
    }

    fn compare(self, a: &Row, b: &Row) -> Ordering {
        // What is not known comes last, whatever it is.
        let bytes = |a: ByteCount, b: ByteCount| b.get().cmp(&a.get());
        match self {
            Self::Class => attention(a.class).cmp(&attention(b.class)),
            Self::Name => a.name.cmp(&b.name),
            Self::State => b.running.cmp(&a.running).then_with(|| a.state.cmp(&b.state)),
            Self::Image => a.image.cmp(&b.image),
            Self::Ports => (a.ports.is_empty(), &a.ports).cmp(&(b.ports.is_empty(), &b.ports)),
            Self::Id => a.id().cmp(b.id()),
            Self::Driver => a.driver.cmp(&b.driver),
            Self::Scope => a.scope.cmp(&b.scope),
            Self::Users => b.users.0.cmp(&a.users.0).then_with(|| a.users.1.cmp(&b.users.1)),
            Self::Age => {
                let (a, b) = (a.created.get(), b.created.get());
                a.is_none().cmp(&b.is_none()).then(a.cmp(&b))
            }
            Self::Size => bytes(a.size, b.size),
            Self::Shared => bytes(a.shared, b.shared),
            Self::Frees => bytes(a.frees, b.frees),
            Self::Project => (a.project.is_empty(), &a.project).cmp(&(b.project.is_empty(), &b.project)),
        }
    }
}

/// What wants to be looked at comes first: what may go, what nobody knows, and then what is in order.
const fn attention(class: Option<Class>) -> u8 {
    match class {
        Some(Class::SafeToDelete) => 0,
        Some(Class::Unknown) | None => 1,
        Some(Class::Expected) => 2,
        Some(Class::Protected) => 3,
    }
}

/// How wide the widest texts of the columns are that may grow, so that they grow no further.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Widest {
    /// Of the names.
    pub name: usize,
    /// Of the images.
    pub image: usize,
    /// Of the ports.
    pub ports: usize,
    /// Of the users.
    pub users: usize,
    /// Of the projects.
    pub project: usize,
}

/// One table.
#[derive(Debug)]
pub struct Table {
    /// The kind of resource in it.
    pub kind: Kind,
    /// All rows of the last look, in its order.
    pub rows: Vec<Row>,
    /// All places of `rows`, sorted. Sorting takes longest, and a filter that is typed changes no order.
    order: Vec<usize>,
    /// What they are sorted by; none where the rows are new.
    ordered_by: Option<(Column, bool, bool)>,
    /// The rows that the filter lets through, as places in `rows`, sorted. Made anew only when the rows,
    /// the filter or the order change: drawing never walks all rows.
    pub seen: Vec<usize>,
    /// The text by which they were filtered; none where that has to be done anew.
    seen_by: Option<String>,
    /// The text of the filter, and its field while it is being typed.
    pub filter: FilterState,
    /// The column that sorts.
    pub sort: Column,
    /// Whether it sorts backwards.
    pub reverse: bool,
    /// The time of the last look, for ages.
    pub now: Timestamp,
    /// Whether the rows stand together by Compose project.
    pub grouped: bool,
    /// The place of the cursor in `seen`.
    pub cursor: usize,
    /// The first place of `seen` on the screen.
    pub offset: usize,
    /// Where a range began, as a key, since places move; none while there is none.
    pub anchor: Option<Key>,
    /// The place in `seen` where it began.
    anchored: Option<usize>,
    /// How wide the columns need to be at most.
    pub widest: Widest,
    /// How many rows each class has, in the order of [`Class::ALL`].
    pub counts: [usize; 4],
}

/// A table's filter.
#[derive(Debug, Default)]
pub struct FilterState {
    /// The filter that is kept.
    pub kept: String,
    /// The field, while a filter is being typed.
    pub editing: Option<LineInput>,
}

impl FilterState {
    /// The text that filters now.
    pub fn text(&self) -> &str {
        self.editing.as_ref().map_or(&self.kept, |field| field.text())
    }
}

impl Table {
    /// An empty table.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            rows: Vec::new(),
            order: Vec::new(),
            ordered_by: None,
            seen: Vec::new(),
            seen_by: None,
            filter: FilterState::default(),
            sort: Column::Class,
            reverse: false,
            now: Timestamp::UNIX_EPOCH,
            grouped: false,
            cursor: 0,
            offset: 0,
            anchor: None,
            anchored: None,
            widest: Widest::default(),
            counts: [0; 4],
        }
    }

    /// Takes the rows of a new look. The cursor stays on its resource; where that is gone, on its place.
    pub fn take(&mut self, rows: Vec<Row>, page: usize) {
        // Where the cursor was not moved on what was only glimpsed, it stays at the top.
        let rests = self.cursor == 0 && self.is_glimpsed();
        let selected = self.selected().filter(|_| !rests).map(|row| row.key.clone());
        self.rows = rows;
        self.ordered_by = None;
        self.counts = Class::ALL.map(|class| self.rows.iter().filter(|row| row.class == Some(class)).count());
        self.widest = Widest::default();
        for row in &self.rows {
            let widest = &mut self.widest;
            widest.name = widest.name.max(row.name.width());
            widest.image = widest.image.max(row.image.width());
            widest.ports = widest.ports.max(row.ports.width());
            widest.users = widest.users.max(row.users.1.width() + 4);
            widest.project = widest.project.max(row.project.width());
        }
        if let Some(anchor) = &self.anchor
            && !self.rows.iter().any(|row| row.key == *anchor)
        {
            self.anchor = None;
        }
        self.arrange(selected.as_ref(), page);
    }

    /// Whether it shows rows of which no look has told the class yet.
    pub fn is_glimpsed(&self) -> bool {
        self.rows.first().is_some_and(|row| row.class.is_none())
    }

    /// Takes the sizes of a look that is the same as the one of the rows but for them.
    pub fn measure(&mut self, look: &Look, page: usize) {
        let shared: HashMap<&str, Option<u64>> =
            look.inventory.images.iter().map(|it| (it.id.as_str(), it.shared)).collect();
        // In the order of the audit, as they were made from it.
        let resources = look.audit.resources.iter().filter(|it| it.kind() == self.kind);
        for (row, resource) in self.rows.iter_mut().zip(resources) {
            debug_assert_eq!(row.key, resource.key, "the rows are those of another look");
            (row.size, row.frees) = (resource.size, resource.frees);
            if row.key.kind() == Kind::Image {
                row.shared = row.key.id().and_then(|id| *shared.get(id)?).into();
            }
        }
        self.ordered_by = None;
        self.rearrange(page);
    }

    /// Filters and sorts anew, with the cursor staying on its resource.
    pub fn rearrange(&mut self, page: usize) {
        let selected = self.selected().map(|row| row.key.clone());
        self.arrange(selected.as_ref(), page);
    }

    fn arrange(&mut self, selected: Option<&Key>, page: usize) {
        let rows = &self.rows;
        let by = (self.sort, self.reverse, self.grouped);
        if self.ordered_by != Some(by) {
            let (sort, reverse, grouped) = by;
            self.order = (0..rows.len()).collect();
            self.order.sort_unstable_by(|a, b| {
                let (a, b) = (&rows[*a], &rows[*b]);
                let order = sort.compare(a, b);
                let order = if reverse { order.reverse() } else { order };
                let order = if grouped { Column::Project.compare(a, b).then(order) } else { order };
                order.then_with(|| a.name.cmp(&b.name)).then_with(|| a.key.cmp(&b.key))
            });
            self.ordered_by = Some(by);
            self.seen_by = None;
        }
        let text = self.filter.text();
        if self.seen_by.as_deref() != Some(text) {
            let filter = Filter::parse(text);
            let seen = |at: &usize| filter.matches(&rows[*at], self.now);
            self.seen_by = Some(text.to_owned());
            self.seen = self.order.iter().copied().filter(seen).collect();
            self.cursor = selected.and_then(|key| self.place_of(key)).unwrap_or(self.cursor);
        }
        self.anchored = self.anchor.as_ref().and_then(|key| self.place_of(key));
        self.hold(page);
    }

    /// The place of a resource among the rows that are seen.
    pub fn place_of(&self, key: &Key) -> Option<usize> {
        self.seen.iter().position(|at| self.rows[*at].key == *key)
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&Row> {
        self.seen.get(self.cursor).map(|at| &self.rows[*at])
    }

    /// The rows that are seen, in their order.
    pub fn visible(&self) -> impl Iterator<Item = &Row> {
        self.seen.iter().map(|at| &self.rows[*at])
    }

    /// The rows of one page, each with its place in `seen`. However many come before it, they cost nothing.
    pub fn window(&self, page: usize) -> impl Iterator<Item = (usize, &Row)> {
        let from = self.offset.min(self.seen.len());
        let places = self.seen[from..].iter().take(page);
        places.enumerate().map(move |(at, place)| (from + at, &self.rows[*place]))
    }

    /// Moves the cursor by rows, and the window with it.
    pub fn step(&mut self, by: isize, page: usize) {
        self.cursor = self.cursor.saturating_add_signed(by);
        self.hold(page);
    }

    /// Moves the cursor to a place, or as near as there is one.
    pub fn go(&mut self, to: usize, page: usize) {
        self.cursor = to;
        self.hold(page);
    }

    /// Keeps the cursor among the rows and the window around the cursor.
    pub fn hold(&mut self, page: usize) {
        self.cursor = self.cursor.min(self.seen.len().saturating_sub(1));
        let page = page.max(1);
        self.offset = self
            .offset
            .min(self.cursor)
            .max((self.cursor + 1).saturating_sub(page))
            .min(self.seen.len().saturating_sub(page));
    }

    /// The places of the range from its anchor to the cursor; none while there is no range.
    pub fn range(&self) -> Option<std::ops::RangeInclusive<usize>> {
        self.anchor.as_ref()?;
        let at = self.anchored?;
        Some(at.min(self.cursor)..=at.max(self.cursor))
    }
}
