// SPDX-License-Identifier: MIT
// The ladon program: options, runtime, start, run, end.
#include "core/cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "core/compile/compile.h"
#include "core/object/exception.h"
#include "core/vm/runtime.h"

#ifdef LADON_PROFILE_GENERATE
// The compiler's profile runtime (cmake/LadonProfile.cmake): adds this process's counts to the file they are collected in.
int __llvm_profile_write_file(void);
#endif

int main(int argc, char **argv) {
    int status = cli_parse(argc, argv);
    if (status >= 0) return status;
    if (cli_find_paths(argc > 0 ? argv[0] : NULL)) return 1;
    if (hash_init(cli_options.hash_seed)) return 1;
    // Broken pipes and files that grow too large are errors of calls, not the end of the process.
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    compile_default_optimize = sys_config.optimize;
    Thread *th = runtime_init();
    if (!th) return 1;
    bool interrupted = false;
    if (cli_start(th)) {
        // site may leave with SystemExit; anything else is fatal.
        bool exits = exception_is(th->exc, &exc_SystemExit);
        if (!exits) fputs("Fatal Python error: init failed\n", stderr);
        status = cli_handle_error(th, &interrupted);
        if (!exits) status = 1;
    } else status = cli_run(th, &interrupted);
    status = cli_finish(th, status);
    if (interrupted && status == 128 + SIGINT) {
        // Die by the signal, so that a shell sees it.
        signal(SIGINT, SIG_DFL);
        kill(getpid(), SIGINT);
    }
    fflush(stdout);
    fflush(stderr);
#ifdef LADON_PROFILE_GENERATE
    __llvm_profile_write_file();
#endif
    _exit(status);
}
