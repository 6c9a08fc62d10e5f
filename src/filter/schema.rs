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
        for field in &self.fields {
            let name = field.name.to_ascii_lowercase();
            let same = name.split('.').next() == Some(protocol);
            let distance = edits(lower.as_bytes(), name.as_bytes());
            let near = distance <= 1 + asked.len() / 4;
            if near
                || same
                    && lower.len() > protocol.len() + 1
                    && name.contains(lower.get(protocol.len() + 1..).unwrap_or(&lower))
            {
                ranked.push((!same, distance, field.name));
            }
        }
        ranked.sort_unstable();
        ranked.into_iter().take(OFFERED).map(|(_, _, name)| name).collect()
    }
}

/// Edit distance with neighbouring letters swapped counted once.
fn edits(a: &[u8], b: &[u8]) -> usize {
    if a.len().abs_diff(b.len()) > 8 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            let mut best = (at(&row, j + 1) + 1).min(at(&next, j) + 1).min(at(&row, j) + usize::from(x != y));
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(usize::MAX)
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
        assert_eq!(edits(b"port", b"prot"), 1);
        assert_eq!(edits(b"port", b"ports"), 1);
        assert_eq!(edits(b"", b"abc"), 3);
    }
}
