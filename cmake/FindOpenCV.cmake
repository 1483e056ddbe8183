# Finds the three parts of OpenCV that read picture files.
#
# OpenCV's own CMake package is taken where it is. Debian ships that only with every module of OpenCV (177 packages
# more); without it the libraries are found one by one.
#
# Output  targets opencv_core, opencv_imgproc, opencv_imgcodecs; OpenCV_VERSION
find_package(OpenCV ${OpenCV_FIND_VERSION} CONFIG QUIET COMPONENTS ${OpenCV_FIND_COMPONENTS})
if(OpenCV_FOUND)
    return()
endif()

find_path(OPENCV_INCLUDE_DIR opencv2/core/version.hpp PATH_SUFFIXES opencv4)
set(_opencv_libraries)
foreach(_part core imgproc imgcodecs)
    string(TOUPPER "OPENCV_${_part}_LIBRARY" _variable)
    find_library(${_variable} "opencv_${_part}")
    list(APPEND _opencv_libraries ${_variable})
endforeach()
if(OPENCV_INCLUDE_DIR)
    file(STRINGS "${OPENCV_INCLUDE_DIR}/opencv2/core/version.hpp" _opencv_version REGEX "#define CV_VERSION_(MAJOR|MINOR)")
    string(REGEX REPLACE ".*MAJOR +([0-9]+).*" "\\1" _major "${_opencv_version}")
    string(REGEX REPLACE ".*MINOR +([0-9]+).*" "\\1" _minor "${_opencv_version}")
    set(OpenCV_VERSION "${_major}.${_minor}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCV REQUIRED_VARS ${_opencv_libraries} OPENCV_INCLUDE_DIR
                                  VERSION_VAR OpenCV_VERSION)
if(OpenCV_FOUND AND NOT TARGET opencv_core)
    foreach(_part core imgproc imgcodecs)
        string(TOUPPER "OPENCV_${_part}_LIBRARY" _variable)
        add_library(opencv_${_part} UNKNOWN IMPORTED)
        set_target_properties(opencv_${_part} PROPERTIES
            IMPORTED_LOCATION "${${_variable}}" INTERFACE_INCLUDE_DIRECTORIES "${OPENCV_INCLUDE_DIR}")
    endforeach()
endif()
