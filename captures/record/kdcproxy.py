#!/usr/bin/env python3
"""A KDC in front of the real one (UDP, port 88 of 192.0.2.5): passes on what it gets, but answers a TGS-REQ whose service
name holds a given word with a KRB-ERROR of its own: kdcproxy.py BACKEND_PORT WORD=CODE ...   (codes MIT's KDC never sends)
WORD=eN: pass on, but say etype N in the ticket (what a KDC with DES keys would say; clients cannot read into a ticket)"""
import datetime, socket, sys
from impacket.krb5.asn1 import KRB_ERROR
from pyasn1.codec.der.encoder import encode

back, rules = int(sys.argv[1]), [r.split("=") for r in sys.argv[2:]]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2.5", 88))
while True:
    m, who = s.recvfrom(65535)
    hit = [c for w, c in rules if w.encode() in m]
    if m[:1] == b"\x6c" and hit and hit[0][0] != "e":
        e = KRB_ERROR()
        now = datetime.datetime.utcnow()
        e["pvno"], e["msg-type"], e["stime"], e["susec"] = 5, 30, now.strftime("%Y%m%d%H%M%SZ"), now.microsecond
        e["error-code"], e["realm"] = int(hit[0]), "CORVID.EXAMPLE"
        e["sname"]["name-type"] = 3
        for i, n in enumerate(("HTTP", [w for w, c in rules if w.encode() in m][0] + ".corvid.example")):
            e["sname"]["name-string"][i] = n
        s.sendto(encode(e), who)
        continue
    b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    b.settimeout(3)
    b.sendto(m, ("127.0.0.1", back))
    r = b.recv(65535)
    if r[:1] == b"\x6d" and hit:
        t = r.index(b"\x61\x82")         # the ticket
        r = r[:t] + r[t:].replace(b"\xa0\3\2\1\x12", b"\xa0\3\2\1" + bytes([int(hit[0][1:])]), 1)
    s.sendto(r, who)
