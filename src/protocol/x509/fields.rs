//! The fields of certificates. Names and titles are Wireshark's.

fn version(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "v1",
        1 => "v2",
        2 => "v3",
        _ => return None,
    })
}

crate::fields! {
    SIGNED       = Group  "x509af.signedCertificate_element" "signedCertificate";
    VERSION      = Number "x509af.version"                "version", names version;
    SERIAL       = Bytes  "x509af.serialNumber"           "serialNumber";
    ALGORITHM    = Oid    "x509af.algorithm.id"           "Algorithm Id";
    ISSUER       = Group  "x509af.issuer"                 "issuer";
    VALIDITY     = Group  "x509af.validity_element"       "validity";
    UTC_TIME     = Text   "x509af.utcTime"                "utcTime";
    LONG_TIME    = Text   "x509af.generalizedTime"        "generalizedTime";
    SUBJECT      = Group  "x509af.subject"                "subject";
    KEY_INFO     = Group  "x509af.subjectPublicKeyInfo_element" "subjectPublicKeyInfo";
    KEY          = Bytes  "x509af.subjectPublicKey"       "subjectPublicKey";
    EXTENSIONS   = Group  "x509af.extensions"             "extensions";
    EXTENSION    = Group  "x509af.Extension_element"      "Extension";
    EXTENSION_ID = Oid    "x509af.extension.id"           "Extension Id";
    CRITICAL     = Flag   "x509af.critical"               "critical";
    ENCRYPTED    = Bytes  "x509af.encrypted"              "encrypted";

    ATTRIBUTE    = Group  "x509if.AttributeTypeAndValue_element" "AttributeTypeAndValue";
    ATTRIBUTE_ID = Oid    "x509if.id"                     "Id";
    PRINTABLE    = Text   "x509sat.printableString"       "printableString";
    UTF8         = Text   "x509sat.uTF8String"            "uTF8String";
    TELETEX      = Text   "x509sat.teletexString"         "teletexString";
    COUNTRY      = Text   "x509sat.CountryName"           "CountryName";
    IA5          = Text   "x509sat.DomainComponent"       "DomainComponent";

    DNS_NAME     = Text   "x509ce.dNSName"                "dNSName";
    IP_ADDRESS   = Bytes  "x509ce.iPAddress"              "iPAddress";
    URI          = Text   "x509ce.uniformResourceIdentifier" "uniformResourceIdentifier";
    MAILBOX      = Text   "x509ce.rfc822Name"             "rfc822Name";
    PURPOSE      = Oid    "x509ce.KeyPurposeId"           "KeyPurposeId";
    CA           = Flag   "x509ce.cA"                     "cA";
    KEY_ID       = Bytes  "x509ce.keyIdentifier"          "keyIdentifier";
    SUBJECT_KEY  = Bytes  "x509ce.SubjectKeyIdentifier"   "SubjectKeyIdentifier";
}
