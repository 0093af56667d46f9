# SPDX-License-Identifier: MIT
# Compiler flags of every flavour, as the interface target ladon_flags.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_C_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "gcc ${CMAKE_C_COMPILER_VERSION} is too old: 12 or newer, or clang 14 or newer")
elseif(CMAKE_C_COMPILER_ID MATCHES "Clang" AND CMAKE_C_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR "clang ${CMAKE_C_COMPILER_VERSION} is too old: 14 or newer, or gcc 12 or newer")
endif()

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
# The flavour decides about optimisation; CMake's own build types add nothing.
set(CMAKE_BUILD_TYPE "" CACHE STRING "unused: see LADON_FLAVOUR" FORCE)

add_library(ladon_flags INTERFACE)
target_include_directories(ladon_flags INTERFACE "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/gen")
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/gen")

target_compile_definitions(ladon_flags INTERFACE
  _GNU_SOURCE _LGPL_SOURCE                 # _LGPL_SOURCE: liburcu's read side is inlined
  LADON_VERSION="${PROJECT_VERSION}" LADON_FLAVOUR="${LADON_FLAVOUR}"
  # Where the build tree keeps the library, from the folder of the program.
  LADON_STDLIB_HINT="../../stdlib/python3.14"
  LADON_LIB_HINT="../../../lib")
if(LADON_STDLIB)
  # Only said at configure time, only used when nothing is found beside the program.
  target_compile_definitions(ladon_flags INTERFACE LADON_STDLIB="${LADON_STDLIB}")
endif()

target_compile_options(ladon_flags INTERFACE
  -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Wno-type-limits
  -Werror=implicit-function-declaration -Werror=int-conversion
  -Werror=incompatible-pointer-types -Werror=return-type
  -fvisibility=hidden -fno-strict-aliasing -ffp-contract=off -fno-math-errno -pthread)
target_link_options(ladon_flags INTERFACE -pthread -Wl,--as-needed)

if(LADON_FLAVOUR STREQUAL "release")
  target_compile_options(ladon_flags INTERFACE -O3 -g1 -fno-plt -fno-semantic-interposition)
  target_link_options(ladon_flags INTERFACE -Wl,-O1)
  # Tables full of addresses: a bit each in the file instead of 24 bytes, and less to read at start.
  include(CheckLinkerFlag)
  check_linker_flag(C "-Wl,-z,pack-relative-relocs" LADON_PACKS_RELOCATIONS)
  if(LADON_PACKS_RELOCATIONS)
    target_link_options(ladon_flags INTERFACE "-Wl,-z,pack-relative-relocs")
  endif()
elseif(LADON_FLAVOUR STREQUAL "debug")
  target_compile_options(ladon_flags INTERFACE -Og -g -fno-omit-frame-pointer)
  target_compile_definitions(ladon_flags INTERFACE LADON_DEBUG=1)
elseif(LADON_FLAVOUR STREQUAL "asan")
  target_compile_options(ladon_flags INTERFACE -O1 -g1 -fno-omit-frame-pointer
    -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  target_link_options(ladon_flags INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(ladon_flags INTERFACE LADON_DEBUG=1 LADON_SYSTEM_MALLOC=1 LADON_ASAN=1)
elseif(LADON_FLAVOUR STREQUAL "tsan")
  target_compile_options(ladon_flags INTERFACE -O1 -g1 -fno-omit-frame-pointer -fsanitize=thread)
  target_link_options(ladon_flags INTERFACE -fsanitize=thread)
  target_compile_definitions(ladon_flags INTERFACE LADON_SYSTEM_MALLOC=1 LADON_TSAN=1)
elseif(LADON_FLAVOUR STREQUAL "count")
  target_compile_options(ladon_flags INTERFACE -O2 -g1)
  target_compile_definitions(ladon_flags INTERFACE LADON_COUNT_FOREIGN=1)
endif()
