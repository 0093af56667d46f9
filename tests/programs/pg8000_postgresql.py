# pg8000 against a PostgreSQL server of its own on a Unix socket: types, errors, transactions, COPY, four threads at a time.
# timeout: 400
# may-skip: packages from the network, PostgreSQL from Debian
import datetime
import decimal
import io
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid

import _install

_install.use()
programs, env, unpacked = _install.postgresql()

import pg8000.dbapi
import pg8000.native

root = tempfile.mkdtemp(prefix="pg-", dir="/tmp")       # a short name: that of the socket has a limit
start = {"env": env, "cwd": root}
if os.getuid() == 0:                                    # the server refuses to run as root
    nobody = pwd.getpwnam("nobody")
    start.update(user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])
    os.chown(root, nobody.pw_uid, nobody.pw_gid)
    if unpacked:
        copy = os.path.join(root, "programs")
        shutil.copytree(unpacked, copy, symlinks=True)
        programs = copy + programs[len(unpacked):]
        unpacked = copy
if unpacked:
    libraries = os.path.join(unpacked, "usr/lib")
    env["LD_LIBRARY_PATH"] = ":".join([libraries] + [os.path.join(libraries, d) for d in os.listdir(libraries) if d.endswith("-linux-gnu")])
data = os.path.join(root, "data")
made = subprocess.run([programs + "/initdb", "-D", data, "-U", "tester", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C"],
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, **start)
if made.returncode:
    shutil.rmtree(root)
    _install.skip("initdb: " + (made.stdout.strip().splitlines() or ["exit code %d" % made.returncode])[-1])
server = subprocess.Popen([programs + "/postgres", "-D", data, "-k", root, "-c", "listen_addresses=", "-c", "fsync=off"],
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **start)
where = {"user": "tester", "unix_sock": root + "/.s.PGSQL.5432", "database": "postgres"}


def connect():
    for _ in range(300):
        try:
            return pg8000.native.Connection(**where)
        except (pg8000.native.InterfaceError, pg8000.native.DatabaseError):     # it still starts
            if server.poll() is not None:
                raise
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def exercise():
    c = connect()
    print(c.run("select 1 + :x", x=41))  # expect: [[42]]
    c.run("create table t (id serial primary key, name text, n numeric, at timestamptz, d date, u uuid, j jsonb, a int[], b bytea, f float8)")
    row = c.run("insert into t (name, n, at, d, u, j, a, b, f) values (:a, :b, :c, :d, :e, :f, :g, :h, :i) returning *", a="näme",
                b=decimal.Decimal("1.50"), c=datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc), d=datetime.date(2020, 2, 29),
                e=uuid.UUID(int=5), f='{"k": [1, null]}', g=[1, 2, None], h=b"\0\xff", i=0.1)[0]
    print(row[:3], row[4:])  # expect: [1, 'näme', Decimal('1.50')] [datetime.date(2020, 2, 29), UUID('00000000-0000-0000-0000-000000000005'), {'k': [1, None]}, [1, 2, None], b'\x00\xff', 0.1]
    print(row[3] == datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc))  # expect: True
    for wrong in ("select nope", "select 1 / 0", "nonsense"):
        try:
            c.run(wrong)
        except pg8000.native.DatabaseError as e:
            print(e.args[0]["C"], e.args[0]["M"])
    # expect: 42703 column "nope" does not exist
    # expect: 22012 division by zero
    # expect: 42601 syntax error at or near "nonsense"

    d = pg8000.dbapi.connect(**where)
    cursor = d.cursor()
    rows = [(f"n{i}", i) for i in range(200)]
    cursor.executemany("insert into t (name, f) values (%s, %s)", rows)
    d.rollback()
    cursor.executemany("insert into t (name, f) values (%s, %s)", rows)
    d.commit()
    cursor.execute("select count(*), sum(f) from t")
    print(cursor.fetchone())  # expect: [201, 19900.1]

    print(len(c.run("select repeat('x', 3000000)")[0][0]))  # expect: 3000000
    out = io.BytesIO()
    c.run("copy t (name) to stdout", stream=out)
    print(len(out.getvalue().splitlines()))  # expect: 201
    c.run("create table u (a text, b text)")
    c.run("copy u from stdin", stream=io.BytesIO(b"1\ttwo\n3\tfour\n" * 1000))
    print(c.run("select count(*), max(b) from u"))  # expect: [[2000, 'two']]

    sums = []

    def work():
        mine = connect()
        for _ in range(5):
            sums.append(sum(r[0] for r in mine.run("select generate_series(1, 1000)")))
        mine.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(len(sums), set(sums))  # expect: 20 {500500}

    # The server ends a connection under way.
    victim = connect()
    pid = victim.run("select pg_backend_pid()")[0][0]
    print(c.run("select pg_terminate_backend(:p)", p=pid))  # expect: [[True]]
    try:
        for _ in range(100):
            victim.run("select 1")
            time.sleep(0.05)
    except (pg8000.native.InterfaceError, pg8000.native.DatabaseError, OSError):
        print("ended")  # expect: ended
    d.close()
    c.close()


try:
    exercise()
finally:
    server.send_signal(signal.SIGINT)
    said = server.communicate(timeout=60)[1]
    if server.returncode:
        print(said.decode("utf-8", "replace"))
    shutil.rmtree(root)
print(server.returncode)  # expect: 0
