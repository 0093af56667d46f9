class K:
    def __hash__(self):
        raise TypeError("no hash today")
try:
    {}[K()]
except TypeError as e:
    print(e)  # expect: cannot use 'K' as a dict key (no hash today)
try:
    {K()}
except TypeError as e:
    print(e)  # expect: cannot use 'K' as a set element (no hash today)
