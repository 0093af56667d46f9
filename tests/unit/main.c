// SPDX-License-Identifier: MIT
// Runs the registered C tests, each in a child process of its own with a timeout, some at once.
// Single-threaded: the parent only forks, polls and prints.
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_FAILED = 97, EXIT_SKIPPED = 98, MAX_JOBS = 64 };

static UnitTest *tests;
static int test_count;

void unit_register(UnitTest *test) {
    test->next = tests;
    tests = test;
    test_count++;
}

void unit_fail(const char *file, int line, const char *format, ...) {
    va_list ap;
    fflush(stdout);
    fprintf(stderr, "%s:%d: ", file, line);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
    fflush(stderr);
    _exit(EXIT_FAILED);
}

void unit_skip(const char *file, int line, const char *reason) {
    fprintf(stderr, "%s:%d: skipped: %s\n", file, line, reason);
    fflush(stderr);
    _exit(EXIT_SKIPPED);
}

typedef struct {
    UnitTest *test;      // NULL: free
    pid_t     pid;
    FILE     *output;    // the child's stdout and stderr, a nameless file
    double    deadline;
    bool      late;
} Job;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_place(const void *a, const void *b) {
    const UnitTest *x = *(UnitTest *const *)a, *y = *(UnitTest *const *)b;
    int c = strcmp(x->file, y->file);
    return c ? c : x->line - y->line;
}

static void start(Job *job, UnitTest *test, int seconds) {
    job->test = test;
    job->late = false;
    job->output = tmpfile();
    job->deadline = now() + (test->seconds ? test->seconds : seconds);
    fflush(stdout);
    job->pid = fork();
    if (job->pid < 0) {
        perror("ladon_unit: fork");
        exit(2);
    }
    if (job->pid == 0) {
        struct rlimit none = {0, 0};
        setpgid(0, 0);
        setrlimit(RLIMIT_CORE, &none);
        if (job->output) {
            dup2(fileno(job->output), 1);
            dup2(fileno(job->output), 2);
        }
        test->body();
        fflush(NULL);
        _exit(0);
    }
}

static void copy_output(FILE *from) {
    char buf[4096];
    size_t n;
    rewind(from);
    while ((n = fread(buf, 1, sizeof buf, from)) > 0) fwrite(buf, 1, n, stdout);
}

int main(int argc, char **argv) {
    int jobs = 2, seconds = 30, opt, verbose = 0, list = 0, inproc = 0;
    while ((opt = getopt(argc, argv, "lvnj:t:")) != -1) {
        switch (opt) {
        case 'l': list = 1; break;
        case 'v': verbose = 1; break;
        case 'n': inproc = 1; break;    // no child: for a debugger; give one name
        case 'j': jobs = atoi(optarg); break;
        case 't': seconds = atoi(optarg); break;
        default: fprintf(stderr, "usage: ladon_unit [-l] [-v] [-n] [-j N] [-t S] [NAME...]\n"); return 2;
        }
    }
    if (jobs < 1) jobs = 1;
    if (jobs > MAX_JOBS) jobs = MAX_JOBS;
    UnitTest **all = calloc((size_t)test_count + 1, sizeof *all);
    int n = 0, next = 0, running = 0, passed = 0, failed = 0, skipped = 0;
    for (UnitTest *t = tests; t; t = t->next) {
        bool wanted = optind >= argc;
        for (int i = optind; i < argc; i++) wanted |= strstr(t->name, argv[i]) != NULL;
        if (wanted) all[n++] = t;
    }
    qsort(all, (size_t)n, sizeof *all, by_place);
    if (list) {
        for (int i = 0; i < n; i++) printf("%s\n", all[i]->name);
        return 0;
    }
    if (inproc) {
        for (int i = 0; i < n; i++) all[i]->body();
        return 0;
    }
    Job slot[MAX_JOBS] = {0};
    while (next < n || running) {
        for (int i = 0; i < jobs && next < n; i++)
            if (!slot[i].test) start(&slot[i], all[next++], seconds), running++;
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0) {
            double t = now();
            for (int i = 0; i < jobs; i++)
                if (slot[i].test && !slot[i].late && t > slot[i].deadline) {
                    slot[i].late = true;
                    kill(-slot[i].pid, SIGKILL);
                    kill(slot[i].pid, SIGKILL);
                }
            usleep(500);
            continue;
        }
        for (int i = 0; i < jobs; i++) {
            Job *j = &slot[i];
            if (!j->test || j->pid != pid) continue;
            bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
            bool skip = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SKIPPED;
            if (ok) passed++;
            else if (skip) skipped++;
            else failed++;
            if (!ok && !skip) {
                if (j->late) printf("FAIL %s: timeout\n", j->test->name);
                else if (WIFSIGNALED(status))
                    printf("FAIL %s: signal %d (%s)\n", j->test->name, WTERMSIG(status),
                           strsignal(WTERMSIG(status)));
                else printf("FAIL %s: exit %d\n", j->test->name, WEXITSTATUS(status));
                if (j->output) copy_output(j->output);
            } else if (verbose) {
                printf("%s %s\n", ok ? "ok  " : "skip", j->test->name);
            }
            if (j->output) fclose(j->output);
            j->test = NULL;
            running--;
        }
    }
    printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    free(all);
    return failed ? 1 : 0;
}
