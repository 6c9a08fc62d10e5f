#!/usr/bin/env python3
"""A day of one TLS-DSK user ([MS-SIPAE]), which nobody sits through: the packets are written here, the cryptography is real.

Both ends of each inner handshake are OpenSSL (memory BIOs, TLS 1.0, RSA key exchange, client certificate), the records go
into gssapi-data as they come out; the signatures are computed from its key log. Needs python3-cryptography.
Run in this folder; writes ../sip/dsk-life.pcap and ../sip/dsk-life.keys:
  08:59 signs in · 16:54 renews, the session is resumed · 17:30 the server has lost the association, a signed SUBSCRIBE is
  challenged, a third handshake · 18:00 signs out
dsk-life-moved.pcap: the same until 09:05; then another server on the way asks for credentials of its own, and the
association goes on (near miss).
"""
import base64, datetime, hashlib, hmac, os, re, ssl, struct, tempfile
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

REALM, TARGET, USER = "SIP Communications Service", "pool01.corvid.example", "mona.reyes@corvid.example"
DAY = datetime.datetime(2026, 11, 23, tzinfo=datetime.timezone.utc)
AGENT = "UCCAPI/16.0.4405.1000 OC/16.0.4405.1000 (Skype for Business)"


def certificate(name, issuer=None, days=180, ca=False):
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by, signer = issuer or (subject, key)
    made = x509.CertificateBuilder(by, subject, key.public_key(), x509.random_serial_number(),
                                   DAY - datetime.timedelta(days=1), DAY + datetime.timedelta(days=days - 1))
    made = made.add_extension(x509.BasicConstraints(ca, None), True)
    if "." in name and "@" not in name:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
    return made.sign(signer, hashes.SHA256()), key, subject


def pem(folder, name, cert, key):
    path = os.path.join(folder, name)
    with open(path, "wb") as out:
        out.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        out.write(cert.public_bytes(serialization.Encoding.PEM))
    return path


def old(context):
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("AES128-SHA:@SECLEVEL=0")
    context.options |= ssl.OP_NO_TICKET
    return context


def prf(secret, label, seed, length):
    def expand(hash_, half):
        out, a = b"", label + seed
        while len(out) < length:
            a = hmac.new(half, a, hash_).digest()
            out += hmac.new(half, a + label + seed, hash_).digest()
        return out[:length]
    half = (len(secret) + 1) // 2
    return bytes(x ^ y for x, y in zip(expand("md5", secret[:half]), expand("sha1", secret[-half:])))


class Ends:
    """The two certificates and contexts, and the key log."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        cert, key, name = certificate("Communications Server", days=3650, ca=True)
        anchor = os.path.join(self.folder, "ca.pem")
        open(anchor, "wb").write(cert.public_bytes(serialization.Encoding.PEM))
        server, client = (certificate(n, (name, key), d) for n, d in [(TARGET, 730), (USER, 180)])
        self.server = old(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        self.server.load_cert_chain(pem(self.folder, "server.pem", *server[:2]))
        self.server.load_verify_locations(anchor)
        self.server.verify_mode = ssl.CERT_REQUIRED
        self.client = old(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        self.client.load_cert_chain(pem(self.folder, "client.pem", *client[:2]))
        self.client.load_verify_locations(anchor)
        self.log, self.kept = os.path.join(self.folder, "keys"), []
        self.client.keylog_filename = self.log


def handshake(ends, session=None):
    """The flights, the side that sends each, the signing keys, and the session."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ends.client.wrap_bio(to_client, to_server, server_hostname=TARGET, session=session)
    server = ends.server.wrap_bio(to_server, to_client, server_side=True)
    # A session of which one end is gone without a farewell is not resumed.
    ends.kept.append((client, server))
    flights = []
    done = [False, False]
    while not all(done):
        for at, (side, out, into) in enumerate([(client, to_server, to_server), (server, to_client, to_client)]):
            if not done[at]:
                try:
                    side.do_handshake()
                    done[at] = True
                except ssl.SSLWantReadError:
                    pass
            if out.pending:
                bytes_ = out.read()
                flights.append((at, bytes_))
                into.write(bytes_)
    randoms = [re.search(rb"\x16\x03\x01..%c...\x03\x01(.{32})" % kind, b"".join(f for a, f in flights if a == kind - 1), re.S).group(1)
               for kind in (1, 2)]
    line = [l for l in open(ends.log) if l.startswith("CLIENT_RANDOM " + randoms[0].hex())][-1]
    material = prf(bytes.fromhex(line.split()[2]), b"client EAP encryption", b"".join(randoms), 128)
    assert session is None or client.session_reused
    return flights, material[64:96], material[96:128], client.session


class Capture:
    """Two ends over one TCP connection, in a file."""

    def __init__(self, path):
        self.out = open(path, "wb")
        self.out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        self.next, self.time = [0x1000, 0x2000], 0.0
        self.packet(0, 0x02)
        self.packet(1, 0x12)
        self.packet(0, 0x10)

    def packet(self, by, flags, data=b""):
        hosts, ports = [bytes([192, 0, 2, 50]), bytes([192, 0, 2, 10])], [50100, 5060]
        tcp = struct.pack(">HHIIBBHHH", ports[by], ports[1 - by], self.next[by], self.next[1 - by] if flags & 0x10 else 0, 0x50, flags, 64240, 0, 0) + data
        pseudo = hosts[by] + hosts[1 - by] + struct.pack(">HH", 6, len(tcp))
        tcp = tcp[:16] + struct.pack(">H", sum16(pseudo + tcp)) + tcp[18:]
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0) + hosts[by] + hosts[1 - by]
        ip = ip[:10] + struct.pack(">H", sum16(ip)) + ip[12:]
        frame = bytes([2, 0, 0, 0, 0, 2 - by]) + bytes([2, 0, 0, 0, 0, 1 + by]) + b"\x08\x00" + ip + tcp
        moment = DAY.timestamp() + 8 * 3600 + 59 * 60 + self.time
        self.out.write(struct.pack("<IIII", int(moment), int(moment % 1 * 1e6), len(frame), len(frame)) + frame)
        self.next[by] += len(data) + (flags & 3 > 0)
        self.time += 0.004

    def say(self, by, text):
        data = text.encode()
        for at in range(0, len(data), 1400):
            self.packet(by, 0x18, data[at:at + 1400])
        self.packet(1 - by, 0x10)

    def close(self):
        self.packet(0, 0x11)
        self.packet(1, 0x11)
        self.packet(0, 0x10)
        self.out.close()


def sum16(data):
    total = sum(struct.unpack(">%dH" % ((len(data) + 1) // 2), data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class User:
    def __init__(self, ends, capture):
        self.ends, self.capture, self.cseq, self.numbers, self.opaque, self.session = ends, capture, 0, [0, 0], None, None
        self.made = 0

    def covered(self, by, rand, status=""):
        parts = ["TLS-DSK", rand, str(self.numbers[by]), REALM, TARGET, self.call, str(self.cseq), self.method, "sip:" + USER, self.tag,
                 "sip:" + USER, self.to if by else "", "", "", self.expires] + ([status] if status else [])
        return "".join("<%s>" % p for p in parts).encode()

    def sign(self, by, status=""):
        self.numbers[by] += 1
        rand = os.urandom(4).hex()
        value = hmac.new(self.keys[by], self.covered(by, rand, status), "sha1").hexdigest()
        names = ("srand", "snum", "rspauth") if by else ("crand", "cnum", "response")
        return 'opaque="%s", ' % self.opaque + '%s="%s", %s="%d", %s="%s"' % (names[0], rand, names[1], self.numbers[by], names[2], value)

    def ask(self, method, credential=None, signed=False, expires=None, call="a7c1f0d2e9b84c55"):
        self.cseq, self.method, self.call, self.expires = self.cseq + 1, method, call, "" if expires is None else str(expires)
        self.tag = "%010d" % (self.cseq * 7919)
        if signed:
            credential = self.sign(0)
        lines = ["%s sip:%s SIP/2.0" % (method, "corvid.example" if method == "REGISTER" else USER),
                 "Via: SIP/2.0/TCP 192.0.2.50:50100;branch=z9hG4bK%08X" % self.cseq, "Max-Forwards: 70",
                 "From: <sip:%s>;tag=%s;epid=ce6360536420" % (USER, self.tag), "To: <sip:%s>" % USER, "Call-ID: " + call,
                 "CSeq: %d %s" % (self.cseq, method), "Contact: <sip:192.0.2.50:50100;transport=tcp>", "User-Agent: " + AGENT]
        lines += ["Expires: %d" % expires] if expires is not None else []
        lines += ["Event: vnd-microsoft-roaming-self"] if method == "SUBSCRIBE" else []
        if credential:
            lines.append('Authorization: TLS-DSK qop="auth", realm="%s", targetname="%s", version=4, %s' % (REALM, TARGET, credential))
        self.capture.say(0, "\r\n".join(lines + ["Content-Length: 0"]) + "\r\n\r\n")

    def told(self, status, *lines, signed=False, expires=None):
        self.to, self.expires = "8CF0C82839294ACEA3A4A528F2ACC3A4", "" if expires is None else str(expires)
        lines = list(lines) + (["Expires: %d" % expires] if expires is not None else [])
        if signed:
            lines.append('Authentication-Info: TLS-DSK qop="auth", realm="%s", targetname="%s", version=4, %s' % (REALM, TARGET, self.sign(1, status[:3])))
        head = ["SIP/2.0 " + status, "Via: SIP/2.0/TCP 192.0.2.50:50100;branch=z9hG4bK%08X" % self.cseq,
                "From: <sip:%s>;tag=%s;epid=ce6360536420" % (USER, self.tag), "To: <sip:%s>;tag=%s" % (USER, self.to), "Call-ID: " + self.call,
                "CSeq: %d %s" % (self.cseq, self.method), "Server: RTC/6.0"]
        self.capture.say(1, "\r\n".join(head + lines + ["Content-Length: 0"]) + "\r\n\r\n")

    def challenge(self, *lines, target=TARGET, proxy=False):
        name = "Proxy-Authenticate" if proxy else "WWW-Authenticate"
        offers = ['%s: %s realm="%s", targetname="%s", version=4%s' % (name, scheme, REALM, prefix + target, more) for scheme, prefix, more in
                  [("NTLM", "", ""), ("Kerberos", "sip/", ""), ("TLS-DSK", "", ', sts-uri="https://%s/CertProv/CertProvisioningService.svc"' % target)]]
        self.told("407 Proxy Authentication Required" if proxy else "401 Unauthorized", *offers, *lines)

    def associate(self):
        """The challenge, the handshake and the first signed REGISTER."""
        self.ask("REGISTER")
        self.challenge()
        self.made += 1
        flights, *self.keys, self.session = handshake(self.ends, self.session)
        self.opaque, self.numbers, first = "%08X" % (0x5A0B3000 + self.made), [0, 0], True
        for by, data in flights:
            token = 'gssapi-data="%s"' % base64.b64encode(data).decode()
            if by:
                self.told("401 Unauthorized", 'WWW-Authenticate: TLS-DSK opaque="%s", %s, targetname="%s", realm="%s", version=4' % (self.opaque, token, TARGET, REALM))
            else:
                self.ask("REGISTER", token if first else 'opaque="%s", %s' % (self.opaque, token))
                first = False
        if flights[-1][0] == 0:
            self.told("401 Unauthorized", 'WWW-Authenticate: TLS-DSK opaque="%s", gssapi-data="", targetname="%s", realm="%s", version=4' % (self.opaque, TARGET, REALM))
        self.ask("REGISTER", signed=True, expires=7200)
        self.told("200 OK", signed=True, expires=7200)

    def until(self, hour, minute):
        self.capture.time = (hour - 8) * 3600 + (minute - 59) * 60.0


def morning(capture):
    user = User(ENDS, capture)
    user.associate()
    user.ask("SUBSCRIBE", signed=True, call="b1")
    user.told("200 OK", signed=True)
    return user


ENDS = Ends()
user = morning(Capture("../sip/dsk-life.pcap"))
for hour in range(10, 17):
    user.until(hour, 20)
    user.ask("REGISTER", signed=True, expires=7200)
    user.told("200 OK", signed=True, expires=7200)
user.until(16, 54)
user.associate()
user.until(17, 30)
user.ask("SUBSCRIBE", signed=True, call="b2")
user.challenge()
user.session = None
user.associate()
user.until(18, 0)
user.ask("REGISTER", signed=True, expires=0)
user.told("200 OK", signed=True, expires=0)
user.capture.close()
names = open(ENDS.log).read()
with open("../sip/dsk-life.keys", "w") as out:
    out.write(names)
# A server on the way that knows the client not yet: what it asks for says nothing of the association with the registrar.
user = morning(Capture("../sip/dsk-life-moved.pcap"))
user.until(9, 5)
user.ask("SUBSCRIBE", signed=True, call="b2")
user.challenge(target="edge01.corvid.example", proxy=True)
user.until(9, 6)
user.ask("SUBSCRIBE", signed=True, call="b3")
user.told("200 OK", signed=True)
user.capture.out.close()
