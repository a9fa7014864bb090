# Included by libzmq's own CMakeLists.txt (CMAKE_PROJECT_ZeroMQ_INCLUDE): adds glue.cpp to the library, and with
# ADDIN_ZEROMQ_ONE_UNIT leaves out the files that glue.cpp compiles itself.
if(CMAKE_VERSION VERSION_LESS 3.19)
  message(FATAL_ERROR "addin-zeromq needs CMake 3.19 or newer; this is ${CMAKE_VERSION}")
endif()

set(ADDIN_ZEROMQ_GLUE ${CMAKE_CURRENT_LIST_DIR}/glue.cpp)

function(addin_zeromq_glue)
  set_source_files_properties(${ADDIN_ZEROMQ_GLUE} PROPERTIES INCLUDE_DIRECTORIES ${CMAKE_CURRENT_SOURCE_DIR}/src)
  if(ADDIN_ZEROMQ_ONE_UNIT)
    file(STRINGS ${ADDIN_ZEROMQ_GLUE} included REGEX "^#include \".*\\.cpp\"$")
    list(TRANSFORM included REPLACE "^#include \"(.*)\"$" "${CMAKE_CURRENT_SOURCE_DIR}/src/\\1")
    set_source_files_properties(${included} PROPERTIES HEADER_FILE_ONLY ON)
    set_source_files_properties(
      ${ADDIN_ZEROMQ_GLUE} PROPERTIES COMPILE_DEFINITIONS ADDIN_ZEROMQ_ONE_UNIT OBJECT_DEPENDS "${included}")
  endif()
  # Where one of the targets is made of the other's objects, there is only one to add to.
  if(TARGET objects)
    target_sources(objects PRIVATE ${ADDIN_ZEROMQ_GLUE})
  else()
    target_sources(libzmq-static PRIVATE ${ADDIN_ZEROMQ_GLUE})
  endif()
endfunction()

# Its targets are made below.
cmake_language(DEFER CALL addin_zeromq_glue)
