// SPDX-License-Identifier: MIT
// The exception types of errors.def but BaseException: one row each. What their layouts do is in exception.c, exception_os.c,
// exception_syntax.c, exception_unicode.c and exception_group.c.
#include "core/object/exception_int.h"

#define EXC_TYPE(Name, Base, size, doc_, ...) TYPE_DEFINE_BASE_EXC(Name, &exc_##Base, size, TYPE_EXC_SUBCLASS, .doc = doc_, __VA_ARGS__)

EXC_TYPE(BaseExceptionGroup, BaseException, sizeof(Exception), "A combination of multiple unrelated exceptions.",
         .methods = exc_methods_GROUP, .members = exc_members_GROUP, .slots = {.init = exc_init_GROUP, .new_ = exc_new_GROUP, .str = exc_str_GROUP, .repr = exc_repr_GROUP, EXC_SLOTS})
EXC_TYPE(Exception, BaseException, sizeof(Exception), "Common base class for all non-exit exceptions.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(GeneratorExit, BaseException, sizeof(Exception), "Request that a generator exit.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(KeyboardInterrupt, BaseException, sizeof(Exception), "Program interrupted by user.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(SystemExit, BaseException, sizeof(Exception), "Request to exit from the interpreter.",
         .members = exc_members_SYSTEM_EXIT, .slots = {.init = exc_init_SYSTEM_EXIT, EXC_SLOTS})
EXC_TYPE(ArithmeticError, Exception, sizeof(Exception), "Base class for arithmetic errors.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(FloatingPointError, ArithmeticError, sizeof(Exception), "Floating-point operation failed.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(OverflowError, ArithmeticError, sizeof(Exception), "Result too large to be represented.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(ZeroDivisionError, ArithmeticError, sizeof(Exception), "Second argument to a division or modulo operation was zero.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(AssertionError, Exception, sizeof(Exception), "Assertion failed.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(AttributeError, Exception, sizeof(Exception), "Attribute not found.",
         .methods = exc_methods_ATTRIBUTE, .members = exc_members_ATTRIBUTE, .slots = {.init = exc_init_ATTRIBUTE, EXC_SLOTS})
EXC_TYPE(BufferError, Exception, sizeof(Exception), "Buffer error.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(EOFError, Exception, sizeof(Exception), "Read beyond end of file.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(ImportError, Exception, sizeof(Exception), "Import can't find module, or can't find name in module.",
         .methods = exc_methods_IMPORT, .members = exc_members_IMPORT, .slots = {.init = exc_init_IMPORT, .str = exc_str_IMPORT, EXC_SLOTS})
EXC_TYPE(ModuleNotFoundError, ImportError, sizeof(Exception), "Module not found.", .slots = {EXC_SLOTS})
EXC_TYPE(LookupError, Exception, sizeof(Exception), "Base class for lookup errors.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(IndexError, LookupError, sizeof(Exception), "Sequence index out of range.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(KeyError, LookupError, sizeof(Exception), "Mapping key not found.", .slots = {.str = exc_str_KEY, EXC_SLOTS})
EXC_TYPE(MemoryError, Exception, sizeof(Exception), "Out of memory.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(NameError, Exception, sizeof(Exception), "Name not found globally.",
         .members = exc_members_NAME, .slots = {.init = exc_init_NAME, EXC_SLOTS})
EXC_TYPE(UnboundLocalError, NameError, sizeof(Exception), "Local name referenced but not bound to a value.", .slots = {EXC_SLOTS})
EXC_TYPE(OSError, Exception, sizeof(Exception), "Base class for I/O related errors.",
         .methods = exc_methods_OS, .members = exc_members_OS, .getsets = exc_getsets_OS, .slots = {.init = exc_init_OS, .new_ = exc_new_OS, .str = exc_str_OS, EXC_SLOTS})
EXC_TYPE(BlockingIOError, OSError, sizeof(Exception), "I/O operation would block.", .slots = {EXC_SLOTS})
EXC_TYPE(ChildProcessError, OSError, sizeof(Exception), "Child process error.", .slots = {EXC_SLOTS})
EXC_TYPE(ConnectionError, OSError, sizeof(Exception), "Connection error.", .slots = {EXC_SLOTS})
EXC_TYPE(BrokenPipeError, ConnectionError, sizeof(Exception), "Broken pipe.", .slots = {EXC_SLOTS})
EXC_TYPE(ConnectionAbortedError, ConnectionError, sizeof(Exception), "Connection aborted.", .slots = {EXC_SLOTS})
EXC_TYPE(ConnectionRefusedError, ConnectionError, sizeof(Exception), "Connection refused.", .slots = {EXC_SLOTS})
EXC_TYPE(ConnectionResetError, ConnectionError, sizeof(Exception), "Connection reset.", .slots = {EXC_SLOTS})
EXC_TYPE(FileExistsError, OSError, sizeof(Exception), "File already exists.", .slots = {EXC_SLOTS})
EXC_TYPE(FileNotFoundError, OSError, sizeof(Exception), "File not found.", .slots = {EXC_SLOTS})
EXC_TYPE(InterruptedError, OSError, sizeof(Exception), "Interrupted by signal.", .slots = {EXC_SLOTS})
EXC_TYPE(IsADirectoryError, OSError, sizeof(Exception), "Operation doesn't work on directories.", .slots = {EXC_SLOTS})
EXC_TYPE(NotADirectoryError, OSError, sizeof(Exception), "Operation only works on directories.", .slots = {EXC_SLOTS})
EXC_TYPE(PermissionError, OSError, sizeof(Exception), "Not enough permissions.", .slots = {EXC_SLOTS})
EXC_TYPE(ProcessLookupError, OSError, sizeof(Exception), "Process not found.", .slots = {EXC_SLOTS})
EXC_TYPE(TimeoutError, OSError, sizeof(Exception), "Timeout expired.", .slots = {EXC_SLOTS})
EXC_TYPE(ReferenceError, Exception, sizeof(Exception), "Weak ref proxy used after referent went away.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(RuntimeError, Exception, sizeof(Exception), "Unspecified run-time error.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(NotImplementedError, RuntimeError, sizeof(Exception), "Method or function hasn't been implemented yet.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(PythonFinalizationError, RuntimeError, sizeof(Exception), "Operation blocked during Python finalization.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(RecursionError, RuntimeError, sizeof(Exception), "Recursion limit exceeded.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(StopAsyncIteration, Exception, sizeof(Exception), "Signal the end from iterator.__anext__().",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(StopIteration, Exception, sizeof(Exception), "Signal the end from iterator.__next__().",
         .members = exc_members_STOP_ITERATION, .slots = {.init = exc_init_STOP_ITERATION, EXC_SLOTS})
EXC_TYPE(SyntaxError, Exception, sizeof(SyntaxExc), "Invalid syntax.",
         .members = exc_members_SYNTAX, .slots = {.init = exc_init_SYNTAX, .str = exc_str_SYNTAX, EXC_SLOTS})
EXC_TYPE(_IncompleteInputError, SyntaxError, sizeof(SyntaxExc), "incomplete input.", .slots = {EXC_SLOTS})
EXC_TYPE(IndentationError, SyntaxError, sizeof(SyntaxExc), "Improper indentation.", .slots = {EXC_SLOTS})
EXC_TYPE(TabError, IndentationError, sizeof(SyntaxExc), "Improper mixture of spaces and tabs.", .slots = {EXC_SLOTS})
EXC_TYPE(SystemError, Exception, sizeof(Exception), "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(TypeError, Exception, sizeof(Exception), "Inappropriate argument type.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(ValueError, Exception, sizeof(Exception), "Inappropriate argument value (of correct type).",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(UnicodeError, ValueError, sizeof(Exception), "Unicode related error.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(UnicodeDecodeError, UnicodeError, sizeof(Exception), "Unicode decoding error.",
         .members = exc_members_UNICODE, .getsets = exc_getsets_UNICODE, .slots = {.new_ = exception_slot_new, .init = exc_init_decode, .str = exc_str_decode, EXC_SLOTS})
EXC_TYPE(UnicodeEncodeError, UnicodeError, sizeof(Exception), "Unicode encoding error.",
         .members = exc_members_UNICODE, .getsets = exc_getsets_UNICODE, .slots = {.new_ = exception_slot_new, .init = exc_init_encode, .str = exc_str_encode, EXC_SLOTS})
EXC_TYPE(UnicodeTranslateError, UnicodeError, sizeof(Exception), "Unicode translation error.",
         .members = exc_members_UNICODE, .getsets = exc_getsets_UNICODE, .slots = {.new_ = exception_slot_new, .init = exc_init_translate, .str = exc_str_translate, EXC_SLOTS})
EXC_TYPE(Warning, Exception, sizeof(Exception), "Base class for warning categories.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(BytesWarning, Warning, sizeof(Exception), "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(DeprecationWarning, Warning, sizeof(Exception), "Base class for warnings about deprecated features.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(EncodingWarning, Warning, sizeof(Exception), "Base class for warnings about encodings.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(FutureWarning, Warning, sizeof(Exception), "Base class for warnings about constructs that will change semantically\nin the future.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(ImportWarning, Warning, sizeof(Exception), "Base class for warnings about probable mistakes in module imports",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(PendingDeprecationWarning, Warning, sizeof(Exception), "Base class for warnings about features which will be deprecated\nin the future.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(ResourceWarning, Warning, sizeof(Exception), "Base class for warnings about resource usage.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(RuntimeWarning, Warning, sizeof(Exception), "Base class for warnings about dubious runtime behavior.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(SyntaxWarning, Warning, sizeof(Exception), "Base class for warnings about dubious syntax.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(UnicodeWarning, Warning, sizeof(Exception), "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.",
         .slots = {.new_ = exception_slot_new, EXC_SLOTS})
EXC_TYPE(UserWarning, Warning, sizeof(Exception), "Base class for warnings generated by user code.", .slots = {.new_ = exception_slot_new, EXC_SLOTS})
