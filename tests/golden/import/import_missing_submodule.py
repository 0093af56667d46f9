import os.nothing

# expect-error: ModuleNotFoundError: No module named 'os.nothing'; 'os' is not a package
