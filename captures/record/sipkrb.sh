#!/usr/bin/env bash
# SIP signed with Kerberos, for every kind of key, with the keytab that opens it: sip/krb-*.pcap and sip/krb-all.keytab.
. "$(dirname "$0")/lib.sh"
. "$HERE/krbconf.sh"
SHA2="aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128"
ALL="$AES rc4-hmac $SHA2"
client_conf 1465 "$ALL"; sed 's/^ kdc_timesync/ allow_rc4 = true\n&/' "$K/client.conf" >"$K/krb5.conf"   # what KDC and server read
P=192.0.2.10 SPN=sip/pool01.corvid.example
# service ETYPE: the service gets a new key of this type only; what was signed before stays readable with its older keys
service() { ka cpw -randkey -keepold -e "$1:normal" $SPN; ka ktadd -k "$K/sip.keytab" -norandkey $SPN; }
# sip NAME [FLAG...]: tickets and a registration
sip() { name=$1; shift; bg env KRB5_KTNAME="$K/sip.keytab" $S $PY "$HERE/sipkrb.py" server $P; port $P 5060
  cap sip/$name.pcap; kinit_ mona 'Nightjar#42'; kl $PY "$HERE/sipkrb.py" client $P "$@"; done_; forget; stop $LAST; sleep 0.3; }
# user ETYPE: the user's key is of this type
user() { ka cpw -keepold -e "$1:normal" -pw Nightjar#42 mona; }
kdc
service aes256-cts-hmac-sha1-96; sip krb-aes256; sip krb-mutual mutual
sed -i 's/^ kdc_timesync/ forwardable = true\n&/' "$K/client.conf"
ka modprinc +ok_as_delegate $SPN; sip krb-delegated mutual deleg; ka modprinc -ok_as_delegate $SPN
client_conf 1465 rc4-hmac; sed -i 's/^ kdc_timesync/ allow_rc4 = true\n&/' "$K/client.conf"; user rc4-hmac; service rc4-hmac; sip krb-rc4 mutual
client_conf 1465 "$SHA2"; user aes256-cts-hmac-sha384-192; service aes128-cts-hmac-sha256-128
ka cpw -randkey -keepold -e aes256-cts-hmac-sha384-192:normal krbtgt/CORVID.EXAMPLE; sip krb-sha2
stop $KDC
# the keys of the service in all versions, the user's, and the KDC's own
ka ktadd -k "$K/sip.keytab" -norandkey mona krbtgt/CORVID.EXAMPLE
cp "$K/sip.keytab" "$OUT/sip/krb-all.keytab"; chmod 644 "$OUT/sip/krb-all.keytab"
