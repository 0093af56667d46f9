# Functions of the module, and constants.
import _ssl
import ssl

print(_ssl.txt2obj("1.3.6.1.5.5.7.3.1"), _ssl.txt2obj("serverAuth", name=True) == _ssl.nid2obj(129))
print(ssl.Purpose.CLIENT_AUTH, len(ssl.RAND_bytes(7)), ssl.RAND_status(), ssl.RAND_add("x", 1.0), ssl.RAND_add(b"y", 2))
for call in (lambda: _ssl.txt2obj("no such"), lambda: _ssl.nid2obj(-1), lambda: _ssl.nid2obj(0), lambda: ssl.RAND_bytes(-1), lambda: _ssl.txt2obj(5), _ssl.Certificate, _ssl.SSLSession):
    try:
        call()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
print(ssl.get_default_verify_paths().openssl_cafile_env, ssl.OPENSSL_VERSION.startswith("OpenSSL "), len(ssl.OPENSSL_VERSION_INFO), _ssl._DEFAULT_CIPHERS)
print(ssl.HAS_SNI, ssl.HAS_ALPN, ssl.HAS_TLSv1_3, ssl.HAS_SSLv2, ssl.HAS_PSK, ssl.OP_ALL, int(ssl.OP_NO_SSLv3), ssl.PROTOCOL_TLS_SERVER, ssl.CERT_REQUIRED)
# expect: (129, 'serverAuth', 'TLS Web Server Authentication', '1.3.6.1.5.5.7.3.1') True
# expect: Purpose.CLIENT_AUTH 7 True None None
# expect: ValueError unknown object 'no such'
# expect: ValueError NID must be positive.
# expect: ValueError Unknown object
# expect: ValueError num must be positive
# expect: TypeError txt2obj() argument 'txt' must be str, not int
# expect: TypeError cannot create '_ssl.Certificate' instances
# expect: TypeError cannot create '_ssl.SSLSession' instances
# expect: SSL_CERT_FILE True 5 ALL:!COMPLEMENTOFDEFAULT:!eNULL
# expect: True True True False True 2147483728 33554432 17 2
