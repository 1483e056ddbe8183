# Finds libtorch without its own CMake package.
#
# Why not find_package(Torch): the package of a CUDA build wants a CUDA toolkit to configure, although nothing of it
# is needed to compile or link a program that only uses ATen. So only libtorch_cpu and libc10 are linked; the CUDA
# backend of such a build is loaded at run time (see inference/networks/torch_runtime.cpp), if it is there.
#
# Input   LIBTORCH_DIR   a folder that has include/ and lib/ (a libtorch archive, or site-packages/torch of a wheel)
# Output  LibTorch::LibTorch, LIBTORCH_LIB_DIR, LIBTORCH_VERSION
set(LIBTORCH_DIR "" CACHE PATH "libtorch folder with include/ and lib/ (e.g. site-packages/torch)")

find_path(LIBTORCH_INCLUDE_DIR ATen/ATen.h
          HINTS "${LIBTORCH_DIR}/include" NO_DEFAULT_PATH)
find_library(LIBTORCH_CPU_LIBRARY torch_cpu HINTS "${LIBTORCH_DIR}/lib" NO_DEFAULT_PATH)
find_library(LIBTORCH_C10_LIBRARY c10 HINTS "${LIBTORCH_DIR}/lib" NO_DEFAULT_PATH)

if(LIBTORCH_INCLUDE_DIR AND EXISTS "${LIBTORCH_INCLUDE_DIR}/torch/headeronly/version.h")
    file(STRINGS "${LIBTORCH_INCLUDE_DIR}/torch/headeronly/version.h" _torch_version_lines
         REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
    string(REGEX REPLACE ".*MAJOR ([0-9]+).*" "\\1" _major "${_torch_version_lines}")
    string(REGEX REPLACE ".*MINOR ([0-9]+).*" "\\1" _minor "${_torch_version_lines}")
    string(REGEX REPLACE ".*PATCH ([0-9]+).*" "\\1" _patch "${_torch_version_lines}")
    set(LIBTORCH_VERSION "${_major}.${_minor}.${_patch}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
    LibTorch
    REQUIRED_VARS LIBTORCH_CPU_LIBRARY LIBTORCH_C10_LIBRARY LIBTORCH_INCLUDE_DIR
    VERSION_VAR LIBTORCH_VERSION
    REASON_FAILURE_MESSAGE
        "Give its folder with -DLIBTORCH_DIR=..., or run ./dev setup, which puts one into .venv")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
    get_filename_component(LIBTORCH_LIB_DIR "${LIBTORCH_CPU_LIBRARY}" DIRECTORY)
    add_library(LibTorch::LibTorch INTERFACE IMPORTED)
    target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
        "${LIBTORCH_INCLUDE_DIR}" "${LIBTORCH_INCLUDE_DIR}/torch/csrc/api/include")
    target_link_libraries(LibTorch::LibTorch INTERFACE "${LIBTORCH_CPU_LIBRARY}" "${LIBTORCH_C10_LIBRARY}")
    # libtorch_cpu of a CUDA wheel refers to symbols of libraries that are only there on a machine with CUDA.
    target_link_options(LibTorch::LibTorch INTERFACE "LINKER:--allow-shlib-undefined")
endif()
