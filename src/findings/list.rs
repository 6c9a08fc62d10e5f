//! The list of rules, by code.

use super::Rule;
use super::rules::{
    authentication_version_old, basic_in_clear, basic_in_tls, certificate_accepted, certificate_name_mismatch,
    certificate_out_of_date, certificate_untrusted, certificate_weak, clock_skew, inner_suite_weak,
    kerberos_weak_etype, no_forward_secrecy, no_preauthentication, ntlm_in_clear, ntlm_instead_of_kerberos,
    ntlm_per_request, ntlm_unbound, ntlm_v1, ntlm_v1_ess, ntlm_without_mic, number_replayed, scheme_fallback,
    signature_absent, signature_invalid, sip_basic_or_digest, sip_without_tls, soap_password_in_clear,
    spn_missing_or_duplicate, suite_broken, tls_1_1, tls_inspected, tls_old, user_certificate_long_lived,
    web_ticket_in_clear,
};

/// Every rule, in the order of the codes.
pub static RULES: &[&Rule] = &[
    &basic_in_clear::RULE,
    &basic_in_tls::RULE,
    &soap_password_in_clear::RULE,
    &sip_basic_or_digest::RULE,
    &ntlm_v1::RULE,
    &ntlm_v1_ess::RULE,
    &ntlm_in_clear::RULE,
    &ntlm_instead_of_kerberos::RULE,
    &ntlm_per_request::RULE,
    &ntlm_without_mic::RULE,
    &ntlm_unbound::RULE,
    &user_certificate_long_lived::RULE,
    &web_ticket_in_clear::RULE,
    &tls_old::RULE,
    &tls_1_1::RULE,
    &suite_broken::RULE,
    &no_forward_secrecy::RULE,
    &inner_suite_weak::RULE,
    &certificate_out_of_date::RULE,
    &certificate_name_mismatch::RULE,
    &certificate_untrusted::RULE,
    &certificate_weak::RULE,
    &certificate_accepted::RULE,
    &sip_without_tls::RULE,
    &signature_absent::RULE,
    &signature_invalid::RULE,
    &number_replayed::RULE,
    &authentication_version_old::RULE,
    &scheme_fallback::RULE,
    &kerberos_weak_etype::RULE,
    &no_preauthentication::RULE,
    &spn_missing_or_duplicate::RULE,
    &clock_skew::RULE,
    &tls_inspected::RULE,
];

/// The rule with this code or name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|r| r.code.eq_ignore_ascii_case(id) || r.name.eq_ignore_ascii_case(id))
}
