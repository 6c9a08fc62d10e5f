"""The few calls of GSS-API that sipkrb.py needs, on MIT's libgssapi_krb5 through ctypes."""
import ctypes as c

lib = c.CDLL("libgssapi_krb5.so.2")


class Oid(c.Structure):
    _fields_ = [("length", c.c_uint32), ("elements", c.c_char_p)]


class Buffer(c.Structure):
    _fields_ = [("length", c.c_size_t), ("value", c.c_void_p)]

    @classmethod
    def of(cls, data):
        kept = c.create_string_buffer(data, len(data))
        made = cls(len(data), c.cast(kept, c.c_void_p))
        made.kept = kept
        return made

    def bytes(self):
        return c.string_at(self.value, self.length) if self.length else b""


KRB5 = Oid(9, bytes.fromhex("2a864886f712010202"))
PRINCIPAL = Oid(10, bytes.fromhex("2a864886f71201020201"))
DELEG, MUTUAL, REPLAY, SEQUENCE, INTEG = 1, 2, 4, 8, 32
minor = c.c_uint32()


def check(major, what):
    if major & 0xFFFF0000:
        raise OSError("%s: %#x %#x" % (what, major, minor.value))
    return major


class Context:
    def __init__(self):
        self.handle = c.c_void_p()

    def init(self, principal, flags, token=b""):
        """The client's token; then, given the answer, nothing."""
        name, out, got = c.c_void_p(), Buffer(), c.c_uint32()
        check(lib.gss_import_name(c.byref(minor), c.byref(Buffer.of(principal.encode())), c.byref(PRINCIPAL), c.byref(name)), "name")
        check(lib.gss_init_sec_context(c.byref(minor), None, c.byref(self.handle), name, c.byref(KRB5), c.c_uint32(flags), c.c_uint32(0),
                                       None, c.byref(Buffer.of(token)) if token else None, None, c.byref(out), c.byref(got), None), "init")
        return out.bytes()

    def accept(self, token):
        """The server's answer, if the client asked for one."""
        out = Buffer()
        check(lib.gss_accept_sec_context(c.byref(minor), c.byref(self.handle), None, c.byref(Buffer.of(token)), None, None, None,
                                         c.byref(out), None, None, None), "accept")
        return out.bytes()

    def mic(self, text):
        out = Buffer()
        check(lib.gss_get_mic(c.byref(minor), self.handle, c.c_uint32(0), c.byref(Buffer.of(text)), c.byref(out)), "mic")
        return out.bytes()
