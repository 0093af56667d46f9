if True:
        x = 1
	y = 2

# expect-exit: 1
