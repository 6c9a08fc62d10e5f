#!/usr/bin/env bash
# TLS: private keys, resumption, renegotiation, rarer ciphers, client certificates, and what can be wrong with a chain.
# openssl both ends.
. "$(dirname "$0")/lib.sh"
W=pool01-web.corvid.example
cd "$T" || exit 1
faked() { if [ -n "$1" ]; then faketime "$1" "${@:2}"; else "${@:2}"; fi; }
# ca NAME SUBJECT [ISSUER]: an authority
ca() { printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' >ca.ext
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
  if [ -n "${3:-}" ]; then openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -sha256 -days 300 -extfile ca.ext -out "$1.pem" 2>/dev/null
  else openssl x509 -req -in "$1.csr" -signkey "$1.key" -sha256 -days 300 -extfile ca.ext -out "$1.pem" 2>/dev/null; fi; }
# leaf NAME CN ISSUER EKU [DATE]: a certificate for 20 days, from today or from a date of its own
leaf() { openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/O=Corvid/CN=$2" 2>/dev/null
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=%s\nauthorityKeyIdentifier=keyid\n' "${6:-$W}" "$4" >"$1.ext"
  faked "${5:-}" openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -sha256 -days 20 -extfile "$1.ext" -out "$1.pem" 2>/dev/null; }
ca root "/O=Corvid/CN=Corvid Root CA"; ca issuing "/O=Corvid/CN=Corvid Issuing CA" root
ca other "/O=Elsewhere/CN=Elsewhere Root CA"; ca box "/O=Fortinet/OU=Certificate Authority/CN=FGT60F0000000001"
leaf good $W issuing serverAuth; leaf user mona issuing clientAuth "" mona.corvid.example; leaf stranger mona other clientAuth "" mona.corvid.example
leaf wronguse $W issuing clientAuth; leaf late $W issuing serverAuth "40 days ago"; leaf early $W issuing serverAuth "10 days"
leaf inspected $W box serverAuth
openssl req -x509 -newkey rsa:2048 -nodes -keyout selfsigned.key -out selfsigned.pem -days 20 -subj "/O=Corvid/CN=$W" -addext "subjectAltName=DNS:$W" 2>/dev/null
cat issuing.pem >chain.pem; cat root.pem issuing.pem >swapped.pem
mkdir -p "$OUT/tls"; install -m 644 root.pem "$OUT/tls/root-ca.pem"; install -m 644 good.key "$OUT/tls/server-key.pem"
openssl pkcs8 -topk8 -in good.key -out "$OUT/tls/server-key-encrypted.pem" -passout pass:Nightjar#42 -v2 aes256
openssl rsa -traditional -in good.key -aes256 -out "$OUT/tls/server-key-encrypted-old.pem" -passout pass:Nightjar#42 2>/dev/null
openssl rsa -traditional -in good.key -out "$OUT/tls/server-key-pkcs1.pem" 2>/dev/null
chmod 644 "$OUT"/tls/*.pem
ASK=$(printf 'GET / HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic Q09SVklEXG1vbmE6TmlnaHRqYXIjNDI=\r\n\r\n' $W)
client() { { printf '%s\r\n\r\n' "$ASK"; sleep 0.5; } | $C openssl s_client -connect $W:443 -servername $W -keylogfile keys "$@" >/dev/null 2>&1; }
serve() { bg $S openssl s_server -accept 192.0.2.11:443 -www "$@"; SERVER=$LAST; port 192.0.2.11 443; rm -f keys; }
end() { done_; [ -n "${KEEP:-}" ] && [ -s keys ] && install -m 644 keys "$OUT/tls/$1.keys"; stop $SERVER; sleep 0.2; }
# one NAME SERVER-OPTIONS -- CLIENT-OPTIONS
one() { name=$1; shift; s=(); while [ "$1" != -- ]; do s+=("$1"); shift; done; shift
  serve "${s[@]}"; cap tls/$name.pcap; client -quiet "$@"; end $name; }
G="-cert good.pem -key good.key -cert_chain chain.pem"
KEEP=
one rsa-key           $G -tls1_2 -cipher AES128-GCM-SHA256 -- -tls1_2
one rsa-key-tls10     $G -tls1 -cipher AES128-SHA:@SECLEVEL=0 -- -tls1 -cipher AES128-SHA:@SECLEVEL=0
one ecdhe-key         $G -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256 -- -tls1_2
serve $G -tls1_2 -cipher AES128-SHA; cap tls/rsa-key-ticket.pcap
client -quiet -tls1_2 -sess_out session; client -quiet -tls1_2 -sess_in session; end rsa-key-ticket
serve $G -tls1_2 -cipher AES128-SHA -no_ticket; cap tls/rsa-key-session.pcap
client -quiet -tls1_2 -sess_out session; client -quiet -tls1_2 -sess_in session; end rsa-key-session
KEEP=1
one ccm8              $G -tls1_2 -cipher AES256-CCM8 -- -tls1_2 -cipher AES256-CCM8
one tls13-ccm         $G -tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256 -- -tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256
one camellia          $G -tls1_2 -cipher CAMELLIA256-SHA:@SECLEVEL=0 -- -tls1_2 -cipher CAMELLIA256-SHA:@SECLEVEL=0
V="-Verify 2 -CAfile root.pem -verify_return_error"
one client-certificate       $G $V -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256 -- -tls1_2 -cert user.pem -key user.key -cert_chain chain.pem
one client-certificate-tls13 $G $V -tls1_3 -- -tls1_3 -cert user.pem -key user.key -cert_chain chain.pem
one client-certificate-none  $G $V -tls1_2 -- -tls1_2
one client-certificate-other $G $V -tls1_2 -- -tls1_2 -cert stranger.pem -key stranger.key
# R in a line of its own asks for a new handshake
serve $G -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256 -legacy_renegotiation -client_renegotiation; cap tls/renegotiated.pcap
{ sleep 0.4; echo R; sleep 0.6; printf '%s\r\n\r\n' "$ASK"; sleep 0.6; } | $C openssl s_client -connect $W:443 -servername $W -keylogfile keys -tls1_2 -crlf >/dev/null 2>&1; end renegotiated
KEEP=
Q="-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256"
one chain-good        $G $Q -- -tls1_2
one chain-incomplete  -cert good.pem -key good.key $Q -- -tls1_2
one chain-swapped     -cert good.pem -key good.key -cert_chain swapped.pem $Q -- -tls1_2
one chain-selfsigned  -cert selfsigned.pem -key selfsigned.key $Q -- -tls1_2
one chain-wrong-use   -cert wronguse.pem -key wronguse.key -cert_chain chain.pem $Q -- -tls1_2
one chain-not-yet     -cert early.pem -key early.key -cert_chain chain.pem $Q -- -tls1_2
one chain-inspected   -cert inspected.pem -key inspected.key -cert_chain box.pem $Q -- -tls1_2
one refused-unknown-ca $G $Q -- -tls1_2 -CAfile other.pem -verify_return_error
one refused-expired   -cert late.pem -key late.key -cert_chain chain.pem $Q -- -tls1_2 -CAfile root.pem -verify_return_error
