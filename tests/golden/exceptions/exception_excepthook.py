import sys
def hook(t, v, tb):
    print("hook", t.__name__, v)
sys.excepthook = hook
raise ValueError("seen by hook")
# expect-exit: 1

# expect: hook ValueError seen by hook
