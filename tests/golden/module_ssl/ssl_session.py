# A session is taken up again.
import ssl
from _tls import Pair, contexts

client, server = contexts()
client.maximum_version = ssl.TLSVersion.TLSv1_2
first = Pair(client, server).handshake()
session = first.client.session
print(first.client.session_reused, session.has_ticket, len(session.id), session.timeout, session.ticket_lifetime_hint, session == first.client.session)
second = Pair(client, server, session=session).handshake()
print(second.client.session_reused, second.client.session == session, second.client.session != session)
print(server.session_stats()["hits"], client.session_stats()["connect_good"])
print(len(second.client.get_channel_binding()), second.client.get_channel_binding() == second.server.get_channel_binding())
for put in (lambda: setattr(second.client, "session", session), lambda: Pair(contexts()[0], server, session=session),
            lambda: setattr(second.server, "session", session), lambda: setattr(second.client, "session", 5), lambda: hash(session)):
    try:
        put()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
# expect: False True 32 7200 7200 True
# expect: True True False
# expect: 1 2
# expect: 12 True
# expect: ValueError Cannot set session after handshake.
# expect: ValueError Session refers to a different SSLContext.
# expect: ValueError Session refers to a different SSLContext.
# expect: TypeError Value is not a SSLSession.
# expect: TypeError unhashable type: '_ssl.SSLSession'
