# A certificate for another name is refused, with the attributes that say why.
import ssl
from _tls import Pair, contexts

for name in "elsewhere", "127.0.0.1":
    pair = Pair(*contexts(), name=name)
    try:
        pair.handshake()
    except ssl.SSLCertVerificationError as e:
        print(e.library, e.reason, e.verify_code, e.errno, isinstance(e, ValueError))
        print(e.verify_message)
        print(str(e).rpartition(" (_ssl.c:")[0])
# expect: SSL CERTIFICATE_VERIFY_FAILED 62 1 True
# expect: Hostname mismatch, certificate is not valid for 'elsewhere'.
# expect: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'elsewhere'.
# expect: SSL CERTIFICATE_VERIFY_FAILED 64 1 True
# expect: IP address mismatch, certificate is not valid for '127.0.0.1'.
# expect: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: IP address mismatch, certificate is not valid for '127.0.0.1'.
