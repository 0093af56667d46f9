print(completely_undefined_thing_here)

# expect-error: NameError: name 'completely_undefined_thing_here' is not defined
