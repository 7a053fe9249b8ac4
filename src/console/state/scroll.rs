//! How far a text is scrolled.

/// A scrolled text. What it holds is known only when it is laid out, so the last drawing tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scroll {
    /// The first line on the screen.
    pub offset: usize,
    /// How much there was to show at the last drawing.
    pub extent: Extent,
}

/// What a drawing tells of the text that can be scrolled in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Lines that the text has.
    pub lines: usize,
    /// Lines that fit.
    pub page: usize,
}

impl Scroll {
    /// Scrolls by lines, no further than the text goes.
    pub fn by(&mut self, lines: isize) {
        self.to(self.offset.saturating_add_signed(lines));
    }

    /// Scrolls to a line, or as near as the text goes.
    pub fn to(&mut self, line: usize) {
        self.offset = line.min(self.last());
    }

    /// Takes what a drawing told.
    pub fn drawn(&mut self, extent: Extent) {
        self.extent = extent;
        self.to(self.offset);
    }

    /// The last offset that fills the page.
    pub const fn last(&self) -> usize {
        self.extent.lines.saturating_sub(self.extent.page)
    }
}
