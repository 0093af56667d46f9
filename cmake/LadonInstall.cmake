# SPDX-License-Identifier: MIT
# cmake --install BUILD --prefix P: a copy that runs from wherever it is put.
#   P/bin/ladon  P/lib/python3.14 (the standard library)  P/include/ladon (headers)
if(TARGET ladon)
  install(TARGETS ladon RUNTIME DESTINATION bin)
endif()
if(LADON_STDLIB)
  set(ladon_lib "${LADON_STDLIB}")
else()
  set(ladon_lib "${CMAKE_CURRENT_SOURCE_DIR}/build/stdlib/python3.14")
endif()
set(ladon_skip PATTERN "__pycache__" EXCLUDE PATTERN "*.so" EXCLUDE PATTERN "*.pyc" EXCLUDE)
if(NOT LADON_INSTALL_TESTS)
  list(APPEND ladon_skip REGEX "^${ladon_lib}/test$" EXCLUDE REGEX "/idlelib/idle_test$" EXCLUDE)
endif()
install(CODE "
  if(NOT EXISTS \"${ladon_lib}/os.py\")
    message(FATAL_ERROR \"no standard library in ${ladon_lib}: run ./setup.sh stdlib first\")
  endif()")
install(DIRECTORY "${ladon_lib}/" DESTINATION lib/python3.14 ${ladon_skip})
install(DIRECTORY core sched gc DESTINATION include/ladon
        FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(FILES README.md DESTINATION share/doc/ladon OPTIONAL)
install(FILES LICENSE DESTINATION share/doc/ladon OPTIONAL)
