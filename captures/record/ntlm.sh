#!/usr/bin/env bash
# NTLM over HTTP: versions, MIC, re-authentication. curl, impacket, requests_ntlm, pyspnego against webserver.py.
. "$(dirname "$0")/lib.sh"
U='CORVID\mona:Nightjar#42' W=pool01-web.corvid.example
web() { bg $S $PY "$HERE/webserver.py" "$@"; port 192.0.2.11 80; }
curlq() { $C curl -s -o /dev/null -w '%{http_code}\n' "$@"; }

web --no-targetinfo
cap ntlm/http-ntlmv1-lm-curl.pcap;  curlq --ntlm -u "$U" http://$W/ntlm; done_          # curl answers v1 + LM when no target info came
stop $LAST
web --ess-only
cap ntlm/http-ntlmv1-ess-impacket.pcap; $C $PY "$HERE/ntlm_client.py" $W 80 /ntlm v1ess; done_
stop $LAST
web --no-timestamp
cap ntlm/http-ntlmv2-impacket-no-timestamp.pcap; $C $PY "$HERE/ntlm_client.py" $W 80 /ntlm v2; done_
stop $LAST
web
cap ntlm/http-ntlmv1-ess-targetinfo-impacket.pcap; $C $PY "$HERE/ntlm_client.py" $W 80 /ntlm v1ess; done_
cap ntlm/http-ntlm-type2-only.pcap; $C $PY "$HERE/ntlm_client.py" $W 80 /ntlm type1; done_
cap ntlm/http-ntlm-persistent-6.pcap; curlq --ntlm -u "$U" http://$W/ntlm/[1-6]; done_
cap ntlm/http-ntlm-no-mic-curl.pcap; curlq --ntlm -u "$U" http://$W/ntlm; done_
cap ntlm/http-ntlm-only-offered.pcap; curlq --anyauth -u "$U" http://$W/ntlm; done_
# curl puts its own clock into the NTLMv2 answer
for k in 20 90 400; do cap ntlm/http-ntlm-client-clock-$k.pcap; $C faketime -f +${k}s curl -s --ntlm -u "$U" http://$W/ntlm; done_; done
cap ntlm/http-ntlm-wrong-user.pcap; curlq --ntlm -u 'CORVID\nemo:Starling' http://$W/ntlm; done_
cap ntlm/http-ntlm-mic-requests.pcap
$C $PY - "$W" <<'P'
import sys, requests
from requests_ntlm import HttpNtlmAuth
r = requests.get("http://%s/ntlm" % sys.argv[1], auth=HttpNtlmAuth("CORVID\\mona", "Nightjar#42"))
print(r.status_code)
P
done_
cap ntlm/http-spnego-ntlm-only-pyspnego.pcap
$C $PY - "$W" <<'P'
# pyspnego, NTLM inside SPNEGO (NegTokenInit with the NTLMSSP mechanism alone), server offers Negotiate and NTLM
import base64, http.client, sys, spnego
c = http.client.HTTPConnection(sys.argv[1])
x = spnego.client("CORVID\\mona", "Nightjar#42", hostname=sys.argv[1], service="http", protocol="negotiate",
                  options=spnego.NegotiateOptions.use_negotiate)
def go(tok=None):
    c.request("GET", "/neg", headers={"Authorization": "Negotiate " + base64.b64encode(tok).decode()} if tok else {})
    r = c.getresponse(); r.read(); print(r.status, r.headers.get_all("WWW-Authenticate")); return r
go()
r = go(x.step())
go(x.step(base64.b64decode(r.getheader("WWW-Authenticate").split()[1])))
P
done_
stop $LAST
web --single
cap ntlm/http-ntlm-reauth-4.pcap; for i in 1 2 3 4; do curlq --ntlm -u "$U" http://$W/ntlm/$i; done; done_
stop $LAST
bg $S $PY "$HERE/webserver.py" --port 8081; port 192.0.2.11 8081
cap ntlm/http-ntlm-port8081.pcap; curlq --ntlm -u "$U" http://$W:8081/ntlm; done_
stop $LAST
for k in 20 90 400; do
  web --clock $k
  cap ntlm/http-ntlm-clock-$k.pcap; curlq --ntlm -u "$U" http://$W/ntlm; done_
  stop $LAST
done
openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=$W -addext "subjectAltName=DNS:$W" -keyout "$T/web.key" -out "$T/web.pem" 2>/dev/null
bg $S $PY "$HERE/webserver.py" --port 443 --cert "$T/web.pem" --key "$T/web.key"; port 192.0.2.11 443
cap ntlm/https-ntlm-nokeys.pcap; curlq -k --ntlm -u "$U" https://$W/ntlm; done_
