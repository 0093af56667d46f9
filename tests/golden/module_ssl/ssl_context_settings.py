# Settings of a context: what they are at first, what may be set, and what may not.
import ssl
import warnings
from _tls import cert

client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
for c in client, server:
    print(c.verify_mode.name, c.check_hostname, c.minimum_version.name, c.maximum_version.name, c.num_tickets, c.post_handshake_auth, c.verify_flags.name)
    print(ssl.OP_NO_SSLv3 in c.options, ssl.OP_NO_COMPRESSION in c.options, ssl.OP_NO_TICKET in c.options, c.cert_store_stats())
client.load_verify_locations(cert("pycacert.pem"))
client.load_verify_locations(cadata=open(cert("keycert.pem")).read().partition("-----END PRIVATE KEY-----\n")[2])
print(client.cert_store_stats(), [c["subject"][-1] for c in client.get_ca_certs()], len(client.get_ca_certs(True)[0]))
client.minimum_version = ssl.TLSVersion.TLSv1_3
client.maximum_version = ssl.TLSVersion.TLSv1_3
client.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
client.options |= ssl.OP_NO_TICKET
print(client.minimum_version.name, client.verify_flags & ssl.VERIFY_CRL_CHECK_LEAF != 0, ssl.OP_NO_TICKET in client.options)
server.num_tickets = 4
server.check_hostname = True
print(server.num_tickets, server.verify_mode.name)
server.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
print([c["name"] for c in server.get_ciphers() if c["protocol"] != "TLSv1.3"])
for name, value in (("verify_mode", 0), ("verify_mode", 7), ("num_tickets", 1), ("minimum_version", 5), ("sni_callback", print), ("options", -1), ("_msg_callback", 5)):
    try:
        setattr(client, name, value)
    except (ValueError, TypeError) as e:
        print(name, type(e).__name__, e)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    old = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    client.options |= ssl.OP_NO_TLSv1
    client.minimum_version = ssl.TLSVersion.TLSv1_1
    print(*[w.message for w in seen], sep="\n")
try:
    old.minimum_version = ssl.TLSVersion.TLSv1_2
except ValueError as e:
    print(e)
# expect: CERT_REQUIRED True MINIMUM_SUPPORTED MAXIMUM_SUPPORTED 2 False VERIFY_X509_TRUSTED_FIRST
# expect: True True False {'x509': 0, 'crl': 0, 'x509_ca': 0}
# expect: CERT_NONE False MINIMUM_SUPPORTED MAXIMUM_SUPPORTED 2 False VERIFY_X509_TRUSTED_FIRST
# expect: True True False {'x509': 0, 'crl': 0, 'x509_ca': 0}
# expect: {'x509': 2, 'crl': 0, 'x509_ca': 1} [(('commonName', 'our-ca-server'),)] 1158
# expect: TLSv1_3 True True
# expect: 4 CERT_REQUIRED
# expect: ['ECDHE-RSA-AES128-GCM-SHA256']
# expect: verify_mode ValueError Cannot set verify_mode to CERT_NONE when check_hostname is enabled.
# expect: verify_mode ValueError invalid value for verify_mode
# expect: num_tickets ValueError SSLContext is not a server context.
# expect: minimum_version ValueError Unsupported TLS/SSL version 0x5
# expect: sni_callback ValueError sni_callback cannot be set on TLS_CLIENT context
# expect: options ValueError Cannot convert negative int
# expect: _msg_callback TypeError 5 is not callable.
# expect: ssl.PROTOCOL_TLSv1_2 is deprecated
# expect: ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated
# expect: ssl.TLSVersion.TLSv1_1 is deprecated
# expect: The context's protocol doesn't support modification of highest and lowest version.
