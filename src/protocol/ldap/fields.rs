//! Fields of LDAP and of the ping of netlogon; names are Wireshark's.

use super::names;

crate::fields! {
    LDAP            = Protocol "ldap"                        "Lightweight Directory Access Protocol";
    SASL_LENGTH     = Number   "ldap.sasl_buffer_length"     "SASL Buffer Length";
    MESSAGE         = Group    "ldap.LDAPMessage_element"    "LDAPMessage";
    MESSAGE_ID      = Number   "ldap.messageID"              "messageID";
    OPERATION       = Number   "ldap.protocolOp"             "protocolOp", names names::operation;
    RESPONSE_TO     = Number   "ldap.response_to"            "Response To";
    TIME            = Duration "ldap.time"                   "Time";
    BIND_REQUEST    = Group    "ldap.bindRequest_element"    "bindRequest";
    BIND_RESPONSE   = Group    "ldap.bindResponse_element"   "bindResponse";
    UNBIND          = Group    "ldap.unbindRequest_element"  "unbindRequest";
    SEARCH          = Group    "ldap.searchRequest_element"  "searchRequest";
    ENTRY           = Group    "ldap.searchResEntry_element" "searchResEntry";
    SEARCH_DONE     = Group    "ldap.searchResDone_element"  "searchResDone";
    REFERENCE       = Number   "ldap.searchResRef"           "searchResRef";
    MODIFY          = Group    "ldap.modifyRequest_element"  "modifyRequest";
    MODIFY_DONE     = Group    "ldap.modifyResponse_element" "modifyResponse";
    ADD             = Group    "ldap.addRequest_element"     "addRequest";
    ADD_DONE        = Group    "ldap.addResponse_element"    "addResponse";
    DELETE          = Text     "ldap.delRequest"             "delRequest";
    DELETE_DONE     = Group    "ldap.delResponse_element"    "delResponse";
    RENAME          = Group    "ldap.modDNRequest_element"   "modDNRequest";
    RENAME_DONE     = Group    "ldap.modDNResponse_element"  "modDNResponse";
    COMPARE         = Group    "ldap.compareRequest_element" "compareRequest";
    COMPARE_DONE    = Group    "ldap.compareResponse_element" "compareResponse";
    ABANDON         = Number   "ldap.abandonRequest"         "abandonRequest";
    EXTENDED        = Group    "ldap.extendedReq_element"    "extendedReq";
    EXTENDED_DONE   = Group    "ldap.extendedResp_element"   "extendedResp";
    INTERMEDIATE    = Group    "ldap.intermediateResponse_element" "intermediateResponse";
    VERSION         = Number   "ldap.version"                "version";
    NAME            = Text     "ldap.name"                   "name";
    AUTHENTICATION  = Number   "ldap.authentication"         "authentication", names names::authentication;
    SIMPLE          = Text     "ldap.simple"                 "simple", secret;
    SASL            = Group    "ldap.sasl_element"           "sasl";
    MECHANISM       = Text     "ldap.mechanism"              "mechanism";
    CREDENTIALS     = Bytes    "ldap.credentials"            "credentials", secret;
    RESULT          = Number   "ldap.resultCode"             "resultCode", names names::result;
    MATCHED         = Text     "ldap.matchedDN"              "matchedDN";
    ERROR           = Text     "ldap.errorMessage"           "errorMessage";
    REFERRAL        = Number   "ldap.referral"               "referral";
    URL             = Text     "ldap.LDAPURL"                "LDAPURL";
    SERVER_CREDS    = Bytes    "ldap.serverSaslCreds"        "serverSaslCreds", secret;
    BASE            = Text     "ldap.baseObject"             "baseObject";
    SCOPE           = Number   "ldap.scope"                  "scope", names names::scope;
    ALIASES         = Number   "ldap.derefAliases"           "derefAliases", names names::aliases;
    SIZE_LIMIT      = Number   "ldap.sizeLimit"              "sizeLimit";
    TIME_LIMIT      = Number   "ldap.timeLimit"              "timeLimit";
    TYPES_ONLY      = Flag     "ldap.typesOnly"              "typesOnly";
    FILTER          = Number   "ldap.filter"                 "filter", names names::filter;
    AND             = Number   "ldap.and"                    "and";
    AND_ITEM        = Number   "ldap.and_item"               "and item", names names::filter;
    OR              = Number   "ldap.or"                     "or";
    OR_ITEM         = Number   "ldap.or_item"                "or item", names names::filter;
    NOT             = Number   "ldap.not"                    "not", names names::filter;
    EQUALITY        = Group    "ldap.equalityMatch_element"  "equalityMatch";
    SUBSTRINGS      = Group    "ldap.substrings_element"     "substrings";
    GREATER         = Group    "ldap.greaterOrEqual_element" "greaterOrEqual";
    LESS            = Group    "ldap.lessOrEqual_element"    "lessOrEqual";
    PRESENT         = Text     "ldap.present"                "present";
    APPROX          = Group    "ldap.approxMatch_element"    "approxMatch";
    EXTENSIBLE      = Group    "ldap.extensibleMatch_element" "extensibleMatch";
    ATTRIBUTE_DESC  = Text     "ldap.attributeDesc"          "attributeDesc";
    ASSERTION       = Text     "ldap.assertionValue"         "assertionValue";
    PIECES          = Number   "ldap.substrings"             "substrings";
    PIECE           = Number   "ldap.substrings_item"        "substrings item", names names::piece;
    INITIAL         = Text     "ldap.initial"                "initial";
    ANY             = Text     "ldap.any"                    "any";
    FINAL           = Text     "ldap.final"                  "final";
    RULE            = Text     "ldap.matchingRule"           "matchingRule";
    MATCH_VALUE     = Text     "ldap.matchValue"             "matchValue";
    DN_ATTRIBUTES   = Flag     "ldap.dnAttributes"           "dnAttributes";
    ATTRIBUTES      = Number   "ldap.attributes"             "attributes";
    DESCRIPTION     = Text     "ldap.AttributeDescription"   "AttributeDescription";
    OBJECT_NAME     = Text     "ldap.objectName"             "objectName";
    ATTRIBUTE       = Group    "ldap.PartialAttributeList_item_element" "PartialAttributeList item";
    TYPE            = Text     "ldap.type"                   "type";
    VALUES          = Number   "ldap.vals"                   "vals";
    ATTRIBUTE_VALUE = Bytes    "ldap.AttributeValue"         "AttributeValue";
    OID             = Text     "ldap.oid"                    "OID";
    OBJECT          = Text     "ldap.object"                 "object";
    ADDED           = Text     "ldap.entry"                  "entry";
    REQUEST_NAME    = Text     "ldap.requestName"            "requestName";
    REQUEST_VALUE   = Bytes    "ldap.requestValue"           "requestValue", secret;
    RESPONSE_NAME   = Text     "ldap.responseName"           "responseName";
    RESPONSE_VALUE  = Bytes    "ldap.responseValue"          "responseValue", secret;
    CONTROLS        = Number   "ldap.controls"               "controls";
    CONTROL         = Group    "ldap.Control_element"        "Control";
    CONTROL_TYPE    = Text     "ldap.controlType"            "controlType";
    CRITICALITY     = Flag     "ldap.criticality"            "criticality";
    CONTROL_VALUE   = Bytes    "ldap.controlValue"           "controlValue";
}

/// CLDAP, and netlogon's ping in it ([MS-ADTS] 6.3).
pub mod datagram {
    use super::names;

    crate::fields! {
        CLDAP          = Protocol "cldap"                     "Connectionless Lightweight Directory Access Protocol";
        VERSIONS       = Hex8    "mscldap.ntver.flags"        "Version Flags";
        DOMAIN_GUID    = Text    "mscldap.domain.guid"        "Domain GUID";
        OPCODE         = Number  "mscldap.netlogon.opcode"    "Operation code", names names::netlogon;
        FLAGS          = Hex8    "mscldap.netlogon.flags"     "Flags";
        FOREST         = Text    "mscldap.forest"             "Forest";
        DOMAIN         = Text    "mscldap.domain"             "Domain";
        HOSTNAME       = Text    "mscldap.hostname"           "Hostname";
        NB_DOMAIN      = Text    "mscldap.nb_domain"          "NetBIOS Domain";
        NB_HOSTNAME    = Text    "mscldap.nb_hostname"        "NetBIOS Hostname";
        USERNAME       = Text    "mscldap.username"           "Username";
        SITE           = Text    "mscldap.sitename"           "Server Site";
        CLIENT_SITE    = Text    "mscldap.clientsitename"     "Client Site";
        LM_TOKEN       = Hex4    "mscldap.netlogon.lm_token"  "LM Token";
        NT_TOKEN       = Hex4    "mscldap.netlogon.nt_token"  "NT Token";
    }
}
