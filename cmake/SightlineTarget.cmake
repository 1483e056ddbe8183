# What every target of our own is compiled with. Dependencies are not: their headers are SYSTEM.
add_library(sightline_flags INTERFACE)
target_compile_options(sightline_flags INTERFACE
    -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 sees overlapping copies in std::string where there are none (GCC bug 105651).
    target_compile_options(sightline_flags INTERFACE -Wno-restrict)
endif()
target_include_directories(sightline_flags INTERFACE "${PROJECT_SOURCE_DIR}")
# Paths in assertions and debug information are relative, so that a build does not tell where it was made.
target_compile_options(sightline_flags INTERFACE "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")

if(SIGHTLINE_SANITIZE)
    # Instrumented code takes long to optimise, so only the targets that compute get -O1 (inference/ sets SIGHTLINE_COMPUTES):
    # the others are compiled in half the time and wait for those anyway. The extra branches make GCC doubt variants that
    # are fine.
    target_compile_options(sightline_flags INTERFACE
        "-fsanitize=${SIGHTLINE_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=undefined
        $<IF:$<BOOL:$<TARGET_PROPERTY:SIGHTLINE_COMPUTES>>,-O1,-O0>
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    target_link_options(sightline_flags INTERFACE "-fsanitize=${SIGHTLINE_SANITIZE}")
endif()

# Linked into programs that start others, see there.
if(SIGHTLINE_SANITIZE MATCHES thread)
    add_library(tsan_support OBJECT "${PROJECT_SOURCE_DIR}/tests/sanitizers/tsan_clone.cpp"
                                    "${PROJECT_SOURCE_DIR}/tests/sanitizers/tsan_openmp.cpp")
    target_link_libraries(tsan_support PRIVATE sightline_flags)
endif()
