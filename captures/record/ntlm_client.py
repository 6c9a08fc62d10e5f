#!/usr/bin/env python3
"""HTTP client with impacket's NTLM: ntlm_client.py HOST PORT PATH v1|v1ess|v2|type1 [REQUESTS]

v1ess: NTLMv1 with extended session security, as impacket makes it when NTLMv2 is off; type1: stop after the challenge."""
import base64, http.client, sys
from impacket import ntlm

host, port, path, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
n = int(sys.argv[5]) if len(sys.argv) > 5 else 1
ntlm.USE_NTLMv2 = mode == "v2"
c = http.client.HTTPConnection(host, port)
H = {"Host": host, "User-Agent": "impacket"}


def get(token=None):
    c.request("GET", path, headers=dict(H, **({"Authorization": "NTLM " + base64.b64encode(token).decode()} if token else {})))
    r = c.getresponse()
    r.read()
    print(path, r.status)
    return r


t1 = ntlm.getNTLMSSPType1("WKS101", "CORVID", use_ntlmv2=mode == "v2")
t2 = base64.b64decode(get(t1.getData()).getheader("WWW-Authenticate").split()[1])
if mode != "type1":
    t3, _ = ntlm.getNTLMSSPType3(t1, t2, "mona", "Nightjar#42", "CORVID", use_ntlmv2=mode == "v2")
    get(t3.getData())
    for _ in range(n - 1):
        get()
