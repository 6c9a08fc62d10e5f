#!/usr/bin/env bash
# TLS: every cipher suite that openssl still speaks, key updates, a second hello, early data, and DTLS. openssl both ends.
. "$(dirname "$0")/lib.sh"
W=pool01-web.corvid.example
cd "$T" || exit 1
mkdir -p "$OUT/tls"
openssl ecparam -name prime256v1 -genkey -noout -out ec.key
openssl req -x509 -new -key ec.key -out ec.pem -days 20 -subj "/CN=$W" -addext "subjectAltName=DNS:$W" 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa.key -out rsa.pem -days 20 -subj "/CN=$W" -addext "subjectAltName=DNS:$W" 2>/dev/null
install -m 644 ec.key "$OUT/tls/server-key-sec1.pem"
echo served >page
ASK=$(printf 'GET /page HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic Q09SVklEXG1vbmE6TmlnaHRqYXIjNDI=\r\n\r\n' $W)
ask() { { printf '%s\r\n\r\n' "$ASK"; sleep 0.3; } | $C openssl s_client -quiet -connect $W:443 -servername $W -keylogfile keys "$@" >/dev/null 2>&1; }
serve() { bg $S openssl s_server -accept 192.0.2.11:443 -cert ec.pem -key ec.key -dcert rsa.pem -dkey rsa.key "$@"; SERVER=$LAST; port 192.0.2.11 443; rm -f keys; }
end() { done_; install -m 644 keys "$OUT/tls/$1.keys"; stop $SERVER; sleep 0.2; }

serve -WWW -no_ticket -cipher ALL:@SECLEVEL=0 -ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256
cap tls/suites.pcap
for s in AES256-SHA AES128-SHA256 AES256-SHA256 AES256-GCM-SHA384 AES128-CCM DHE-RSA-AES256-SHA ECDHE-RSA-AES256-SHA384 ECDHE-ECDSA-AES128-SHA \
  ECDHE-ECDSA-AES128-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-ECDSA-AES128-CCM8 ECDHE-ECDSA-AES256-CCM ECDHE-ECDSA-CHACHA20-POLY1305 \
  ECDHE-ECDSA-CAMELLIA128-SHA256; do ask -tls1_2 -cipher $s:@SECLEVEL=0; done
# without encrypt-then-MAC
for s in AES128-SHA AES256-SHA256 ECDHE-ECDSA-AES256-SHA384; do ask -tls1_2 -cipher $s:@SECLEVEL=0 -no_etm; done
ask -tls1_1 -cipher AES256-SHA:@SECLEVEL=0 -no_etm; ask -tls1 -cipher ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0 -no_etm
for s in TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 TLS_AES_128_CCM_SHA256 TLS_AES_128_CCM_8_SHA256; do ask -tls1_3 -ciphersuites $s; done
end suites

# k in a line of its own changes the client's keys, K asks the server to do so too
serve -WWW -tls1_3; cap tls/key-update.pcap
{ sleep 0.4; echo k; sleep 0.3; echo K; sleep 0.3; echo k; sleep 0.3; printf '%s\n\n' "${ASK//$'\r'/}"; sleep 0.5; } | $C openssl s_client -connect $W:443 -servername $W -keylogfile keys -tls1_3 -crlf >/dev/null 2>&1
end key-update

# the client offers a key for a group that the server does not take
serve -WWW -tls1_3 -groups P-384; cap tls/retry.pcap; ask -tls1_3 -groups X25519:P-384; end retry

serve -tls1_3 -early_data -quiet; cap tls/early-data.pcap
{ sleep 0.6; } | $C openssl s_client -connect $W:443 -servername $W -keylogfile keys -tls1_3 -sess_out session -quiet >/dev/null 2>&1
printf '%s\r\n\r\n' "$ASK" >early
{ sleep 0.6; } | $C openssl s_client -connect $W:443 -servername $W -keylogfile keys -tls1_3 -sess_in session -early_data early -quiet >/dev/null 2>&1
end early-data

# DTLS with a cookie, a certificate in pieces, keys for media
bg $S openssl s_server -dtls1_2 -accept 192.0.2.11:5349 -cert rsa.pem -key rsa.key -listen -mtu 600 -use_srtp SRTP_AES128_CM_SHA1_80 -Verify 1 -quiet; SERVER=$LAST; sleep 0.6
cap tls/dtls.pcap
{ sleep 0.4; echo hello; sleep 0.4; } | $C openssl s_client -dtls1_2 -connect $W:5349 -servername $W -mtu 600 -use_srtp SRTP_AES128_CM_SHA1_80 -cert ec.pem -key ec.key >/dev/null 2>&1
done_; stop $SERVER
