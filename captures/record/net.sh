#!/usr/bin/env bash
# Link types, VLAN, IPv6, loss and reordering, file formats.
. "$(dirname "$0")/lib.sh"
P=192.0.2.10 W=pool01-web.corvid.example
bg $S $PY "$HERE/sipserver.py" $P; port $P 5060
bg $S $PY "$HERE/webserver.py"; port 192.0.2.11 80
bg $S $PY "$HERE/webserver.py" --bind 2001:db8:66::11; port '\[2001:db8:66::11\]' 80
reg() { $C sipp "$1:5060" -s "$2" -sf "$HERE/sipp/$3.xml" -t "$4" -m 1 -i "${5:-192.0.2.101}" -nostdin -timeout 20 >/dev/null 2>&1; echo "sipp $2 $3: $?"; }
CAPIF=any
cap net/any-sll2-sip-udp.pcap; reg $P mona digest u1; done_
cap net/any-sll-sip-udp.pcap -y LINUX_SLL; reg $P mona digest u1; done_
CAPIF=lo CAPNS=$S
cap net/loopback-http.pcap; $S curl -s http://$W/basic -u 'mona:Nightjar#42'; done_
CAPIF=v0 CAPNS=$C
cap net/http-basic-ipv6.pcap; $C curl -s -u 'CORVID\mona:Nightjar#42' http://web-v6.corvid.example/basic; done_
# VLAN 66 and QinQ-free tagged frames
for n in "$C 101" "$S 10"; do set -- $n; ns="$1 $2 $3 $4" a=$5
  $ns ip link add link v0 name v66 type vlan id 66; $ns ip addr add 198.51.100.$a/24 dev v66; $ns ip link set v66 up; done
bg $S $PY "$HERE/sipserver.py" 198.51.100.10; port 198.51.100.10 5060
cap net/vlan66-sip-digest-tcp.pcap; reg 198.51.100.10 mona digest t1 198.51.100.101; done_
# loss, duplicates and reordering on the way from the server; small segments make more of them
$C ip route replace 192.0.2.0/24 dev v0 advmss 200; $S ip route replace 192.0.2.0/24 dev v0 advmss 200
for try in 1 2 3; do
$S tc qdisc replace dev v0 root netem delay 4ms 3ms 20% loss 12% duplicate 8% reorder 30% 50%
cap net/tcp-loss-reorder-http.pcap; $C curl -s -m 30 -o /dev/null -w '%{http_code}\n' http://$W/long; done_
cap net/tcp-loss-reorder-sip.pcap; reg $P mona digest t1; done_
$S tc qdisc del dev v0 root
done
$C ip route replace 192.0.2.0/24 dev v0; $S ip route replace 192.0.2.0/24 dev v0
cap net/tcp-no-answer.pcap; $S ip route add blackhole 192.0.2.101 2>/dev/null; $C curl -s -m 3 http://192.0.2.10:5061/; done_
# formats made of one recording
I=$OUT/sip/sipp-digest-udp.pcap
editcap -F pcapng -a 1:'first packet: REGISTER without an answer to a challenge' "$I" "$OUT/net/sip-udp-comments.pcapng"
editcap -F nsecpcap "$I" "$OUT/net/sip-udp-nanoseconds.pcap"
gzip -9nc "$I" >"$OUT/net/sip-udp.pcap.gz"; zstd -qfc "$I" >"$OUT/net/sip-udp.pcap.zst"; lz4 -qfc "$I" >"$OUT/net/sip-udp.pcap.lz4"
$C dumpcap -q -i v0 -f 'not arp and not icmp6' -w "$T/d.pcapng" 2>/dev/null & DC=$!; sleep 1.5
reg $P gone r404 u1; sleep 0.5; kill -INT $(pgrep -P $DC) $DC 2>/dev/null; wait $DC; cp "$T/d.pcapng" "$OUT/net/dumpcap.pcapng"
# merged interfaces: a pcapng with two link types
mergecap -F pcapng -w "$OUT/net/two-linktypes.pcapng" "$OUT/net/any-sll2-sip-udp.pcap" "$I"
chmod 644 "$OUT"/net/*
