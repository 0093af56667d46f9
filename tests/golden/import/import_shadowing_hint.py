# A script's folder hides modules of the same name: errors about what is missing say so.
import os
import subprocess
import sys

os.mkdir("d")


def run(main, **files):
    for name in os.listdir("d"):
        os.remove(os.path.join("d", name)) if name.endswith(".py") else None
    for name, text in {"main": main, **files}.items():
        with open(os.path.join("d", name + ".py"), "w") as f:
            f.write(text)
    p = subprocess.run([sys.executable, "-B", os.path.join("d", "main.py")], capture_output=True, text=True)
    print(p.stderr.strip().splitlines()[-1].replace(os.path.realpath("d"), "DIR"))


run("import fractions\nfractions.Fraction", fractions="x = 1")
# expect: AttributeError: module 'fractions' has no attribute 'Fraction' (consider renaming 'DIR/fractions.py' since it has the same name as the standard library module named 'fractions' and prevents importing that standard library module)
run("from fractions import Fraction", fractions="x = 1")
# expect: ImportError: cannot import name 'Fraction' from 'fractions' (consider renaming 'DIR/fractions.py' since it has the same name as the standard library module named 'fractions' and prevents importing that standard library module)
run("import numpy", numpy="import numpy\nnumpy.array")
# expect: AttributeError: module 'numpy' has no attribute 'array' (consider renaming 'DIR/numpy.py' if it has the same name as a library you intended to import)
run("import numpy", numpy="from numpy import array")
# expect: ImportError: cannot import name 'array' from 'numpy' (consider renaming 'DIR/numpy.py' if it has the same name as a library you intended to import)
run("import other\nother.array", other="")
# expect: AttributeError: module 'other' has no attribute 'array'
run("import sys, fractions\ndel sys.stdlib_module_names\nfractions.Fraction", fractions="x = 1")
# expect: AttributeError: module 'fractions' has no attribute 'Fraction'
