# SPDX-License-Identifier: MIT
"""OpenSSL's libraries take long to load: only programs that import what needs them pay for it. Two threads may be the first at once."""
import threading


def mapped(name):
    with open("/proc/self/maps") as f:
        return any(name in line.rsplit("/", 1)[-1] for line in f)


assert not mapped("libcrypto.so") and not mapped("libssl.so")
import hashlib

assert hashlib.new("sha256", b"abc").hexdigest().startswith("ba7816bf")
assert mapped("libcrypto.so") and not mapped("libssl.so")
found = []


def look():
    import ssl
    found.append(ssl.create_default_context().minimum_version)


threads = [threading.Thread(target=look) for i in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert len(found) == 3 and mapped("libssl.so")
