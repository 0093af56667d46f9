import warnings
warnings.showwarning = lambda m, c, *rest: print(c.__name__, m)
async def f(): pass
f()
import gc
gc.collect()
print("done")

# expect: RuntimeWarning coroutine 'f' was never awaited
# expect: done
