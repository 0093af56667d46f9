import json
x = {"a": [1, 2.5, None, True, "é\n\"q\""], "b": {"c": []}, "n": -1e-7, "big": 10 ** 30}
s = json.dumps(x)
print(s, json.loads(s) == x)
print(json.dumps(x, indent=2, sort_keys=True, ensure_ascii=False).splitlines()[:4], json.dumps([1, 2], separators=(",", ":")), json.dumps({1: 2, None: 3, True: 4}), json.loads('"\\ud83d\\ude00"'), json.dumps(float("inf")))
for bad in ("", "{", "[1,]", '{"a" 1}', "nul", '"abc', "[1 2]", '{"a": 1,}', "01", '"\\x"'):
    try:
        json.loads(bad)
    except json.JSONDecodeError as e:
        print(repr(bad), e)
try:
    json.dumps(object())
except TypeError as e:
    print(e)

# expect: {"a": [1, 2.5, null, true, "\u00e9\n\"q\""], "b": {"c": []}, "n": -1e-07, "big": 1000000000000000000000000000000} True
# expect: ['{', '  "a": [', '    1,', '    2.5,'] [1,2] {"1": 4, "null": 3} 😀 Infinity
# expect: '' Expecting value: line 1 column 1 (char 0)
# expect: '{' Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
# expect: '[1,]' Illegal trailing comma before end of array: line 1 column 3 (char 2)
# expect: '{"a" 1}' Expecting ':' delimiter: line 1 column 6 (char 5)
# expect: 'nul' Expecting value: line 1 column 1 (char 0)
# expect: '"abc' Unterminated string starting at: line 1 column 1 (char 0)
# expect: '[1 2]' Expecting ',' delimiter: line 1 column 4 (char 3)
# expect: '{"a": 1,}' Illegal trailing comma before end of object: line 1 column 8 (char 7)
# expect: '01' Extra data: line 1 column 2 (char 1)
# expect: '"\\x"' Invalid \escape: line 1 column 2 (char 1)
# expect: Object of type object is not JSON serializable
