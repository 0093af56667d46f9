# SPDX-License-Identifier: MIT
# What damaged pickles raise, from bytes and from a file that has nothing but read() and readline().
import io
import pickle


class File:
    def __init__(self, b):
        f = io.BytesIO(b)
        self.read, self.readline = f.read, f.readline


def attempt(f, *args):
    try:
        return "= %r" % (f(*args),)
    except Exception as e:
        return "%s: %s" % (type(e).__name__, e)


for b in [b'', b'.', b'N', b'\x80', b'\x80\x09N.', b'\x95', b'\x95\x10\0\0\0\0\0\0\0N.', b'\x95\xff\xff\xff\xff\xff\xff\xff\xffN.', b'(.', b'(N.', b'0.', b'1.', b'2.', b'(2.','str', b'I', b'Ix\n.', b'I\n.', b'J\1\2', b'L\n.', b'Lx\n.', b'L12L\n.', b'I99999999999999999999\n.', b'F\n.', b'F1.5x\n.', b'G\0',
  b'Sabc\n.', b"S'abc\n.", b"S'\n.", b"S'a\\xzz'\n.", b'T\xff\xff\xff\xff.', b'T\x05\0\0\0ab', b'U\x05ab', b'B\xff\xff\xff\xff', b'C\x05ab', b'X\5\0\0\0ab', b'X\2\0\0\0\xff\xff.', b'\x8d\xff\xff\xff\xff\xff\xff\xff\xff', b'\x8e\xff\xff\xff\xff\xff\xff\xff\xff', b'\x96\xff\xff\xff\xff\xff\xff\xff\xff', b'\x8d\xff\xff\xff\xff\xff\xff\xff\x7f', b'\x8e\xff\xff\xff\xff\xff\xff\xff\x7f', b'h\5.', b'g5\n.', b'gx\n.', b'g-1\n.', b'j\0\0\0\1.', b'j\xff\xff\xff\xff.', b'p5\n.', b'Np-5\n.', b'Npx\n.', b'q\1.', b'\x94.', b'N\x94h\0\x86.',
  b'\x85.', b'\x86.', b'N\x86.', b'(N\x86.', b't.', b'l.', b'd.', b'(Nd.', b'(]Nd.', b'e.', b'Ne.', b'N(Ne.', b'](NNe.', b'N(e.', b'a.', b'Na.', b'NNa.', b'}Na.', b's.', b'NNNs.', b'}(Nu.', b'N(NNu.', b'}(]Nu.', b'N(u.', b'\x90.', b'N(N\x90.', b'\x8f(]\x90.', b'(]\x91.', b'R.', b'NR.', b'NNR.', b'N)R.', b'cbuiltins\nlist\n)R.', b'cbuiltins\nlist\nNR.', b'cbuiltins\nlist\n(I1\ntR.', b'\x81.', b'N)\x81.', b'NN\x81.', b'cbuiltins\nlist\nN\x81.', b'cbuiltins\nlen\n)\x81.', b'cbuiltins\nlist\n)\x81.',b'N)}\x92.', b'cbuiltins\nlist\nN}\x92.', b'cbuiltins\nlist\n)N\x92.', b'cbuiltins\nlist\n)}\x92.', b'b.', b'Nb.', b'NNb.', b'N}b.', b'N]b.', b'NI1\nb.', b']NN\x86b.', b']N]\x86b.', b']N}\x86b.',b']NI1\n\x86b.', b'N}I1\nNsb.', b'cbuiltins\nlist\n}b.',b'cbuiltins\nlist\n}X\1\0\0\0aNsb.',
  b'Pabc\n.', b'P\xff\n.', b'NQ.', b'Q.', b'c\n\n.', b'cos\n\n.', b'cos', b'cos\n', b'cnosuchmod\nx\n.', b'cos\nnosuch\n.', b'\x80\4cos\npath.nosuch\n.', b'\x93.', b'NN\x93.', b'\x8c\2osN\x93.',b'\x82\1.', b'\x82\0.', b'\x83\1\0.', b'\x84\xff\xff\xff\xff.', b'\x84\0\0\0\0.', b'\x97.', b'\x98.', b'N\x98.', b'\x8a\5a', b'\x8b\xff\xff\xff\xff.', b'\x8b\5\0\0\0a', b'\xff.', b'x.', b'\0.', b'\n.', b"'.", b'\\.',
  b'i.', b'(i.', b'(icollections\nOrderedDict\n.', b'(Nicollections\nOrderedDict\n.', b'io\n\n.', b'o.', b'(o.', b'(Ncbuiltins\nlist\no.', b'(cbuiltins\nlist\nNo.',b'(cbuiltins\nlist\no.', b'(No.', b'V\\u12\n.', b'V\xff\n.', b'Vabc', b'N.N.', b'\x95\2\0\0\0\0\0\0\0K.', b'\x95\1\0\0\0\0\0\0\0K\1.',b'\x80\4\x95\3\0\0\0\0\0\0\0K\1.', b'\x95\4\0\0\0\0\0\0\0K\1.', b'\x80\4\x95\5\0\0\0\0\0\0\0]\x95\1\0\0.', b'(\x94.', b'(\x85.', b'N(\x94.']:
    r = attempt(pickle.loads, b)
    print(b, r)
    if isinstance(b, bytes):
        for f in io.BytesIO(b), File(b), io.BufferedReader(io.BytesIO(b)):
            other = attempt(pickle.load, f)
            if other != r:
                print("   ", type(f).__name__, other)

# expect: b'' EOFError: Ran out of input
# expect: b'.' UnpicklingError: unpickling stack underflow
# expect: b'N' EOFError: Ran out of input
# expect: b'\x80' UnpicklingError: pickle data was truncated
# expect: b'\x80\tN.' ValueError: unsupported pickle protocol: 9
# expect: b'\x95' UnpicklingError: pickle data was truncated
# expect: b'\x95\x10\x00\x00\x00\x00\x00\x00\x00N.' UnpicklingError: pickle data was truncated
# expect: b'\x95\xff\xff\xff\xff\xff\xff\xff\xffN.' OverflowError: FRAME length exceeds system's maximum of 9223372036854775807 bytes
# expect: b'(.' UnpicklingError: unexpected MARK found
# expect: b'(N.' = None
# expect: b'0.' UnpicklingError: unpickling stack underflow
# expect: b'1.' UnpicklingError: could not find MARK
# expect: b'2.' UnpicklingError: unpickling stack underflow
# expect: b'(2.' UnpicklingError: unexpected MARK found
# expect: str TypeError: a bytes-like object is required, not 'str'
# expect: b'I' UnpicklingError: pickle data was truncated
# expect: b'Ix\n.' ValueError: could not convert string to int
# expect: b'I\n.' UnpicklingError: pickle data was truncated
# expect: b'J\x01\x02' UnpicklingError: pickle data was truncated
# expect: b'L\n.' UnpicklingError: pickle data was truncated
# expect: b'Lx\n.' ValueError: invalid literal for int() with base 10: 'x\n'
# expect: b'L12L\n.' = 12
# expect: b'I99999999999999999999\n.' = 99999999999999999999
# expect: b'F\n.' UnpicklingError: pickle data was truncated
# expect: b'F1.5x\n.' ValueError: could not convert string to float
# expect: b'G\x00' UnpicklingError: pickle data was truncated
# expect: b'Sabc\n.' UnpicklingError: the STRING opcode argument must be quoted
# expect: b"S'abc\n." UnpicklingError: the STRING opcode argument must be quoted
# expect: b"S'\n." UnpicklingError: the STRING opcode argument must be quoted
# expect: b"S'a\\xzz'\n." ValueError: invalid \x escape at position 1
# expect: b'T\xff\xff\xff\xff.' UnpicklingError: BINSTRING pickle has negative byte count
# expect: b'T\x05\x00\x00\x00ab' UnpicklingError: pickle data was truncated
# expect: b'U\x05ab' UnpicklingError: pickle data was truncated
# expect: b'B\xff\xff\xff\xff' UnpicklingError: pickle data was truncated
# expect: b'C\x05ab' UnpicklingError: pickle data was truncated
# expect: b'X\x05\x00\x00\x00ab' UnpicklingError: pickle data was truncated
# expect: b'X\x02\x00\x00\x00\xff\xff.' UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte
# expect: b'\x8d\xff\xff\xff\xff\xff\xff\xff\xff' OverflowError: BINUNICODE exceeds system's maximum size of 9223372036854775807 bytes
# expect: b'\x8e\xff\xff\xff\xff\xff\xff\xff\xff' OverflowError: BINBYTES exceeds system's maximum size of 9223372036854775807 bytes
# expect: b'\x96\xff\xff\xff\xff\xff\xff\xff\xff' OverflowError: BYTEARRAY8 exceeds system's maximum size of 9223372036854775807 bytes
# expect: b'\x8d\xff\xff\xff\xff\xff\xff\xff\x7f' UnpicklingError: read would overflow (invalid bytecode)
# expect: b'\x8e\xff\xff\xff\xff\xff\xff\xff\x7f' OverflowError: byte string is too large
# expect: b'h\x05.' UnpicklingError: Memo value not found at index 5
# expect: b'g5\n.' UnpicklingError: Memo value not found at index 5
# expect: b'gx\n.' ValueError: invalid literal for int() with base 10: 'x\n'
# expect: b'g-1\n.' UnpicklingError: Memo value not found at index -1
# expect: b'j\x00\x00\x00\x01.' UnpicklingError: Memo value not found at index 16777216
# expect: b'j\xff\xff\xff\xff.' UnpicklingError: Memo value not found at index 4294967295
# expect: b'p5\n.' UnpicklingError: unpickling stack underflow
# expect: b'Np-5\n.' ValueError: negative PUT argument
# expect: b'Npx\n.' ValueError: invalid literal for int() with base 10: 'x\n'
# expect: b'q\x01.' UnpicklingError: unpickling stack underflow
# expect: b'\x94.' UnpicklingError: unpickling stack underflow
# expect: b'N\x94h\x00\x86.' = (None, None)
# expect: b'\x85.' UnpicklingError: unpickling stack underflow
# expect: b'\x86.' UnpicklingError: unpickling stack underflow
# expect: b'N\x86.' UnpicklingError: unpickling stack underflow
# expect: b'(N\x86.' UnpicklingError: unexpected MARK found
# expect: b't.' UnpicklingError: could not find MARK
# expect: b'l.' UnpicklingError: could not find MARK
# expect: b'd.' UnpicklingError: could not find MARK
# expect: b'(Nd.' UnpicklingError: odd number of items for DICT
# expect: b'(]Nd.' TypeError: cannot use 'list' as a dict key (unhashable type: 'list')
# expect: b'e.' UnpicklingError: could not find MARK
# expect: b'Ne.' UnpicklingError: could not find MARK
# expect: b'N(Ne.' AttributeError: 'NoneType' object has no attribute 'append'
# expect: b'](NNe.' = [None, None]
# expect: b'N(e.' = None
# expect: b'a.' UnpicklingError: unpickling stack underflow
# expect: b'Na.' UnpicklingError: unpickling stack underflow
# expect: b'NNa.' AttributeError: 'NoneType' object has no attribute 'append'
# expect: b'}Na.' AttributeError: 'dict' object has no attribute 'append'
# expect: b's.' UnpicklingError: unpickling stack underflow
# expect: b'NNNs.' TypeError: 'NoneType' object does not support item assignment
# expect: b'}(Nu.' UnpicklingError: odd number of items for SETITEMS
# expect: b'N(NNu.' TypeError: 'NoneType' object does not support item assignment
# expect: b'}(]Nu.' TypeError: cannot use 'list' as a dict key (unhashable type: 'list')
# expect: b'N(u.' = None
# expect: b'\x90.' UnpicklingError: could not find MARK
# expect: b'N(N\x90.' AttributeError: 'NoneType' object has no attribute 'add'
# expect: b'\x8f(]\x90.' TypeError: cannot use 'list' as a set element (unhashable type: 'list')
# expect: b'(]\x91.' TypeError: cannot use 'list' as a set element (unhashable type: 'list')
# expect: b'R.' UnpicklingError: unpickling stack underflow
# expect: b'NR.' UnpicklingError: unpickling stack underflow
# expect: b'NNR.' TypeError: argument list must be a tuple
# expect: b'N)R.' TypeError: 'NoneType' object is not callable
# expect: b'cbuiltins\nlist\n)R.' = []
# expect: b'cbuiltins\nlist\nNR.' TypeError: argument list must be a tuple
# expect: b'cbuiltins\nlist\n(I1\ntR.' TypeError: 'int' object is not iterable
# expect: b'\x81.' UnpicklingError: unpickling stack underflow
# expect: b'N)\x81.' UnpicklingError: NEWOBJ class argument must be a type, not NoneType
# expect: b'NN\x81.' UnpicklingError: NEWOBJ class argument must be a type, not NoneType
# expect: b'cbuiltins\nlist\nN\x81.' UnpicklingError: NEWOBJ args argument must be a tuple, not NoneType
# expect: b'cbuiltins\nlen\n)\x81.' UnpicklingError: NEWOBJ class argument must be a type, not builtin_function_or_method
# expect: b'cbuiltins\nlist\n)\x81.' = []
# expect: b'N)}\x92.' UnpicklingError: NEWOBJ_EX class argument must be a type, not NoneType
# expect: b'cbuiltins\nlist\nN}\x92.' UnpicklingError: NEWOBJ_EX args argument must be a tuple, not NoneType
# expect: b'cbuiltins\nlist\n)N\x92.' UnpicklingError: NEWOBJ_EX kwargs argument must be a dict, not NoneType
# expect: b'cbuiltins\nlist\n)}\x92.' = []
# expect: b'b.' UnpicklingError: unpickling stack underflow
# expect: b'Nb.' UnpicklingError: unpickling stack underflow
# expect: b'NNb.' = None
# expect: b'N}b.' AttributeError: 'NoneType' object has no attribute '__dict__'
# expect: b'N]b.' UnpicklingError: state is not a dictionary
# expect: b'NI1\nb.' UnpicklingError: state is not a dictionary
# expect: b']NN\x86b.' UnpicklingError: slot state is not a dictionary
# expect: b']N]\x86b.' UnpicklingError: slot state is not a dictionary
# expect: b']N}\x86b.' = []
# expect: b']NI1\n\x86b.' UnpicklingError: slot state is not a dictionary
# expect: b'N}I1\nNsb.' AttributeError: 'NoneType' object has no attribute '__dict__'
# expect: b'cbuiltins\nlist\n}b.' = <class 'list'>
# expect: b'cbuiltins\nlist\n}X\x01\x00\x00\x00aNsb.' TypeError: 'mappingproxy' object does not support item assignment
# expect: b'Pabc\n.' UnpicklingError: A load persistent id instruction was encountered, but no persistent_load function was specified.
# expect: b'P\xff\n.' UnpicklingError: persistent IDs in protocol 0 must be ASCII strings
# expect: b'NQ.' UnpicklingError: A load persistent id instruction was encountered, but no persistent_load function was specified.
# expect: b'Q.' UnpicklingError: unpickling stack underflow
# expect: b'c\n\n.' UnpicklingError: pickle data was truncated
# expect: b'cos\n\n.' UnpicklingError: pickle data was truncated
# expect: b'cos' UnpicklingError: pickle data was truncated
# expect: b'cos\n' UnpicklingError: pickle data was truncated
# expect: b'cnosuchmod\nx\n.' ModuleNotFoundError: No module named 'nosuchmod'
# expect: b'cos\nnosuch\n.' AttributeError: module 'os' has no attribute 'nosuch'
# expect: b'\x80\x04cos\npath.nosuch\n.' AttributeError: Can't resolve path 'path.nosuch' on module 'os'
# expect: b'\x93.' UnpicklingError: unpickling stack underflow
# expect: b'NN\x93.' UnpicklingError: STACK_GLOBAL requires str
# expect: b'\x8c\x02osN\x93.' UnpicklingError: STACK_GLOBAL requires str
# expect: b'\x82\x01.' ValueError: unregistered extension code 1
# expect: b'\x82\x00.' UnpicklingError: EXT specifies code <= 0
# expect: b'\x83\x01\x00.' ValueError: unregistered extension code 1
# expect: b'\x84\xff\xff\xff\xff.' UnpicklingError: EXT specifies code <= 0
# expect: b'\x84\x00\x00\x00\x00.' UnpicklingError: EXT specifies code <= 0
# expect: b'\x97.' UnpicklingError: pickle stream refers to out-of-band data but no *buffers* argument was given
# expect: b'\x98.' UnpicklingError: unpickling stack underflow
# expect: b'N\x98.' TypeError: memoryview: a bytes-like object is required, not 'NoneType'
# expect: b'\x8a\x05a' UnpicklingError: pickle data was truncated
# expect: b'\x8b\xff\xff\xff\xff.' UnpicklingError: LONG pickle has negative byte count
# expect: b'\x8b\x05\x00\x00\x00a' UnpicklingError: pickle data was truncated
# expect: b'\xff.' UnpicklingError: invalid load key, '\xff'.
# expect: b'x.' UnpicklingError: invalid load key, 'x'.
# expect: b'\x00.' UnpicklingError: invalid load key, '\x00'.
# expect: b'\n.' UnpicklingError: invalid load key, '\x0a'.
# expect: b"'." UnpicklingError: invalid load key, '\x27'.
# expect: b'\\.' UnpicklingError: invalid load key, '\x5c'.
# expect: b'i.' UnpicklingError: could not find MARK
# expect: b'(i.' UnpicklingError: pickle data was truncated
# expect: b'(icollections\nOrderedDict\n.' = OrderedDict()
# expect: b'(Nicollections\nOrderedDict\n.' TypeError: 'NoneType' object is not iterable
# expect: b'io\n\n.' UnpicklingError: could not find MARK
# expect: b'o.' UnpicklingError: could not find MARK
# expect: b'(o.' UnpicklingError: unpickling stack underflow
# expect: b'(Ncbuiltins\nlist\no.' TypeError: 'NoneType' object is not callable
# expect: b'(cbuiltins\nlist\nNo.' TypeError: 'NoneType' object is not iterable
# expect: b'(cbuiltins\nlist\no.' = []
# expect: b'(No.' TypeError: 'NoneType' object is not callable
# expect: b'V\\u12\n.' UnicodeDecodeError: 'rawunicodeescape' codec can't decode bytes in position 0-3: truncated \uXXXX escape
# expect: b'V\xff\n.' = 'ÿ'
# expect: b'Vabc' UnpicklingError: pickle data was truncated
# expect: b'N.N.' = None
# expect: b'\x95\x02\x00\x00\x00\x00\x00\x00\x00K.' EOFError: Ran out of input
# expect: b'\x95\x01\x00\x00\x00\x00\x00\x00\x00K\x01.' = 1
# expect: b'\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00K\x01.' = 1
# expect: b'\x95\x04\x00\x00\x00\x00\x00\x00\x00K\x01.' UnpicklingError: pickle data was truncated
# expect: b'\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x95\x01\x00\x00.' UnpicklingError: pickle exhausted before end of frame
# expect: b'(\x94.' UnpicklingError: unexpected MARK found
# expect: b'(\x85.' UnpicklingError: unexpected MARK found
# expect: b'N(\x94.' UnpicklingError: unexpected MARK found
