# Subclasses of files that say what their state is can be pickled with every protocol; files themselves cannot.
import array
import functools
import io
import itertools
import pickle


class Mine(io.BufferedReader):
    def __init__(self, raw, tag):
        super().__init__(raw)
        self.tag = tag

    def __getstate__(self):
        return self.tag, self.raw.getvalue()

    def __setstate__(self, state):
        self.__init__(io.BytesIO(state[1]), state[0])


class Text(io.TextIOWrapper):
    def __getstate__(self):
        return self.buffer.getvalue()

    def __setstate__(self, state):
        self.__init__(io.BytesIO(state))


b, t = Mine(io.BytesIO(b"data"), "ham"), Text(io.BytesIO(b"text"))
for protocol in range(6):
    new = pickle.loads(pickle.dumps(b, protocol))
    print(new.raw.getvalue(), new.tag, pickle.loads(pickle.dumps(t, protocol)).read())
# expect: b'data' ham text
# expect: b'data' ham text
# expect: b'data' ham text
# expect: b'data' ham text
# expect: b'data' ham text
# expect: b'data' ham text
for protocol in range(3):
    try:
        pickle.dumps(io.BufferedReader(io.BytesIO()), protocol)
    except TypeError as error:
        print(error)
# expect: cannot pickle 'BufferedReader' instances
# expect: cannot pickle 'BufferedReader' instances
# expect: cannot pickle 'BufferedReader' instances
print([t.__flags__ >> 9 & 1 for t in (io.TextIOWrapper, array.array, itertools.chain, functools.partial, list, type(b))])  # expect: [1, 1, 1, 1, 0, 1]
print("__new__" in vars(io.BufferedReader), io.BufferedReader.__new__(io.BufferedReader).__class__.__name__)  # expect: False BufferedReader
