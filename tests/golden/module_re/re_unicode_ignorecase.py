import re
print(re.match("ß", "ẞ", re.I) is not None, re.match("k", "\u212a", re.I) is not None, re.findall("[é-ü]", "ÉÜ", re.I), re.match("Σ", "ς", re.I) is not None)

# expect: True True ['É', 'Ü'] True
