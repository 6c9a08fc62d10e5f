#!/usr/bin/env bash
# SIP registrations: sipp against sipserver.py, over UDP and TCP, plus what belongs to TLS and to HTTP but looks like SIP.
. "$(dirname "$0")/lib.sh"
P=192.0.2.10
bg $S $PY "$HERE/sipserver.py" $P; port $P 5060
printf 'SEQUENTIAL\n ;\n' >"$T/blank.csv"; INF=
# reg USER SCENARIO TRANSPORT(u1|t1) [HOST]
reg() { $C sipp "${4:-$P}:5060" -s "$1" -sf "$HERE/sipp/$2.xml" -t "$3" -m 1 -i "${5:-192.0.2.101}" $INF -nostdin -timeout 10 >"$T/sipp.out" 2>&1; echo "sipp $1 $2 $3: $?"; }
cap sip/sipp-digest-udp.pcap;     reg mona digest u1; done_
cap sip/sipp-basic-udp.pcap;      reg basic basic u1; done_
cap sip/sipp-basic-tcp.pcap;      reg basic basic t1; done_
cap sip/sipp-ntlm-offer-tcp.pcap; reg ntlm r401 t1; done_
cap sip/sipp-403-udp.pcap;        reg barred r403 u1; done_
cap sip/sipp-404-udp.pcap;        reg gone r404 u1; done_
cap sip/sipp-404-tcp.pcap;        reg gone r404 t1; done_
INF="-inf $T/blank.csv"
cap sip/sipp-compact-folded-udp.pcap; reg plain compact u1; done_
cap sip/sipp-compact-folded-tcp.pcap; reg plain compact t1; done_; INF=
cap sip/sipp-broken-line-udp.pcap; reg plain brokenline u1; done_
cap sip/sipp-broken-line-tcp.pcap; reg plain brokenline t1; done_
cap sip/tcp-keepalive-crlf.pcap;  $C $PY "$HERE/siptcp.py" keepalive $P; done_
cap sip/tcp-pipelined.pcap;       $C $PY "$HERE/siptcp.py" pipelined $P; done_
for k in 20 90 400; do cap sip/sipp-date-clock-$k.pcap; reg clock$k r200 t1; done_; done
# one message over several segments: both sides announce a small MSS
$C ip route replace 192.0.2.0/24 dev v0 advmss 200; $S ip route replace 192.0.2.0/24 dev v0 advmss 200
cap sip/sipp-small-segments-tcp.pcap; reg mona digest t1; done_
$C ip route replace 192.0.2.0/24 dev v0; $S ip route replace 192.0.2.0/24 dev v0
# IPv6, VLAN, fragments
cap net/sip-udp-fragments.pcap;   reg plain big u1; done_
bg $S $PY "$HERE/sipserver.py" 2001:db8:66::10; port '\[2001:db8:66::10\]' 5060
cap net/sip-udp-ipv6.pcap;        reg mona digest u1 '[2001:db8:66::10]' 2001:db8:66::101; done_
cap net/sip-udp-fragments-ipv6.pcap; reg plain big u1 '[2001:db8:66::10]' 2001:db8:66::101; done_
# TLS on 5061 that carries SIP nobody can read
openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=pool01.corvid.example -keyout "$T/k" -out "$T/c" 2>/dev/null
bg $S openssl s_server -accept $P:5061 -key "$T/k" -cert "$T/c" -quiet; port $P 5061
cap sip/tls5061-nokeys.pcap
{ printf 'REGISTER sip:corvid.example SIP/2.0\r\nCall-ID: x\r\nContent-Length: 0\r\n\r\n'; sleep 1; } |
  $C openssl s_client -quiet -connect $P:5061 -servername pool01.corvid.example >/dev/null 2>&1
done_
# SIP text as the body of an HTTP request
bg $S $PY "$HERE/webserver.py"; port 192.0.2.11 80
cap http/sip-text-in-body.pcap
printf 'REGISTER sip:corvid.example SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.101:5060\r\nFrom: <sip:mona@corvid.example>;tag=1\r\nTo: <sip:mona@corvid.example>\r\nCall-ID: body\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n' >"$T/body"
$C curl -s -o /dev/null -w '%{http_code}\n' --data-binary @"$T/body" -H 'Content-Type: text/plain' http://pool01-web.corvid.example/log
done_
