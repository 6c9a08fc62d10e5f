//! A cursor in a list, and which part of the list is in view.

/// A cursor. Invariants after [`List::fit`]: `cursor < len` (or 0), `top <= cursor < top + height`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The selected row.
    pub cursor: usize,
    /// The first row in view.
    pub top: usize,
}

/// A move of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One up.
    Up,
    /// One down.
    Down,
    /// A screenful up.
    PageUp,
    /// A screenful down.
    PageDown,
    /// To the first.
    Top,
    /// To the last.
    Bottom,
}

impl List {
    /// Moves the cursor in a list of `len` rows, of which `height` are in view.
    pub fn step(&mut self, step: Step, len: usize, height: usize) {
        let page = height.saturating_sub(1).max(1);
        self.cursor = match step {
            Step::Up => self.cursor.saturating_sub(1),
            Step::Down => self.cursor.saturating_add(1),
            Step::PageUp => self.cursor.saturating_sub(page),
            Step::PageDown => self.cursor.saturating_add(page),
            Step::Top => 0,
            Step::Bottom => len,
        };
        self.fit(len, height);
    }

    /// Puts the cursor inside the list and into view.
    pub fn fit(&mut self, len: usize, height: usize) {
        let height = height.max(1);
        self.cursor = self.cursor.min(len.saturating_sub(1));
        let last_top = len.saturating_sub(height);
        let least = self.cursor.saturating_add(1).saturating_sub(height);
        self.top = self.top.clamp(least, self.cursor).min(last_top);
    }

    /// Selects a row and brings it to the middle if it is out of view.
    pub fn select(&mut self, row: usize, len: usize, height: usize) {
        self.cursor = row;
        if row < self.top || row >= self.top.saturating_add(height) {
            self.top = row.saturating_sub(height / 2);
        }
        self.fit(len, height);
    }

    /// Scrolls without a cursor: the top row moves.
    pub fn scroll(&mut self, step: Step, len: usize, height: usize) {
        let last = len.saturating_sub(height);
        let page = height.saturating_sub(1).max(1);
        self.top = match step {
            Step::Up => self.top.saturating_sub(1),
            Step::Down => self.top.saturating_add(1),
            Step::PageUp => self.top.saturating_sub(page),
            Step::PageDown => self.top.saturating_add(page),
            Step::Top => 0,
            Step::Bottom => last,
        }
        .min(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stays_in_the_list_and_in_view() {
        for len in 0..7 {
            for height in 0..5 {
                let mut list = List::default();
                for step in [Step::Bottom, Step::Up, Step::PageUp, Step::Down, Step::PageDown, Step::Top, Step::Down] {
                    list.step(step, len, height);
                    assert!(list.cursor < len.max(1));
                    assert!(
                        list.top <= list.cursor && list.cursor < list.top + height.max(1),
                        "{list:?} {len} {height}"
                    );
                }
            }
        }
    }
}
