# Common part of the recording scripts: two network namespaces joined by a veth pair, tcpdump on the client's end.
# Sourced by the others. Needs root, iproute2, ethtool, tcpdump and the programs each script names.
#   OUT      folder the captures go to (default: the folder above this one)
#   REC_TMP  scratch folder (default: a new temporary one)
#   PY       python with impacket, requests_ntlm, pyspnego, requests, brotli (default: python3)
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
export OUT=${OUT:-$HERE/..}
export REC_TMP=${REC_TMP:-$(mktemp -d)}
export PY=${PY:-python3}
T=$REC_TMP
# a mount namespace of our own, so that names resolve to the staged hosts only inside this script
if [ -z "${REC_NS:-}" ]; then REC_NS=1 exec unshare -m "$BASH" "$0" "$@"; fi
NC=hsc$$ NS=hss$$ PIDS=
cat >"$T/hosts" <<H
127.0.0.1 localhost
192.0.2.5 dc01.corvid.example
192.0.2.10 pool01.corvid.example sip.corvid.example
192.0.2.11 pool01-web.corvid.example web2.corvid.example nospn.corvid.example dup.corvid.example rc4.corvid.example
192.0.2.101 wks101.corvid.example
2001:db8:66::10 pool01-v6.corvid.example
2001:db8:66::11 web-v6.corvid.example
H
mount --bind "$T/hosts" /etc/hosts
ip netns add $NC; ip netns add $NS
ip link add v0 netns $NC type veth peer name v0 netns $NS
C="ip netns exec $NC" S="ip netns exec $NS"
for n in "$C" "$S"; do $n ip link set lo up; $n sysctl -qw net.ipv6.conf.v0.accept_dad=0
  $n ethtool -K v0 tx off tso off gso off gro off >/dev/null 2>&1; $n ip link set v0 up; done
$C ip addr add 192.0.2.101/24 dev v0; $C ip addr add 2001:db8:66::101/64 dev v0 nodad
for a in 5 10 11; do $S ip addr add 192.0.2.$a/24 dev v0; $S ip addr add 2001:db8:66::$a/64 dev v0 nodad; done
cleanup() { for p in $PIDS; do kill $(pgrep -P "$p") "$p" 2>/dev/null; done; ip netns del $NC; ip netns del $NS; }
trap cleanup EXIT
# bg CMD...: start a server, remember it; LAST is its process id
bg() { "$@" >>"$T/servers.log" 2>&1 & LAST=$!; PIDS="$PIDS $LAST"; }
stop() { kill $(pgrep -P "$1") "$1" 2>/dev/null; wait "$1" 2>/dev/null; }
# cap NAME [tcpdump options] ... done_: record what passes between the two calls to $OUT/NAME
CAPIF=v0 CAPNS=$C
cap() { NAME=$1; shift; mkdir -p "$(dirname "$OUT/$NAME")"
  rm -f "$T/tcpdump.log" "$T/cap"; touch "$T/tcpdump.log"
  $CAPNS tcpdump -Z root -i $CAPIF -U --immediate-mode -w "$T/cap" "$@" 'not icmp6 and not arp and not (ip6 and dst net ff02::/16)' 2>"$T/tcpdump.log" & TD=$!
  i=0; until grep -q listening "$T/tcpdump.log" || [ $i -gt 50 ]; do sleep 0.05; i=$((i+1)); done; sleep 0.2; }
done_() { sleep 0.4; kill -INT $TD; wait $TD 2>/dev/null; cp "$T/cap" "$OUT/$NAME"; chmod 644 "$OUT/$NAME"
  echo "$NAME $(stat -c %s "$OUT/$NAME") bytes"; }
# port ADDR PORT: wait until something listens there in the server namespace
port() { i=0; until $S ss -Htuln | grep -q "$1:$2 " || [ $i -gt 60 ]; do sleep 0.1; i=$((i+1)); done; }
