assert (1, "always")
print("ran")  # expect: ran
