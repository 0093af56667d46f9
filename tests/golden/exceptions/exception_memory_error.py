# SPDX-License-Identifier: MIT
# Every MemoryError is an object of its own and keeps its traceback; what was being handled is not its context.
import traceback


def first():
    return bytearray(2 ** 62)


def second():
    try:
        raise KeyError("k")
    except KeyError:
        return [0] * 2 ** 60


caught = []
for f in (first, second, lambda: b"a" * 2 ** 62, lambda: "a" * 2 ** 62):
    try:
        f()
    except MemoryError as e:
        e.mark = f.__name__
        caught.append(e)
print(len(set(map(id, caught))), [e.args for e in caught], [e.mark for e in caught])
print([[s.name for s in traceback.extract_tb(e.__traceback__)] for e in caught])
print([type(e.__context__).__name__ for e in caught])

# expect: 4 [(), (), (), ()] ['first', 'second', '<lambda>', '<lambda>']
# expect: [['<module>', 'first'], ['<module>', 'second'], ['<module>', '<lambda>'], ['<module>', '<lambda>']]
# expect: ['NoneType', 'NoneType', 'NoneType', 'NoneType']
