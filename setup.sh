#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Sets up, builds, runs and tests Ladon on Debian 12 or newer. `./setup.sh help` lists the commands.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
ROOT=$PWD
BUILD=$ROOT/build
LOGS=$BUILD/log
STDLIB=$BUILD/stdlib/python3.14
SUITES="forky testing sid unstable trixie stable"
PACKAGES_3_14="libpython3.14-minimal libpython3.14-stdlib libpython3.14-testsuite"
STEP=0 STEPS=0 JOBS=$(nproc 2>/dev/null || echo 2)
# Tests at a time: golden programs wait for a third of their time, CPython's own tests for two thirds.
GOLDEN_JOBS=$((JOBS + (JOBS + 1) / 2)) CONFORMANCE_JOBS=$((2 * JOBS))

usage() {
  cat <<'TEXT'
usage: ./setup.sh [COMMAND]
  run            everything: packages, standard library, release build, then the main job (default)
  test           builds the flavours the tests need and runs all tests
  deps           installs the Debian packages that are missing (as root)
  stdlib         fetches Python 3.14's standard library into build/stdlib
  build FLAVOUR  builds one of: release debug asan tsan count
  check          the quick check: unit tests and golden tests of the debug flavour
  clean          removes what was built; keeps the standard library
variables:
  LADON_STDLIB=DIR   use this copy of Python 3.14's Lib instead of fetching one
  LADON_PROFILE=off  build release quickly: without the profile, slower at run time
  CC=...             the C compiler (default: clang-19, else gcc)
TEXT
}

# ---- steps ---------------------------------------------------------------------------------------
die() { printf '\nsetup: %s\n' "$*" >&2; exit 1; }

# step TITLE HINT COMMAND...: runs the command with its output in a log and its last line as
# progress; on failure says which step, the log's last lines and HINT, and ends the script.
step() {
  local title=$1 hint=$2
  shift 2
  STEP=$((STEP + 1))
  printf '[%d/%d] %s\n' "$STEP" "$STEPS" "$title"
  mkdir -p "$LOGS"
  LOG=$LOGS/$(printf '%02d' "$STEP")-$(printf '%s' "$title" | tr -c 'a-zA-Z0-9\n' '-' | cut -c1-40).log
  quietly "$@"
  local rc=$?
  [ $rc -eq 0 ] && return 0
  { printf '\nsetup: step %d of %d failed: %s\n' "$STEP" "$STEPS" "$title"
    printf '       the last lines of %s:\n' "${LOG#"$ROOT"/}"
    tail -n 25 "$LOG" | sed 's/^/       | /'
    printf '       %s\n' "$hint"; } >&2
  exit 1
}

# Runs a command with output to $LOG, showing the log's last line every few seconds.
quietly() {
  local start=$SECONDS shown=$SECONDS pid rc line every=10 tty=
  [ -t 1 ] && { every=1; tty=1; }
  "$@" > "$LOG" 2>&1 < /dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.3
    if [ $((SECONDS - shown)) -ge $every ]; then
      shown=$SECONDS
      line=$(tail -n 1 "$LOG" 2>/dev/null | tr -d '\r' | cut -c1-70)
      if [ -n "$tty" ]; then printf '\r\033[K      %d s: %s' "$((SECONDS - start))" "$line"
      else printf '      %d s: %s\n' "$((SECONDS - start))" "$line"; fi
    fi
  done
  wait "$pid"
  rc=$?
  [ -n "$tty" ] && printf '\r\033[K'
  return $rc
}

# ---- packages ------------------------------------------------------------------------------------
NEEDED="cmake ninja-build binutils libc6-dev libmimalloc-dev liburcu-dev libuv1-dev libgmp-dev
libssl-dev zlib1g-dev libb2-dev libbz2-dev liblzma-dev libzstd-dev libexpat1-dev
libsqlite3-dev libffi-dev uuid-dev libgdbm-dev libgdbm-compat-dev
libncurses-dev libedit-dev tzdata"

have_package() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | cut -c1-2)" = ii ]; }

compiler_packages() {
  if have_package clang-19 || apt-cache show clang-19 >/dev/null 2>&1; then
    echo clang-19 libclang-rt-19-dev llvm-19 lld-19
  else
    echo gcc
  fi
}

# The C library's conversions, which give the tables of the East Asian encodings: a package of their own in later releases, else in libc6.
conversion_packages() { apt-cache show libc-gconv-modules-extra >/dev/null 2>&1 && echo libc-gconv-modules-extra; }

install_deps() {
  local missing="" p
  if ! have_package clang-19 && ! have_package gcc && [ "$(id -u)" = 0 ]; then
    apt-get -q update || return 1
  fi
  for p in $NEEDED $(compiler_packages) $(conversion_packages); do
    have_package "$p" || missing="$missing $p"
  done
  [ -z "$missing" ] && { echo "all packages are installed"; return 0; }
  if [ "$(id -u)" != 0 ]; then
    echo "missing packages:$missing"
    echo "not root: run   apt-get install --no-install-recommends$missing"
    return 1
  fi
  apt-get -q update || echo "apt-get update failed; trying with what is known"
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing
}

# ---- the standard library ------------------------------------------------------------------------
# The machine's own Debian mirrors, one URI a line, from either format of its sources.
mirrors() {
  { apt-get indextargets --format '$(SUITE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
      grep -vE '^[^ ]*(security|updates|backports)' | sed 's/^[^ ]* //'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      sed -nE 's/^deb +(\[[^]]*\] +)?([^ ]+) .*/\2/p'
    sed -nE 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | tr ' ' '\n'
  } | sed 's#/*$#/#' | grep -E '^[a-z+]+:' | grep -v 'debian-security' | awk '!seen[$0]++'
}

# The keyring the machine's sources name, else the archive's.
keyring() {
  local k
  for k in $( { sed -nE 's/.*signed-by=([^] ]+).*/\1/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.list
                sed -nE 's/^Signed-By: *//p' /etc/apt/sources.list.d/*.sources; } 2>/dev/null) \
           /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp; do
    case $k in *debian-archive*) [ -r "$k" ] && { echo "$k"; return; } ;; esac
  done
}

fetch_stdlib() {
  if [ -n "${LADON_STDLIB:-}" ]; then
    [ -f "$LADON_STDLIB/os.py" ] || { echo "LADON_STDLIB=$LADON_STDLIB holds no os.py"; return 1; }
    echo "using $LADON_STDLIB"
    return 0
  fi
  if [ -f "$BUILD/stdlib/ready" ]; then
    echo "kept: $(cat "$BUILD/stdlib/ready")"
    return 0
  fi
  local work=$BUILD/stdlib.part key tried="" mirror suite apt p lib
  rm -rf "$work"
  mkdir -p "$work/root" "$work/debs"
  key=$(keyring)
  while read -r mirror; do
    for suite in $SUITES; do
      tried="$tried $mirror:$suite"
      echo "trying suite $suite of the machine's mirror"
      rm -rf "$work/lists" "$work/debs"
      mkdir -p "$work/lists/partial" "$work/debs/partial"
      echo "deb ${key:+[signed-by=$key] }$mirror $suite main" > "$work/sources.list"
      : > "$work/status"
      # Signatures and checksums are verified as ever; only the index's age is not judged, because
      # a mirror frozen at a date, or a machine with a wrong clock, serves as well.
      apt=(-q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
           -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
           -o "Dir::State::Lists=$work/lists" -o "Dir::State::status=$work/status"
           -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o "Dir::Cache::archives=$work/debs"
           -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o APT::Sandbox::User=root
           -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false)
      apt-get "${apt[@]}" -o APT::Update::Error-Mode=any update || continue
      # shellcheck disable=SC2086
      (cd "$work/debs" && apt-get "${apt[@]}" download $PACKAGES_3_14) || continue
      for p in "$work"/debs/*.deb; do dpkg-deb -x "$p" "$work/root" || return 1; done
      lib=$(find "$work/root" -path '*/python3.14/os.py' -print -quit)
      [ -n "$lib" ] || { echo "no os.py in these packages"; continue; }
      lib=$(dirname "$lib")
      keep_python_files "$lib" || return 1
      rm -rf "$BUILD/stdlib"
      mkdir -p "$BUILD/stdlib"
      mv "$lib" "$STDLIB" || return 1
      (cd "$work/debs" && ls ./*.deb) | head -n 1 | sed -E 's/^[^_]*_([^_]*)_.*/\1/' > "$BUILD/stdlib/ready"
      rm -rf "$work"
      echo "standard library $(cat "$BUILD/stdlib/ready") from suite $suite"
      return 0
    done
  done < <(mirrors)
  echo "no suite of this machine's Debian mirrors has the packages $PACKAGES_3_14"
  echo "tried (mirror:suite):${tried:- nothing, because no mirror is configured in /etc/apt}"
  return 1
}

# Only Python files and the data they read: no shared objects, no byte code of another
# implementation, no links that lead outside.
keep_python_files() {
  rm -rf "$1/lib-dynload"
  find "$1" \( -name '*.so' -o -name '*.pyc' -o -name '*.a' -o -name '*.o' \) -delete
  find "$1" -name __pycache__ -prune -exec rm -rf {} +
  find "$1" -xtype l -delete
}

# ---- building ------------------------------------------------------------------------------------
build_flavour() {
  local extra=()
  [ -n "${LADON_STDLIB:-}" ] && extra+=(-DLADON_STDLIB="$LADON_STDLIB")
  [ -n "${LADON_PROFILE:-}" ] && extra+=(-DLADON_PROFILE="$LADON_PROFILE")
  case $1 in release | debug | asan | tsan | count) ;; *) echo "no flavour '$1'"; return 1 ;; esac
  cmake --preset "$1" "${extra[@]}" || return 1
  cmake --build --preset "$1" -- -j"$JOBS" || return 1
  [ "${2:-}" = unit ] && [ -n "$(ls tests/unit/*.c 2>/dev/null)" ] || return 0
  cmake --build --preset "$1" --target ladon_unit -- -j"$JOBS"
}

HINT_DEPS="check the machine's apt sources and network, or install the packages by hand (README.md, Packages)"
HINT_STDLIB="check network and apt sources, or give a copy of Python 3.14's Lib: LADON_STDLIB=DIR ./setup.sh"
HINT_BUILD="the whole log has the first error; './setup.sh clean' and again if the folder is from an older tree"

prepare() {
  step "installing Debian packages (about 1 min the first time)" "$HINT_DEPS" install_deps
  step "fetching Python 3.14's standard library (about 10 s the first time)" "$HINT_STDLIB" fetch_stdlib
  sed 's/^/      /' "$LOG" | tail -n 1
}

cmd_run() {
  STEPS=4
  prepare
  step "building release (about 5 min: twice, the second time with a profile of the first)" "$HINT_BUILD" build_flavour release
  STEP=$((STEP + 1))
  printf '[%d/%d] running the main job: bench/scaling/wordcount.py (about 1 min)\n' "$STEP" "$STEPS"
  printf '      counts tokens, words and SHA-256 of every file of the standard library,\n'
  printf '      with one thread and with all %d cores\n\n' "$JOBS"
  build/release/bin/ladon bench/scaling/wordcount.py ||
    die "step $STEP of $STEPS failed: the main job ended with exit code $?; run it by hand:
       build/release/bin/ladon bench/scaling/wordcount.py"
  printf '\nThe program is build/release/bin/ladon. Next: build/release/bin/ladon your_program.py\n'
}

# ---- testing -------------------------------------------------------------------------------------
PASSED=0 FAILED=0 SKIPPED=0

# suite TITLE COMMAND...: a test runner. Its last line of the form "N passed, N failed[, N skipped]"
# is added up; a runner that prints none, or ends badly without a failure, counts as one failure.
suite() {
  local title=$1 rc line p f s start=$SECONDS
  shift
  STEP=$((STEP + 1))
  printf '[%d/%d] %s\n' "$STEP" "$STEPS" "$title"
  LOG=$LOGS/$(printf '%02d' "$STEP")-$(printf '%s' "$title" | tr -c 'a-zA-Z0-9\n' '-' | cut -c1-40).log
  mkdir -p "$LOGS"
  quietly "$@"
  rc=$?
  line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$LOG" | tail -n 1)
  p=$(printf '%s' "$line" | sed -nE 's/^([0-9]+) passed.*/\1/p')
  f=$(printf '%s' "$line" | sed -nE 's/.* ([0-9]+) failed.*/\1/p')
  s=$(printf '%s' "$line" | sed -nE 's/.* ([0-9]+) skipped.*/\1/p')
  if [ -z "$line" ] || { [ $rc -ne 0 ] && [ "${f:-0}" = 0 ]; }; then f=$((${f:-0} + 1)); fi
  PASSED=$((PASSED + ${p:-0})) FAILED=$((FAILED + ${f:-0})) SKIPPED=$((SKIPPED + ${s:-0}))
  printf '      %d passed, %d failed, %d skipped, %d s\n' "${p:-0}" "${f:-0}" "${s:-0}" $((SECONDS - start))
  if [ "${f:-0}" != 0 ]; then
    grep -aE '^(FAIL|ERROR|UNEXPECTED)' "$LOG" | head -n 40 | sed 's/^/      /'
    [ -z "$line" ] && tail -n 15 "$LOG" | sed 's/^/      | /'
    printf '      log: %s\n' "${LOG#"$ROOT"/}"
  fi
}

# The Python that runs the runners: ladon itself when it is able, else the machine's.
runner_python() {
  if timeout 60 build/release/bin/ladon tests/run.py --self-check >/dev/null 2>&1; then
    echo build/release/bin/ladon
  elif command -v python3 >/dev/null; then
    echo python3
  else
    [ "$(id -u)" = 0 ] && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install python3 >/dev/null 2>&1
    command -v python3 || die "ladon cannot run the test runner and there is no python3"
  fi
}

# The programs are fetched with the machine's pip; without one, and without root, they skip.
programs_suite() {
  if ! python3 -m pip --version >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -q -y --no-install-recommends install python3-pip
  fi
  "$1" tests/run.py -j 2 --python build/release/bin/ladon --timeout 300 tests/programs
}

cmd_test() {
  local flavour py units
  STEPS=23
  prepare
  step "building release (about 5 min: twice, the second time with a profile of the first)" "$HINT_BUILD" build_flavour release
  for flavour in debug asan; do
    step "building $flavour (about 2 min)" "$HINT_BUILD" build_flavour "$flavour" unit
  done
  for flavour in tsan count; do
    step "building $flavour (about 2 min)" "$HINT_BUILD" build_flavour "$flavour"
  done
  py=$(runner_python)
  printf '      the test runners run on %s\n' "$py"
  suite "checks of the source tree" "$py" tests/tools/check_all.py
  suite "models of the protocols" "$py" tests/run.py -j "$JOBS" --python "$py" --timeout 300 tests/models
  suite "the installed copy" "$py" tests/tools/check_install.py build/release
  for flavour in debug asan; do
    suite "unit tests, $flavour" "build/$flavour/bin/ladon_unit" -j "$JOBS"
  done
  suite "golden tests, release" "$py" tests/run.py -j "$GOLDEN_JOBS" --python build/release/bin/ladon
  suite "golden tests, debug" "$py" tests/run.py -j "$GOLDEN_JOBS" --python build/debug/bin/ladon --timeout 60
  suite "golden tests, count" "$py" tests/run.py -j "$GOLDEN_JOBS" --python build/count/bin/ladon --timeout 60
  suite "golden tests, asan" "$py" tests/run.py -j "$GOLDEN_JOBS" --python build/asan/bin/ladon --timeout 120
  suite "golden tests, tsan" "$py" tests/run.py -j "$GOLDEN_JOBS" --python build/tsan/bin/ladon --timeout 120
  suite "stress tests, tsan" "$py" tests/run.py -j "$JOBS" --python build/tsan/bin/ladon --timeout 240 tests/stress
  suite "stress tests, release" "$py" tests/run.py -j "$JOBS" --python build/release/bin/ladon --timeout 240 tests/stress
  suite "fuzz tests, asan" "$py" tests/run.py -j "$JOBS" --python build/asan/bin/ladon --timeout 300 tests/fuzz
  suite "foreign atomic writes of shared reads, count" "$py" tests/tools/check_counts.py build/count/bin/ladon
  suite "third-party programs, release" programs_suite "$py"
  suite "conformance, release" "$py" tests/conformance/run.py -j "$CONFORMANCE_JOBS" --python build/release/bin/ladon
  printf '\n%d skipped\n%d passed, %d failed\n' "$SKIPPED" "$PASSED" "$FAILED"
  [ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
}

cmd_check() {
  local py
  STEPS=3
  step "building debug" "$HINT_BUILD" build_flavour debug unit
  py=$(command -v python3 || echo build/release/bin/ladon)
  suite "unit tests, debug" build/debug/bin/ladon_unit -j "$JOBS"
  suite "golden tests, debug" "$py" tests/run.py -j "$GOLDEN_JOBS" --python build/debug/bin/ladon
  printf '\n%d passed, %d failed\n' "$PASSED" "$FAILED"
  [ "$FAILED" = 0 ]
}

case ${1:-run} in
  run) cmd_run ;;
  test) cmd_test ;;
  check) cmd_check ;;
  deps) STEPS=1; step "installing Debian packages" "$HINT_DEPS" install_deps; tail -n 1 "$LOG" ;;
  stdlib) STEPS=1; step "fetching Python 3.14's standard library" "$HINT_STDLIB" fetch_stdlib; tail -n 1 "$LOG" ;;
  build) STEPS=1; step "building ${2:-release}" "$HINT_BUILD" build_flavour "${2:-release}" unit ;;
  clean) for d in release profile debug asan tsan count log; do rm -rf "${BUILD:?}/$d"; done ;;
  help | -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
