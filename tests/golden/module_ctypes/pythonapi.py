# What programs call through ctypes.pythonapi: asynchronous exceptions, signal actions, capsules.
import ctypes, signal, threading, time, types
from ctypes import pythonapi as api

class Stop(Exception):
    pass

started, ended = threading.Event(), threading.Event()
def spin():
    try:
        started.set()
        while True:
            time.sleep(0.001)
    except Stop:
        ended.set()
t = threading.Thread(target=spin)
t.start()
started.wait()
print(api.PyThreadState_SetAsyncExc(ctypes.c_ulong(t.ident), ctypes.py_object(Stop)))  # expect: 1
t.join()
print(ended.is_set(), api.PyThreadState_SetAsyncExc(ctypes.c_ulong(1), ctypes.py_object(Stop)))  # expect: True 0
print(api.PyThreadState_SetAsyncExc(ctypes.c_ulong(threading.get_ident()), None))  # expect: 1

api.PyOS_getsig.restype = api.PyOS_setsig.restype = ctypes.c_void_p
api.PyOS_getsig.argtypes = (ctypes.c_int,)
api.PyOS_setsig.argtypes = (ctypes.c_int, ctypes.c_void_p)
old = api.PyOS_getsig(signal.SIGINT)
print(bool(old), api.PyOS_setsig(signal.SIGINT, None) == old, api.PyOS_getsig(signal.SIGINT))  # expect: True True None
print(api.PyOS_setsig(signal.SIGINT, old), api.PyOS_getsig(signal.SIGINT) == old)  # expect: None True
try:
    api.PyErr_SetInterrupt()
    api.PyErr_CheckSignals()
    time.sleep(1)
except KeyboardInterrupt:
    print("interrupted")  # expect: interrupted

new, pointer, valid = api.PyCapsule_New, api.PyCapsule_GetPointer, api.PyCapsule_IsValid
new.argtypes, new.restype = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p), ctypes.py_object
pointer.argtypes, pointer.restype = (ctypes.py_object, ctypes.c_char_p), ctypes.c_void_p
valid.argtypes = (ctypes.py_object, ctypes.c_char_p)
name = ctypes.create_string_buffer(b"a.name")
c = new(4096, ctypes.cast(name, ctypes.c_char_p), None)
print(type(c) is types.CapsuleType, repr(c).split(" at ")[0])  # expect: True <capsule object "a.name"
print(pointer(c, b"a.name"), valid(c, b"a.name"), valid(c, b"other"), valid(5, b"a.name"))  # expect: 4096 1 0 0
for args in ((c, b"other"), (c, None), (None, b"a.name")):
    try:
        pointer(*args)
    except ValueError as e:
        print(e)
# expect: PyCapsule_GetPointer called with incorrect name
# expect: PyCapsule_GetPointer called with incorrect name
# expect: PyCapsule_GetPointer called with invalid PyCapsule object
try:
    new(None, b"x", None)
except ValueError as e:
    print(e)  # expect: PyCapsule_New called with null pointer
gone = []
destructor = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda capsule: gone.append(True))
c = new(1, None, ctypes.cast(destructor, ctypes.c_void_p))
print(repr(c).split(" at ")[0])  # expect: <capsule object NULL
del c
print(gone)  # expect: [True]
