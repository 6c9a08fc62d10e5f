# KDC and client set-up for kerberos.sh and http.sh: realm CORVID.EXAMPLE at 192.0.2.5, all below $T. Sourced after lib.sh.
K=$T/krb; rm -rf "$K"; mkdir -p "$K"
export KRB5_CONFIG=$K/krb5.conf KRB5_KDC_PROFILE=$K/kdc.conf
# client_conf TRANSPORT_LIMIT ETYPES: write the configuration of the client (udp_preference_limit 1 = TCP)
client_conf() { cat >"$K/client.conf" <<C
[libdefaults]
 default_realm = CORVID.EXAMPLE
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 kdc_timesync = 0
 allow_weak_crypto = true
 udp_preference_limit = $1
 default_tkt_enctypes = $2
 default_tgs_enctypes = $2
 permitted_enctypes = $2
[realms]
 CORVID.EXAMPLE = { 
  kdc = 192.0.2.5
 }
[domain_realm]
 .corvid.example = CORVID.EXAMPLE
C
}
AES="aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96"
client_conf 1465 "$AES"
sed "s/^ permitted_enctypes.*/& rc4-hmac/" "$K/client.conf" >"$K/krb5.conf"   # what the KDC reads
# kdc_conf PORTS [MAXDGRAM]
kdc_conf() { cat >"$K/kdc.conf" <<C
[kdcdefaults]
 kdc_listen = $1
 kdc_tcp_listen = $1
 kdc_max_dgram_reply_size = ${2:-4096}
[realms]
 CORVID.EXAMPLE = {
  database_name = $K/principal
  key_stash_file = $K/stash
  acl_file = $K/acl
  supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal rc4-hmac:normal
  default_principal_flags = +preauth
  max_life = 10h
 }
[dbmodules]
 CORVID.EXAMPLE = {
  db_library = db2
 }
C
}
kdc_conf 192.0.2.5:88
ka() { kadmin.local -r CORVID.EXAMPLE -q "$*" >>"$T/kadmin.log" 2>&1; }
kdb5_util -r CORVID.EXAMPLE create -s -P master-of-mice >>"$T/kadmin.log" 2>&1
A2="-e aes256-cts-hmac-sha1-96:normal,aes128-cts-hmac-sha1-96:normal"
ka addprinc $A2 +requires_preauth -pw Nightjar#42 mona
ka addprinc -e rc4-hmac:normal +requires_preauth -pw Hoopoe!1973 tariq
ka addprinc $A2 -requires_preauth -pw Wryneck-55 lena
ka addprinc $A2 -randkey HTTP/web2.corvid.example
ka addprinc $A2 -randkey HTTP/pool01-web.corvid.example
ka addprinc $A2 -randkey HTTP/olddes.corvid.example
ka addprinc $A2 -randkey sip/pool01.corvid.example
ka addprinc -e rc4-hmac:normal -randkey HTTP/rc4.corvid.example
ka ktadd -k "$K/web.keytab" -norandkey HTTP/web2.corvid.example HTTP/pool01-web.corvid.example HTTP/rc4.corvid.example
# kdc [COMMAND...]: start the KDC (with faketime in front, if wanted)
kdc() { bg $S "$@" krb5kdc -n -r CORVID.EXAMPLE -P "$K/pid"; KDC=$LAST; sleep 0.7; }
kl() { KRB5_CONFIG=$K/client.conf KRB5CCNAME=$K/cc $C "$@" 2>&1 | sed 's/^/  /'; }   # client side
kinit_() { printf '%s\n' "$2" | KRB5_CONFIG=$K/client.conf KRB5CCNAME=$K/cc $C ${3:-} kinit $1 >/dev/null 2>"$T/kinit.err"; echo "  kinit $1: $? $(tail -1 "$T/kinit.err")"; }
forget() { rm -f "$K/cc"; }
