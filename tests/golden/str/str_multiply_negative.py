print("ab" * 0 == "", "ab" * -3 == "", 3 * "ab")  # expect: True True ababab
