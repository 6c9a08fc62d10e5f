#!/usr/bin/env bash
# Kerberos: MIT kinit and kvno against MIT's KDC, over UDP and TCP, with the errors a sign-in meets.
. "$(dirname "$0")/lib.sh"
. "$HERE/krbconf.sh"
W=HTTP/web2.corvid.example
kdc
cap kerberos/kinit-kvno-udp.pcap; kinit_ mona 'Nightjar#42'; kl kvno $W sip/pool01.corvid.example; done_; forget
client_conf 1 "$AES"
cap kerberos/kinit-kvno-tcp.pcap; kinit_ mona 'Nightjar#42'; kl kvno $W; done_; forget
client_conf 1465 "$AES"
cap kerberos/error6-unknown-user.pcap; kinit_ nemo whatever-1; done_
cap kerberos/error24-wrong-password.pcap; kinit_ mona 'Starling-7'; done_
cap kerberos/error7-unknown-service.pcap; kinit_ mona 'Nightjar#42'; kl kvno HTTP/nospn.corvid.example; done_; forget
cap kerberos/no-preauth-asrep.pcap; kinit_ lena 'Wryneck-55'; done_; forget
# clocks: the client's clock runs ahead (faketime); kdc_timesync is off, so MIT's client does not correct it
cap kerberos/error37-client-clock-400.pcap; kinit_ mona 'Nightjar#42' 'faketime -f +400s'; done_; forget
cap kerberos/client-clock-20.pcap; kinit_ mona 'Nightjar#42' 'faketime -f +20s'; done_; forget
cap kerberos/client-clock-90.pcap; kinit_ mona 'Nightjar#42' 'faketime -f +90s'; done_; forget
# encryption types: RC4 key of the service, RC4 key of the user, RC4 offered but AES taken
client_conf 1465 "$AES rc4-hmac"
cap kerberos/rc4-offered-aes-ticket.pcap; kinit_ mona 'Nightjar#42'; kl kvno $W; done_
cap kerberos/rc4-service-ticket.pcap; kl kvno HTTP/rc4.corvid.example; done_; forget
cap kerberos/rc4-user-preauth.pcap; kinit_ tariq 'Hoopoe!1973'; done_; forget
client_conf 1465 "rc4-hmac"
cap kerberos/error14-etype-nosupp.pcap; kinit_ mona 'Nightjar#42'; done_; forget
client_conf 1465 "$AES"
stop $KDC
# the KDC's own clock is off
for k in 20 90 400; do kdc faketime -f +${k}s
  cap kerberos/kdc-clock-$k.pcap; kinit_ mona 'Nightjar#42'; done_; forget; stop $KDC; done
# replies too long for UDP: error 52, then TCP
kdc_conf 192.0.2.5:88 300; kdc
cap kerberos/error52-then-tcp.pcap; kinit_ mona 'Nightjar#42'; kl kvno $W; done_; forget; stop $KDC
# errors MIT's KDC does not send: 8 (two accounts hold the name), 41 (key of another account)
kdc_conf 127.0.0.1:8888; kdc; bg $S $PY "$HERE/kdcproxy.py" 8888 dup=8 modified=41 olddes=e3; port 192.0.2.5 88
cap kerberos/error8-duplicate-spn.pcap; kinit_ mona 'Nightjar#42'; kl kvno HTTP/dup.corvid.example; done_; forget
cap kerberos/error41-modified.pcap; kinit_ mona 'Nightjar#42'; kl kvno HTTP/modified.corvid.example; done_; forget
cap kerberos/des-service-ticket.pcap; kinit_ mona 'Nightjar#42'; kl kvno HTTP/olddes.corvid.example; done_; forget
stop $LAST; stop $KDC
# nobody listens: UDP unanswered by a KDC, ICMP port unreachable
cap kerberos/kdc-unreachable.pcap; kinit_ mona 'Nightjar#42'; done_
# impacket as client
kdc_conf 192.0.2.5:88; kdc
cap kerberos/impacket-gettgt-tcp.pcap
(cd "$T" && $C $PY "$(dirname "$PY")/getTGT.py" -dc-ip 192.0.2.5 'CORVID.EXAMPLE/mona:Nightjar#42' | tail -1); done_
