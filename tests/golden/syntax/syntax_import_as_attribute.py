import a as b.c

# expect-stderr:     import a as b.c
# expect-stderr:                 ^^^
# expect-error: SyntaxError: cannot use attribute as import target
