# SPDX-License-Identifier: MIT
# Chooses the C compiler before project(): what the user names (CC or CMAKE_C_COMPILER), else
# clang-19, else gcc 12 or newer, else any clang from 14 on. Uses ccache when it is there.
if(NOT CMAKE_C_COMPILER AND "$ENV{CC}" STREQUAL "")
  find_program(LADON_CC NAMES clang-19 gcc-14 gcc-13 gcc-12 gcc clang-18 clang-17 clang-16 clang-15
               clang-14 clang NAMES_PER_DIR)
  if(NOT LADON_CC)
    message(FATAL_ERROR "no C compiler found: install Debian's package clang-19 (./setup.sh deps does)")
  endif()
  set(CMAKE_C_COMPILER "${LADON_CC}" CACHE FILEPATH "C compiler")
endif()

if(NOT CMAKE_C_COMPILER_LAUNCHER AND NOT "$ENV{CC}" MATCHES "ccache")
  find_program(LADON_CCACHE ccache)
  if(LADON_CCACHE)
    set(CMAKE_C_COMPILER_LAUNCHER "${LADON_CCACHE}" CACHE STRING "compiler launcher")
  endif()
endif()
