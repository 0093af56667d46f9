# termios on a pseudo-terminal: round trip, wrong arguments, closed and foreign descriptors; tty and pty sit on top.
import os
import pty
import termios
import tty

master, slave = pty.openpty()


def complaint(f, *args):
    try:
        f(*args)
    except Exception as e:
        print(type(e).__name__, *e.args)
    else:
        print("no complaint")


before = termios.tcgetattr(slave)
print(len(before), len(before[6]) == termios.NCCS, before[6][termios.VEOF])  # expect: 7 True b'\x04'
tty.setraw(slave)
raw = termios.tcgetattr(slave)
print(raw[3] & (termios.ICANON | termios.ECHO), raw[6][termios.VMIN], raw[6][termios.VTIME])  # expect: 0 1 0
os.write(master, b"x\x04")
print(os.read(slave, 9))  # expect: b'x\x04'
raw[6][termios.VMIN] = 3
raw[6][termios.VQUIT] = b"\x1f"
termios.tcsetattr(slave, termios.TCSADRAIN, raw)
print(termios.tcgetattr(slave)[6][termios.VMIN], termios.tcgetattr(slave)[6][termios.VQUIT])  # expect: 3 b'\x1f'
termios.tcsetattr(slave, termios.TCSAFLUSH, before)
print(termios.tcgetattr(slave) == before)  # expect: True

termios.tcsetwinsize(slave, [30, 100])
print(termios.tcgetwinsize(master), os.get_terminal_size(slave))  # expect: (30, 100) os.terminal_size(columns=100, lines=30)
print(termios.tcdrain(slave), termios.tcflush(slave, termios.TCIOFLUSH), termios.tcflow(slave, termios.TCOON))  # expect: None None None

pipe = os.pipe()[0]
complaint(termios.tcgetattr, pipe)  # expect: error 25 Inappropriate ioctl for device
complaint(termios.tcgetattr, -1)  # expect: ValueError file descriptor cannot be a negative integer (-1)
complaint(termios.tcgetattr, "x")  # expect: TypeError argument must be an int, or have a fileno() method.
complaint(termios.tcflush, slave, 7)  # expect: error 22 Invalid argument
complaint(termios.tcsetattr, slave, 0, tuple(before))  # expect: TypeError tcsetattr, arg 3: must be 7 element list
complaint(termios.tcsetattr, slave, 0, before[:6] + [[]])  # expect: TypeError tcsetattr: attributes[6] must be 32 element list
complaint(termios.tcsetattr, slave, 0, before[:6] + [[2.0] * 32])  # expect: TypeError tcsetattr: elements of attributes must be bytes objects of length 1 or integers
complaint(termios.tcsetattr, slave, 0, [2**64] + before[1:])  # expect: OverflowError Python int too large to convert to C long
complaint(termios.tcsetwinsize, slave, (3,))  # expect: TypeError tcsetwinsize, arg 2: must be a two-item sequence
complaint(termios.tcsetwinsize, slave, (3, 70000))  # expect: OverflowError winsize value(s) out of range.
os.close(slave)
complaint(termios.tcgetattr, slave)  # expect: error 9 Bad file descriptor
print(termios.error.__mro__[1], len([n for n in dir(termios) if n.isupper()]) > 220)  # expect: <class 'Exception'> True
