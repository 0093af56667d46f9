print(issubclass(KeyError, LookupError), issubclass(FileNotFoundError, OSError), IOError is OSError, issubclass(ModuleNotFoundError, ImportError), KeyboardInterrupt.__mro__[1].__name__, UnicodeDecodeError.__mro__[1:3], issubclass(RecursionError, RuntimeError), ExceptionGroup.__mro__[1:3])

# expect: True True True True BaseException (<class 'UnicodeError'>, <class 'ValueError'>) True (<class 'BaseExceptionGroup'>, <class 'Exception'>)
