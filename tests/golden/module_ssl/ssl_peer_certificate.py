# getpeercert(): the certificate as a dict, in DER, and the chains.
import ssl
import _ssl
from _tls import Pair, cert, contexts

pair = Pair(*contexts()).handshake()
info = pair.client.getpeercert()
for key in info:
    print(key, info[key])
der = pair.client.getpeercert(True)
print(ssl.DER_cert_to_PEM_cert(der) in open(cert("keycert3.pem")).read(), pair.server.getpeercert())
chain = pair.client._sslobj.get_verified_chain()
print(len(chain), [c.get_info()["subject"][-1] for c in chain], chain[0].public_bytes(_ssl.ENCODING_DER) == der)
print(chain[0] == pair.client._sslobj.get_unverified_chain()[0], hash(chain[0]) == hash(chain[0]), chain[0] == chain[1], chain[0])
names = _ssl._test_decode_cert(cert("allsans.pem"))["subjectAltName"]
print(*names, sep="\n")
# expect: subject ((('countryName', 'XY'),), (('localityName', 'Castle Anthrax'),), (('organizationName', 'Python Software Foundation'),), (('commonName', 'localhost'),))
# expect: issuer ((('countryName', 'XY'),), (('organizationName', 'Python Software Foundation CA'),), (('commonName', 'our-ca-server'),))
# expect: version 3
# expect: serialNumber CB2D80995A69525C
# expect: notBefore Aug 29 14:23:16 2018 GMT
# expect: notAfter Oct 28 14:23:16 2525 GMT
# expect: subjectAltName (('DNS', 'localhost'),)
# expect: OCSP ('http://testca.pythontest.net/testca/ocsp/',)
# expect: caIssuers ('http://testca.pythontest.net/testca/pycacert.cer',)
# expect: crlDistributionPoints ('http://testca.pythontest.net/testca/revocation.crl',)
# expect: True None
# expect: 2 [(('commonName', 'localhost'),), (('commonName', 'our-ca-server'),)] True
# expect: True True False <_ssl.Certificate 'CN=localhost,O=Python Software Foundation,L=Castle Anthrax,C=XY'>
# expect: ('DNS', 'allsans')
# expect: ('othername', '<unsupported>')
# expect: ('othername', '<unsupported>')
# expect: ('email', 'user@example.org')
# expect: ('DNS', 'www.example.org')
# expect: ('DirName', ((('countryName', 'XY'),), (('localityName', 'Castle Anthrax'),), (('organizationName', 'Python Software Foundation'),), (('commonName', 'dirname example'),)))
# expect: ('URI', 'https://www.python.org/')
# expect: ('IP Address', '127.0.0.1')
# expect: ('IP Address', '0:0:0:0:0:0:0:1')
# expect: ('Registered ID', '1.2.3.4.5')
