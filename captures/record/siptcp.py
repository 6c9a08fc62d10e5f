#!/usr/bin/env python3
"""SIP over TCP written by hand: siptcp.py pipelined|keepalive ADDR. Three requests in one segment, or CRLF keep-alives between two."""
import socket, sys, time
mode, addr = sys.argv[1], sys.argv[2]
s = socket.create_connection((addr, 5060))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
me = s.getsockname()
def msg(n, method="REGISTER"):
    return ("%s sip:corvid.example SIP/2.0\r\nVia: SIP/2.0/TCP %s:%d;branch=z9hG4bK-%d\r\nFrom: <sip:plain@corvid.example>;tag=a%d\r\n"
            "To: <sip:plain@corvid.example>\r\nCall-ID: c%d@%s\r\nCSeq: %d %s\r\nMax-Forwards: 70\r\n"
            "Contact: <sip:plain@%s:%d;transport=tcp>\r\nContent-Length: 0\r\n\r\n" % (method, me[0], me[1], n, n, n, me[0], n, method, me[0], me[1])).encode()
if mode == "pipelined":
    s.sendall(msg(1) + msg(2, "OPTIONS") + msg(3))
else:
    for m in (msg(1), b"\r\n\r\n", b"\r\n\r\n", msg(2), b"\r\n"):
        s.sendall(m); time.sleep(0.2)
time.sleep(0.4)
