import zipfile, runpy, sys, os, io
with zipfile.ZipFile("app.zip", "w") as z:
    z.writestr("__main__.py", "import helper\nprint('main', __name__, helper.X)")
    z.writestr("helper.py", "X = 5")
runpy.run_path("app.zip", run_name="__main__")
sys.path.insert(0, "app.zip")
import helper
print(helper.X, "app.zip" in helper.__file__)

# expect: main __main__ 5
# expect: 5 True
