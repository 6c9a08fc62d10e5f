#!/usr/bin/env bash
# TLS: old versions, weak suites and certificates, and each kind of record protection with its key log. openssl both ends.
. "$(dirname "$0")/lib.sh"
W=pool01-web.corvid.example
cd "$T" || exit 1
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj "/O=Corvid/CN=Corvid Test CA" 2>/dev/null
# leaf NAME HOST BITS DIGEST: a certificate of the CA for one host
leaf() { openssl req -newkey "rsa:$3" -nodes -keyout "$1.key" -out "$1.csr" -subj "/O=Corvid/CN=$2" 2>/dev/null
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$2" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -"$4" -days 20 -extfile "$1.ext" -out "$1.pem" 2>/dev/null; }
leaf good $W 2048 sha256
leaf weak other.corvid.example 1024 sha1
# tls NAME CERTIFICATE OPTIONS...: one request over a connection with these options at both ends
tls() { name=$1 cert=$2; shift 2
  bg $S openssl s_server -accept 192.0.2.11:443 -cert $cert.pem -key $cert.key -www "$@"; SERVER=$LAST; port 192.0.2.11 443
  rm -f keys; cap tls/$name.pcap
  { printf 'GET / HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic Q09SVklEXG1vbmE6TmlnaHRqYXIjNDI=\r\n\r\n' $W; sleep 0.4; } |
    $C openssl s_client -connect $W:443 -servername $W -keylogfile keys -quiet "$@" >/dev/null 2>&1
  done_; [ -s keys ] && cp keys "$OUT/tls/$name.keys" && chmod 644 "$OUT/tls/$name.keys"
  stop $SERVER; sleep 0.2; }
tls tls10         good -tls1   -cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=0
tls tls11         good -tls1_1 -cipher ECDHE-RSA-AES256-SHA:@SECLEVEL=0
tls null-cipher   good -tls1_2 -cipher NULL-SHA256:@SECLEVEL=0
tls rsa-aes-etm   good -tls1_2 -cipher AES256-SHA256:@SECLEVEL=0
tls ecdhe-gcm     good -tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384
tls ecdhe-chacha  good -tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305
tls tls13         good -tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384
tls tls13-chacha  good -tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256
tls weak-certificate weak -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0
rm -f "$OUT/tls/tls11.keys"
