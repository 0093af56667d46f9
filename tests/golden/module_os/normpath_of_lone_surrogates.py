# Text that is no file name is normalised like any other.
import os
print(ascii(os.path.normpath("a/\ud800//../\udcff/./x\ud800/")), ascii(os.path.normpath("\u00e9/..")), os.path.normpath(b"//a/..//\xff/"))
# expect: 'a/\udcff/x\ud800' '.' b'//\xff'
