//! What the console knows while a session is open.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::cleanup::Cleanup;
use super::facts::Facts;
use super::history::HistoryDesk;
use super::row;
use super::scroll::Scroll;
use super::sheet::Sheet;
use super::sums::Sums;
use super::table::Table;
use super::tree::Tree;
use super::vitals::Vitals;
use crate::apply::CutOff;
use crate::console::message::Subject;
use crate::session::{DiskUse, Look, SessionError};
use crate::steward::{Explanation, Key, Kind};
use crate::text::sanitise;

/// The views behind the number keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The whole at a glance.
    Overview,
    /// The table of one kind.
    Table(Kind),
    /// What has happened so far.
    History,
    /// The declaration itself.
    Ssot,
}

impl View {
    /// All views, in the order of `Tab`.
    pub const ALL: [(char, Self); 7] = [
        ('1', Self::Overview),
        ('2', Self::Table(Kind::Container)),
        ('3', Self::Table(Kind::Image)),
        ('4', Self::Table(Kind::Volume)),
        ('5', Self::Table(Kind::Network)),
        ('6', Self::History),
        ('7', Self::Ssot),
    ];

    /// The name on its tab.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Table(Kind::Container) => "Containers",
            Self::Table(Kind::Image) => "Images",
            Self::Table(Kind::Volume) => "Volumes",
            Self::Table(Kind::Network) => "Networks",
            Self::History => "History",
            Self::Ssot => "SSOT",
        }
    }
}

/// Whether what is shown is what is.
#[derive(Debug, Clone, Default)]
pub struct Liveness {
    /// Why the engine's events do not come; none while they do.
    pub events: Option<String>,
    /// Why the last look failed; none if it did not.
    pub look: Option<SessionError>,
    /// How many looks have failed in a row.
    pub failures: u32,
    /// When the next look is tried by itself.
    pub retry_at: Option<Timestamp>,
}

impl Liveness {
    /// Whether the rows are what the engine holds.
    pub const fn is_live(&self) -> bool {
        self.events.is_none() && self.look.is_none()
    }
}

/// Which looks are under way: one at a time, and at most one more after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and all can be true at once"
)]
pub struct Looking {
    /// A look is in flight.
    pub look: bool,
    /// Something changed meanwhile: look once more after it.
    pub again: bool,
    /// The slow look for sizes is in flight.
    pub sizes: bool,
    /// Sizes are wanted after the look in flight.
    pub sizes_wanted: bool,
    /// Sizes have arrived at least once.
    pub sized: bool,
    /// Since when something has been under way, a plan that is being made included.
    pub since: Option<Timestamp>,
}

/// The details of the selected resource.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// Whether they fill the screen.
    pub full: bool,
    /// How far they are scrolled.
    pub scroll: Scroll,
    /// Of which resource the scroll is.
    pub of: Option<Key>,
    /// The tree around a resource, and the look that it was grown from.
    pub tree: Option<(Key, Timestamp, Tree)>,
    /// The place in it that is pointed at.
    pub link: usize,
    /// The resources that were walked through, the last one last.
    pub trail: Vec<Key>,
    /// The last explanation that came.
    pub explained: Option<(Key, Explanation)>,
    /// The resource whose explanation is under way.
    pub asked: Option<Key>,
}

/// What takes longer than this is seen to take time.
const NOTICED: SignedDuration = SignedDuration::from_millis(150);
/// A look at what has changed first waits a moment for the rest of the changes.
const CALM_LOOK: SignedDuration = SignedDuration::from_millis(450);

/// What the console knows while a session is open.
#[derive(Debug)]
pub struct Desk {
    /// What the session says of itself.
    pub facts: Facts,
    /// The last look; none before the first.
    pub look: Option<Look>,
    /// Whether that is what is.
    pub live: Liveness,
    /// Which looks are under way.
    pub looking: Looking,
    /// When this began, for the spinner before the first look.
    pub since: Timestamp,
    /// The view that is shown.
    pub view: View,
    /// The tables, in the order of [`Kind::ALL`].
    pub tables: [Table; 4],
    /// The marked resources; only such as are safe to delete.
    pub marks: BTreeSet<Key>,
    /// The kind under the overview's cursor.
    pub overview: usize,
    /// How far the overview is scrolled.
    pub overview_scroll: Scroll,
    /// How far the SSOT is scrolled.
    pub ssot: Scroll,
    /// The details of the selected resource.
    pub details: Details,
    /// What stands in front of the view, if something does.
    pub sheet: Option<Sheet>,
    /// What is waited for to be read.
    pub inspecting: Option<Subject>,
    /// What has happened so far.
    pub history: HistoryDesk,
    /// Whether the environment works.
    pub vitals: Vitals,
    /// What the engine says of its disk; none before sizes were asked for.
    pub disk: Option<DiskUse>,
    /// Why the SSOT cannot be used as it is on the disk now; none if it can.
    pub ssot_trouble: Option<SessionError>,
    /// Whether the SSOT is to be read again once the cleanup has ended.
    pub reload_later: bool,
    /// Whether the rows are classified by an SSOT that does not hold any more.
    pub stale: bool,
    /// How far a cleanup has come.
    pub cleanup: Cleanup,
    /// Cleanups that were cut off, as they are to be told. Looking them up closed their journals, so they
    /// stay until somebody has read them.
    pub cut_off: Vec<CutOff>,
    /// Whether they were looked for: once, as soon as a look can be believed.
    pub reconciled: bool,
    /// How far their telling is scrolled.
    pub cut_off_scroll: Scroll,
    /// What there is in all; counted when the look or the marks change, never while drawing.
    pub sums: Sums,
}

impl Desk {
    /// The desk of a session that has just been opened.
    pub fn new(facts: Facts, since: Timestamp) -> Self {
        Self {
            facts,
            look: None,
            live: Liveness::default(),
            looking: Looking::default(),
            since,
            view: View::Overview,
            tables: Kind::ALL.map(Table::new),
            marks: BTreeSet::new(),
            overview: 0,
            overview_scroll: Scroll::default(),
            ssot: Scroll::default(),
            details: Details::default(),
            sheet: None,
            inspecting: None,
            history: HistoryDesk::default(),
            vitals: Vitals::default(),
            disk: None,
            ssot_trouble: None,
            reload_later: false,
            stale: false,
            cleanup: Cleanup::None,
            cut_off: Vec::new(),
            reconciled: false,
            cut_off_scroll: Scroll::default(),
            sums: Sums::default(),
        }
    }

    /// Whether anything is being read or planned.
    pub const fn has_work(&self) -> bool {
        self.looking.look || self.looking.sizes || matches!(self.cleanup, Cleanup::Planning)
    }

    /// Whether something has been under way for so long that one would wonder.
    pub fn is_busy(&self, now: Timestamp) -> bool {
        let only_looks = !self.looking.sizes && !matches!(self.cleanup, Cleanup::Planning);
        let patience = if only_looks { CALM_LOOK } else { NOTICED };
        self.looking.since.is_some_and(|since| now.duration_since(since) >= patience)
    }

    /// The table of a kind.
    pub const fn table(&self, kind: Kind) -> &Table {
        &self.tables[row::place(kind)]
    }

    /// The table of a kind, to change it.
    pub const fn table_mut(&mut self, kind: Kind) -> &mut Table {
        &mut self.tables[row::place(kind)]
    }

    /// The table that is shown; none in the overview and the SSOT.
    pub const fn shown(&self) -> Option<&Table> {
        match self.view {
            View::Table(kind) => Some(self.table(kind)),
            View::Overview | View::History | View::Ssot => None,
        }
    }

    /// The table that is shown, to change it.
    pub const fn shown_mut(&mut self) -> Option<&mut Table> {
        match self.view {
            View::Table(kind) => Some(self.table_mut(kind)),
            View::Overview | View::History | View::Ssot => None,
        }
    }

    /// The resource under the cursor.
    pub fn selected(&self) -> Option<&Key> {
        self.shown()?.selected().map(|row| &row.key)
    }

    /// Why nothing can be planned now; none if it can.
    pub fn no_plan_because(&self) -> Option<String> {
        if let Some(refused) = &self.facts.forbidden {
            return Some(refused.to_string());
        }
        if !self.live.is_live() {
            return Some("These rows are not live, so nothing can be planned from them".to_owned());
        }
        if let Some(trouble) = &self.ssot_trouble {
            let first = trouble.what.lines().next().unwrap_or_default();
            return Some(format!("The SSOT cannot be used as it is now: {}", sanitise(first)));
        }
        if self.stale {
            return Some("The SSOT has just changed: one moment, everything is classified anew".to_owned());
        }
        None
    }

    /// Whether cleanups that were cut off are to be read now: a plan or a run in front is not disturbed.
    pub const fn tells_cut_off(&self) -> bool {
        !self.cut_off.is_empty() && matches!(self.cleanup, Cleanup::None | Cleanup::Planning)
    }

    /// Counts anew what the marks free; to be called whenever they have changed and the look has not.
    pub fn count_marks(&mut self) {
        self.sums.marked = self.look.as_ref().map_or(0, |look| Sums::marked_by(&look.audit, &self.marks));
    }

    /// Counts anew; to be called whenever the look has changed.
    pub fn count(&mut self) {
        self.sums = self.look.as_ref().map(|look| Sums::of(&look.audit, &self.marks)).unwrap_or_default();
    }
}
