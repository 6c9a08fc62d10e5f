//! The fields a filter may name, and the names near a wrong one.

use crate::field::Field;

/// Names offered for one that is unknown.
const OFFERED: usize = 5;
/// Longer names are not compared letter by letter.
const MAX_MEASURED: usize = 64;

/// All fields, one a name, by name.
#[derive(Debug)]
pub struct Schema {
    fields: Vec<&'static Field>,
}

impl Schema {
    /// Of several fields with one name the first counts.
    pub fn new(fields: impl IntoIterator<Item = &'static Field>) -> Self {
        let mut fields: Vec<_> = fields.into_iter().collect();
        fields.sort_by_key(|field| field.name);
        fields.dedup_by_key(|field| field.name);
        Self { fields }
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let at = self.fields.binary_search_by_key(&name, |field| field.name).ok()?;
        self.fields.get(at).copied()
    }

    /// All fields, by name.
    pub fn fields(&self) -> &[&'static Field] {
        &self.fields
    }

    /// At most five names like the one asked for, those of the same protocol first.
    pub fn suggestions(&self, asked: &str) -> Vec<&'static str> {
        if asked.len() > MAX_MEASURED {
            return Vec::new();
        }
        let lower = asked.to_ascii_lowercase();
        let protocol = lower.split('.').next().unwrap_or_default();
        let mut ranked: Vec<(bool, usize, &str)> = Vec::new();
        let most = 1 + asked.len() / 4;
        let part = lower.get(protocol.len() + 1..).filter(|part| !part.is_empty());
        let mut rows = [const { Vec::new() }; 3];
        for field in &self.fields {
            let name = field.name.to_ascii_lowercase();
            let same = name.split('.').next() == Some(protocol);
            let distance = edits(lower.as_bytes(), name.as_bytes(), most, &mut rows);
            if distance.is_some() || same && part.is_some_and(|part| name.contains(part)) {
                ranked.push((!same, distance.unwrap_or(usize::MAX), field.name));
            }
        }
        ranked.sort_unstable();
        ranked.into_iter().take(OFFERED).map(|(_, _, name)| name).collect()
    }
}

/// Edit distance with neighbouring letters swapped counted once; nothing if it is more than `most`. `rows` is room to count
/// in, of any content.
fn edits(a: &[u8], b: &[u8], most: usize, rows: &mut [Vec<usize>; 3]) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let [before, row, next] = rows;
    before.clear();
    before.resize(b.len() + 1, usize::MAX - 1);
    row.clear();
    row.extend(0..=b.len());
    for (i, x) in a.iter().enumerate() {
        next.clear();
        next.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            let mut best = (at(row, j + 1) + 1).min(at(next, j) + 1).min(at(row, j) + usize::from(x != y));
            if swapped {
                best = best.min(at(before, j - 1) + 1);
            }
            next.push(best);
        }
        // What follows cannot be nearer than the nearest of two rows.
        if next.iter().chain(row.iter()).min().is_some_and(|least| *least > most) {
            return None;
        }
        std::mem::swap(before, row);
        std::mem::swap(row, next);
    }
    row.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::fields! {
        SIP     = Protocol "sip"             "Session Initiation Protocol";
        METHOD  = Text     "sip.Method"      "Method";
        SCHEME  = Text     "sip.auth.scheme" "Scheme";
        STATUS  = Number   "sip.Status-Code" "Status-Code";
        OTHER   = Text     "sap.auth.scheme" "Of another";
        PORT    = Number   "tcp.port"        "Port";
    }

    #[test]
    fn a_wrong_name_is_answered_with_near_ones_of_its_protocol_first() {
        let schema = Schema::new(ALL.iter().copied());
        assert_eq!(schema.suggestions("sip.auth.shceme"), ["sip.auth.scheme", "sap.auth.scheme"]);
        assert_eq!(schema.suggestions("sip.method"), ["sip.Method"]);
        assert_eq!(schema.suggestions("tcp.prot"), ["tcp.port"]);
        assert!(schema.suggestions("nothing.like.it").is_empty());
        assert!(schema.suggestions(&"x".repeat(1000)).is_empty());
        assert_eq!(schema.field("tcp.port").map(|f| f.title), Some("Port"));
        assert_eq!(schema.fields().len(), 6);
    }

    #[test]
    fn neighbours_swapped_are_one_edit() {
        let mut rows = [const { Vec::new() }; 3];
        let mut edits = |a: &[u8], b: &[u8], most| super::edits(a, b, most, &mut rows);
        assert_eq!(edits(b"port", b"prot", 9), Some(1));
        assert_eq!(edits(b"port", b"ports", 1), Some(1));
        assert_eq!(edits(b"", b"abc", 3), Some(3));
        assert_eq!(edits(b"", b"abc", 2), None);
        assert_eq!(edits(b"stream", b"master", 3), None);
        assert_eq!(edits(b"stream", b"master", 9), Some(5));
    }
}
