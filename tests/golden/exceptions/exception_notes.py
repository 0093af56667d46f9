e = ValueError("v")
e.add_note("note 1")
e.add_note("note 2")
print(e.__notes__)
raise e

# expect: ['note 1', 'note 2']
# expect-error: note 2
