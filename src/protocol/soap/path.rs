//! Where in a document the walk is: the elements that are open, by their local names.

/// Open elements remembered; deeper ones are only counted.
const MAX_DEPTH: usize = 64;

/// The open elements, the outermost first.
#[derive(Debug, Default)]
pub struct Path<'b> {
    open: Vec<&'b [u8]>,
    deeper: usize,
}

impl<'b> Path<'b> {
    /// The innermost element.
    pub fn last(&self) -> Option<&'b [u8]> {
        self.open.last().copied()
    }

    /// True inside an element of this name.
    pub fn inside(&self, name: &[u8]) -> bool {
        self.open.contains(&name)
    }

    /// An element begins.
    pub fn open(&mut self, name: &'b [u8]) {
        if self.open.len() < MAX_DEPTH {
            self.open.push(name);
        } else {
            self.deeper = self.deeper.saturating_add(1);
        }
    }

    /// An element ends; false if it ends nothing that is remembered. One that fits closes what was left open inside.
    pub fn close(&mut self, name: &[u8]) -> bool {
        if self.deeper > 0 {
            self.deeper = self.deeper.saturating_sub(1);
            return false;
        }
        let Some(at) = self.open.iter().rposition(|open| *open == name) else { return false };
        self.open.truncate(at);
        true
    }
}
