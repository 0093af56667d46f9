# SPDX-License-Identifier: MIT
# The release flavour is optimised with a profile of real work and across files: a first, counting build runs the programs
# of bench/training, and what it counted decides in the real build what is inlined and how code is laid out.
#
# LADON_PROFILE: auto      the release flavour makes its profile, once, where the tools for it are there (clang, llvm-profdata)
#                off       no profile, no optimisation across files: quick to build
#                generate  the counting build itself (made by auto in a folder of its own, <build folder>/../profile)
#
# The profile is kept in that folder. Code that changed since is compiled without; remove the folder to make it anew.
set(LADON_PROFILE "auto" CACHE STRING "auto, off or generate")
set_property(CACHE LADON_PROFILE PROPERTY STRINGS auto off generate)
if(NOT LADON_PROFILE MATCHES "^(auto|off|generate)$")
  message(FATAL_ERROR "LADON_PROFILE=${LADON_PROFILE}: must be auto, off or generate")
endif()

get_filename_component(LADON_PROFILE_DIR "${CMAKE_BINARY_DIR}/../profile" ABSOLUTE)

# ladon_profile(OBJECTS PROGRAM...): gives the library of objects and the programs made of it what LADON_PROFILE says.
function(ladon_profile objects)
  if(LADON_PROFILE STREQUAL "generate")
    target_compile_options(ladon_flags INTERFACE "-fprofile-generate=${CMAKE_BINARY_DIR}/raw" -mllvm -vp-counters-per-site=6)
    target_compile_definitions(ladon_flags INTERFACE LADON_PROFILE_GENERATE=1)
    target_link_options(ladon_flags INTERFACE "-fprofile-generate=${CMAKE_BINARY_DIR}/raw")
    return()
  endif()
  if(NOT LADON_PROFILE STREQUAL "auto" OR NOT LADON_FLAVOUR STREQUAL "release" OR NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
    return()
  endif()

  string(REGEX MATCH "^[0-9]+" major "${CMAKE_C_COMPILER_VERSION}")
  find_program(LADON_PROFDATA NAMES llvm-profdata-${major} llvm-profdata)
  if(LADON_STDLIB)
    set(library "${LADON_STDLIB}")
  else()
    get_filename_component(library "${CMAKE_BINARY_DIR}/../stdlib/python3.14" ABSOLUTE)
  endif()
  if(NOT LADON_PROFDATA)
    message(WARNING "no llvm-profdata (Debian's package llvm-${major}): building without a profile, which is slower at run time")
    return()
  elseif(NOT EXISTS "${library}/os.py")
    message(WARNING "no standard library in ${library} (./setup.sh stdlib fetches it): building without a profile, which is slower at run time")
    return()
  endif()

  set(profile "${LADON_PROFILE_DIR}/ladon.profdata")
  add_custom_command(OUTPUT "${profile}"
    COMMAND "${CMAKE_COMMAND}" -E rm -rf "${LADON_PROFILE_DIR}/raw"
    COMMAND "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_SOURCE_DIR}" -B "${LADON_PROFILE_DIR}" -G "${CMAKE_GENERATOR}"
            -DLADON_FLAVOUR=release -DLADON_PROFILE=generate "-DCMAKE_C_COMPILER=${CMAKE_C_COMPILER}" "-DLADON_STDLIB=${LADON_STDLIB}"
            "-DCMAKE_C_FLAGS=${CMAKE_C_FLAGS}" "-DLADON_DISPATCH=${LADON_DISPATCH}"
    COMMAND "${CMAKE_COMMAND}" --build "${LADON_PROFILE_DIR}" --target ladon
    COMMAND "${LADON_PROFILE_DIR}/bin/ladon" "${CMAKE_CURRENT_SOURCE_DIR}/bench/training"
    COMMAND "${LADON_PROFDATA}" merge -o "${profile}" "${LADON_PROFILE_DIR}/raw"
    COMMENT "making the profile that the release build is optimised with (about 2 min; -DLADON_PROFILE=off builds without)"
    USES_TERMINAL VERBATIM)
  target_compile_options(${objects} PRIVATE "-fprofile-use=${profile}"
    -Wno-profile-instr-unprofiled -Wno-profile-instr-out-of-date -Wno-backend-plugin)
  get_target_property(sources ${objects} SOURCES)
  set_property(SOURCE ${sources} APPEND PROPERTY OBJECT_DEPENDS "${profile}")

  # Optimising across files takes a linker that reads the compiler's intermediate code.
  find_program(LADON_LLD NAMES ld.lld-${major} ld.lld)
  if(NOT LADON_LLD)
    message(WARNING "no ld.lld (Debian's package lld-${major}): building without optimisation across files, which is slower at run time")
    return()
  endif()
  target_compile_options(${objects} PRIVATE -flto=thin)
  foreach(program IN LISTS ARGN)
    target_link_options(${program} PRIVATE -flto=thin -O3 "--ld-path=${LADON_LLD}" "-Wl,--thinlto-cache-dir=${CMAKE_BINARY_DIR}/lto")
  endforeach()
endfunction()
