#!/usr/bin/env bash
# DHCP of a phone, relays for media (TURN over UDP, TCP and behind a hello that looks like TLS), a call with RTP and RTCP.
# Needs dnsmasq, udhcpc, coturn as well.
. "$(dirname "$0")/lib.sh"
cat >"$T/dhcp.conf" <<D
port=0
user=root
interface=v0
bind-interfaces
dhcp-leasefile=$T/leases
dhcp-range=192.0.2.150,192.0.2.160,2h
dhcp-authoritative
domain=corvid.example
dhcp-option=vendor:MS-UC-Client,1,"MS-UC-Client"
dhcp-option=vendor:MS-UC-Client,2,"https"
dhcp-option=vendor:MS-UC-Client,3,"pool01-web.corvid.example"
dhcp-option=vendor:MS-UC-Client,4,"443"
dhcp-option=vendor:MS-UC-Client,5,"/CertProv/CertProvisioningService.svc"
D
echo 'dhcp-option=option:sip-server,pool01.corvid.example' | cat "$T/dhcp.conf" - >"$T/leads.conf"
grep -v vendor: "$T/dhcp.conf" >"$T/mute.conf"
phone() { $C udhcpc -f -q -n -i v0 -V MS-UC-Client -O 43 -O 120 -O 42 -x hostname:phone7 -s /bin/true -t 3 >/dev/null 2>&1; echo "udhcpc: $?"; }
bg $S dnsmasq -k -C "$T/leads.conf"; sleep 1
cap media/dhcp-phone.pcap; phone; done_; stop $LAST
bg $S dnsmasq -k -C "$T/mute.conf"; sleep 1
cap media/dhcp-phone-untold.pcap; phone; done_; stop $LAST
# relays; the peers of turnutils_uclient talk to turnutils_peer
$C ip addr add 192.0.2.102/24 dev v0
bg $S turnutils_peer -L 192.0.2.11; bg $S turnserver -n -L 192.0.2.10 -E 192.0.2.10 -a -u lena:Heron-9 -r corvid.example \
  --no-tls --no-dtls --no-cli --allow-loopback-peers --pidfile "$T/turn.pid" --log-file stdout; port 192.0.2.10 3478
cap media/turn-udp.pcap; $C turnutils_uclient -L 192.0.2.101 -e 192.0.2.11 -n 2 -m 1 -c -u lena -w Heron-9 192.0.2.10 >/dev/null 2>&1; done_
cap media/turn-tcp.pcap; $C turnutils_uclient -t -L 192.0.2.101 -e 192.0.2.11 -n 2 -m 1 -c -u lena -w Heron-9 192.0.2.10 >/dev/null 2>&1; done_
cap media/turn-wrong-password.pcap; $C timeout 5 turnutils_uclient -L 192.0.2.101 -e 192.0.2.11 -n 1 -m 1 -c -u lena -w wrong 192.0.2.10 >/dev/null 2>&1; done_
bg $S $PY "$HERE/media.py" edge 192.0.2.11; port 192.0.2.11 443
cap media/edge-443.pcap; $C $PY "$HERE/media.py" client 192.0.2.11; done_
bg $S $PY "$HERE/media.py" callee 192.0.2.11; port 192.0.2.11 5060
cap media/call.pcap; $C $PY "$HERE/media.py" caller 192.0.2.101 192.0.2.11; done_
chmod 644 "$OUT"/media/*
