#!/usr/bin/env python3
"""Staged web server: Basic, NTLM, web tickets, SOAP logon. The path says what it asks for (see do_any).

Users and passwords are made up. NTLM answers of version 1, version 1 with ESS and version 2 are really checked."""
import argparse, base64, hashlib, hmac, os, re, socket, ssl, struct, time, zlib
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from impacket import ntlm

USERS = {"mona": "Nightjar#42", "tariq": "Hoopoe!1973"}
p = argparse.ArgumentParser()
p.add_argument("--bind", default="192.0.2.11")
p.add_argument("--port", type=int, default=80)
p.add_argument("--clock", type=int, default=0, help="seconds the server's clock is off (Date and type 2 time)")
p.add_argument("--no-timestamp", action="store_true", help="type 2 without AV pair 7")
p.add_argument("--no-targetinfo", action="store_true", help="type 2 as of an NT4 server: no target info, no ESS")
p.add_argument("--ess-only", action="store_true", help="type 2 with ESS but no target info")
p.add_argument("--single", action="store_true", help="forget the logon after each request")
p.add_argument("--cert"), p.add_argument("--key")
A = p.parse_args()
u = lambda s: s.encode("utf-16le")


def type2():
    chal, dom, info = os.urandom(8), u("CORVID"), b""
    flags = 0x00028205 if A.no_targetinfo or A.ess_only else 0xE2898215
    if A.ess_only:
        flags |= 0x00080000
    if not (A.no_targetinfo or A.ess_only):
        av = [(2, dom), (1, u("WEB01")), (4, u("corvid.example")), (3, u("pool01-web.corvid.example")), (5, u("corvid.example"))]
        if not A.no_timestamp:
            av.append((7, struct.pack("<Q", int((time.time() + A.clock + 11644473600) * 10**7))))
        info = b"".join(struct.pack("<HH", i, len(v)) + v for i, v in av) + bytes(4)
    flags &= ~0x00020000 & 0xFFFFFFFF
    flags |= 0x00010000
    head = b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(dom), len(dom), 56, flags) + chal + bytes(8)
    head += struct.pack("<HHI", len(info), len(info), 56 + len(dom)) + b"\x06\x03\x80\x25\0\0\0\x0f"
    return chal, head + dom + info


def type3_ok(m, chal):
    f = lambda o: m[struct.unpack_from("<I", m, o + 4)[0]:][:struct.unpack_from("<H", m, o)[0]]
    lm, nt, dom, user = f(12), f(20), f(28), f(36)
    enc = "utf-16le" if struct.unpack_from("<I", m, 60)[0] & 1 else "latin1"
    user, dom = user.decode(enc), dom.decode(enc)
    pw = USERS.get(user.split("@")[0].lower())
    if pw is None or not nt:
        return None
    if len(nt) > 24:
        v2 = hmac.new(ntlm.compute_nthash(pw), u(user.upper() + dom), "md5").digest()
        ok = hmac.new(v2, chal + nt[16:], "md5").digest() == nt[:16]
    else:
        c = hashlib.md5(chal + lm[:8]).digest()[:8] if lm[8:] == bytes(16) else chal
        ok = ntlm.ntlmssp_DES_encrypt(ntlm.compute_nthash(pw), c) == nt
    return user if ok else None


def negtokenresp(t):
    """SPNEGO: accept-incomplete, mechanism NTLMSSP, token t."""
    der = lambda tag, v: bytes([tag]) + (bytes([len(v)]) if len(v) < 128 else b"\x82" + struct.pack(">H", len(v))) + v
    oid = bytes.fromhex("060a2b06010401823702020a")
    return der(0xA1, der(0x30, der(0xA0, b"\x0a\x01\x01") + der(0xA1, oid) + der(0xA2, der(4, t))))


class H(BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", "Microsoft-IIS/8.5", ""
    user = chal = None
    log_message = lambda *a: None
    date_time_string = lambda s, t=None: formatdate(time.time() + A.clock, usegmt=True)

    def answer(self, code, body=b"", ctype="text/plain", **h):
        self.send_response(code)
        self.send_header("X-MS-Server-Fqdn", "pool01.corvid.example")
        for k, v in h.items():
            for one in v if isinstance(v, list) else [v]:
                self.send_header(k.replace("_", "-"), one)
        if code not in (204, 304):
            self.send_header("Content-Type", ctype)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and code not in (204, 304):
            self.wfile.write(body)

    def do_any(self):
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, auth = self.path.split("?")[0], self.headers.get("Authorization", "")
        kind, _, cred = auth.partition(" ")
        if path.startswith("/basic"):                       # Basic
            if kind == "Basic":
                name, _, pw = base64.b64decode(cred).decode().partition(":")
                if USERS.get(re.split(r"[\\]", name)[-1].split("@")[0]) == pw:
                    return self.answer(200, b"signed in\n")
            return self.answer(401, b"", WWW_Authenticate='Basic realm="corvid.example"')
        if path.startswith(("/ntlm", "/neg", "/WebTicket/WebTicketService.svc")) and not path.endswith("/Auth"):
            return self.ntlm(kind, cred, ["NTLM"] if not path.startswith("/neg") else ["Negotiate", "NTLM"])
        if path.endswith("/Auth"):                          # UsernameToken in SOAP
            t = re.search(rb"Password Type=\"[^\"]*#(\w+)\">([^<]*)<", data)
            ok = t and (t[1] == b"PasswordDigest" or base64.b64decode(t[2]).decode() in USERS.values())
            if ok:
                return self.answer(200, SOAP % TICKET, "text/xml; charset=utf-8")
            return self.answer(500, SOAP % b"<s:Fault><faultcode>wsse:FailedAuthentication</faultcode><faultstring>no token</faultstring></s:Fault>", "text/xml; charset=utf-8")
        if path.startswith("/ucwa"):                        # web ticket: header, Bearer or query string
            if self.headers.get("X-MS-WebTicket") or kind == "Bearer" or "cwt=" in self.path:
                return self.answer(200, b'{"culture":"en-US","userAgent":"test"}', "application/json")
            return self.answer(401, b"", WWW_Authenticate='MsRtcOAuth href="http://pool01-web.corvid.example/WebTicket/oauthtoken",grant_type="urn:microsoft.rtc:windows,password"')
        if path.startswith("/deflate"):                     # Content-Encoding: deflate (Apache's filter only makes gzip)
            return self.answer(200, zlib.compress(b"a text that is worth compressing\n" * 30), Content_Encoding="deflate")
        self.answer(200, b"".join(b"line %d of a long text\n" % i for i in range(400)) if path.startswith("/long") else b"ok\n")
    do_GET = do_POST = do_HEAD = do_PUT = do_any

    def ntlm(self, kind, cred, offers):
        if kind == "NTLM" or kind == "Negotiate":
            m = base64.b64decode(cred)
            raw = m[m.find(b"NTLMSSP\0"):]
            if raw[8:9] == b"\1":
                self.chal, t2 = type2()
                t2 = negtokenresp(t2) if m[:1] == b"\x60" else t2
                return self.answer(401, b"", WWW_Authenticate=kind + " " + base64.b64encode(t2).decode())
            if raw[8:9] == b"\3" and self.chal:
                self.user, self.chal = type3_ok(raw, self.chal), None
        if self.user:
            who, self.user = self.user, None if A.single else self.user
            return self.answer(200, ("hello %s\n" % who).encode())
        self.answer(401, b"", WWW_Authenticate=offers)


TICKET = b'<RequestSecurityTokenResponse xmlns="http://docs.oasis-open.org/ws-sx/ws-trust/200512"><RequestedSecurityToken>cwt=AAEBHAEFAAAAAAAFFQAAAMadeup</RequestedSecurityToken></RequestSecurityTokenResponse>'
SOAP = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%s</s:Body></s:Envelope>'
ThreadingHTTPServer.address_family = socket.AF_INET6 if ":" in A.bind else socket.AF_INET
srv = ThreadingHTTPServer((A.bind, A.port), H)
if A.cert:
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(A.cert, A.key)
    srv.socket = c.wrap_socket(srv.socket, server_side=True)
srv.serve_forever()
