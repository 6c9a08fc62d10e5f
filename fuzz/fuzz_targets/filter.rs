//! Text as a display filter.

#![no_main]

use handshark::scan::{Gather, Select};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = Select::new(text, &mut Gather::new(false)) {
        error.to_string();
    }
});
