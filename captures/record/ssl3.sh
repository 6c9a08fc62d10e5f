#!/usr/bin/env bash
# SSL 3.0 with RSA key exchange (needs PY with tlslite-ng), opened with captures/tls/server-key.pem.
. "$(dirname "$0")/lib.sh"
openssl req -x509 -key "$HERE/../tls/server-key.pem" -days 90 -subj /CN=pool01-web.corvid.example -out "$T/c" 2>/dev/null
bg $S $PY "$HERE/ssl3.py" server "$HERE/../tls/server-key.pem" "$T/c"; port 192.0.2.11 443
cap tls/ssl3.pcap; $C $PY "$HERE/ssl3.py" client; done_
