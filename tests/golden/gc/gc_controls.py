import gc
print(gc.isenabled(), gc.disable(), gc.isenabled(), gc.enable(), gc.isenabled(), len(gc.get_threshold()), len(gc.get_count()), type(gc.get_stats()).__name__)
print(gc.is_tracked([]), gc.is_tracked(5), gc.garbage, gc.freeze(), gc.unfreeze())

# expect: True None False None True 3 3 list
# expect: True False [] None None
