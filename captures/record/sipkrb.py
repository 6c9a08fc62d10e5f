#!/usr/bin/env python3
"""SIP registrations signed with Kerberos ([MS-SIPAE]), both ends, on MIT's GSS-API.
sipkrb.py server ADDR          keys from KRB5_KTNAME
sipkrb.py client ADDR [FLAG...]   tickets from KRB5CCNAME; flags: mutual (the 200 brings an AP-REP), deleg (the ticket is handed on)"""
import base64, os, re, socket, sys
import gss

SPN, REALM = "sip/pool01.corvid.example", "SIP Communications Service"
FROM, TO = "sip:mona@corvid.example", "sip:mona@corvid.example"


def headers(text):
    return {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in text.split("\r\n")[1:])}


def parameters(value):
    return {k: a or b for k, a, b in re.findall(r'([\w-]+)=(?:"([^"]*)"|([^",\s]+))', value)}


def covered(h, rand, number, status=""):
    """The text of version 4."""
    cseq, method = h["cseq"].split()
    parts = ["Kerberos", rand, number, REALM, SPN, h["call-id"], cseq, method, FROM, "a1b2c3", TO]
    parts += [(re.search(r"tag=(\w+)", h["to"]) or [0, ""])[1], "", "", h.get("expires", "")]
    return "".join("<%s>" % p for p in parts + ([status] if status else [])).encode()


def read(s):
    data = b""
    while b"\r\n\r\n" not in data:
        more = s.recv(65536)
        if not more:
            return ""
        data += more
    return data.decode()


def server(addr):
    listener = socket.create_server((addr, 5060))
    while True:
        s, _ = listener.accept()
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        context, number = None, 0
        while text := read(s):
            h = headers(text)
            auth, answer = parameters(h.get("authorization", "")), b""
            out = ["Via: " + h["via"], "From: " + h["from"], "To: " + h["to"] + ";tag=7f3a", "Call-ID: " + h["call-id"], "CSeq: " + h["cseq"]]
            if auth.get("gssapi-data"):
                context = gss.Context()
                answer = context.accept(base64.b64decode(auth["gssapi-data"]))
            if not context:
                first = "SIP/2.0 401 Unauthorized"
                out += ['WWW-Authenticate: Kerberos realm="%s", targetname="%s", version=4' % (REALM, SPN)]
            else:
                first, number, rand = "SIP/2.0 200 OK", number + 1, os.urandom(4).hex().upper()
                out += ["Contact: " + h["contact"], "Expires: " + h["expires"]]
                sum_ = context.mic(covered(headers("\r\n".join([first] + out)), rand, str(number), "200")).hex()
                token = 'gssapi-data="%s", ' % base64.b64encode(answer).decode() if answer else ""
                out += ['Authentication-Info: Kerberos qop="auth", %sopaque="4A48DAA0", srand="%s", snum="%d", rspauth="%s", targetname="%s", realm="%s", version=4'
                        % (token, rand, number, sum_, SPN, REALM)]
            s.sendall(("\r\n".join([first] + out + ["Server: RTC/6.0", "Content-Length: 0"]) + "\r\n\r\n").encode())


def client(addr, asked):
    s = socket.create_connection((addr, 5060))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    flags = gss.INTEG | gss.REPLAY | (gss.MUTUAL if "mutual" in asked else 0) | (gss.DELEG if "deleg" in asked else 0)
    context, name, number = gss.Context(), SPN + "@CORVID.EXAMPLE", 0
    for cseq in range(1, 5):
        lines = ["REGISTER sip:corvid.example SIP/2.0", "Via: SIP/2.0/TCP %s:%d;branch=z9hG4bK-%d" % (*s.getsockname(), cseq),
                 "From: <%s>;tag=a1b2c3;epid=0123456789" % FROM, "To: <%s>" % TO, "Call-ID: krb-%s" % "-".join(asked or ["plain"]),
                 "CSeq: %d REGISTER" % cseq, "Contact: <sip:mona@%s:%d;transport=tcp>" % s.getsockname(), "Expires: %d" % (0 if cseq == 4 else 600)]
        auth = 'Authorization: Kerberos qop="auth", realm="%s", targetname="%s"' % (REALM, SPN)
        if cseq == 2:
            auth += ', gssapi-data="%s", version=4' % base64.b64encode(context.init(name, flags)).decode()
        if cseq > 2 or cseq == 2 and "mutual" not in asked:
            number, rand = number + 1, os.urandom(4).hex()
            sum_ = context.mic(covered(headers("\r\n".join(lines)), rand, str(number))).hex()
            auth += '%s, crand="%s", cnum="%d", response="%s"' % (', opaque="4A48DAA0"' if cseq > 2 else "", rand, number, sum_)
        s.sendall(("\r\n".join(lines + ([auth] if cseq > 1 else []) + ["User-Agent: UCCAPI/16.0.4405.1000 OC/16.0.4405.1000 (Skype for Business)",
                                                                       "Content-Length: 0"]) + "\r\n\r\n").encode())
        text = read(s)
        print(" ", text.split("\r\n")[0])
        back = parameters(headers(text).get("authentication-info", ""))
        if back.get("gssapi-data"):
            context.init(name, flags, base64.b64decode(back["gssapi-data"]))


if sys.argv[1] == "server":
    server(sys.argv[2])
else:
    client(sys.argv[2], sys.argv[3:])
