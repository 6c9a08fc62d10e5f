#!/usr/bin/env bash
# A domain controller (Samba 4.17) with its neighbours: LDAP, CLDAP, SMB, DCE/RPC and changes of passwords, each with the sign-ins
# they take. Needs samba, samba-ad-provision, samba-dsdb-modules, samba-vfs-modules, smbclient, ldap-utils, libsasl2-modules-gssapi-mit,
# krb5-user, and a python with impacket and ldap3 in PY.
. "$(dirname "$0")/lib.sh"
A=$T/ad P=Nightjar#42 D=dc01.corvid.example B='dc=corvid,dc=example'
$S samba-tool domain provision --realm=CORVID.EXAMPLE --domain=CORVID --server-role=dc --dns-backend=NONE --adminpass=Kestrel-2016 \
  --host-name=dc01 --host-ip=192.0.2.5 --targetdir="$A" --option="bind interfaces only=yes" --option="interfaces=192.0.2.5/24" >"$T/provision.log" 2>&1
for u in "mona $P" 'lena Wryneck-55'; do set -- $u; samba-tool user create $1 "$2" -H "$A/private/sam.ldb" >>"$T/provision.log"; done
samba-tool domain passwordsettings set --min-pwd-age=0 --complexity=off --min-pwd-length=8 -H "$A/private/sam.ldb" >>"$T/provision.log"
sed -i 's/^\[global\]/&\n\tldap server require strong auth=no\n\tserver min protocol=NT1\n\tntlm auth=yes\n\tdns update command=true/' "$A/etc/smb.conf"
bg $S samba -i -M single -s "$A/etc/smb.conf" --no-process-group
port 192.0.2.5 445; port 192.0.2.5 389; port 192.0.2.5 49152; sleep 6
cat >"$T/krb5.conf" <<C
[libdefaults]
 default_realm = CORVID.EXAMPLE
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
[realms]
 CORVID.EXAMPLE = {
  kdc = 192.0.2.5
  admin_server = 192.0.2.5
  kpasswd_server = 192.0.2.5
 }
[domain_realm]
 .corvid.example = CORVID.EXAMPLE
C
export KRB5_CONFIG=$T/krb5.conf KRB5CCNAME=$T/cc LDAPTLS_REQCERT=never LDAPSASL_NOCANON=on LDAPCONF=/dev/null
q() { $C "$@" >"$T/out" 2>&1; echo "  $1: $?, $(tail -1 "$T/out")"; }
cap ldap/simple-ok.pcap; q ldapsearch -x -H ldap://$D -D "CN=mona,CN=Users,$B" -w "$P" -b "$B" -s base '(|(objectClass=domain)(!(cn=m*a)))' dc; done_
cap ldap/simple-wrong.pcap; q ldapsearch -x -H ldap://$D -D 'CORVID\mona' -w Starling-7 -b "$B" -s base dc; done_
cap ldap/anonymous.pcap; q ldapsearch -x -H ldap://$D -b '' -s base supportedSASLMechanisms supportedCapabilities; done_
cap ldap/starttls-simple.pcap; SSLKEYLOGFILE=$OUT/ldap/starttls-simple.keys q ldapsearch -x -ZZ -H ldap://$D -D 'CORVID\mona' -w "$P" -b "$B" -s base dc; done_
printf '%s\n' "$P" | $C kinit mona
cap ldap/gssapi-sealed.pcap; q ldapsearch -Y GSSAPI -H ldap://$D -b "$B" -s base dc; done_
cap ldap/spnego-signed.pcap; q ldapsearch -Y GSS-SPNEGO -O maxssf=1 -H ldap://$D -b "$B" -s base dc; done_
cap ldap/cldap-ping.pcap; q samba-tool domain info 192.0.2.5; done_
cap smb/kerberos.pcap; q smbclient //$D/netlogon --use-kerberos=required -c ls; done_
cap smb/ntlm.pcap; q smbclient //$D/netlogon -U "CORVID\\mona%$P" -c ls; done_
cap smb/ntlm-wrong.pcap; q smbclient //$D/netlogon -U 'CORVID\mona%Starling-7' -c ls; done_
cap smb/encrypted.pcap; q smbclient //$D/netlogon --client-protection=encrypt -U "CORVID\\mona%$P" -c ls; done_
cap smb/smb1.pcap; q smbclient //$D/netlogon -m NT1 --option='client min protocol=NT1' -U "CORVID\\mona%$P" -c ls; done_
cap smb/port139.pcap; q smbclient //$D/netlogon -p 139 -U "CORVID\\mona%$P" -c ls; done_
cap dcerpc/pipe-lsa.pcap; q rpcclient $D -U "CORVID\\mona%$P" -c lsaquery; done_
cap dcerpc/tcp-ntlm-sealed.pcap; q rpcclient "ncacn_ip_tcp:$D[seal]" -U "CORVID\\mona%$P" -c lsaquery; done_
cap dcerpc/tcp-ntlm-wrong.pcap; q rpcclient "ncacn_ip_tcp:$D[sign]" -U 'CORVID\mona%Starling-7' -c lsaquery; done_
cap dcerpc/tcp-kerberos.pcap; q rpcclient "ncacn_ip_tcp:$D[sign]" --use-kerberos=required -c lsaquery; done_
cap dcerpc/tcp-ntlm-impacket.pcap
q $PY - $D "$P" <<'Y'
# impacket: NTLM without SPNEGO, auth3 as the third step
import sys
from impacket.dcerpc.v5 import transport, epm, samr
from impacket.dcerpc.v5.rpcrt import RPC_C_AUTHN_LEVEL_PKT_INTEGRITY
d, p = sys.argv[1:]
s = epm.hept_map(d, samr.MSRPC_UUID_SAMR, protocol="ncacn_ip_tcp")
t = transport.DCERPCTransportFactory(s); t.set_credentials("mona", p, "CORVID")
c = t.get_dce_rpc(); c.set_auth_level(RPC_C_AUTHN_LEVEL_PKT_INTEGRITY); c.connect(); c.bind(samr.MSRPC_UUID_SAMR)
print(samr.hSamrConnect(c)["ErrorCode"])
Y
done_
cap kerberos/kpasswd-tcp.pcap; printf '%s\n' Wryneck-55 Wheatear-77 Wheatear-77 | $C kpasswd lena 2>&1 | tail -1; done_
