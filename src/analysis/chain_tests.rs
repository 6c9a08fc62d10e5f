//! Chains of recorded handshakes are judged in `tests/secrets.rs`; here what has no recording.

use super::*;

#[test]
fn devices_are_known_by_the_name_of_their_authority() {
    assert!(inspects("O=Fortinet, OU=Certificate Authority, CN=FGT60F0000000001"));
    assert!(inspects("C=US, O=Zscaler Inc., CN=Zscaler Intermediate Root CA (zscaler.net)"));
    assert!(!inspects("C=US, O=DigiCert Inc, CN=DigiCert TLS RSA SHA256 2020 CA1"));
}

#[test]
fn chains_are_kept_once_and_within_bounds() {
    let pem: &[u8] = include_bytes!("../../captures/tls/root-ca.pem");
    let der = crate::secrets::pem::certificates(pem).unwrap().remove(0);
    let certificate = Arc::new(Certificate::read(&der).unwrap());
    let read = |digest: u8| {
        let certificate = certificate.clone();
        move |_: &[u8]| Some(([digest; 32], certificate.clone()))
    };
    let mut chains = Chains::default();
    let sent = [der.clone(), der.clone()];
    let one = chains.keep(&sent, read(1)).unwrap();
    assert!(Arc::ptr_eq(&one, &chains.keep(&sent, read(1)).unwrap()));
    assert_eq!(chains.bytes, 2 * der.len());
    chains.bytes = MAX_BYTES;
    assert!(chains.keep(&sent, read(2)).is_none());
    assert!(chains.keep(&[], read(1)).is_none());
    // It signed itself, and the user vouches for it.
    let shown = Use { time: certificate.not_before, name: Some("x"), server: true };
    let trust = Trust { authorities: vec![der], at: None };
    let verdict = Judge::new(&trust).chain(&one, shown);
    assert_eq!((verdict.trusted, verdict.self_signed), (Trusted::Yes, false));
    assert_eq!(verdict.name_mismatch.as_deref(), Some("x"));
    let verdict = Judge::new(&Trust::default()).chain(&one, shown);
    assert_eq!((verdict.trusted, verdict.self_signed), (Trusted::Unknown, true));
}
