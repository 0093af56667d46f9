raise RuntimeError("line one\nline two")

# expect-error: line two
