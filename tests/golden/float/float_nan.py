nan = float("nan")
print(nan == nan, nan != nan, nan < 1, nan in [nan], [nan] == [nan], max(1, nan), max(nan, 1))
print({nan: 1}[nan])

# expect: False True False True True 1 nan
# expect: 1
