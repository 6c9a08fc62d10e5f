#!/usr/bin/env python3
"""Staged SIP registrar, UDP and TCP: sipserver.py [ADDR]. The user part of the address says what happens:
mona: Digest 401, then 200 if the answer is right   basic: Basic 401   ntlm: offers NTLM and Kerberos only, never more
gone: 404   barred: 403   plain: 200 at once. A Date header shifted by N seconds is sent to users named clockN."""
import hashlib, os, re, socket, socketserver, sys, threading, time
from email.utils import formatdate

ADDR = sys.argv[1] if len(sys.argv) > 1 else "192.0.2.10"
PASSWORD = {"mona": "Nightjar#42"}
LONG = {"v": "via", "f": "from", "t": "to", "i": "call-id", "l": "content-length", "m": "contact"}
md5 = lambda s: hashlib.md5(s.encode()).hexdigest()


def answer(text):
    first, *lines = re.sub(r"\r\n[ \t]+", " ", text.split("\r\n\r\n")[0]).split("\r\n")
    h = {}
    for l in lines:
        k, sep, v = l.partition(":")
        if sep:
            k = LONG.get(k.strip().lower(), k.strip().lower())
            h.setdefault(k, []).append(v.strip())
    method = first.split()[0]
    user = re.search(r"sips?:([^@;>]+)@", h["to"][0])
    user, extra, auth = user[1] if user else "", [], h.get("authorization", [""])[0]
    code, extra = "200 OK", ["Contact: " + c + ";expires=600" for c in h.get("contact", [])]
    if user == "gone":
        code, extra = "404 Not Found", ['ms-diagnostics: 4005;reason="Destination URI either not enabled for SIP or does not exist";source="pool01.corvid.example"']
    elif user == "barred":
        code, extra = "403 Forbidden", ['ms-diagnostics: 4006;reason="User is not allowed to sign in";source="pool01.corvid.example"']
    elif user == "ntlm":
        code, extra = "401 Unauthorized", ['WWW-Authenticate: %s realm="SIP Communications Service", targetname="%s", version=4' % (o, "pool01.corvid.example" if o == "NTLM" else "sip/pool01.corvid.example")
                                           for o in ("NTLM", "Kerberos")]
    elif user == "basic" and not auth.startswith("Basic"):
        code, extra = "401 Unauthorized", ['WWW-Authenticate: Basic realm="corvid.example"']
    elif user.startswith("clock"):
        extra.append("Date: " + formatdate(time.time() + int(user[5:]), usegmt=True))
    elif user == "mona":
        a = dict(re.findall(r'(\w+)="?([^",]+)', auth))
        ha1 = md5("%s:corvid.example:%s" % (a.get("username", "").split("@")[0], PASSWORD["mona"]))
        if a.get("response") != md5(":".join([ha1, a.get("nonce", ""), md5(method + ":" + a.get("uri", ""))])):
            code, extra = "401 Unauthorized", ['WWW-Authenticate: Digest realm="corvid.example", nonce="%s", algorithm=MD5' % os.urandom(8).hex()]
    head = ["SIP/2.0 " + code] + ["Via: " + v for v in h["via"]]
    head += ["From: " + h["from"][0], "To: " + h["to"][0] + ";tag=7f3a", "Call-ID: " + h["call-id"][0], "CSeq: " + h["cseq"][0]]
    return ("\r\n".join(head + extra + ["Server: RTC/6.0", "Content-Length: 0"]) + "\r\n\r\n").encode()


class Tcp(socketserver.BaseRequestHandler):
    def read(self):
        try:
            return self.request.recv(65536)
        except ConnectionResetError:
            return b""

    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        buf = b""
        while data := self.read():
            buf += data
            out = b""
            while True:
                while buf.startswith(b"\r\n"):                 # keep-alive: double CRLF is answered with one
                    out += b"\r\n" if buf.startswith(b"\r\n\r\n") else b""
                    buf = buf[4:] if buf.startswith(b"\r\n\r\n") else buf[2:]
                end = buf.find(b"\r\n\r\n")
                if end < 0:
                    break
                m = re.search(rb"\r\n(?:l|content-length)[ \t]*:\s*(\d+)", buf[:end + 2], re.I)
                n = end + 4 + (int(m[1]) if m else 0)
                if len(buf) < n:
                    break
                if not buf.startswith(b"SIP/2.0"):
                    out += answer(buf[:n].decode("latin1"))
                buf = buf[n:]
            if out:
                self.request.sendall(out)


class Srv(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    address_family = socket.AF_INET6 if ":" in ADDR else socket.AF_INET


threading.Thread(target=Srv((ADDR, 5060), Tcp).serve_forever, daemon=True).start()
s = socket.socket(Srv.address_family, socket.SOCK_DGRAM)
s.bind((ADDR, 5060))
while True:
    data, who = s.recvfrom(65535)
    if data.strip() and not data.startswith(b"SIP/2.0"):
        s.sendto(answer(data.decode("latin1")), who)
