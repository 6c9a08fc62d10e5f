#!/usr/bin/env python3
"""Derives captures from ../ntlm/ntlm-tcp-ok.pcap that nobody would record: signed SIP messages changed on their way.

Each is the recording with a few bytes replaced by as many others (TCP checksums put right), or with a packet doubled.
Run in this folder; writes to ../sip.
"""
import struct

SOURCE = '../ntlm/ntlm-tcp-ok.pcap'


def packets():
    data = open(SOURCE, 'rb').read()
    head, at, out = data[:24], 24, []
    while at < len(data):
        seconds, micros, kept, length = struct.unpack('<IIII', data[at:at + 16])
        out.append([seconds, micros, bytearray(data[at + 16:at + 16 + kept])])
        at += 16 + kept
    return head, out


def checksum(frame):
    """Puts the TCP checksum of an Ethernet frame with IPv6 right."""
    segment = frame[54:]
    segment[16:18] = b'\0\0'
    text = bytes(frame[22:54]) + struct.pack('>II', len(segment), 6) + bytes(segment) + b'\0' * (len(segment) % 2)
    total = sum(struct.unpack('>%dH' % (len(text) // 2), text))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    segment[16:18] = struct.pack('>H', ~total & 0xffff)
    frame[54:] = segment


def replace(frame, old, new):
    assert len(old) == len(new)
    found = old in frame
    if found:
        frame[:] = frame.replace(old, new)
        checksum(frame)
    return found


def write(name, head, list_):
    with open('../sip/' + name, 'wb') as out:
        out.write(head)
        for seconds, micros, frame in list_:
            out.write(struct.pack('<IIII', seconds, micros, len(frame), len(frame)) + frame)


# A header that the signature covers, one that it does not.
for name, old, new in [('ntlm-covered-changed.pcap', b'Expires: 7200', b'Expires: 7201'),
                       ('ntlm-uncovered-changed.pcap', b'Server: RTC/5.0', b'Server: RTC/5.1')]:
    head, all_ = packets()
    signed = [p for p in all_ if b'snum="1"' in p[2]]
    assert len(signed) == 1 and replace(signed[0][2], old, new), name
    write(name, head, all_)

# The client's third signed message says that it is the second; a packet with a signed message is sent twice.
head, all_ = packets()
assert sum(replace(p[2], b'cnum="3"', b'cnum="2"') for p in all_) == 1
write('ntlm-number-again.pcap', head, all_)
head, all_ = packets()
at = next(n for n, p in enumerate(all_) if b'cnum="4"' in p[2])
seconds, micros, frame = all_[at]
all_.insert(at + 1, [seconds, micros + 1, frame])
write('ntlm-segment-resent.pcap', head, all_)

# The client's fourth signed message and the answer to it lose their signatures.
head, all_ = packets()
at = next(n for n, p in enumerate(all_) if b'cnum="4"' in p[2])
assert replace(all_[at][2], b'Authorization: ', b'Xuthorization: ')
answer = next(p for p in all_[at:] if b'snum="4"' in p[2])
assert replace(answer[2], b'Authentication-Info: ', b'Xuthentication-Info: ')
write('ntlm-unsigned-granted.pcap', head, all_)

# Both sides speak version 3. The text of a signature does not name the version.
head, all_ = packets()
assert sum(replace(p[2], b'version=4', b'version=3') for p in all_) > 3
write('ntlm-version-3.pcap', head, all_)
