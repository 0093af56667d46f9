[a]: int

# expect-stderr:     [a]: int
# expect-stderr:     ^^^
# expect-error: SyntaxError: only single target (not list) can be annotated
