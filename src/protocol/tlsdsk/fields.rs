//! The one field of TLS-DSK that TLS does not have.

crate::fields! {
    TLS_DSK = Protocol "tlsdsk" "TLS-DSK Handshake";
}
