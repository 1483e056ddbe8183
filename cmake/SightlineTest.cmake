# sightline_test([FOLDER/]NAME [EXTRA source...] LIBS target...)
# A QtTest program NAME from [FOLDER/]NAME.cpp, run by ctest under the same name. It finds its data by SIGHTLINE_TEST_DATA (tests/data)
# and the full reference set, where there is one, by SIGHTLINE_GOLDEN.
function(sightline_test file)
    cmake_parse_arguments(ARG "" "" "EXTRA;LIBS" ${ARGN})
    get_filename_component(name "${file}" NAME)
    add_executable(${name} ${file}.cpp ${ARG_EXTRA})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_compile_definitions(${name} PRIVATE QT_NO_KEYWORDS
        SIGHTLINE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data" SIGHTLINE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE sightline_flags Qt6::Core Qt6::Test ${ARG_LIBS})
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8" TIMEOUT 600 SKIP_REGULAR_EXPRESSION "ALL_TESTS_SKIPPED")
endfunction()
