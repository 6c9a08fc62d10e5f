#!/usr/bin/env bash
# Damaged and cut files. Needs http.sh, sip.sh and net.sh to have run.
. "$(dirname "$0")/lib.sh"
B=$OUT/broken; mkdir -p "$B"
bg $S $PY "$HERE/webserver.py"; port 192.0.2.11 80
cap broken/snaplen96-http-basic.pcap -s 96; $C curl -s -u 'CORVID\mona:Nightjar#42' http://pool01-web.corvid.example/basic; done_
cap broken/snaplen96-http-ntlm.pcap -s 96; $C curl -s --ntlm -u 'CORVID\mona:Nightjar#42' http://pool01-web.corvid.example/ntlm; done_
I=$OUT/http/basic-401-then-200.pcap; n=$(stat -c %s "$I")
head -c $((n * 2 / 3)) "$I" >"$B/cut-in-packet.pcap"
first=$(od -An -tu4 -j32 -N4 "$I" | tr -d ' ')
head -c $((24 + 16 + first + 7)) "$I" >"$B/cut-in-packet-header.pcap"
head -c 24 "$I" >"$B/empty-header-only.pcap"
: >"$B/zero-bytes.pcap"
printf 'This is a text that somebody named .pcap.\nREGISTER sip:corvid.example SIP/2.0\n' >"$B/text.pcap"
{ head -c 24 "$I"; head -c 8 /dev/zero; printf '\377\377\377\177\377\377\377\177'; head -c 100 /dev/zero; } >"$B/huge-length.pcap"
n=$(stat -c %s "$OUT/net/sip-udp-comments.pcapng"); head -c $((n - 150)) "$OUT/net/sip-udp-comments.pcapng" >"$B/cut.pcapng"
head -c 300 "$OUT/net/sip-udp.pcap.gz" >"$B/cut.pcap.gz"
editcap -r "$OUT/sip/sipp-small-segments-tcp.pcap" "$T/m.pcap" 1-4 6-21 && editcap -F pcap "$T/m.pcap" "$B/missing-segment-sip.pcap"
editcap -F pcap -r "$OUT/http/basic-401-then-200.pcap" "$B/no-handshake.pcap" 4-30
chmod 644 "$B"/*
