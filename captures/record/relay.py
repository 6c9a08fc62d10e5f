#!/usr/bin/env python3
"""A wire with faults between two interfaces (AF_PACKET), for kernels without netem and 802.1Q:
relay.py IF_A IF_B loss    - of the frames from B that carry data some are dropped, sent twice or held back (fixed pattern)
relay.py IF_A IF_B tag N   - frames from A get an 802.1Q tag N, frames from B (tagged) lose it"""
import select, socket, struct, sys
a, b = (socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) for _ in "ab")
a.bind((sys.argv[1], 0)), b.bind((sys.argv[2], 0))
mode, held, n = sys.argv[3], None, 0
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23
for s in a, b:
    s.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
while True:
    for s in select.select([a, b], [], [], 0.05)[0] or [None]:
        if s is None:                       # nothing more came: let the held frame go
            if held:
                a.send(held)
            held = None
            continue
        f = s.recv(65535)
        if mode == "tag":
            if s is a:
                b.send(f[:12] + struct.pack(">HH", 0x8100, int(sys.argv[4])) + f[12:])
            else:
                a.send(f[:12] + f[16:] if f[12:14] == b"\x81\0" else f)
            continue
        if s is a:
            b.send(f)
            continue
        tcp = f[12:14] == b"\x08\0" and f[23] == 6
        n += tcp
        if tcp and n % 7 == 3:
            continue                        # lost
        if tcp and n % 5 == 0 and held is None:
            held = f                        # overtaken by the next one
            continue
        a.send(f)
        if tcp and n % 6 == 4:
            a.send(f)                       # twice
        if held:
            a.send(held)
            held = None
