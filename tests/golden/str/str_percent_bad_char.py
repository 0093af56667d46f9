"%q" % 1

# expect-error: ValueError: unsupported format character 'q' (0x71) at index 1
