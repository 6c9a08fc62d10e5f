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
cap net/tcp-no-answer.pcap; $S ip route add blackhole 192.0.2.101; $C curl -s -m 3 http://192.0.2.10:5061/; done_; $S ip route del blackhole 192.0.2.101
$C timeout -s INT 6 dumpcap -q -a duration:4 -i v0 -f 'not arp and not icmp6' -w "$T/d.pcapng" >/dev/null 2>&1 & DC=$!; sleep 1.5
reg $P gone r404 u1; wait $DC; cp "$T/d.pcapng" "$OUT/net/dumpcap.pcapng"
# a third namespace with relay.py in the middle of the wire: client v0 - ra [relay] rb - v0 server
NR=hsr$$; R="ip netns exec $NR"; ip netns add $NR
$C ip link del v0; ip link add v0 netns $NC type veth peer name ra netns $NR; ip link add v0 netns $NS type veth peer name rb netns $NR
$R ip link add rx type veth peer name ry
for n in "$C v0" "$S v0" "$R ra" "$R rb" "$R rx" "$R ry"; do ns=${n% *} i=${n##* }; $ns sysctl -qw net.ipv6.conf.$i.disable_ipv6=1
  $ns ethtool -K $i tx off tso off gso off gro off rxvlan off txvlan off >/dev/null 2>&1; $ns ip link set $i up; done
$C ip addr add 192.0.2.101/24 dev v0; for k in 10 11; do $S ip addr add 192.0.2.$k/24 dev v0; done
bg $R $PY "$HERE/relay.py" ra rx tag 66; T1=$LAST; bg $R $PY "$HERE/relay.py" rb ry tag 66; T2=$LAST; sleep 0.7
CAPIF=rx CAPNS=$R
cap net/vlan66-sip-digest-tcp.pcap; reg $P mona digest t1; done_
cap net/vlan66-http-ntlm.pcap; $C curl -s --ntlm -u 'CORVID\mona:Nightjar#42' http://$W/ntlm; done_
stop $T1; stop $T2; CAPIF=v0 CAPNS=$C
# loss, duplicates and reordering on the way from the server; small segments make more of them
bg $R $PY "$HERE/relay.py" ra rb loss; sleep 0.7
$C ip route replace 192.0.2.0/24 dev v0 advmss 300; $S ip route replace 192.0.2.0/24 dev v0 advmss 300
cap net/tcp-loss-reorder-http.pcap; $C curl -s -m 30 -o /dev/null -w '%{http_code}\n' http://$W/long; done_
cap net/tcp-loss-reorder-sip.pcap; reg $P mona digest t1; reg $P mona digest t1; done_
stop $LAST; ip netns del $NR
# formats made of one recording
I=$OUT/sip/sipp-digest-udp.pcap
editcap -F pcapng -a 1:'first packet: REGISTER without an answer to a challenge' "$I" "$OUT/net/sip-udp-comments.pcapng"
editcap -F nsecpcap "$I" "$OUT/net/sip-udp-nanoseconds.pcap"
gzip -9nc "$I" >"$OUT/net/sip-udp.pcap.gz"; zstd -qfc "$I" >"$OUT/net/sip-udp.pcap.zst"; lz4 -qfc "$I" >"$OUT/net/sip-udp.pcap.lz4"
# merged interfaces: a pcapng with two link types
mergecap -F pcapng -w "$OUT/net/two-linktypes.pcapng" "$OUT/net/any-sll2-sip-udp.pcap" "$I"
chmod 644 "$OUT"/net/*
