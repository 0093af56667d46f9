import codecs
d = codecs.getincrementaldecoder("utf-8")("surrogatepass")
print(ascii(d.decode(b"\xed\xa0")), ascii(d.decode(b"\x80", True)))  # expect: '' '\ud800'
