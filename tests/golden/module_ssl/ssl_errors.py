# The hierarchy of errors, and what they say.
import _ssl
import ssl
from _tls import cert

for t in (ssl.SSLError, ssl.SSLZeroReturnError, ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLSyscallError, ssl.SSLEOFError, ssl.SSLCertVerificationError):
    print(t.__module__, t.__name__, [b.__name__ for b in t.__bases__])
print(ssl.SSLError(1, "text"), repr(ssl.SSLError(1, "text")), ssl.SSLError("alone"), ssl.SSLError(1, "text").strerror)


def attempt(f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except (OSError, ValueError, TypeError, MemoryError) as e:
        print(type(e).__name__, str(e).rpartition(" (_ssl.c:")[0] or str(e), getattr(e, "library", "-"), getattr(e, "reason", "-"))


c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
s = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
attempt(c.load_cert_chain, cert("ssl_cert.pem"), cert("keycert3.pem"))
attempt(c.load_cert_chain, cert("nullcert.pem"))
attempt(c.load_cert_chain, "missing.pem")
attempt(c.load_cert_chain, 5)
attempt(c.load_verify_locations)
attempt(c.load_verify_locations, cadata="none")
attempt(c.load_verify_locations, cadata=b"none")
attempt(c.load_verify_locations, cadata="")
attempt(s.load_dh_params, cert("keycert.pem"))
attempt(c.set_ciphers, "nothing")
attempt(s.set_ecdh_curve, "circle")
attempt(c._wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), True)
attempt(s.wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO())
attempt(c._wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), False, ".dot")
attempt(c.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="x").do_handshake)
attempt(c.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="x").unwrap)
attempt(c.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="x").getpeercert)
attempt(_ssl._SSLContext, 99)
# expect: ssl SSLError ['OSError']
# expect: ssl SSLZeroReturnError ['SSLError']
# expect: ssl SSLWantReadError ['SSLError']
# expect: ssl SSLWantWriteError ['SSLError']
# expect: ssl SSLSyscallError ['SSLError']
# expect: ssl SSLEOFError ['SSLError']
# expect: ssl SSLCertVerificationError ['SSLError', 'ValueError']
# expect: text SSLError(1, 'text') ('alone',) text
# expect: SSLError [X509: KEY_VALUES_MISMATCH] key values mismatch X509 KEY_VALUES_MISMATCH
# expect: SSLError [SSL] PEM lib SSL None
# expect: FileNotFoundError [Errno 2] No such file or directory - -
# expect: TypeError certfile should be a valid filesystem path - -
# expect: TypeError cafile, capath and cadata cannot be all omitted - -
# expect: SSLError no start line: cadata does not contain a certificate None None
# expect: SSLError not enough data: cadata does not contain a certificate None None
# expect: ValueError Empty certificate data - -
# expect: SSLError [PEM: NO_START_LINE] no start line PEM NO_START_LINE
# expect: SSLError ('No cipher can be selected.',) - -
# expect: ValueError unknown elliptic curve name 'circle' - -
# expect: SSLError Cannot create a server socket with a PROTOCOL_TLS_CLIENT context None None
# expect: SSLError Cannot create a client socket with a PROTOCOL_TLS_SERVER context None None
# expect: ValueError server_hostname cannot be an empty string or start with a leading dot. - -
# expect: SSLWantReadError The operation did not complete (read) None None
# expect: SSLError [SSL: SHUTDOWN_WHILE_IN_INIT] shutdown while in init SSL SHUTDOWN_WHILE_IN_INIT
# expect: ValueError handshake not done yet - -
# expect: ValueError invalid or unsupported protocol version 99 - -
