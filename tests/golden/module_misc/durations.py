# SPDX-License-Identifier: MIT
# Times to wait are floats or ints everywhere; what they are not, or too much, is said the same way.
import queue
import select
import signal
import socket
import threading
import time
from fractions import Fraction


class Index:
    def __index__(self):
        return 0


class Float:
    def __float__(self):
        return 0.0


def timeout(t):
    with socket.socket() as s:
        s.settimeout(t)
        return s.gettimeout()


def timer(t):
    signal.setitimer(signal.ITIMER_VIRTUAL, t)
    return signal.setitimer(signal.ITIMER_VIRTUAL, 0)[1]


waits = {
    "sleep": time.sleep, "acquire": lambda t: threading.Lock().acquire(timeout=t), "select": lambda t: select.select([], [], [], t),
    "poll": select.poll().poll, "epoll": select.epoll().poll, "settimeout": timeout, "setitimer": timer,
    "get": lambda t: queue.SimpleQueue().get(timeout=t), "sigtimedwait": lambda t: signal.sigtimedwait([signal.SIGUSR1], t),
}
values = [0, 0.0, True, Index(), Float(), Fraction(0), "1", 1j, 1 << 100, -(1 << 100), float("nan"), float("inf"), -1e300, -1e-12]
for name, wait in waits.items():
    answers = {}
    for v in values:
        if v is True and name not in ("settimeout", "setitimer", "acquire"):
            continue
        if name in ("poll", "epoll") and v == -1e-12:
            continue            # waits for ever
        try:
            answer = repr(wait(v))
        except (Exception, queue.Empty) as e:
            answer = "%s: %s" % (type(e).__name__, e)
        answers.setdefault(answer, []).append(type(v).__name__ if not isinstance(v, (int, float)) else "%.3g" % v)
    print(name)
    for answer, of in answers.items():
        print("   ", answer, "<-", *of)
handle = threading._start_joinable_thread(lambda: None)
print(handle.join(-0.5))

# expect: sleep
# expect:     None <- 0 0 Index
# expect:     TypeError: 'Float' object cannot be interpreted as an integer or float <- Float
# expect:     TypeError: 'fractions.Fraction' object cannot be interpreted as an integer or float <- Fraction
# expect:     TypeError: 'str' object cannot be interpreted as an integer or float <- str
# expect:     TypeError: 'complex' object cannot be interpreted as an integer or float <- complex
# expect:     OverflowError: timestamp out of range for C PyTime_t <- 1.27e+30 -1.27e+30 inf -1e+300
# expect:     ValueError: Invalid value NaN (not a number) <- nan
# expect:     ValueError: sleep length must be non-negative <- -1e-12
# expect: acquire
# expect:     True <- 0 0 1 Index
# expect:     TypeError: 'Float' object cannot be interpreted as an integer or float <- Float
# expect:     TypeError: 'fractions.Fraction' object cannot be interpreted as an integer or float <- Fraction
# expect:     TypeError: 'str' object cannot be interpreted as an integer or float <- str
# expect:     TypeError: 'complex' object cannot be interpreted as an integer or float <- complex
# expect:     OverflowError: timestamp out of range for C PyTime_t <- 1.27e+30 -1.27e+30 inf -1e+300
# expect:     ValueError: Invalid value NaN (not a number) <- nan
# expect:     ValueError: timeout value must be a non-negative number <- -1e-12
# expect: select
# expect:     ([], [], []) <- 0 0 Index
# expect:     TypeError: timeout must be a float or None <- Float Fraction str complex
# expect:     OverflowError: timestamp out of range for C PyTime_t <- 1.27e+30 -1.27e+30 inf -1e+300
# expect:     ValueError: Invalid value NaN (not a number) <- nan
# expect:     ValueError: timeout must be non-negative <- -1e-12
# expect: poll
# expect:     [] <- 0 0 Index
# expect:     TypeError: timeout must be an integer or None <- Float Fraction str complex
# expect:     OverflowError: timestamp out of range for C PyTime_t <- 1.27e+30 -1.27e+30 inf -1e+300
# expect:     ValueError: Invalid value NaN (not a number) <- nan
# expect: epoll
# expect:     [] <- 0 0 Index
# expect:     TypeError: timeout must be an integer or None <- Float Fraction str complex
# expect:     OverflowError: timestamp out of range for C PyTime_t <- 1.27e+30 -1.27e+30 inf -1e+300
# expect:     ValueError: Invalid value NaN (not a number) <- nan
# expect: settimeout
# expect:     0.0 <- 0 0 Index
# expect:     1.0 <- 1
# expect:     TypeError: 'Float' object cannot be interpreted as an integer or float <- Float
# expect:     TypeError: 'fractions.Fraction' object cannot be interpreted as an integer or float <- Fraction
# expect:     TypeError: 'str' object cannot be interpreted as an integer or float <- str
# expect:     TypeError: 'complex' object cannot be interpreted as an integer or float <- complex
# expect:     OverflowError: timestamp out of range for C PyTime_t <- 1.27e+30 -1.27e+30 inf -1e+300
# expect:     ValueError: Invalid value NaN (not a number) <- nan
# expect:     ValueError: Timeout value out of range <- -1e-12
# expect: setitimer
# expect:     0.0 <- 0 0 1 Index -1e-12
# expect:     TypeError: 'Float' object cannot be interpreted as an integer or float <- Float
# expect:     TypeError: 'fractions.Fraction' object cannot be interpreted as an integer or float <- Fraction
# expect:     TypeError: 'str' object cannot be interpreted as an integer or float <- str
# expect:     TypeError: 'complex' object cannot be interpreted as an integer or float <- complex
# expect:     OverflowError: timestamp out of range for C PyTime_t <- 1.27e+30 -1.27e+30 inf -1e+300
# expect:     ValueError: Invalid value NaN (not a number) <- nan
# expect: get
# expect:     Empty:  <- 0 0 Index -1e-12
# expect:     TypeError: 'Float' object cannot be interpreted as an integer or float <- Float
# expect:     TypeError: 'fractions.Fraction' object cannot be interpreted as an integer or float <- Fraction
# expect:     TypeError: 'str' object cannot be interpreted as an integer or float <- str
# expect:     TypeError: 'complex' object cannot be interpreted as an integer or float <- complex
# expect:     OverflowError: timestamp out of range for C PyTime_t <- 1.27e+30 -1.27e+30 inf -1e+300
# expect:     ValueError: Invalid value NaN (not a number) <- nan
# expect: sigtimedwait
# expect:     None <- 0 0 Index -1e-12
# expect:     TypeError: 'Float' object cannot be interpreted as an integer or float <- Float
# expect:     TypeError: 'fractions.Fraction' object cannot be interpreted as an integer or float <- Fraction
# expect:     TypeError: 'str' object cannot be interpreted as an integer or float <- str
# expect:     TypeError: 'complex' object cannot be interpreted as an integer or float <- complex
# expect:     OverflowError: timestamp out of range for C PyTime_t <- 1.27e+30 -1.27e+30 inf -1e+300
# expect:     ValueError: Invalid value NaN (not a number) <- nan
# expect: None
