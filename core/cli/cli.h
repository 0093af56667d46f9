// SPDX-License-Identifier: MIT
// The parts of the ladon program: options, paths, start, what is run, end. Main thread only; nothing includes this but core/cli.
#ifndef LADON_CLI_H
#define LADON_CLI_H
#include "stdlib/sys/sys.h"

// What the command line asks for beyond SysConfig.
typedef struct CliOptions {
    enum { RUN_PROMPT, RUN_COMMAND, RUN_MODULE, RUN_FILE, RUN_STDIN } kind;
    const char *what;           // command text, module name, file name
    const char *home;           // PYTHONHOME
    const char *pythonpath;     // PYTHONPATH
    const char *hash_seed;      // PYTHONHASHSEED
    bool skip_first_line;       // -x
    bool randomize;             // -R
    bool inspect_env;           // PYTHONINSPECT counts after the run, too
    bool coerced, c_locale;     // the C locale was replaced; the locale is C, or what it is replaced by
    bool faulthandler;
    int tracemalloc;            // frames to keep of each allocation, 0: it is not traced
} CliOptions;
extern CliOptions cli_options;

// Reads argv and the environment into sys_config and cli_options. -1: go on; else the exit status (help, version, mistakes).
int cli_parse(int argc, char **argv);
// Finds the program and the standard library; fills the rest of sys_config. 0, or -1 after a message.
int cli_find_paths(const char *argv0);
// importlib, sys.path hooks, encodings, standard streams, site. 0, or -1 with the exception set.
int cli_start(Thread *th);
// Runs what was asked for. Exit status; *interrupted: an uncaught KeyboardInterrupt ended it.
int cli_run(Thread *th, bool *interrupted);
// The text of code, for tracebacks and inspect: kept where linecache looks when it is asked. shown: the file's name in messages. Errors are dropped.
void cli_register_source(Thread *th, Value code, Value text, Value shown);
// Status for the pending exception, which is printed (SystemExit is obeyed) and cleared. *interrupted: it was KeyboardInterrupt.
int cli_handle_error(Thread *th, bool *interrupted);
// Reads statements from the terminal (or stdin) until its end. Exit status.
int cli_prompt(Thread *th);
// Threads, exit functions, modules, streams. The status to exit with, given the one so far.
int cli_finish(Thread *th, int status);
char *cli_strdup(const char *s);   // malloc'ed; ends the program without memory
char *cli_join(const char *a, const char *b);   // a/b
#endif
