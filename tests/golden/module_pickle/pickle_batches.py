# SPDX-License-Identifier: MIT
# Items go in batches of 1000.
import hashlib
import pickle
from collections import OrderedDict, deque

for n in 0, 1, 2, 999, 1000, 1001, 2000, 2001:
    for make in (lambda n: [None] * n, lambda n: dict.fromkeys(range(n)), lambda n: set(range(n)), lambda n: frozenset(range(n)),
                 lambda n: OrderedDict.fromkeys(range(n)), lambda n: deque([None] * n)):
        v = make(n)
        made = [pickle.dumps(v, p) for p in range(6)]
        assert all(pickle.loads(s) == v for s in made)
        print(n, type(v).__name__, *(hashlib.md5(s).hexdigest()[:6] for s in made))

# expect: 0 list 462dc4 d0490a 2dfdac d34b2f 57dcc9 ea258a
# expect: 0 dict 734f4d f40c30 08d116 72a755 9d1bcb 5c4d3e
# expect: 0 set a8827b e7884e cc0c99 b32954 e2f86f d8d94d
# expect: 0 frozenset d67aae 6f33c8 124bf3 31ee14 a2c4a5 27238f
# expect: 0 OrderedDict f51efe 7dcffc d2330f 4eaf51 8e3a21 ec91d3
# expect: 0 deque 14eca9 5ee485 661ad7 638f7b ea2a19 00905b
# expect: 1 list 0f6223 2d1e64 72c65f dbf820 c7c561 db13b9
# expect: 1 dict 25504f 192059 55c814 3662ab 3379f4 f18e61
# expect: 1 set 033322 fdd2fd 7d0c31 9ecdbc 8fcb8d 4cc489
# expect: 1 frozenset cd0902 9da949 59e573 c65b58 a18a26 19a0e9
# expect: 1 OrderedDict e74389 c0a726 0324db 80a69e b7b233 c7a44a
# expect: 1 deque f37bab e7ac0c 6f7231 bcc68e 66648f 56c6ad
# expect: 2 list 1d8587 48f2f2 12f40c 61c6e9 9650b0 0f76f9
# expect: 2 dict 7ab2cc 5a4429 8f2116 f70fb6 335849 cc29cf
# expect: 2 set dbf767 7edd68 cd546a e96996 01a260 aac1ed
# expect: 2 frozenset dd944e 4738a8 a03278 02ef11 0a27e8 76f040
# expect: 2 OrderedDict f6efec 28bf9c 7f8a89 d2c34c 0d51b6 15561a
# expect: 2 deque 3d9b03 a4db58 554352 ea2332 5246e2 d0ec6a
# expect: 999 list 3d5dda 54bd0f 286ff6 147c97 38ea64 bbd96d
# expect: 999 dict 2b43b8 919eff 210b98 a6f2cf 08dc2b a697c7
# expect: 999 set 1e3c53 0b330f 5ad956 a98d42 c2ed40 bd854f
# expect: 999 frozenset 0a72e6 d2bcd9 c01826 7e74f8 d21500 985ce4
# expect: 999 OrderedDict 97d5ed fe904c 2f384d ffea7e db973f afb569
# expect: 999 deque 12a601 e3e29c 1e980f 478258 0b85ef 979281
# expect: 1000 list 7f7bf0 d07322 82f858 129e9a 5ce8c8 67d935
# expect: 1000 dict 859492 a4c432 219dc4 8f3cc4 133e5a 4fd5f9
# expect: 1000 set a8936e d0993e 232dd1 a1826f b19848 b37d49
# expect: 1000 frozenset 3c7cbe c25443 3bbc8e 7bb6b4 55f984 e7aa5b
# expect: 1000 OrderedDict 83482a 4aff23 77b39d eaa8c4 8041e1 437349
# expect: 1000 deque 2b870f 6b091b e181b8 07652c 865398 8c0056
# expect: 1001 list 0ca717 0bc411 2a4d87 77db02 233eaa 0747cc
# expect: 1001 dict df7527 125ab0 8914f8 e96f11 59b7ca 621a94
# expect: 1001 set 2dc3fb 304cf5 9516ed eea387 62bc86 dffaf1
# expect: 1001 frozenset fd2135 a7d994 141cb5 a00ab0 f9a33e b1afff
# expect: 1001 OrderedDict 64ade0 8ca7ca 473b4c 9a01df 5a441b 1d737d
# expect: 1001 deque 9c5c6d 2f217d fa2a79 1006e9 ce1721 f6c41c
# expect: 2000 list 54e3e3 635813 10b4b5 1bac91 825e59 e810bb
# expect: 2000 dict 564487 ab9c55 61258f 6b294d e73532 4d0503
# expect: 2000 set 57eaab fc20ec a8ef4a ad9121 441e98 4a6b73
# expect: 2000 frozenset 623b1b 4722bd 5525fd f06fb9 fd4fb7 06a32a
# expect: 2000 OrderedDict 3e634f a253dc 957214 26bb23 87db2c 82a81a
# expect: 2000 deque 5a5675 ac243e f89a60 590b2a 4e99fb b38c26
# expect: 2001 list 3e1cca a6d8df 212a31 0d4903 977023 cdefc5
# expect: 2001 dict bf6d22 c54463 8bee66 38cc86 ce500f f7bac0
# expect: 2001 set 113737 71b47e 7b399b 83bce5 38b374 0146e4
# expect: 2001 frozenset e79d5e 0570a2 8eea02 cea077 983b78 516609
# expect: 2001 OrderedDict 8b6ef6 93992c 91945c 522089 7b4cdc abcc85
# expect: 2001 deque 76701e 6636ab fcd9fb 6ebd4b 436e0c 406b8a
