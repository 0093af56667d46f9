import os, tempfile, shutil, pathlib
os.mkdir("d")
p = pathlib.Path("d/f.txt")
p.write_text("hello", encoding="utf8")
print(p.read_text(), p.stat().st_size, p.exists(), p.suffix, p.stem, p.parent.name, sorted(os.listdir("d")), os.path.isfile("d/f.txt"), os.path.getsize("d/f.txt"))
os.rename("d/f.txt", "d/g.txt")
with os.scandir("d") as it:
    print([(e.name, e.is_file()) for e in it])
os.makedirs("d/x/y")
print([(r, sorted(ds), fs) for r, ds, fs in os.walk("d")], [str(q) for q in sorted(pathlib.Path("d").rglob("*"))])
shutil.copy("d/g.txt", "d/x/c.txt")
shutil.rmtree("d")
print(os.path.exists("d"), os.path.join("a", "/b", "c"), os.path.splitext("a.tar.gz"), os.path.normpath("a/../b//c"), os.sep, os.environ.get("NOPE", "default"))
with tempfile.TemporaryDirectory() as t:
    print(os.path.isdir(t))
fd = os.open("raw", os.O_CREAT | os.O_RDWR)
print(os.write(fd, b"xyz"), os.lseek(fd, 0, 0), os.read(fd, 10), os.fstat(fd).st_size, os.close(fd))
r, w = os.pipe()
os.write(w, b"pipe")
print(os.read(r, 10), os.getpid() > 0, os.strerror(2), os.cpu_count() >= 1)

# expect: hello 5 True .txt f d ['f.txt'] True 5
# expect: [('g.txt', True)]
# expect: [('d', ['x'], ['g.txt']), ('d/x', ['y'], []), ('d/x/y', [], [])] ['d/g.txt', 'd/x', 'd/x/y']
# expect: False /b/c ('a.tar', '.gz') b/c / default
# expect: True
# expect: 3 0 b'xyz' 3 None
# expect: b'pipe' True No such file or directory True
