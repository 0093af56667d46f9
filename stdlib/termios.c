// SPDX-License-Identifier: MIT
// The module termios: attributes, window size and queues of terminals. No state but the exception type. All calls run detached; a list of
// the program is read from a snapshot, because converting its items may run Python code and another thread may change it.
#include "stdlib/posix/posix.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/ttydefaults.h>
#include <termios.h>

#include "core/object/type.h"
#include "gc/gc.h"

static Value error_type; // [c] termios.error, after the first import

// Raises termios.error(err, text of err).
static Value termios_error(Thread *th, int err) {
    char buf[128];
    Value text = str_from_cstr(th, strerror_r(err, buf, sizeof buf));
    Value exc = text ? call2(th, error_type, value_imm_int(err), text) : NO_VALUE;
    if (exc) raise_object(th, exc, NO_VALUE);
    decref(th, text);
    decref(th, exc);
    return NO_VALUE;
}

// Is the item a count rather than a character? VMIN and VTIME are, unless input is by lines.
static bool cc_is_number(const struct termios *t, size_t i) { return (i == VMIN || i == VTIME) && !(t->c_lflag & ICANON); }

static Value cc_list(Thread *th, const struct termios *t) {
    Value list = list_new(th, NCCS);
    for (size_t i = 0; list && i < NCCS; i++) {
        Value item = cc_is_number(t, i) ? value_imm_int(t->c_cc[i]) : bytes_new(th, &t->c_cc[i], 1);
        if (!item || list_append_owned(th, AS(List, list), item)) clear_ref(th, &list);
    }
    return list;
}

static Value termios_fn_tcgetattr(Thread *th, Value self, Value *a) {
    int fd, r, err;
    struct termios t;
    if (fd_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS_RETRY(th, r, err, tcgetattr(fd, &t), return NO_VALUE);
    if (r < 0) return termios_error(th, err);
    Value cc = cc_list(th, &t);
    if (!cc) return NO_VALUE;
    Value items[7] = {value_imm_int(t.c_iflag), value_imm_int(t.c_oflag), value_imm_int(t.c_cflag), value_imm_int(t.c_lflag),
                      value_imm_int(cfgetispeed(&t)), value_imm_int(cfgetospeed(&t)), cc};
    return list_from_owned(th, items, ARRAY_LEN(items));
}

static int cc_from_list(Thread *th, Value list, struct termios *t) {
    Value cc = value_is_list(list) ? list_to_tuple(th, AS(List, list)) : NO_VALUE;
    if (!cc && error_pending(th)) return -1;
    if (!cc || AS(Tuple, cc)->len != NCCS) {
        decref(th, cc);
        raise_type_error(th, "tcsetattr: attributes[6] must be %d element list", NCCS);
        return -1;
    }
    int bad = 0;
    for (size_t i = 0; !bad && i < NCCS; i++) {
        Value v = AS(Tuple, cc)->items[i];
        int64_t n = 0;
        if (value_is_bytes(v) && AS(Bytes, v)->len == 1) t->c_cc[i] = AS(Bytes, v)->data[0];
        else if (value_is_int(v)) (bad = number_as_i64(th, v, &n)) == 0 ? (void)(t->c_cc[i] = (cc_t)n) : (void)0;
        else bad = (raise_type_error(th, "tcsetattr: elements of attributes must be bytes objects of length 1 or integers"), -1);
    }
    decref(th, cc);
    return bad;
}

// A tuple of the seven attributes into *t, which holds the present ones. 0 or -1.
static int attributes_arg(Thread *th, Value items, struct termios *t) {
    int64_t n[6];
    for (size_t i = 0; i < ARRAY_LEN(n); i++)
        if (number_as_i64(th, AS(Tuple, items)->items[i], &n[i])) return -1;
    if (cc_from_list(th, AS(Tuple, items)->items[6], t)) return -1;
    t->c_iflag = (tcflag_t)n[0];
    t->c_oflag = (tcflag_t)n[1];
    t->c_cflag = (tcflag_t)n[2];
    t->c_lflag = (tcflag_t)n[3];
    if (cfsetispeed(t, (speed_t)n[4]) == 0 && cfsetospeed(t, (speed_t)n[5]) == 0) return 0;
    termios_error(th, errno);
    return -1;
}

static Value termios_fn_tcsetattr(Thread *th, Value self, Value *a) {
    int fd, when, r, err;
    struct termios t;
    if (fd_arg(th, a[0], &fd) < 0 || int_arg(th, a[1], &when) < 0) return NO_VALUE;
    Value items = value_is_list(a[2]) ? list_to_tuple(th, AS(List, a[2])) : NO_VALUE;
    if (!items && error_pending(th)) return NO_VALUE;
    if (!items || AS(Tuple, items)->len != 7) {
        decref(th, items);
        return raise_type_error(th, "tcsetattr, arg 3: must be 7 element list");
    }
    // What the list doesn't say, such as the line discipline, stays as it is.
    SYS_RETRY(th, r, err, tcgetattr(fd, &t), decref(th, items); return NO_VALUE);
    if (r < 0) {
        decref(th, items);
        return termios_error(th, err);
    }
    int bad = attributes_arg(th, items, &t);
    decref(th, items);
    if (bad) return NO_VALUE;
    SYS_RETRY(th, r, err, tcsetattr(fd, when, &t), return NO_VALUE);
    return r < 0 ? termios_error(th, err) : VALUE_NONE;
}

// The functions of a descriptor and at most one number.
#define FD_CALL(name, nargs, expr)                                                                                       \
    static Value termios_fn_##name(Thread *th, Value self, Value *a) {                                                   \
        int fd, arg = 0, r, err;                                                                                         \
        if (fd_arg(th, a[0], &fd) < 0 || ((nargs) > 1 && int_arg(th, a[1], &arg) < 0)) return NO_VALUE;            \
        SYS_RETRY(th, r, err, expr, return NO_VALUE);                                                                    \
        return r < 0 ? termios_error(th, err) : VALUE_NONE;                                                              \
    }
FD_CALL(tcsendbreak, 2, tcsendbreak(fd, arg))
FD_CALL(tcdrain, 1, tcdrain(fd))
FD_CALL(tcflush, 2, tcflush(fd, arg))
FD_CALL(tcflow, 2, tcflow(fd, arg))

static Value termios_fn_tcgetwinsize(Thread *th, Value self, Value *a) {
    int fd, r, err;
    struct winsize w;
    if (fd_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS_RETRY(th, r, err, ioctl(fd, TIOCGWINSZ, &w), return NO_VALUE);
    return r < 0 ? termios_error(th, err) : tuple_pack2(th, value_imm_int(w.ws_row), value_imm_int(w.ws_col));
}

static Value termios_fn_tcsetwinsize(Thread *th, Value self, Value *a) {
    int fd, r, err;
    struct winsize w;
    if (fd_arg(th, a[0], &fd) < 0) return NO_VALUE;
    Value pair = sequence_check(a[1]) ? sequence_to_tuple(th, a[1]) : NO_VALUE;
    if (!pair && error_pending(th)) return NO_VALUE;
    if (!pair || AS(Tuple, pair)->len != 2) {
        decref(th, pair);
        return raise_type_error(th, "tcsetwinsize, arg 2: must be a two-item sequence");
    }
    int64_t rows, cols;
    int bad = number_as_i64(th, AS(Tuple, pair)->items[0], &rows) || number_as_i64(th, AS(Tuple, pair)->items[1], &cols);
    decref(th, pair);
    if (bad) return NO_VALUE;
    if (rows < 0 || rows > UINT16_MAX || cols < 0 || cols > UINT16_MAX) return raise_error(th, &exc_OverflowError, "winsize value(s) out of range.");
    // The size in pixels stays.
    SYS_RETRY(th, r, err, ioctl(fd, TIOCGWINSZ, &w), return NO_VALUE);
    if (r < 0) return termios_error(th, err);
    w.ws_row = (unsigned short)rows;
    w.ws_col = (unsigned short)cols;
    SYS_RETRY(th, r, err, ioctl(fd, TIOCSWINSZ, &w), return NO_VALUE);
    return r < 0 ? termios_error(th, err) : VALUE_NONE;
}

static const MethodDef termios_fns[] = {
    {"tcgetattr", "(fd, /)", termios_fn_tcgetattr, "Attributes of a terminal: [iflag, oflag, cflag, lflag, ispeed, ospeed, cc], where cc is a list of its special\ncharacters as bytes; the items VMIN and VTIME are ints unless input is by lines."},
    {"tcsetattr", "(fd, when, attributes, /)", termios_fn_tcsetattr, "Sets the attributes of a terminal: a list as from tcgetattr(). when is TCSANOW, TCSADRAIN (after all output was sent)\nor TCSAFLUSH (so, and what was not read is thrown away)."},
    {"tcsendbreak", "(fd, duration, /)", termios_fn_tcsendbreak, "Sends a break; a duration of 0 is 0.25 to 0.5 seconds."},
    {"tcdrain", "(fd, /)", termios_fn_tcdrain, "Waits until all output was sent."},
    {"tcflush", "(fd, queue, /)", termios_fn_tcflush, "Throws away what is queued: TCIFLUSH input, TCOFLUSH output, TCIOFLUSH both."},
    {"tcflow", "(fd, action, /)", termios_fn_tcflow, "Stops or restarts output (TCOOFF, TCOON) or input (TCIOFF, TCION)."},
    {"tcgetwinsize", "(fd, /)", termios_fn_tcgetwinsize, "Size of a terminal's window: (rows, columns)."},
    {"tcsetwinsize", "(fd, winsize, /)", termios_fn_tcsetwinsize, "Sets the size of a terminal's window: (rows, columns)."},
    {0}
};

// Old C libraries number the speeds below 57600 themselves and don't have the odd ones; newer ones have all, as the number they stand for.
#define C(name) {#name, name},
static const struct { const char *name; int64_t value; } constants[] = {
    C(B0) C(B1000000) C(B110) C(B115200) C(B1152000) C(B1200) C(B134) C(B150) C(B1500000) C(B1800) C(B19200) C(B200) C(B2000000) C(B230400)
    C(B2400) C(B2500000) C(B300) C(B3000000) C(B3500000) C(B38400) C(B4000000) C(B460800) C(B4800) C(B50) C(B500000) C(B57600) C(B576000) C(B600)
    C(B75) C(B921600) C(B9600) C(BRKINT) C(BS0) C(BS1) C(BSDLY) C(CBAUD) C(CBAUDEX) C(CDSUSP) C(CEOF) C(CEOL) C(CEOT) C(CERASE) C(CFLUSH)
    C(CIBAUD) C(CINTR) C(CKILL) C(CLNEXT) C(CLOCAL) C(CQUIT) C(CR0) C(CR1) C(CR2) C(CR3) C(CRDLY) C(CREAD) C(CRPRNT) C(CRTSCTS) C(CS5) C(CS6)
    C(CS7) C(CS8) C(CSIZE) C(CSTART) C(CSTOP) C(CSTOPB) C(CSUSP) C(CWERASE) C(ECHO) C(ECHOCTL) C(ECHOE) C(ECHOK) C(ECHOKE) C(ECHONL) C(ECHOPRT)
    C(EXTA) C(EXTB) C(EXTPROC) C(FF0) C(FF1) C(FFDLY) C(FIOASYNC) C(FIOCLEX) C(FIONBIO) C(FIONCLEX) C(FIONREAD) C(FLUSHO) C(HUPCL) C(ICANON)
    C(ICRNL) C(IEXTEN) C(IGNBRK) C(IGNCR) C(IGNPAR) C(IMAXBEL) C(INLCR) C(INPCK) C(IOCSIZE_MASK) C(IOCSIZE_SHIFT) C(ISIG) C(ISTRIP) C(IUCLC)
    C(IUTF8) C(IXANY) C(IXOFF) C(IXON) C(NCCS) C(NL0) C(NL1) C(NLDLY) C(NOFLSH) C(N_MOUSE) C(N_PPP) C(N_SLIP) C(N_STRIP) C(N_TTY) C(OCRNL)
    C(OFDEL) C(OFILL) C(OLCUC) C(ONLCR) C(ONLRET) C(ONOCR) C(OPOST) C(PARENB) C(PARMRK) C(PARODD) C(PENDIN) C(TAB0) C(TAB1) C(TAB2) C(TAB3)
    C(TABDLY) C(TCFLSH) C(TCGETS) C(TCIFLUSH) C(TCIOFF) C(TCIOFLUSH) C(TCION) C(TCOFLUSH) C(TCOOFF) C(TCOON) C(TCSADRAIN) C(TCSAFLUSH) C(TCSANOW)
    C(TCSBRK) C(TCSBRKP) C(TCSETS) C(TCSETSF) C(TCSETSW) C(TCXONC) C(TIOCCONS) C(TIOCEXCL) C(TIOCGETD) C(TIOCGICOUNT) C(TIOCGLCKTRMIOS)
    C(TIOCGPGRP) C(TIOCGSERIAL) C(TIOCGSOFTCAR) C(TIOCGWINSZ) C(TIOCINQ) C(TIOCLINUX) C(TIOCMBIC) C(TIOCMBIS) C(TIOCMGET) C(TIOCMIWAIT)
    C(TIOCMSET) C(TIOCM_CAR) C(TIOCM_CD) C(TIOCM_CTS) C(TIOCM_DSR) C(TIOCM_DTR) C(TIOCM_LE) C(TIOCM_RI) C(TIOCM_RNG) C(TIOCM_RTS) C(TIOCM_SR)
    C(TIOCM_ST) C(TIOCNOTTY) C(TIOCNXCL) C(TIOCOUTQ) C(TIOCPKT) C(TIOCPKT_DATA) C(TIOCPKT_DOSTOP) C(TIOCPKT_FLUSHREAD) C(TIOCPKT_FLUSHWRITE)
    C(TIOCPKT_NOSTOP) C(TIOCPKT_START) C(TIOCPKT_STOP) C(TIOCSCTTY) C(TIOCSERCONFIG) C(TIOCSERGETLSR) C(TIOCSERGETMULTI) C(TIOCSERGSTRUCT)
    C(TIOCSERGWILD) C(TIOCSERSETMULTI) C(TIOCSERSWILD) C(TIOCSER_TEMT) C(TIOCSETD) C(TIOCSLCKTRMIOS) C(TIOCSPGRP) C(TIOCSSERIAL) C(TIOCSSOFTCAR)
    C(TIOCSTI) C(TIOCSWINSZ) C(TOSTOP) C(VDISCARD) C(VEOF) C(VEOL) C(VEOL2) C(VERASE) C(VINTR) C(VKILL) C(VLNEXT) C(VMIN) C(VQUIT) C(VREPRINT)
    C(VSTART) C(VSTOP) C(VSUSP) C(VSWTC) C(VT0) C(VT1) C(VTDLY) C(VTIME) C(VWERASE) C(XCASE) C(XTABS)
    {"IBSHIFT", 16}, {"_POSIX_VDISABLE", 0}, {"VSWTCH", VSWTC},
#ifdef B7200
    C(B7200) C(B14400) C(B28800)
#endif
#ifdef B76800
    C(B76800)
#endif
};
#undef C

static int termios_exec(Thread *th, Value m) {
    if (!error_type) {
        if (!(error_type = exception_create_type(th, "termios.error", VALUE_OF(&exc_Exception), NULL))) return -1;
        gc_add_root(&error_type);
    }
    for (size_t i = 0; i < ARRAY_LEN(constants); i++)
        if (module_add_int(th, m, constants[i].name, constants[i].value) < 0) return -1;
    return module_add(th, m, "error", new_ref(th, error_type));
}
const ModuleDef module_termios = {"termios", "Control of terminals: attributes, window size, queues. Every function takes a descriptor,\nor an object with fileno(), first.", termios_fns, termios_exec};
