# A folder, an archive, a folder within an archive as the script: its __main__ runs, with the absolute path first on sys.path.
import os
import subprocess
import sys
import zipfile

MAIN = "import sys, os; print(__name__, repr(__package__), sys.argv, os.path.relpath(sys.path[0]), os.path.isabs(sys.path[0]))"
os.makedirs("folder/inner", exist_ok=True)
with open("folder/__main__.py", "w") as f:
    f.write(MAIN)
with zipfile.ZipFile("app.zip", "w") as z:
    z.writestr("pkg/__main__.py", MAIN)
    z.writestr("pkg/sub/__main__.py", MAIN)
for script in "folder", "folder/", "app.zip/pkg", "app.zip/pkg/sub", "./app.zip/pkg", "app.zip", "app.zip/none", "app.zip/pkg/__main__.py", "folder/none/x", "folder/__main__.py/x":
    if sys.executable:
        p = subprocess.run([sys.executable, "-S", script, "a"], capture_output=True, text=True)
        print(script, p.returncode, p.stdout.strip() or p.stderr.strip().partition(": ")[2].replace(os.getcwd(), "HERE"))

# expect: folder 0 __main__ '' ['folder', 'a'] folder True
# expect: folder/ 0 __main__ '' ['folder/', 'a'] folder True
# expect: app.zip/pkg 0 __main__ '' ['app.zip/pkg', 'a'] app.zip/pkg True
# expect: app.zip/pkg/sub 0 __main__ '' ['app.zip/pkg/sub', 'a'] app.zip/pkg/sub True
# expect: ./app.zip/pkg 0 __main__ '' ['./app.zip/pkg', 'a'] app.zip/pkg True
# expect: app.zip 1 can't find '__main__' module in 'HERE/app.zip'
# expect: app.zip/none 1 can't find '__main__' module in 'HERE/app.zip/none'
# expect: app.zip/pkg/__main__.py 1 can't find '__main__' module in 'HERE/app.zip/pkg/__main__.py'
# expect: folder/none/x 2 can't open file 'HERE/folder/none/x': [Errno 2] No such file or directory
# expect: folder/__main__.py/x 2 can't open file 'HERE/folder/__main__.py/x': [Errno 20] Not a directory
