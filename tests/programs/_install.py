# SPDX-License-Identifier: MIT
"""Third-party programs for the tests beside this file, fetched when the first of them runs.

use() puts the folder with the packages at the head of sys.path; postgresql() returns where PostgreSQL's programs are. Both end the
test with the code of a skipped one, after a line that says why, where that can't be had. Packages come from the package index through
the machine's own pip (never the Python under test), are pure Python, and lie in build/programs (or $LADON_PROGRAMS); nothing of them
is copied into the repository or installed into the system. One process installs, the others wait for it; a failure is kept for ten
minutes, so that not every test waits for the network.
"""
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.environ.get("LADON_PROGRAMS") or os.path.join(os.path.dirname(os.path.dirname(HERE)), "build", "programs")
SECONDS = 120           # for one command
KEEP_FAILURE = 600      # seconds
# Packages without a pure wheel: their source archive, and the folder in it that is the package.
SOURCES = {"aiohttp==3.14.5": "aiohttp", "markupsafe==3.0.4": "src/markupsafe"}


class CannotInstall(Exception):
    pass


def skip(reason):
    print("skip:", reason)
    sys.stdout.flush()
    os._exit(77)


def command(what, args, **options):
    """Runs a command; its last line is the reason when it fails."""
    try:
        done = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, **options)
    except subprocess.TimeoutExpired:
        raise CannotInstall("%s took more than %d s" % (what, SECONDS)) from None
    except OSError as e:
        raise CannotInstall("%s: %s" % (what, e)) from None
    if done.returncode:
        lines = [line for line in done.stdout.decode("utf-8", "replace").splitlines() if "ERROR" in line or line.startswith("E:")]
        raise CannotInstall("%s: %s" % (what, (lines or ["exit code %d" % done.returncode])[0].strip()))
    return done.stdout.decode("utf-8", "replace")


def once(name, key, make):
    """The folder ROOT/name, made by make(folder) unless one with this key is there."""
    folder, ready = os.path.join(ROOT, name), os.path.join(ROOT, name + ".ready")
    failed = os.path.join(ROOT, name + ".failed")
    os.makedirs(ROOT, exist_ok=True)
    with open(os.path.join(ROOT, name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(ready):
            with open(ready) as f:
                if f.read() == key and os.path.isdir(folder):
                    return folder
        if os.path.exists(failed) and time.time() - os.path.getmtime(failed) < KEEP_FAILURE:
            with open(failed) as f:
                raise CannotInstall(f.read())
        part = folder + ".part"
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(part)
        try:
            make(part)
        except CannotInstall as e:
            with open(failed, "w") as f:
                f.write(str(e))
            raise
        os.rename(part, folder)
        with open(ready, "w") as f:
            f.write(key)
        if os.path.exists(failed):
            os.unlink(failed)
    return folder


def pip():
    """The command of the machine's pip, and its environment."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    env.update(AIOHTTP_NO_EXTENSIONS="1", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PIP_ROOT_USER_ACTION="ignore")
    python = shutil.which("python3")
    if python is None:
        raise CannotInstall("the machine has no python3 with pip")
    try:
        command("python3 -m pip", [python, "-m", "pip", "--version"], env=env)
    except CannotInstall:
        raise CannotInstall("the machine's python3 has no pip (Debian's package python3-pip)") from None
    return [python, "-m", "pip", "-q"], env


def install_packages(folder):
    base, env = pip()
    command("installing packages", base + [
        "install", "--no-compile", "--no-deps", "--target", folder, "--only-binary", ":all:", "--platform", "any", "--implementation", "py",
        "--abi", "none", "--python-version", "3.14", "-r", os.path.join(HERE, "requirements.txt")], env=env, cwd=folder)
    archives = os.path.join(folder, "archives")
    command("fetching sources", base + ["download", "--no-deps", "--no-binary", ":all:", "-d", archives] + list(SOURCES), env=env, cwd=folder)
    for name in sorted(os.listdir(archives)):
        with tarfile.open(os.path.join(archives, name)) as tar:
            tar.extractall(archives, filter="data")
        top = os.path.join(archives, name[:-len(".tar.gz")])
        package = next(path for spec, path in SOURCES.items() if name.startswith(spec.split("==")[0] + "-"))
        os.rename(os.path.join(top, package), os.path.join(folder, os.path.basename(package)))
    shutil.rmtree(archives)


def use():
    """Makes the packages importable, in this process and in Python processes it starts with the returned environment."""
    with open(os.path.join(HERE, "requirements.txt"), "rb") as f:
        key = hashlib.sha256(f.read() + repr(SOURCES).encode()).hexdigest()
    try:
        folder = once("site", key, install_packages)
    except CannotInstall as e:
        skip(str(e))
    sys.path.insert(1, folder)
    return dict(os.environ, PYTHONPATH=folder, AIOHTTP_NO_EXTENSIONS="1")


# ---- PostgreSQL

def fetch_postgresql(folder):
    """Debian's packages of the server, and of those libraries the machine lacks, unpacked but not installed."""
    archives = os.path.join(folder, "archives")
    os.makedirs(os.path.join(archives, "partial"))
    options = ["-q", "-o", "Dir::Cache::archives=" + archives, "-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User=" +
               ("root" if os.getuid() == 0 else "")]
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    command("apt-get install --download-only postgresql",
            ["apt-get"] + options + ["-y", "--no-install-recommends", "--download-only", "install", "postgresql"], env=env, cwd=folder)
    for name in sorted(os.listdir(archives)):
        if name.endswith(".deb"):
            command("unpacking " + name, ["dpkg-deb", "-x", os.path.join(archives, name), folder])
    shutil.rmtree(archives)


def find_server(root):
    base = os.path.join(root, "usr/lib/postgresql")
    versions = sorted(os.listdir(base), key=lambda v: float(v) if v.replace(".", "").isdigit() else 0) if os.path.isdir(base) else []
    for version in reversed(versions):
        programs = os.path.join(base, version, "bin")
        if os.path.exists(os.path.join(programs, "initdb")) and os.path.exists(os.path.join(programs, "postgres")):
            return programs
    return None


def postgresql():
    """(folder of PostgreSQL's programs, environment for them, folder to copy for another user or None): the machine's own server, else
    Debian's, unpacked."""
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    programs = find_server("/")
    if programs:
        return programs, env, None
    try:
        folder = once("postgresql", "1", fetch_postgresql)
    except CannotInstall as e:
        skip(str(e))
    programs = find_server(folder)
    if programs is None:
        skip("Debian's package postgresql brought no server")
    return programs, env, folder
