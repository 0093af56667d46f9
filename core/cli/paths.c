// SPDX-License-Identifier: MIT
// Finding the program and its standard library (docs/layout.md), and the first sys.path.
#include "core/cli/cli.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *cli_join(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b);
    char *p = malloc(n + m + 2);
    if (!p) {
        fputs("ladon: out of memory\n", stderr);
        exit(1);
    }
    memcpy(p, a, n);
    if (n && a[n - 1] != '/') p[n++] = '/';
    memcpy(p + n, b, m + 1);
    return p;
}

static bool is_library(const char *dir) {
    char *p = cli_join(dir, "os.py");
    struct stat st;
    bool ok = stat(p, &st) == 0 && S_ISREG(st.st_mode);
    free(p);
    return ok;
}
// Does dir hold our package?
static bool has_package(const char *dir) {
    char *p = cli_join(dir, "ladon/loop.py");
    bool ok = access(p, R_OK) == 0;
    free(p);
    return ok;
}
static char *real(char *path_owned) {
    char *r = realpath(path_owned, NULL);
    if (!r) return path_owned;
    free(path_owned);
    return r;
}
static char *parent(const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return cli_strdup(".");
    return slash == path ? cli_strdup("/") : strndup(path, (size_t)(slash - path));
}

// How the program was called, made absolute: what sys.executable says.
static char *called_as(const char *argv0, const char *exe) {
    char cwd[PATH_MAX];
    if (!argv0 || !*argv0) return cli_strdup(exe);
    if (argv0[0] == '/') return cli_strdup(argv0);
    if (strchr(argv0, '/')) {
        if (!getcwd(cwd, sizeof cwd)) return cli_strdup(exe);
        while (strncmp(argv0, "./", 2) == 0) argv0 += 2;
        return cli_join(cwd, argv0);
    }
    const char *path = getenv("PATH");
    for (const char *p = path; p && *p;) {
        const char *e = strchr(p, ':');
        size_t n = e ? (size_t)(e - p) : strlen(p);
        char *dir = strndup(p, n), *file = n && dir ? cli_join(dir, argv0) : NULL;
        free(dir);
        if (file && access(file, X_OK) == 0) {
            char *r = realpath(file, NULL);
            bool same = r && strcmp(r, exe) == 0;
            free(r);
            if (same) return file;
        }
        free(file);
        p = e ? e + 1 : NULL;
    }
    return cli_strdup(exe);
}

static void path_push(const char ***list, size_t *n, const char *s) {
    const char **p = realloc(*list, (*n + 2) * sizeof *p);
    if (!p) exit(1);
    p[(*n)++] = s;
    p[*n] = NULL;
    *list = p;
}

// The library that belongs to a program in dir: that of an installed copy, or of the build tree.
static void library_near(const char *dir, char **lib, char **prefix) {
    char *p = cli_join(dir, "../lib/python3.14");
    if (is_library(p)) {
        *lib = real(p);
        *prefix = real(cli_join(dir, ".."));
        return;
    }
    free(p);
#ifdef LADON_STDLIB_HINT
    p = cli_join(dir, LADON_STDLIB_HINT);
    if (is_library(p)) {
        *lib = real(p);
        *prefix = parent(dir);
        return;
    }
    free(p);
#endif
}

// The virtual environment of a program in dir: the folder above, or dir itself, that has a pyvenv.cfg which says where `home` is. NULL: none.
static char *venv_of(const char *dir, char **home) {
    char *places[] = {parent(dir), cli_strdup(dir)}, *venv = NULL, *line = NULL;
    size_t cap = 0;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        char *file = cli_join(places[i], "pyvenv.cfg");
        FILE *f = venv ? NULL : fopen(file, "re");
        free(file);
        while (f && !venv && getline(&line, &cap, f) > 0) {
            const char *key = line + strspn(line, " \t");
            char *value = strchr(line, '=');
            if (!value || strncmp(key, "home", 4) != 0 || key + 4 + strspn(key + 4, " \t") != value) continue;
            value += 1 + strspn(value + 1, " \t");
            value[strcspn(value, "\r\n")] = 0;
            venv = cli_strdup(places[i]);
            *home = cli_strdup(value);
        }
        if (f) fclose(f);
        free(places[i]);
    }
    free(line);
    return venv;
}

int cli_find_paths(const char *argv0) {
    SysConfig *c = &sys_config;
    char exe[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (len <= 0) {
        if (!argv0 || !realpath(argv0, exe)) snprintf(exe, sizeof exe, "%s", argv0 ? argv0 : "ladon");
    } else exe[len] = 0;
    c->executable = c->base_executable = called_as(argv0, exe);
    char *dir = parent(exe), *lib = NULL, *prefix = NULL, *home = NULL, *called = parent(c->executable);
    char *venv = cli_options.home ? NULL : venv_of(called, &home);
    free(called);
    if (cli_options.home) {
        char *given = cli_strdup(cli_options.home), *colon = strchr(given, ':');
        if (colon) *colon = 0;
        char *sub = cli_join(given, "lib/python3.14");
        if (is_library(sub)) lib = sub, prefix = cli_strdup(given);
        else if (is_library(given)) lib = cli_strdup(given), prefix = cli_strdup(given);
        else free(sub);
        free(given);
    }
    if (!lib) library_near(dir, &lib, &prefix);
    if (!lib && venv) { // the program is a copy of another
        free(dir);
        dir = cli_strdup(home);
        library_near(dir, &lib, &prefix);
    }
#ifdef LADON_STDLIB
    if (!lib && is_library(LADON_STDLIB)) {
        lib = cli_strdup(LADON_STDLIB);
        prefix = parent(dir);
    }
#endif
    if (!lib) {
        fprintf(stderr, "ladon: no standard library: %s/../lib/python3.14 does not hold os.py (set PYTHONHOME)\n", exe);
        return -1;
    }
    c->stdlib_dir = lib;
    c->base_prefix = prefix;
    c->prefix = c->exec_prefix = venv ? venv : prefix;
    if (venv) {
        char *base = cli_join(home, strrchr(c->executable, '/') ? strrchr(c->executable, '/') + 1 : c->executable);
        if (access(base, X_OK) == 0) {
            c->base_executable = base;
        } else {
            free(base);
            c->base_executable = cli_strdup(exe);
        }
    }
    free(home);
    size_t n = 0;
    for (const char *p = cli_options.pythonpath; p;) {
        const char *e = strchr(p, ':');
        path_push(&c->path, &n, e ? strndup(p, (size_t)(e - p)) : cli_strdup(p));
        p = e ? e + 1 : NULL;
    }
    char *lib_parent = parent(lib);
    path_push(&c->path, &n, cli_join(lib_parent, "python314.zip"));
    free(lib_parent);
    path_push(&c->path, &n, lib);
    // What Ladon adds, the package ladon: beside the library in an installed copy, in the source tree else.
    lib_parent = parent(lib);
    char *own = cli_join(lib_parent, "ladon");
    free(lib_parent);
#ifdef LADON_LIB_HINT
    if (!has_package(own)) {
        free(own);
        own = real(cli_join(dir, LADON_LIB_HINT));
    }
#endif
    if (has_package(own)) path_push(&c->path, &n, own);
    else free(own);
    free(dir);
    return 0;
}
