//! Rows of the views, made once when a capture was read. What stands in the report is not kept again; texts from the wire
//! are escaped when they are drawn.

pub mod attempts;
pub mod credentials;
pub mod overview;
pub mod streams;
