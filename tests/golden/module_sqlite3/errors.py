# SPDX-License-Identifier: MIT
import sqlite3
import threading

c = sqlite3.connect(":memory:")
closed = sqlite3.connect(":memory:")
closed.close()
raw = sqlite3.Connection.__new__(sqlite3.Connection)
cases = """
c.execute('select ?')                     ! ProgrammingError Incorrect number of bindings supplied. The current statement uses 1, and there are 0 supplied.
c.execute('select ?', 5)                  ! ProgrammingError parameters are of unsupported type
c.execute('select ?', (object(),))        ! ProgrammingError Error binding parameter 1: type 'object' is not supported
c.execute('select :a', (1,))              ! ProgrammingError Binding 1 (':a') is a named parameter, but you supplied a sequence which requires nameless (qmark) placeholders.
c.execute('select :a', {})                ! ProgrammingError You did not supply a value for binding parameter :a.
c.execute('select ?', {'a': 1})           ! ProgrammingError Binding 1 has no name, but you supplied a dictionary (which has only names).
c.execute('select ?', (2**70,))           ! OverflowError Python int too large to convert to SQLite INTEGER
c.execute('select 1; select 2')           ! ProgrammingError You can only execute one statement at a time.
c.execute('select \\0')                   ! ProgrammingError the query contains a null character
c.execute(5)                              ! TypeError execute() argument 1 must be str, not int
c.executemany('select 1', [()])           ! ProgrammingError executemany() can only execute DML statements.
c.cursor(lambda c: 5)                     ! TypeError factory must return a cursor, not int
sqlite3.connect('/nonexistent/x')         ! OperationalError unable to open database file
sqlite3.connect(':memory:', isolation_level='x') ! ValueError isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'
sqlite3.connect(':memory:', autocommit=5) ! ValueError autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL
sqlite3.Cursor(5)                         ! TypeError Cursor() argument 1 must be sqlite3.Connection, not int
sqlite3.adapt(object())                   ! ProgrammingError can't adapt
c.getlimit(999)                           ! ProgrammingError 'category' is out of bounds
c.setconfig(5)                            ! ValueError unknown config 'op': 5
c.backup(c)                               ! ValueError target cannot be the same connection instance
c.create_collation('x', 5)                ! TypeError parameter must be callable
c.blobopen('a', 'b', 1)                   ! OperationalError no such table: main.a
delattr(c, 'row_factory')                 ! AttributeError cannot delete row_factory attribute
closed.execute('select 1')                ! ProgrammingError Cannot operate on a closed database.
closed.interrupt()                        ! ProgrammingError Cannot operate on a closed database.
closed()                                  ! ProgrammingError Cannot operate on a closed database.
closed.close()                            ! -> None
raw.close()                               ! ProgrammingError Base Connection.__init__ not called.
sqlite3.Cursor.__new__(sqlite3.Cursor).execute('x') ! ProgrammingError Base Cursor.__init__ not called.
"""


def result(text):
    try:
        return "-> %r" % (eval(text),)
    except Exception as e:
        return "%s %s" % (type(e).__name__, e)


for line in cases.strip().splitlines():
    text, expected = line.split("!", 1)
    if result(text) != expected.strip():
        print(text, result(text))


def other():
    print(result("c.execute('select 1')")[:95])


t = threading.Thread(target=other)
t.start()
t.join()
# expect: ProgrammingError SQLite objects created in a thread can only be used in that same thread. The o
cu = c.cursor()

cu.close()
print(result("cu.fetchone()"))  # expect: ProgrammingError Cannot operate on a closed cursor.
c.close()
