print("b\xfccher.example".encode("idna"), b"xn--bcher-kva.example".decode("idna"))  # expect: b'xn--bcher-kva.example' bücher.example
