//! What is known about Lync and Skype for Business apart from any capture: services by their paths, clients by the
//! names they give themselves, names of
//! secrets, and what the numbers of servers mean in a sign-in.
//!
//! Tables only: nothing here reads a packet, remembers anything, or uses another module. Numbers that a table does not
//! hold are no mistake; the server's own words are shown for them.

pub mod client;
pub mod code;
pub mod culture;
pub mod diagnostics;
pub mod hresult;
pub mod http;
pub mod kerberos;
pub mod ldap;
pub mod ntstatus;
pub mod secret;
pub mod service;
pub mod sip;
pub mod tls;
