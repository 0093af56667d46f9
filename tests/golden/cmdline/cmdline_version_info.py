import sys
print(sys.version_info[:2], sys.version_info.major, sys.hexversion >> 16 == 0x30e, sys.maxsize, sys.byteorder, sys.platform, sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.float_info.max, sys.int_info.sizeof_digit > 0)
print(len(sys.copyright) > 0, sys.api_version > 1000, sys.getrecursionlimit(), sys.is_finalizing(), sys.hash_info.width, sys.hash_info.modulus, sys.maxunicode)

# expect: (3, 14) 3 True 9223372036854775807 little linux utf-8 utf-8 1.7976931348623157e+308 True
# expect: True True 1000 False 64 2305843009213693951 1114111
