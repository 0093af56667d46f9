dict([1, 2])

# expect-error: Cannot convert dictionary update sequence element #0 to a sequence
