raise ValueError("boom")

# expect-error: ValueError: boom
