f(): int

# expect-stderr:     f(): int
# expect-stderr:     ^^^
# expect-error: SyntaxError: illegal target for annotation
