try:
    from collections import orderedDict
except ImportError as e:
    print(e.name, e.name_from, str(e).split(" (")[0])

# expect: collections orderedDict cannot import name 'orderedDict' from 'collections'
