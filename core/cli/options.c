// SPDX-License-Identifier: MIT
// The command line and the PYTHON* variables, as CPython 3.14 documents them.
#include "core/cli/cli.h"
#include "core/object/codecs.h"

#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

CliOptions cli_options;

static const char usage_text[] = "usage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n";
static const char help_text[] =
    "Options (and corresponding environment variables):\n"
    "-b     : warn about converting bytes and bytearray to str and about comparing\n"
    "         bytes with str or int (-bb: raise errors)\n"
    "-B     : write no cache files on import; also PYTHONDONTWRITEBYTECODE=x\n"
    "-c cmd : run this text as a program (ends the option list)\n"
    "-d     : debug output of the parser; also PYTHONDEBUG=x\n"
    "-E     : ignore PYTHON* environment variables\n"
    "-h     : print this text and exit (also -? or --help)\n"
    "-i     : give a prompt after running the program; also PYTHONINSPECT=x\n"
    "-I     : isolate from the user's environment (implies -E, -P and -s)\n"
    "-m mod : run a library module as a program (ends the option list)\n"
    "-O     : leave out assert and __debug__ statements; also PYTHONOPTIMIZE=x\n"
    "-OO    : the same, and leave out docstrings\n"
    "-P     : put no potentially unsafe path first on sys.path; also PYTHONSAFEPATH\n"
    "-q     : print no version at the prompt\n"
    "-s     : leave the user's site folder out of sys.path; also PYTHONNOUSERSITE=x\n"
    "-S     : do not import site at start\n"
    "-u     : unbuffered stdout and stderr; also PYTHONUNBUFFERED=x\n"
    "-v     : trace import statements; also PYTHONVERBOSE=x\n"
    "-V     : print the version and exit (also --version); twice: more about the build\n"
    "-W arg : warning control, action:message:category:module:lineno; also PYTHONWARNINGS=arg\n"
    "-x     : skip the first line of the source\n"
    "-X opt : set an implementation-specific option\n"
    "--check-hash-based-pycs always|default|never:\n"
    "         how hash-based cache files are checked\n"
    "--help-env: print help about the environment variables and exit\n"
    "--help-xoptions: print help about the -X options and exit\n"
    "--help-all: print all of it and exit\n"
    "\n"
    "Arguments:\n"
    "file   : the program, read from this file\n"
    "-      : the program, read from stdin (default; a prompt on a terminal)\n"
    "arg ...: the program's arguments in sys.argv[1:]\n";
static const char env_text[] =
    "Environment variables:\n"
    "PYTHONASYNCIODEBUG: debug mode of asyncio\n"
    "PYTHONBREAKPOINT: what breakpoint() calls; 0 disables it\n"
    "PYTHONCOERCECLOCALE: 0 leaves the C locale as it is\n"
    "PYTHONDEVMODE   : development mode (-X dev)\n"
    "PYTHONDONTWRITEBYTECODE: write no cache files (-B)\n"
    "PYTHONFAULTHANDLER: -X faulthandler\n"
    "PYTHONHASHSEED  : 'random', or an integer in 0..4294967295\n"
    "PYTHONHOME      : where the standard library is\n"
    "PYTHONINSPECT   : give a prompt after the program (-i)\n"
    "PYTHONINTMAXSTRDIGITS: longest decimal text of an int (-X int_max_str_digits)\n"
    "PYTHONIOENCODING: encoding[:errors] of stdin, stdout and stderr\n"
    "PYTHONNODEBUGRANGES: -X no_debug_ranges\n"
    "PYTHONNOUSERSITE: leave out the user's site folder (-s)\n"
    "PYTHONOPTIMIZE  : -O\n"
    "PYTHONPATH      : folders, separated by ':', put before the default sys.path\n"
    "PYTHONPLATLIBDIR: value of sys.platlibdir\n"
    "PYTHONPROFILEIMPORTTIME: -X importtime\n"
    "PYTHONPYCACHEPREFIX: root of a parallel tree for cache files (-X pycache_prefix)\n"
    "PYTHONSAFEPATH  : -P\n"
    "PYTHONSTARTUP   : file run at the start of a prompt\n"
    "PYTHONTRACEMALLOC: number of frames (-X tracemalloc)\n"
    "PYTHONUNBUFFERED: -u\n"
    "PYTHONUSERBASE  : where the user's site folder is\n"
    "PYTHONUTF8      : UTF-8 mode on or off (-X utf8)\n"
    "PYTHONVERBOSE   : -v\n"
    "PYTHONWARNDEFAULTENCODING: -X warn_default_encoding\n"
    "PYTHONWARNINGS  : -W\n"
    "PYTHON_BASIC_REPL: the plain prompt\n"
    "PYTHON_COLORS   : 0: no colours, 1: always\n"
    "PYTHON_CPU_COUNT: -X cpu_count\n"
    "PYTHON_CONTEXT_AWARE_WARNINGS: -X context_aware_warnings\n"
    "PYTHON_HISTORY  : file of the lines typed at the prompt\n"
    "PYTHON_THREAD_INHERIT_CONTEXT: -X thread_inherit_context\n";
static const char xoptions_text[] =
    "The following implementation-specific options are available:\n"
    "-X context_aware_warnings=[0|1]: warnings.catch_warnings acts per context\n"
    "-X cpu_count=N : what os.cpu_count() says\n"
    "-X dev : development mode\n"
    "-X faulthandler: enable faulthandler at start\n"
    "-X importtime[=2]: show how long each import takes\n"
    "-X int_max_str_digits=N: longest decimal text of an int; 0: no limit\n"
    "-X no_debug_ranges: keep no columns for tracebacks\n"
    "-X pycache_prefix=path: write cache files to a parallel tree\n"
    "-X thread_inherit_context=[0|1]: a thread starts with a copy of its maker's context\n"
    "-X tracemalloc[=N]: trace memory allocations, with N frames each\n"
    "-X utf8[=0|1]: UTF-8 mode\n"
    "-X warn_default_encoding: warn where the default encoding is used silently\n";

char *cli_strdup(const char *s) {
    char *p = strdup(s);
    if (!p) {
        fputs("ladon: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

// A growing NULL-terminated list.
static void push(const char ***list, const char *s) {
    size_t n = 0;
    while (*list && (*list)[n]) n++;
    const char **p = realloc(*list, (n + 2) * sizeof *p);
    if (!p) {
        fputs("ladon: out of memory\n", stderr);
        exit(1);
    }
    p[n] = s;
    p[n + 1] = NULL;
    *list = p;
}

static const char *env(const char *name) {
    if (sys_config.ignore_environment) return NULL;
    const char *v = getenv(name);
    return v && *v ? v : NULL;
}
// The number of a variable like PYTHONOPTIMIZE: an integer, or 1 for any other text.
static void env_flag(int *flag, const char *name) {
    const char *v = env(name);
    if (!v) return;
    char *end;
    long n = strtol(v, &end, 10);
    if (*end || n < 0 || n > 1000) n = 1;
    if (n > *flag) *flag = (int)n;
}

static const char *xoption(const char *name) { // text after '=', "" without one, NULL when not given; the last one counts
    const char *found = NULL;
    size_t n = strlen(name);
    for (size_t i = 0; sys_config.xoptions && sys_config.xoptions[i]; i++) {
        const char *o = sys_config.xoptions[i];
        if (strncmp(o, name, n) == 0 && (o[n] == 0 || o[n] == '=')) found = o[n] ? o + n + 1 : o + n;
    }
    return found;
}

static int fatal(const char *text) {
    fprintf(stderr, "Fatal Python error: %s\n", text);
    return 1;
}

static int usage(const char *program, FILE *f) {
    fprintf(f, usage_text, program);
    if (f == stderr) fputs("Try `python -h' for more information.\n", stderr);
    return f == stderr ? 2 : 0;
}

static void version(int times) {
    if (times < 2) printf("Python %d.%d.%d\n", PY_MAJOR, PY_MINOR, PY_MICRO);
    else printf("Python %d.%d.%d free-threading build (ladon " LADON_VERSION ", " __DATE__ ", " __TIME__ ")\n", PY_MAJOR, PY_MINOR, PY_MICRO);
}

static int digits_limit(const char *text, int *out) {
    char *end;
    long n = strtol(text, &end, 10);
    if (!*text || *end || n < 0 || (n > 0 && n < 640) || n > 0x7FFFFFFF) return -1;
    *out = (int)n;
    return 0;
}

static int frame_count(const char *text, int *out) {
    char *end;
    long n = strtol(text, &end, 10);
    if (*end || n < 0 || n > 0x7FFFFFFF) return -1;
    *out = (int)n;
    return 0;
}

static int bool_option(const char *x, const char *variable, int *out) {
    const char *v = env(variable);
    if (v && (strcmp(v, "0") == 0 || strcmp(v, "1") == 0)) *out = *v == '1';
    v = xoption(x);
    if (!v) return 0;
    if (*v == 0 || strcmp(v, "1") == 0) *out = 1;
    else if (strcmp(v, "0") == 0) *out = 0;
    else return -1;
    return 0;
}

// The environment and the -X options, after -E and -I are known.
static int settings(void) {
    SysConfig *c = &sys_config;
    env_flag(&c->debug, "PYTHONDEBUG");
    env_flag(&c->verbose, "PYTHONVERBOSE");
    env_flag(&c->optimize, "PYTHONOPTIMIZE");
    if (!c->inspect && env("PYTHONINSPECT")) c->inspect = 1;
    env_flag(&c->dont_write_bytecode, "PYTHONDONTWRITEBYTECODE");
    c->debug = c->debug > 0; // these two are no levels
    c->dont_write_bytecode = c->dont_write_bytecode > 0;
    env_flag(&c->no_user_site, "PYTHONNOUSERSITE");
    env_flag(&c->unbuffered, "PYTHONUNBUFFERED");
    if (env("PYTHONSAFEPATH")) c->safe_path = 1;
    cli_options.home = env("PYTHONHOME");
    cli_options.pythonpath = env("PYTHONPATH");
    cli_options.hash_seed = env("PYTHONHASHSEED");
    if (cli_options.hash_seed && strcmp(cli_options.hash_seed, "random") != 0) {
        char *end;
        unsigned long n = strtoul(cli_options.hash_seed, &end, 10);
        if (*end || !isdigit((unsigned char)*cli_options.hash_seed) || n > 4294967295ul)
            return fatal("config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
        c->hash_randomization = n != 0;
        if (n == 0 && cli_options.randomize) {
            c->hash_randomization = 1;
            cli_options.hash_seed = NULL;
        }
    }
    const char *v;
    c->no_debug_ranges = xoption("no_debug_ranges") != NULL || env("PYTHONNODEBUGRANGES") != NULL;
    c->dev_mode = xoption("dev") != NULL || env("PYTHONDEVMODE") != NULL;
    codec_check_names = c->dev_mode;
    c->warn_default_encoding = xoption("warn_default_encoding") != NULL || env("PYTHONWARNDEFAULTENCODING") != NULL;
    if ((v = xoption("pycache_prefix"))) c->pycache_prefix = *v ? v : NULL;
    else c->pycache_prefix = env("PYTHONPYCACHEPREFIX");
    if ((v = xoption("int_max_str_digits"))) {
        if (digits_limit(v, &c->int_max_str_digits)) return fatal("config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.");
    } else if ((v = env("PYTHONINTMAXSTRDIGITS")) && digits_limit(v, &c->int_max_str_digits))
        return fatal("config_init_int_max_str_digits: PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.");
    if ((v = xoption("cpu_count")) || (v = env("PYTHON_CPU_COUNT"))) {
        if (strcmp(v, "default") != 0) {
            c->cpu_count = atoi(v);
            if (c->cpu_count < 1) return fatal("config_init_cpu_count: -X cpu_count=n option: n is missing or an invalid number, n must be greater than 0");
        }
    }
    if (bool_option("thread_inherit_context", "PYTHON_THREAD_INHERIT_CONTEXT", &c->thread_inherit_context))
        return fatal("config_init_thread_inherit_context: -X thread_inherit_context=n: n is missing or invalid");
    if (bool_option("context_aware_warnings", "PYTHON_CONTEXT_AWARE_WARNINGS", &c->context_aware_warnings))
        return fatal("config_init_context_aware_warnings: -X context_aware_warnings=n: n is missing or invalid");
    if ((v = xoption("gil")) || (v = env("PYTHON_GIL"))) {
        if (strcmp(v, "0") == 0) c->gil = 0;
        else if (strcmp(v, "1") == 0) return fatal("config_read_gil: Enabling the GIL is not supported by this build");
        else return fatal(xoption("gil") ? "config_read_gil: PYTHON_GIL / -X gil must be \"0\" or \"1\"" : "config_read_gil: PYTHON_GIL / -X gil must be \"0\" or \"1\"");
    }
    if ((v = xoption("tlbc")) || (v = env("PYTHON_TLBC"))) {
        if (strcmp(v, "0") && strcmp(v, "1")) return fatal(xoption("tlbc") ? "config_init_tlbc: -X tlbc=n: n is missing or invalid" : "config_init_tlbc: PYTHON_TLBC=N: N is missing or invalid");
    }
    v = xoption("importtime");
    if (v) {
        char *end;
        long n = *v ? strtol(v, &end, 10) : 1;
        if (n == 1 || n == 2) c->import_time = (int)n;
        else if (*v && *end) c->import_time = 1; // any other text
        else if (n) return fatal("config_init_import_time: -X importtime: values other than 1, 2 not supported.");
    } else if ((v = env("PYTHONPROFILEIMPORTTIME"))) c->import_time = strcmp(v, "2") == 0 ? 2 : strcmp(v, "0") != 0;
    cli_options.faulthandler = xoption("faulthandler") != NULL || env("PYTHONFAULTHANDLER") || c->dev_mode;
    // The number may be too large here; starting to trace says so.
    if ((v = xoption("tracemalloc"))) {
        if (v[-1] != '=') cli_options.tracemalloc = 1; // the name alone
        else if (frame_count(v, &cli_options.tracemalloc)) return fatal("config_init_tracemalloc: -X tracemalloc=NFRAME: invalid number of frames");
    } else if ((v = env("PYTHONTRACEMALLOC")) && frame_count(v, &cli_options.tracemalloc)) {
        return fatal("config_init_tracemalloc: PYTHONTRACEMALLOC: invalid number of frames");
    }
    if ((v = env("PYTHONPLATLIBDIR"))) c->platlibdir = v;

    // The locale decides about UTF-8 mode: the C locale turns it on.
    const char *lc_all = getenv("LC_ALL");
    const char *loc = setlocale(LC_CTYPE, "");
    bool c_locale = !loc || strcmp(loc, "C") == 0 || strcmp(loc, "POSIX") == 0;
    int utf8 = -1;
    if ((v = xoption("utf8"))) {
        if (*v == 0 || strcmp(v, "1") == 0) utf8 = 1;
        else if (strcmp(v, "0") == 0) utf8 = 0;
        else return fatal("preconfig_init_utf8_mode: invalid -X utf8 option value");
    } else if ((v = env("PYTHONUTF8"))) {
        if (strcmp(v, "1") == 0) utf8 = 1;
        else if (strcmp(v, "0") == 0) utf8 = 0;
        else return fatal("preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable value");
    }
    // Those that the C locale is replaced by count as it where streams are concerned.
    cli_options.c_locale = c_locale || strcmp(loc, "C.UTF-8") == 0 || strcmp(loc, "C.utf8") == 0 || strcmp(loc, "UTF-8") == 0;
    if (c_locale && !(lc_all && *lc_all) && !((v = env("PYTHONCOERCECLOCALE")) && strcmp(v, "0") == 0)) {
        if (setlocale(LC_CTYPE, "C.UTF-8")) {
            setenv("LC_CTYPE", "C.UTF-8", 1);
            cli_options.coerced = true;
        }
    }
    c->utf8_mode = utf8 >= 0 ? utf8 : c_locale && !cli_options.coerced;
    if (!c->utf8_mode && !cli_options.coerced) {
        const char *codeset = nl_langinfo(CODESET);
        if (codeset && strcmp(codeset, "UTF-8") != 0 && !c_locale) c->io_encoding = cli_strdup(codeset);
    }
    if ((v = env("PYTHONIOENCODING"))) {
        char *copy = cli_strdup(v), *colon = strchr(copy, ':');
        if (colon) {
            *colon = 0;
            if (colon[1]) c->io_errors = colon + 1;
        }
        if (*copy) {
            c->io_encoding = copy;
            if (!c->io_errors) c->io_errors = "strict";
        }
    }
    // Warning options: development mode, the environment, the command line, -b.
    const char **given = c->warnoptions;
    c->warnoptions = NULL;
    if (c->dev_mode) push(&c->warnoptions, "default");
    if ((v = env("PYTHONWARNINGS"))) {
        char *copy = cli_strdup(v), *save = NULL;
        for (char *w = strtok_r(copy, ",", &save); w; w = strtok_r(NULL, ",", &save)) push(&c->warnoptions, w);
    }
    for (size_t i = 0; given && given[i]; i++) push(&c->warnoptions, given[i]);
    if (c->bytes_warning > 1) push(&c->warnoptions, "error::BytesWarning");
    else if (c->bytes_warning) push(&c->warnoptions, "default::BytesWarning");
    free(given);
    return -1;
}

int cli_parse(int argc, char **argv) {
    SysConfig *c = &sys_config;
    const char *program = argc > 0 ? argv[0] : "ladon";
    for (int i = 0; i < argc; i++) push(&c->orig_argv, argv[i]);
    int versions = 0, at = 1;
    bool help = false, done = false;
    while (at < argc && !done) {
        const char *a = argv[at];
        if (a[0] != '-' || a[1] == 0) break;
        at++;
        if (a[1] == '-') {
            if (a[2] == 0) break;
            if (strcmp(a, "--help") == 0) help = true;
            else if (strcmp(a, "--version") == 0) versions++;
            else if (strcmp(a, "--help-env") == 0) return fputs(env_text, stdout), 0;
            else if (strcmp(a, "--help-xoptions") == 0) return fputs(xoptions_text, stdout), 0;
            else if (strcmp(a, "--help-all") == 0) {
                usage(program, stdout);
                printf("%s\n%s\n%s", help_text, env_text, xoptions_text);
                return 0;
            } else if (strcmp(a, "--check-hash-based-pycs") == 0) {
                if (at >= argc) {
                    fputs("Argument expected for the --check-hash-based-pycs option\n", stderr);
                    return usage(program, stderr);
                }
                const char *v = argv[at++];
                if (strcmp(v, "always") && strcmp(v, "default") && strcmp(v, "never")) {
                    fputs("--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n", stderr);
                    return usage(program, stderr);
                }
                c->check_pycs = v;
            } else {
                fprintf(stderr, "Unknown option: %s\n", a);
                return usage(program, stderr);
            }
            continue;
        }
        for (const char *p = a + 1; *p; p++) {
            const char *arg = NULL;
            if (strchr("cmWX", *p)) {
                if (p[1]) arg = p + 1;
                else if (at < argc) arg = argv[at++];
                else {
                    fprintf(stderr, "Argument expected for the -%c option\n", *p);
                    return usage(program, stderr);
                }
            }
            switch (*p) {
            case 'b': c->bytes_warning++; break;
            case 'B': c->dont_write_bytecode++; break;
            case 'c': cli_options.kind = RUN_COMMAND; cli_options.what = arg; done = true; break;
            case 'd': c->debug++; break;
            case 'E': c->ignore_environment++; break;
            case 'h': case '?': help = true; break;
            case 'i': c->inspect++; c->interactive++; break;
            case 'I': c->isolated++; c->ignore_environment++; c->no_user_site++; c->safe_path = 1; break;
            case 'J': fputs("-J is reserved for Jython\n", stderr); return usage(program, stderr);
            case 'm': cli_options.kind = RUN_MODULE; cli_options.what = arg; done = true; break;
            case 'O': c->optimize++; break;
            case 'P': c->safe_path = 1; break;
            case 'q': c->quiet++; break;
            case 'R': cli_options.randomize = true; break;
            case 's': c->no_user_site++; break;
            case 'S': c->no_site++; break;
            case 't': break;
            case 'u': c->unbuffered++; break;
            case 'v': c->verbose++; break;
            case 'V': versions++; break;
            case 'W': push(&c->warnoptions, arg); break;
            case 'x': cli_options.skip_first_line = true; break;
            case 'X': push(&c->xoptions, arg); break;
            default:
                fprintf(stderr, "Unknown option: -%c\n", *p);
                return usage(program, stderr);
            }
            if (arg) break;
        }
    }
    if (help) {
        usage(program, stdout);
        fputs(help_text, stdout);
        return 0;
    }
    if (versions) {
        version(versions);
        return 0;
    }
    // sys.argv: what was given as program, then its arguments.
    if (cli_options.kind == RUN_COMMAND) push(&c->argv, "-c");
    else if (cli_options.kind == RUN_MODULE) push(&c->argv, "-m");
    else if (at < argc) {
        cli_options.kind = strcmp(argv[at], "-") == 0 ? RUN_STDIN : RUN_FILE;
        cli_options.what = argv[at];
        push(&c->argv, argv[at++]);
    } else push(&c->argv, "");
    for (; at < argc; at++) push(&c->argv, argv[at]);
    return settings();
}
