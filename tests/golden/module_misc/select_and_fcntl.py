import select, os, fcntl
r, w = os.pipe()
print(select.select([r], [w], [], 0)[1] == [w], select.select([r], [], [], 0))  # expect: True ([], [], [])
os.write(w, b"x")
p = select.poll()
p.register(r, select.POLLIN)
print(p.poll(0)[0][1] == select.POLLIN, fcntl.fcntl(r, fcntl.F_GETFD))  # expect: True 1
e = select.epoll()
e.register(r, select.EPOLLIN)
print(len(e.poll(0)))  # expect: 1
e.close()
