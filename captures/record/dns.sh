#!/usr/bin/env bash
# DNS: dig against dnsmasq, over UDP and TCP.
. "$(dirname "$0")/lib.sh"
cat >"$T/dnsmasq.conf" <<D
no-resolv
no-hosts
bind-interfaces
listen-address=192.0.2.5,2001:db8:66::5
user=root
local=/example/
host-record=pool01.corvid.example,192.0.2.10,2001:db8:66::10
host-record=dc01.corvid.example,192.0.2.5
host-record=v4only.corvid.example,192.0.2.10
cname=sip.corvid.example,pool01.corvid.example
cname=lyncdiscoverinternal.corvid.example,pool01.corvid.example
srv-host=_sipinternaltls._tcp.corvid.example,pool01.corvid.example,5061,10,20
srv-host=_sipfederationtls._tcp.corvid.example,sip.corvid.example,5061,0,0
srv-host=_kerberos._udp.corvid.example,dc01.corvid.example,88,0,100
txt-record=long.corvid.example,$(for i in 1 2 3 4 5 6 7 8; do printf '%0100d,' $i; done)end
D
bg $S dnsmasq -k -C "$T/dnsmasq.conf"; DM=$LAST; port 192.0.2.5 53
d() { $C dig +noall +comments @192.0.2.5 "$@" | grep -E 'status|timed out'; }
N=corvid.example
cap dns/dig-udp.pcap
d pool01.$N A; d pool01.$N AAAA; d _sipinternaltls._tcp.$N SRV; d sip.$N A; d lyncdiscoverinternal.$N A; d v4only.$N AAAA; done_
cap dns/dig-tcp.pcap
d +tcp pool01.$N A; d +tcp pool01.$N AAAA; d +tcp _sipinternaltls._tcp.$N SRV; d +tcp sip.$N A; d +tcp lyncdiscover.$N A; done_
cap dns/dig-nxdomain-udp.pcap
for q in lyncdiscoverinternal.nowhere.example lyncdiscover.nowhere.example; do d $q A; done; d _sip._tls.nowhere.example SRV; d sipexternal.nowhere.example A; done_
cap dns/dig-truncated-then-tcp.pcap; d +noedns long.$N TXT; done_
cap dns/dig-udp-ipv6.pcap; $C dig +short @2001:db8:66::5 pool01.$N AAAA; done_
stop $DM
cap dns/dig-refused-port.pcap; d +time=1 +tries=1 pool01.$N A; done_
bg $S $PY -c 'import socket,time
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(("192.0.2.5",53)); time.sleep(60)'; port 192.0.2.5 53
cap dns/dig-timeout-udp.pcap; d +time=1 +tries=3 _sipinternaltls._tcp.$N SRV; done_
