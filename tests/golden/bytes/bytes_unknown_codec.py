b"".decode("nope")
