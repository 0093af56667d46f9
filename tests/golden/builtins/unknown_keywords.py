# Keywords that a built-in function does not have: which was meant, or how many there may be.
import datetime, itertools
def call(f, *args, **keywords):
    try:
        f(*args, **keywords)
    except TypeError as e:
        print(e)
call(print, sepp=1)  # expect: print() got an unexpected keyword argument 'sepp'. Did you mean 'sep'?
call(print, 0, foo=5)  # expect: print() got an unexpected keyword argument 'foo'
call(zip, strictt=1)  # expect: zip() got an unexpected keyword argument 'strictt'. Did you mean 'strict'?
call(complex, reall=1)  # expect: complex() got an unexpected keyword argument 'reall'. Did you mean 'real'?
call(max, 1, 2, defaul=1)  # expect: max() got an unexpected keyword argument 'defaul'. Did you mean 'default'?
call(min, 0, default=1, key=2, foo=3)  # expect: min() takes at most 2 keyword arguments (3 given)
call(itertools.product, 0, repeat=1, foo=2)  # expect: product() takes at most 1 keyword argument (2 given)
call(ImportError, namez=1)  # expect: ImportError() got an unexpected keyword argument 'namez'. Did you mean 'name'?
call(ImportError, 0, name=1, path=2, name_from=3, foo=4)  # expect: ImportError() takes at most 3 keyword arguments (4 given)
call(datetime.timedelta, dayz=1)  # expect: __new__() got an unexpected keyword argument 'dayz'. Did you mean 'days'?
call(datetime.datetime, 1, 1, 1, hourr=1)  # expect: this function got an unexpected keyword argument 'hourr'. Did you mean 'hour'?
