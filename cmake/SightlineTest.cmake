# sightline_test([FOLDER/]NAME [EXTRA source...] LIBS target...)
# A QtTest program NAME from [FOLDER/]NAME.cpp, run by ctest under the same name. tests/test_paths.h tells it where files and
# programs lie; the full reference set, where there is one, is named by SIGHTLINE_GOLDEN.

# Qt gives every test its folders in its command line, so that no other checkout could take its object from ccache.
# Nothing here looks data up that way.
set_property(TARGET Qt6::Test PROPERTY INTERFACE_COMPILE_DEFINITIONS QT_TESTLIB_LIB)

add_library(test_paths STATIC "${PROJECT_SOURCE_DIR}/tests/test_paths.cpp")
target_compile_definitions(test_paths PRIVATE QT_NO_KEYWORDS
    SIGHTLINE_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    SIGHTLINE_PROGRAMS="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}"
    SIGHTLINE_TEST_PROGRAMS="${PROJECT_BINARY_DIR}/tests"
    SIGHTLINE_SCRIPTED_INFERENCE="${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/libscripted_inference.so"
    SIGHTLINE_TEXT_READER="${SIGHTLINE_TEXT_READER}"
    SIGHTLINE_LUPDATE="$<TARGET_FILE:Qt6::lupdate>")
target_link_libraries(test_paths PRIVATE sightline_flags PUBLIC Qt6::Core)

# Headers precompiled for the tests of app/ and ui/, compiled as a program is (-fPIE).
file(WRITE "${PROJECT_BINARY_DIR}/test_headers.cpp.new" "// Only its precompiled header is used.\n")
configure_file("${PROJECT_BINARY_DIR}/test_headers.cpp.new" "${PROJECT_BINARY_DIR}/test_headers.cpp" COPYONLY)
add_library(test_headers OBJECT "${PROJECT_BINARY_DIR}/test_headers.cpp")
set_target_properties(test_headers PROPERTIES POSITION_INDEPENDENT_CODE OFF)
target_compile_options(test_headers PRIVATE -fPIE)
target_compile_definitions(test_headers PRIVATE QT_NO_KEYWORDS)
target_link_libraries(test_headers PRIVATE sightline_flags Qt6::Test sightline_app)
target_precompile_headers(test_headers PRIVATE "${PROJECT_SOURCE_DIR}/app/qt_headers.h")

# Far more than any test needs on a machine that does nothing else. The same of a function: ./dev, QTEST_FUNCTION_TIMEOUT.
set(SIGHTLINE_TEST_SECONDS 600)
if(SIGHTLINE_SANITIZE)
    set(SIGHTLINE_TEST_SECONDS 3600)
endif()

function(sightline_test file)
    cmake_parse_arguments(ARG "" "" "EXTRA;LIBS" ${ARGN})
    get_filename_component(name "${file}" NAME)
    add_executable(${name} ${file}.cpp ${ARG_EXTRA})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_compile_definitions(${name} PRIVATE QT_NO_KEYWORDS)
    target_link_libraries(${name} PRIVATE sightline_flags Qt6::Core Qt6::Test test_paths ${ARG_LIBS})
    if("${ARG_LIBS}" MATCHES "sightline_(app|capture|window|desktop)|window_fixture")
        target_precompile_headers(${name} REUSE_FROM test_headers)
    endif()
    if(TARGET tsan_support)
        target_sources(${name} PRIVATE $<TARGET_OBJECTS:tsan_support>)
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8" TIMEOUT ${SIGHTLINE_TEST_SECONDS} SKIP_REGULAR_EXPRESSION "ALL_TESTS_SKIPPED")
endfunction()
