"\N{no such character name}"

# expect-stderr:     "\N{no such character name}"
# expect-stderr:     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
# expect-error: SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-25: unknown Unicode character name
