import threading
m = threading.main_thread()
print(m.name, m is threading.current_thread(), threading.get_ident() == m.ident, m.native_id == threading.get_native_id())
ids = []
t = threading.Thread(target=lambda: ids.append(threading.get_ident()))
t.start()
t.join()
print(ids[0] == t.ident, ids[0] != m.ident, t.name.startswith("Thread-"), threading.enumerate() == [m])

# expect: MainThread True True True
# expect: True True True True
