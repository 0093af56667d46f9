try:
    pass
except:
    pass
except ValueError:
    pass

# expect-stderr:     except:
# expect-stderr:     ^^^^^^^
# expect-error: SyntaxError: default 'except:' must be last
