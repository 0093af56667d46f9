// SPDX-License-Identifier: MIT
// What the files of _socket share.
#ifndef LADON_STDLIB_SOCKET_INT_H
#define LADON_STDLIB_SOCKET_INT_H
#include "stdlib/posix/posix.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
// Adds the constants of _socket to module m. 0 or -1.
int socket_constants(Thread *th, Value m);
#endif
