try:
    raise ExceptionGroup("eg", [ValueError(1), TypeError("t"), ExceptionGroup("n", [ValueError(2)])])
except* ValueError as g:
    print("values", g.exceptions)
except* TypeError as g:
    print("types", [str(e) for e in g.exceptions])
eg = ExceptionGroup("m", [ValueError(1), KeyError(2)])
m, r = eg.split(ValueError)
print(m, r, repr(eg), eg.message, eg.subgroup(KeyError).exceptions, eg.derive([OSError()]))

# expect: values (ValueError(1), ExceptionGroup('n', [ValueError(2)]))
# expect: types ['t']
# expect: m (1 sub-exception) m (1 sub-exception) ExceptionGroup('m', [ValueError(1), KeyError(2)]) m (KeyError(2),) m (1 sub-exception)
