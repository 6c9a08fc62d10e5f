#!/usr/bin/env python3
"""SSL 3.0 by tlslite-ng, the last of the libraries at hand that speaks it: ssl3.py server KEY CERT | client, on 192.0.2.11:443.
The client asks for a page with Basic, once with each suite; then once more with the session of the first."""
import socket, sys
from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

AT = ("192.0.2.11", 443)
SUITES = [("rc4", "md5"), ("rc4", "sha"), ("3des", "sha"), ("aes128", "sha"), ("aes256", "sha")]
ASK = b"GET /basic HTTP/1.1\r\nHost: pool01-web.corvid.example\r\nAuthorization: Basic bW9uYTpOaWdodGphciM0Mg==\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nnested"


def settings(ciphers, macs):
    s = HandshakeSettings()
    s.minVersion = s.maxVersion = (3, 0)
    s.cipherNames, s.macNames, s.keyExchangeNames = ciphers, macs, ["rsa"]
    s.minKeySize = 1024
    return s


def until(c, end):
    """Reads until this was said: the ciphers of blocks send the first byte in a record of its own."""
    said = b""
    while not said.endswith(end):
        said += bytes(c.recv(4096))
    return said


if sys.argv[1] == "server":
    from tlslite.api import SessionCache

    chain, cache = X509CertChain(), SessionCache()
    chain.parsePemList(open(sys.argv[3]).read())
    key = parsePEMKey(open(sys.argv[2]).read(), private=True)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(AT)
    listener.listen()
    while True:
        c = TLSConnection(listener.accept()[0])
        c.handshakeServer(certChain=chain, privateKey=key, sessionCache=cache,
                          settings=settings([c for c, _ in SUITES], ["md5", "sha"]))
        until(c, b"\r\n\r\n")
        c.sendall(ANSWER)
        c.close()
session = None
for cipher, mac in SUITES + SUITES[:1]:
    s = socket.create_connection(AT)
    c = TLSConnection(s)
    c.handshakeClientCert(settings=settings([cipher], [mac]), session=session if cipher == "rc4" and mac == "md5" else None)
    session = session or c.session
    c.sendall(ASK)
    print(cipher, mac, c.resumed, until(c, b"nested")[-6:])
    c.close()
