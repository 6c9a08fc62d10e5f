//! One file a rule, named for what is wrong.

pub(super) mod authentication_version_old;
pub(super) mod basic_in_clear;
pub(super) mod clock_skew;
pub(super) mod kerberos_weak_etype;
pub(super) mod no_preauthentication;
pub(super) mod ntlm_in_clear;
pub(super) mod ntlm_instead_of_kerberos;
pub(super) mod ntlm_per_request;
pub(super) mod ntlm_v1;
pub(super) mod ntlm_v1_ess;
pub(super) mod ntlm_without_mic;
pub(super) mod number_replayed;
pub(super) mod scheme_fallback;
pub(super) mod signature_invalid;
pub(super) mod sip_basic_or_digest;
pub(super) mod sip_without_tls;
pub(super) mod soap_password_in_clear;
pub(super) mod spn_missing_or_duplicate;
pub(super) mod web_ticket_in_clear;
