//! Who and where: principal names and host addresses (RFC 4120 sections 5.2.2 and 5.2.5).

use super::{fields, parse, walk};
use crate::fact::Principal;
use crate::field::{Field, Value};
use crate::protocol::Out;
use crate::wire::der::Tlv;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Characters of a name that a fact keeps.
const MAX_NAME: usize = 1024;

/// Wireshark names the parts of a principal after its role.
pub struct Role {
    node: &'static Field,
    list: &'static Field,
    part: &'static Field,
}

/// The client of an exchange.
pub static CLIENT: Role = Role { node: &fields::CNAME, list: &fields::CNAME_STRING, part: &fields::CNAME_PART };
/// The service of an exchange.
pub static SERVICE: Role = Role { node: &fields::SNAME, list: &fields::SNAME_STRING, part: &fields::SNAME_PART };
/// The user on whose behalf a service asks (S4U2self).
pub static USER: Role = Role { node: &fields::NAME, list: &fields::NAME_STRING, part: &fields::KERBEROS_STRING };
/// The principal whose ticket is handed on.
pub static OWNER: Role = Role { node: &fields::PNAME, list: &fields::NAME_STRING, part: &fields::KERBEROS_STRING };
/// The service of a user-to-user request.
pub static SERVER: Role =
    Role { node: &fields::SERVER_NAME, list: &fields::NAME_STRING, part: &fields::KERBEROS_STRING };

/// Shows a principal name and returns its components, the `name-string`.
///
/// ```text
/// PrincipalName ::= SEQUENCE {
///     name-type   [0] Int32,
///     name-string [1] SEQUENCE OF KerberosString
/// }
/// ```
pub fn name<'b>(out: &mut Out<'_, 'b>, role: &Role, value: Tlv<'b>) -> Option<Tlv<'b>> {
    let mut components = None;
    out.group(role.node, value.raw, |out| {
        walk::tagged(out, value, |out, n, value| match n {
            0 => _ = walk::signed(out, &fields::NAME_TYPE, value),
            1 => {
                components = Some(value);
                walk::list(out, role.list, value, |out, part| _ = walk::text(out, role.part, part));
            }
            _ => out.malformed(value.raw, "not part of a PrincipalName"),
        });
        if out.shows()
            && let Some(list) = components
        {
            out.label(format_args!("{}: {}", role.node.title, joined(list)));
        }
    });
    components
}

/// Components joined by `/`, bounded in length.
pub fn joined(list: Tlv<'_>) -> String {
    let mut name = String::new();
    for (at, part) in list.children().filter_map(parse::string).enumerate() {
        if at > 0 {
            name.push('/');
        }
        name.push_str(&lossy(part));
        if name.len() > MAX_NAME {
            break;
        }
    }
    name
}

/// Text for a fact, bounded in length.
pub fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text.get(..text.len().min(MAX_NAME)).unwrap_or(text)).into_owned()
}

/// The principal of a fact, from the components and realm that were readable.
pub fn principal(components: Option<Tlv<'_>>, realm: Option<&[u8]>) -> Option<Principal> {
    let name = joined(components?);
    Some(Principal { name, realm: realm.map(lossy).unwrap_or_default() })
}

/// Shows a list of addresses.
///
/// ```text
/// HostAddresses ::= SEQUENCE OF HostAddress
/// ```
pub fn addresses<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) {
    walk::list(out, field, value, |out, item| address(out, &fields::HOST_ADDRESS, item));
}

/// Shows an address.
///
/// ```text
/// HostAddress ::= SEQUENCE {
///     addr-type [0] Int32,
///     address   [1] OCTET STRING
/// }
/// ```
pub fn address<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) {
    if !out.shows() {
        return;
    }
    let mut kind = None;
    out.group(field, value.raw, |out| {
        walk::tagged(out, value, |out, n, value| match n {
            0 => kind = walk::signed(out, &fields::ADDR_TYPE, value),
            1 => octets(out, kind, value),
            _ => out.malformed(value.raw, "not part of a HostAddress"),
        });
    });
}

fn octets<'b>(out: &mut Out<'_, 'b>, kind: Option<i32>, value: Tlv<'b>) {
    let Some(raw) = walk::expect(out, value, parse::octets(value), "an OCTET STRING is expected") else { return };
    match (kind, raw.len()) {
        (Some(2), 4) => {
            let ip = <[u8; 4]>::try_from(raw).map_or(Ipv4Addr::UNSPECIFIED, Ipv4Addr::from);
            out.value(&fields::ADDR_IP, raw, Value::Address(IpAddr::V4(ip)));
        }
        (Some(24), 16) => {
            let ip = <[u8; 16]>::try_from(raw).map_or(Ipv6Addr::UNSPECIFIED, Ipv6Addr::from);
            out.value(&fields::ADDR_IPV6, raw, Value::Address(IpAddr::V6(ip)));
        }
        // Fifteen characters padded with blanks, then the kind of name.
        (Some(20), 16) => {
            let name = raw.get(..15).unwrap_or(raw);
            let padding = name.iter().rev().take_while(|b| **b == b' ' || **b == 0).count();
            let name = name.get(..name.len().saturating_sub(padding)).unwrap_or(name);
            out.node(&fields::ADDR_NETBIOS, raw, Value::Text(name), |out| {
                let suffix = raw.last().copied().unwrap_or(0);
                out.label(format_args!("NetBIOS Name: {}<{suffix:02x}>", lossy(name)));
            });
        }
        _ => out.bytes(&fields::ADDRESS, raw),
    }
}
