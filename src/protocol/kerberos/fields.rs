//! Fields of Kerberos. Names are Wireshark's; `…_element` and the counted lists are its ASN.1 nodes.
//!
//! What opens a password to guessing or an account to use is secret: ciphers, keys, and the pre-authentication and
//! authorization values that hold them.

use super::names;
use crate::knowledge;

crate::fields! {
    KERBEROS = Protocol "kerberos" "Kerberos";
    // The record mark of TCP (RFC 4120 section 7.2.2).
    RECORD_RESERVED = Flag "kerberos.rm.reserved" "Reserved";
    RECORD_LENGTH = Number "kerberos.rm.length" "Record Length";

    // Messages.
    AS_REQ = Group "kerberos.as_req_element" "as-req";
    AS_REP = Group "kerberos.as_rep_element" "as-rep";
    TGS_REQ = Group "kerberos.tgs_req_element" "tgs-req";
    TGS_REP = Group "kerberos.tgs_rep_element" "tgs-rep";
    AP_REQ = Group "kerberos.ap_req_element" "ap-req";
    AP_REP = Group "kerberos.ap_rep_element" "ap-rep";
    KRB_SAFE = Group "kerberos.krb_safe_element" "krb-safe";
    KRB_PRIV = Group "kerberos.krb_priv_element" "krb-priv";
    KRB_CRED = Group "kerberos.krb_cred_element" "krb-cred";
    KRB_ERROR = Group "kerberos.krb_error_element" "krb-error";
    PVNO = Number "kerberos.pvno" "pvno";
    MSG_TYPE = Signed "kerberos.msg_type" "msg-type", names names::message_value;

    // Principals and addresses.
    CNAME = Group "kerberos.cname_element" "cname";
    SNAME = Group "kerberos.sname_element" "sname";
    PNAME = Group "kerberos.pname_element" "pname";
    NAME = Group "kerberos.name_element" "name";
    SERVER_NAME = Group "kerberos.server_name_element" "server-name";
    NAME_TYPE = Signed "kerberos.name_type" "name-type", names names::name_type;
    NAME_STRING = Number "kerberos.name_string" "name-string";
    KERBEROS_STRING = Text "kerberos.KerberosString" "KerberosString";
    CNAME_STRING = Number "kerberos.cname_string" "cname-string";
    CNAME_PART = Text "kerberos.CNameString" "CNameString";
    SNAME_STRING = Number "kerberos.sname_string" "sname-string";
    SNAME_PART = Text "kerberos.SNameString" "SNameString";
    REALM = Text "kerberos.realm" "realm";
    CREALM = Text "kerberos.crealm" "crealm";
    SREALM = Text "kerberos.srealm" "srealm";
    PREALM = Text "kerberos.prealm" "prealm";
    HOST_ADDRESS = Group "kerberos.HostAddress_element" "HostAddress";
    S_ADDRESS = Group "kerberos.s_address_element" "s-address";
    R_ADDRESS = Group "kerberos.r_address_element" "r-address";
    ADDR_TYPE = Signed "kerberos.addr_type" "addr-type", names names::address_type;
    ADDR_IP = Address "kerberos.addr_ip" "IP Address";
    ADDR_IPV6 = Address "kerberos.addr_ipv6" "IPv6 Address";
    ADDR_NETBIOS = Text "kerberos.addr_nb" "NetBIOS Address";
    ADDRESS = Bytes "kerberos.address" "address";

    // Encrypted data, keys, checksums, tickets.
    ETYPE = Signed "kerberos.etype" "etype", names names::etype;
    KVNO = Number "kerberos.kvno" "kvno";
    CIPHER = Bytes "kerberos.cipher" "cipher", secret;
    KEYTYPE = Signed "kerberos.keytype" "keytype", names names::etype;
    KEYVALUE = Bytes "kerberos.keyvalue" "keyvalue", secret;
    CKSUM = Group "kerberos.cksum_element" "cksum";
    CHECKSUM_ELEMENT = Group "kerberos.checksum_element" "checksum";
    CKSUMTYPE = Signed "kerberos.cksumtype" "cksumtype", names names::checksum_type;
    CHECKSUM = Bytes "kerberos.checksum" "checksum";
    TICKET = Group "kerberos.ticket_element" "ticket";
    TICKETS = Number "kerberos.tickets" "tickets";
    TICKET_ITEM = Group "kerberos.Ticket_element" "Ticket";
    TKT_VNO = Number "kerberos.tkt_vno" "tkt-vno";
    ENC_PART = Group "kerberos.enc_part_element" "enc-part";
    AUTHENTICATOR = Group "kerberos.authenticator_element" "authenticator";
    SAFE_BODY = Group "kerberos.safe_body_element" "safe-body";
    USER_DATA = Bytes "kerberos.user_data" "user-data", secret;
    TIMESTAMP = Time "kerberos.timestamp" "timestamp";
    USEC = Number "kerberos.usec" "usec";
    SEQ_NUMBER = Number "kerberos.seq_number" "seq-number";

    // KDC-REQ.
    REQ_BODY = Group "kerberos.req_body_element" "req-body";
    KDC_OPTIONS = Bytes "kerberos.kdc_options" "kdc-options";
    FROM = Time "kerberos.from" "from";
    TILL = Time "kerberos.till" "till";
    RTIME = Time "kerberos.rtime" "rtime";
    NONCE = Number "kerberos.nonce" "nonce";
    ETYPES = Number "kerberos.kdc-req-body.etype" "etype";
    ENCTYPE = Signed "kerberos.ENCTYPE" "ENCTYPE", names names::etype;
    ADDRESSES = Number "kerberos.addresses" "addresses";
    ENC_AUTHORIZATION = Group "kerberos.enc_authorization_data_element" "enc-authorization-data";
    ADDITIONAL_TICKETS = Number "kerberos.additional_tickets" "additional-tickets";

    // AP-REQ.
    AP_OPTIONS = Bytes "kerberos.ap_options" "ap-options";

    // KRB-ERROR.
    CTIME = Time "kerberos.ctime" "ctime";
    CUSEC = Number "kerberos.cusec" "cusec";
    STIME = Time "kerberos.stime" "stime";
    SUSEC = Number "kerberos.susec" "susec";
    ERROR_CODE = Signed "kerberos.error_code" "error-code", names knowledge::kerberos::error_value;
    E_TEXT = Text "kerberos.e_text" "e-text";
    E_DATA = Bytes "kerberos.e_data" "e-data";
    NT_STATUS = Hex8 "kerberos.smb.nt_status" "NT Status", names knowledge::ntstatus::value;
    EXT_ERROR_RESERVED = Hex8 "kerberos.ext_error.reserved" "Reserved";
    EXT_ERROR_FLAGS = Hex8 "kerberos.ext_error.flags" "Flags";
    TYPED_DATA = Group "kerberos.typed_data" "TYPED-DATA";
    TYPED_DATA_TYPE = Signed "kerberos.typed_data.type" "data-type", names names::typed_data;
    TYPED_DATA_VALUE = Bytes "kerberos.typed_data.value" "data-value";

    // Pre-authentication data.
    PADATA = Number "kerberos.padata" "padata";
    PA_DATA = Group "kerberos.PA_DATA_element" "PA-DATA";
    PADATA_TYPE = Signed "kerberos.padata_type" "padata-type", names names::padata_type;
    PADATA_VALUE = Bytes "kerberos.padata_value" "padata-value", secret;
    PW_SALT = Bytes "kerberos.pw_salt" "pw-salt";
    ETYPE_INFO_ENTRY = Group "kerberos.ETYPE_INFO_ENTRY_element" "ETYPE-INFO-ENTRY";
    INFO_SALT = Bytes "kerberos.info_salt" "salt";
    ETYPE_INFO2_ENTRY = Group "kerberos.ETYPE_INFO2_ENTRY_element" "ETYPE-INFO2-ENTRY";
    INFO2_SALT = Text "kerberos.info2_salt" "salt";
    S2KPARAMS = Bytes "kerberos.s2kparams" "s2kparams";
    INCLUDE_PAC = Flag "kerberos.include_pac" "include-pac";
    AUTH = Text "kerberos.auth" "auth";
    USER_ID = Group "kerberos.user_id_element" "user-id";
    SUBJECT_CERTIFICATE = Bytes "kerberos.subject_certificate" "subject-certificate";
    OPTIONS = Bytes "kerberos.options" "options";
    PA_TYPE = Signed "kerberos.pa_type" "pa-type", names names::padata_type;
    PA_HINT = Bytes "kerberos.pa_hint" "pa-hint";
    PA_VALUE = Bytes "kerberos.pa_value" "pa-value";
    KEY_LIST_KEY = Group "kerberos.kerbKeyListRep.key_element" "key";
    PAC_CLAIMS = Flag "kerberos.PAC.OPTIONS.FLAGS.claims" "claims";
    PAC_BRANCH_AWARE = Flag "kerberos.PAC.OPTIONS.FLAGS.branch.aware" "branch-aware";
    PAC_FULL_DC = Flag "kerberos.PAC.OPTIONS.FLAGS.forward.to.full.dc" "forward-to-full-dc";
    PAC_RBCD = Flag "kerberos.PAC.OPTIONS.FLAGS.resource.based.constrained.delegation" "resource-based-constrained-delegation";
    SUPPORTED = Hex8 "kerberos.supported_entypes" "SupportedEnctypes";
    SUPPORTED_DES_CRC = Flag "kerberos.supported_entypes.des-cbc-crc" "des-cbc-crc";
    SUPPORTED_DES_MD5 = Flag "kerberos.supported_entypes.des-cbc-md5" "des-cbc-md5";
    SUPPORTED_RC4 = Flag "kerberos.supported_entypes.rc4-hmac" "rc4-hmac";
    SUPPORTED_AES128 = Flag "kerberos.supported_entypes.aes128-cts-hmac-sha1-96" "aes128-cts-hmac-sha1-96";
    SUPPORTED_AES256 = Flag "kerberos.supported_entypes.aes256-cts-hmac-sha1-96" "aes256-cts-hmac-sha1-96";
    SUPPORTED_FAST = Flag "kerberos.supported_entypes.fast-supported" "fast-supported";
    SUPPORTED_COMPOUND = Flag "kerberos.supported_entypes.compound-identity-supported" "compound-identity-supported";
    SUPPORTED_CLAIMS = Flag "kerberos.supported_entypes.claims-supported" "claims-supported";
    SUPPORTED_NO_SID = Flag "kerberos.supported_entypes.resource-sid-compression-disabled" "resource-sid-compression-disabled";
    ARMORED_DATA = Group "kerberos.armored_data_element" "armored-data";
    ARMOR = Group "kerberos.armor_element" "armor";
    ARMOR_TYPE = Signed "kerberos.armor_type" "armor-type", names names::armor_type;
    ARMOR_VALUE = Bytes "kerberos.armor_value" "armor-value", secret;
    REQ_CHECKSUM = Group "kerberos.req_checksum_element" "req-checksum";
    ENC_FAST_REQ = Group "kerberos.enc_fast_req_element" "enc-fast-req";
    ENC_FAST_REP = Group "kerberos.enc_fast_rep_element" "enc-fast-rep";
    SPAKE_SUPPORT = Group "kerberos.support_element" "support";
    SPAKE_CHALLENGE = Group "kerberos.challenge_element" "challenge";
    SPAKE_RESPONSE = Group "kerberos.response_element" "response";
    SPAKE_GROUPS = Number "kerberos.groups" "groups";
    SPAKE_GROUP_ITEM = Signed "kerberos.SPAKEGroup" "SPAKEGroup", names names::spake_group;
    SPAKE_GROUP = Signed "kerberos.group" "group", names names::spake_group;
    SPAKE_PUBKEY = Bytes "kerberos.pubkey" "pubkey";
    SPAKE_FACTORS = Number "kerberos.factors" "factors";
    SPAKE_FACTOR_ITEM = Group "kerberos.SPAKESecondFactor_element" "SPAKESecondFactor";
    SPAKE_FACTOR_TYPE = Signed "kerberos.type" "type";
    SPAKE_FACTOR_DATA = Bytes "kerberos.data" "data";
    SPAKE_FACTOR = Group "kerberos.factor_element" "factor";
    SPAKE_ENCDATA = Group "kerberos.encdata_element" "encdata";
    SIGNED_AUTH_PACK = Group "pkinit.signedAuthPack_element" "signedAuthPack";
    TRUSTED_CERTIFIERS = Group "pkinit.trustedCertifiers" "trustedCertifiers";
    AUTH_PACK = Group "pkinit.AuthPack_element" "AuthPack";
    PK_CUSEC = Number "pkinit.cusec" "cusec";
    PK_NONCE = Number "pkinit.nonce" "nonce";
    PK_CHECKSUM = Bytes "pkinit.paChecksum" "paChecksum";
    KDC_PK_ID = Group "pkinit.kdc_cert" "kdcPkId";
    DH_SIGNED_DATA = Group "pkinit.dhSignedData_element" "dhSignedData";
    ENC_KEY_PACK = Group "pkinit.encKeyPack_element" "encKeyPack";

    // KDCOptions, bit 0 first.
    OPT_RESERVED = Flag "kerberos.KDCOptions.reserved" "reserved";
    OPT_FORWARDABLE = Flag "kerberos.KDCOptions.forwardable" "forwardable";
    OPT_FORWARDED = Flag "kerberos.KDCOptions.forwarded" "forwarded";
    OPT_PROXIABLE = Flag "kerberos.KDCOptions.proxiable" "proxiable";
    OPT_PROXY = Flag "kerberos.KDCOptions.proxy" "proxy";
    OPT_ALLOW_POSTDATE = Flag "kerberos.KDCOptions.allow.postdate" "allow-postdate";
    OPT_POSTDATED = Flag "kerberos.KDCOptions.postdated" "postdated";
    OPT_UNUSED7 = Flag "kerberos.KDCOptions.unused7" "unused7";
    OPT_RENEWABLE = Flag "kerberos.KDCOptions.renewable" "renewable";
    OPT_UNUSED9 = Flag "kerberos.KDCOptions.unused9" "unused9";
    OPT_UNUSED10 = Flag "kerberos.KDCOptions.unused10" "unused10";
    OPT_HARDWARE_AUTH = Flag "kerberos.KDCOptions.opt.hardware.auth" "opt-hardware-auth";
    OPT_UNUSED12 = Flag "kerberos.KDCOptions.unused12" "unused12";
    OPT_UNUSED13 = Flag "kerberos.KDCOptions.unused13" "unused13";
    OPT_CONSTRAINED = Flag "kerberos.KDCOptions.constrained.delegation" "constrained-delegation";
    OPT_CANONICALIZE = Flag "kerberos.KDCOptions.canonicalize" "canonicalize";
    OPT_ANONYMOUS = Flag "kerberos.KDCOptions.request.anonymous" "request-anonymous";
    OPT_UNUSED17 = Flag "kerberos.KDCOptions.unused17" "unused17";
    OPT_UNUSED18 = Flag "kerberos.KDCOptions.unused18" "unused18";
    OPT_UNUSED19 = Flag "kerberos.KDCOptions.unused19" "unused19";
    OPT_UNUSED20 = Flag "kerberos.KDCOptions.unused20" "unused20";
    OPT_UNUSED21 = Flag "kerberos.KDCOptions.unused21" "unused21";
    OPT_UNUSED22 = Flag "kerberos.KDCOptions.unused22" "unused22";
    OPT_UNUSED23 = Flag "kerberos.KDCOptions.unused23" "unused23";
    OPT_UNUSED24 = Flag "kerberos.KDCOptions.unused24" "unused24";
    OPT_UNUSED25 = Flag "kerberos.KDCOptions.unused25" "unused25";
    OPT_NO_TRANSITED = Flag "kerberos.KDCOptions.disable.transited.check" "disable-transited-check";
    OPT_RENEWABLE_OK = Flag "kerberos.KDCOptions.renewable.ok" "renewable-ok";
    OPT_ENC_TKT_IN_SKEY = Flag "kerberos.KDCOptions.enc.tkt.in.skey" "enc-tkt-in-skey";
    OPT_UNUSED29 = Flag "kerberos.KDCOptions.unused29" "unused29";
    OPT_RENEW = Flag "kerberos.KDCOptions.renew" "renew";
    OPT_VALIDATE = Flag "kerberos.KDCOptions.validate" "validate";

    // APOptions, bit 0 first.
    AP_RESERVED = Flag "kerberos.APOptions.reserved" "reserved";
    AP_USE_SESSION_KEY = Flag "kerberos.APOptions.use.session.key" "use-session-key";
    AP_MUTUAL = Flag "kerberos.APOptions.mutual.required" "mutual-required";

    // What lies behind the encryption.
    ENC_TICKET_PART = Group "kerberos.encTicketPart_element" "encTicketPart";
    ENC_AS_REP_PART = Group "kerberos.encASRepPart_element" "encASRepPart";
    ENC_TGS_REP_PART = Group "kerberos.encTGSRepPart_element" "encTGSRepPart";
    ENC_AP_REP_PART = Group "kerberos.encAPRepPart_element" "encAPRepPart";
    ENC_KRB_PRIV_PART = Group "kerberos.encKrbPrivPart_element" "encKrbPrivPart";
    ENC_KRB_CRED_PART = Group "kerberos.encKrbCredPart_element" "encKrbCredPart";
    KEY = Group "kerberos.key_element" "key";
    SUBKEY = Group "kerberos.subkey_element" "subkey";
    AUTHENTICATOR_VNO = Number "kerberos.authenticator_vno" "authenticator-vno";
    TRANSITED = Group "kerberos.transited_element" "transited";
    TR_TYPE = Signed "kerberos.tr_type" "tr-type";
    CONTENTS = Bytes "kerberos.contents" "contents";
    AUTHTIME = Time "kerberos.authtime" "authtime";
    STARTTIME = Time "kerberos.starttime" "starttime";
    ENDTIME = Time "kerberos.endtime" "endtime";
    RENEW_TILL = Time "kerberos.renew_till" "renew-till";
    CADDR = Number "kerberos.caddr" "caddr";
    KEY_EXPIRATION = Time "kerberos.key_expiration" "key-expiration";
    LAST_REQ = Number "kerberos.last_req" "last-req";
    LAST_REQ_ITEM = Group "kerberos.LastReq_item_element" "LastReq item";
    LR_TYPE = Signed "kerberos.lr_type" "lr-type", names names::last_request;
    LR_VALUE = Time "kerberos.lr_value" "lr-value";
    ENCRYPTED_PA_DATA = Number "kerberos.encrypted_pa_data" "encrypted-pa-data";
    PATIMESTAMP = Time "kerberos.patimestamp" "patimestamp";
    PAUSEC = Number "kerberos.pausec" "pausec";
    TICKET_INFO = Number "kerberos.ticket_info" "ticket-info";
    KRB_CRED_INFO = Group "kerberos.KrbCredInfo_element" "KrbCredInfo";
    AUTHORIZATION_DATA = Number "kerberos.authorization_data" "authorization-data";
    AUTHORIZATION_ITEM = Group "kerberos.AuthorizationData_item_element" "AuthorizationData item";
    AD_TYPE = Signed "kerberos.ad_type" "ad-type", names names::authorization_type;
    AD_DATA = Bytes "kerberos.ad_data" "ad-data", secret;

    OPENED_WITH = Text "auth.kerberos.key" "Opened with the key of";

    // The checksum of GSS-API in an authenticator.
    GSS_LENGTH = Number "kerberos.gssapi.len" "Length";
    GSS_BINDING = Bytes "kerberos.gssapi.bdn" "Bnd";
    GSS_DELEG = Flag "kerberos.gssapi.checksum.flags.deleg" "Deleg";
    GSS_MUTUAL = Flag "kerberos.gssapi.checksum.flags.mutual" "Mutual";
    GSS_REPLAY = Flag "kerberos.gssapi.checksum.flags.replay" "Replay";
    GSS_SEQUENCE = Flag "kerberos.gssapi.checksum.flags.sequence" "Sequence";
    GSS_CONF = Flag "kerberos.gssapi.checksum.flags.conf" "Conf";
    GSS_INTEG = Flag "kerberos.gssapi.checksum.flags.integ" "Integ";
    GSS_DCE_STYLE = Flag "kerberos.gssapi.checksum.flags.dce-style" "DCE-style";
    GSS_DELEGATION = Number "kerberos.gssapi.dlgopt" "DlgOpt";
    GSS_DELEGATION_LENGTH = Number "kerberos.gssapi.dlglen" "DlgLen";

    // The PAC.
    PAC_ENTRIES = Number "kerberos.pac.entries" "Num Entries";
    PAC_VERSION = Number "kerberos.pac.version" "Version";
    PAC_TYPE = Number "kerberos.pac.type" "Type", names names::pac_type;
    PAC_SIZE = Number "kerberos.pac.size" "Size";
    PAC_OFFSET = Number "kerberos.pac.offset" "Offset";
    PAC_BUFFER = Bytes "auth.kerberos.pac.buffer" "Buffer of an unknown type";
    PAC_LOGON_INFO = Bytes "kerberos.pac_logon_info" "PAC_LOGON_INFO", secret;
    PAC_CREDENTIALS = Bytes "kerberos.pac_credential_info" "PAC_CREDENTIAL_INFO", secret;
    PAC_CREDENTIALS_VERSION = Number "kerberos.pac_credential_info.version" "Version";
    PAC_CREDENTIALS_ETYPE = Number "kerberos.pac_credential_info.etype" "Etype", names names::etype;
    PAC_SERVER_CHECKSUM = Bytes "kerberos.pac_server_checksum" "PAC_SERVER_CHECKSUM";
    PAC_KDC_CHECKSUM = Bytes "kerberos.pac_privsvr_checksum" "PAC_PRIVSVR_CHECKSUM";
    PAC_TICKET_CHECKSUM = Bytes "kerberos.pac_ticket_checksum" "PAC_TICKET_CHECKSUM";
    PAC_FULL_CHECKSUM = Bytes "auth.kerberos.pac.full_checksum" "Checksum over the whole PAC";
    PAC_SIGNATURE_TYPE = Signed "kerberos.pac.signature.type" "Type", names names::checksum_type;
    PAC_SIGNATURE = Bytes "kerberos.pac.signature.signature" "Signature";
    PAC_CLIENT_INFO = Bytes "kerberos.pac_client_info_type" "PAC_CLIENT_INFO_TYPE";
    PAC_CLIENT_ID = Time "kerberos.pac.clientid" "ClientID";
    PAC_NAME_LENGTH = Number "kerberos.pac.namelen" "Name Length";
    PAC_NAME = Text "kerberos.pac.name" "Name";
    PAC_DELEGATION = Bytes "kerberos.pac_s4u_delegation_info" "PAC_S4U_DELEGATION_INFO";
    PAC_UPN_DNS = Bytes "kerberos.pac_upn_dns_info" "UPN_DNS_INFO";
    UPN_LEN = Number "kerberos.pac.upn.upn_len" "UPN Len";
    UPN_OFFSET = Number "kerberos.pac.upn.upn_offset" "UPN Offset";
    UPN_NAME = Text "kerberos.pac.upn.upn_name" "UPN Name";
    UPN_DNS_LEN = Number "kerberos.pac.upn.dns_len" "DNS Len";
    UPN_DNS_OFFSET = Number "kerberos.pac.upn.dns_offset" "DNS Offset";
    UPN_DNS_NAME = Text "kerberos.pac.upn.dns_name" "DNS Name";
    UPN_FLAGS = Hex8 "kerberos.pac.upn.flags" "Flags";
    UPN_CONSTRUCTED = Flag "kerberos.pac.upn.flags.upn_constructed" "UPN Name Constructed";
    UPN_EXTENDED = Flag "kerberos.pac.upn.flags.has_sam_name_and_sid" "SAM_NAME and SID Included";
    UPN_SAM_LEN = Number "kerberos.pac.upn.samaccountname_len" "sAMAccountName Len";
    UPN_SAM_OFFSET = Number "kerberos.pac.upn.samaccountname_offset" "sAMAccountName Offset";
    UPN_SAM_NAME = Text "kerberos.pac.upn.samaccountname" "sAMAccountName";
    UPN_SID_LEN = Number "kerberos.pac.upn.objectsid_len" "objectSid Len";
    UPN_SID_OFFSET = Number "kerberos.pac.upn.objectsid_offset" "objectSid Offset";
    PAC_CLIENT_CLAIMS = Bytes "kerberos.pac_client_claims_info" "PAC_CLIENT_CLAIMS_INFO";
    PAC_DEVICE = Bytes "kerberos.pac_device_info" "PAC_DEVICE_INFO";
    PAC_DEVICE_CLAIMS = Bytes "kerberos.pac_device_claims_info" "PAC_DEVICE_CLAIMS_INFO";
    PAC_ATTRIBUTES = Bytes "kerberos.pac_attributes_info" "PAC_ATTRIBUTES_INFO";
    PAC_ATTRIBUTES_LENGTH = Number "kerberos.pac.attributes_info.length" "Flags Valid Length";
    PAC_ATTRIBUTES_FLAGS = Hex8 "kerberos.pac.attributes_info.flags" "Flags";
    PAC_REQUESTED = Flag "kerberos.pac.attributes.flags.pac_was_requested" "PAC Requested";
    PAC_GIVEN = Flag "kerberos.pac.attributes.flags.pac_was_given_implicitly" "PAC given Implicitly";
    PAC_REQUESTER = Bytes "kerberos.pac_requester_sid" "PAC_REQUESTER_SID";

    // Its logon information.
    LOGON_TIME = Time "netlogon.logon_time" "Logon Time";
    LOGOFF_TIME = Time "netlogon.logoff_time" "Logoff Time";
    KICKOFF_TIME = Time "netlogon.kickoff_time" "Kickoff Time";
    PWD_LAST_SET = Time "netlogon.pwd_last_set_time" "PWD Last Set";
    PWD_CAN_CHANGE = Time "netlogon.pwd_can_change_time" "PWD Can Change";
    PWD_MUST_CHANGE = Time "netlogon.pwd_must_change_time" "PWD Must Change";
    ACCT_NAME = Text "netlogon.acct_name" "Acct Name";
    FULL_NAME = Text "netlogon.full_name" "Full Name";
    LOGON_SCRIPT = Text "netlogon.logon_script" "Logon Script";
    PROFILE_PATH = Text "netlogon.profile_path" "Profile Path";
    HOME_DIR = Text "netlogon.home_dir" "Home Dir";
    DIR_DRIVE = Text "netlogon.dir_drive" "Dir Drive";
    LOGON_COUNT = Number "netlogon.logon_count16" "Logon Count";
    BAD_PW_COUNT = Number "netlogon.bad_pw_count16" "Bad PW Count";
    USER_RID = Number "netlogon.rid" "User RID";
    GROUP_RID = Number "netlogon.group_rid" "Group RID";
    NUM_RIDS = Number "netlogon.num_rids" "Num RIDs";
    MEMBERSHIP = Group "auth.kerberos.pac.group" "GROUP_MEMBERSHIP";
    GROUP_ATTRIBUTES = Hex8 "netlogon.attrs" "Attributes";
    USER_FLAGS = Hex8 "netlogon.user_flags" "User Flags";
    USER_SESSION_KEY = Bytes "netlogon.user_session_key" "User Session Key", secret;
    LOGON_SERVER = Text "netlogon.server" "Server";
    LOGON_DOMAIN = Text "netlogon.domain" "Domain";
    ACCOUNT_CONTROL = Hex8 "netlogon.user_account_control" "User Account Control";
    NUM_SIDS = Number "netlogon.num_sid" "Num Extra SID";
    RESOURCE_GROUPS = Number "netlogon.resourcegroupcount" "ResourceGroup count";
    SID = Text "dcerpc.nt.domain_sid" "SID";
    SID_ATTRIBUTES = Hex8 "dcerpc.nt.attr" "Attributes of an extra SID";

    // PA-PAC-OPTIONS and TicketFlags share the word; TicketFlags, bit 0 first.
    FLAGS = Bytes "kerberos.flags" "flags";
    TICKET_RESERVED = Flag "kerberos.TicketFlags.reserved" "reserved";
    TICKET_FORWARDABLE = Flag "kerberos.TicketFlags.forwardable" "forwardable";
    TICKET_FORWARDED = Flag "kerberos.TicketFlags.forwarded" "forwarded";
    TICKET_PROXIABLE = Flag "kerberos.TicketFlags.proxiable" "proxiable";
    TICKET_PROXY = Flag "kerberos.TicketFlags.proxy" "proxy";
    TICKET_MAY_POSTDATE = Flag "kerberos.TicketFlags.may.postdate" "may-postdate";
    TICKET_POSTDATED = Flag "kerberos.TicketFlags.postdated" "postdated";
    TICKET_INVALID = Flag "kerberos.TicketFlags.invalid" "invalid";
    TICKET_RENEWABLE = Flag "kerberos.TicketFlags.renewable" "renewable";
    TICKET_INITIAL = Flag "kerberos.TicketFlags.initial" "initial";
    TICKET_PRE_AUTHENT = Flag "kerberos.TicketFlags.pre.authent" "pre-authent";
    TICKET_HW_AUTHENT = Flag "kerberos.TicketFlags.hw.authent" "hw-authent";
    TICKET_TRANSITED = Flag "kerberos.TicketFlags.transited.policy.checked" "transited-policy-checked";
    TICKET_OK_AS_DELEGATE = Flag "kerberos.TicketFlags.ok.as.delegate" "ok-as-delegate";
    TICKET_UNUSED = Flag "kerberos.TicketFlags.unused" "unused";
    TICKET_ENC_PA_REP = Flag "kerberos.TicketFlags.enc.pa.rep" "enc-pa-rep";
    TICKET_ANONYMOUS = Flag "kerberos.TicketFlags.anonymous" "anonymous";
}
