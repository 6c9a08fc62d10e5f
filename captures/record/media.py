"""Peers for media.sh: the Edge behind a hello that looks like TLS ([MS-TURN] 2.1.1), and a call with RTP and RTCP.

edge ADDR | client ADDR | callee ADDR | caller OWN ADDR
"""
import os
import socket
import struct
import sys
import time

MAGIC = struct.pack('>HHI', 0x000F, 4, 0x72C64BC6)
SERVER_HELLO = bytes.fromhex('160301004a02000046 0301') + os.urandom(32) + b'\x20' + os.urandom(32) + bytes.fromhex('001800') \
    + bytes.fromhex('0e000000')
CLIENT_HELLO = bytes.fromhex('160301002d01000029 0301') + os.urandom(32) + bytes.fromhex('00 0002 0018 0100')


def attribute(kind, value):
    return struct.pack('>HH', kind, len(value)) + value + b'\0' * (-len(value) % 4)


def message(kind, ident, *attributes):
    body = MAGIC + b''.join(attributes)
    return struct.pack('>HH', kind, len(body)) + ident + body


def frame(kind, data):
    return struct.pack('>BBH', kind, 0, len(data)) + data


def read(line, count):
    data = b''
    while len(data) < count:
        more = line.recv(count - len(data))
        if not more:
            raise SystemExit
        data += more
    return data


def read_frame(line):
    kind, _, length = struct.unpack('>BBH', read(line, 4))
    return kind, read(line, length)


def address(ip, port):
    return struct.pack('>BBH', 0, 1, port) + socket.inet_aton(ip)


def edge(own):
    server = socket.create_server((own, 443))
    line, peer = server.accept()
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    read(line, len(CLIENT_HELLO))
    line.sendall(SERVER_HELLO)
    _, first = read_frame(line)
    line.sendall(frame(2, message(0x0113, first[4:20], attribute(9, b'\0\0\4\1Unauthorized'), attribute(0x15, b'"edge"'),
                                  attribute(0x14, b'9e3779b97f4a7c15'))))
    _, second = read_frame(line)
    line.sendall(frame(2, message(0x0103, second[4:20], attribute(1, address(own, 51234)), attribute(0x0D, struct.pack('>I', 600)),
                                  attribute(0x8008, struct.pack('>I', 4)))))
    _, data = read_frame(line)
    line.sendall(frame(3, data[::-1]))
    line.recv(1)


def client(edge_address):
    line = socket.create_connection((edge_address, 443))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.sendall(CLIENT_HELLO)
    read(line, len(SERVER_HELLO))
    version = attribute(0x8008, struct.pack('>I', 4))
    line.sendall(frame(2, message(0x0003, os.urandom(16), version)))
    read_frame(line)
    user = attribute(6, bytes.fromhex('0200002400c00fee') + os.urandom(28))
    line.sendall(frame(2, message(0x0003, os.urandom(16), version, user, attribute(0x8062, b'call-1'), attribute(8, os.urandom(20)))))
    read_frame(line)
    line.sendall(frame(3, b'\x80\x72\0\1' + os.urandom(40)))
    read_frame(line)
    line.close()


def description(own, port):
    return '\r\n'.join([
        'v=0', f'o=- 0 0 IN IP4 {own}', 's=session', f'c=IN IP4 {own}', 'b=CT:99980', 't=0 0',
        f'm=audio {port} RTP/AVP 114 0 13 101',
        f'a=candidate:1 1 UDP 2130706431 10.0.0.17 {port} typ host',
        f'a=candidate:2 1 UDP 1694498815 {own} {port} typ srflx raddr 10.0.0.17 rport {port}',
        'a=ice-ufrag:r4Nd', 'a=ice-pwd:0123456789abcdefghijklmn',
        'a=rtpmap:114 x-msrta/16000', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-16', '',
    ])


def sip(first, own, body=''):
    head = [first, f'Via: SIP/2.0/UDP {own}:5060;branch=z9hG4bK7', 'From: <sip:mona@corvid.example>;tag=1;epid=01',
            'To: <sip:tariq@corvid.example>;tag=2', 'Call-ID: call-1', 'CSeq: 1 INVITE' if 'ACK' not in first else 'CSeq: 1 ACK']
    if body:
        head.append('Content-Type: application/sdp')
    return ('\r\n'.join(head + [f'Content-Length: {len(body)}', '', '']) + body).encode()


def rtp(kind, number, ssrc, data):
    return struct.pack('>BBHII', 0x80, kind, number, number * 160, ssrc) + data


def rtcp(ssrc, other):
    report = struct.pack('>IIIIII', ssrc, 0xE0000000, 0x80000000, 800, 5, 800)
    block = struct.pack('>IIIIII', other, 0x0C000001, 5, 77, 0, 0)
    bandwidth = struct.pack('>HHIIB3x', 1, 16, ssrc, 64000, 100)
    body = report + block + bandwidth
    name = struct.pack('>I', ssrc) + b'\1\4mona' + b'\0\0'
    return struct.pack('>BBH', 0x81, 200, len(body) // 4) + body + struct.pack('>BBH', 0x81, 202, len(name) // 4) + name


def bound(own, port):
    place = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    place.bind((own, port))
    return place


def talk(media, control, to, port, ssrc, other):
    check = struct.pack('>HH', 1, 8) + b'\x21\x12\xa4\x42' + os.urandom(12) + struct.pack('>HHI', 0x24, 4, 1862270975)
    media.sendto(check, (to, port))
    for number in range(1, 5):
        media.sendto(rtp(0 if number < 4 else 13, number, ssrc, os.urandom(160 if number < 4 else 1)), (to, port))
        time.sleep(0.02)
    control.sendto(rtcp(ssrc, other), (to, port + 1))


def callee(own):
    signal, media, control = bound(own, 5060), bound(own, 40000), bound(own, 40001)
    _, peer = signal.recvfrom(4096)
    signal.sendto(sip('SIP/2.0 200 OK', own, description(own, 40000)), peer)
    signal.recvfrom(4096)
    talk(media, control, peer[0], 30000, 0xCAFE0001, 0xDEADBEEF)


def caller(own, to):
    signal, media, control = bound(own, 5060), bound(own, 30000), bound(own, 30001)
    signal.sendto(sip(f'INVITE sip:tariq@{to} SIP/2.0', own, description(own, 30000)), (to, 5060))
    signal.recvfrom(4096)
    signal.sendto(sip(f'ACK sip:tariq@{to} SIP/2.0', own), (to, 5060))
    talk(media, control, to, 40000, 0xDEADBEEF, 0xCAFE0001)
    time.sleep(0.3)


{'edge': edge, 'client': client, 'callee': callee, 'caller': caller}[sys.argv[1]](*sys.argv[2:])
