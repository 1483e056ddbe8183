#include "inference/pictures/picture_file.h"

#include <algorithm>
#include <limits>
#include <new>
#include <string_view>

#include "inference/pictures/picture_structure.h"
#include "inference/pictures/tiff_fields.h"

#ifdef SIGHTLINE_HAVE_OPENCV
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#endif

namespace sightline {
namespace {

std::vector<std::uint8_t> emptyPixels(int width, int height) {
    return std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
}

Picture decodePixmap(std::span<const std::uint8_t> file) {
    const PortablePixmap pixmap = readPixmapHeader(file);
    Picture picture{pixmap.width, pixmap.height, emptyPixels(pixmap.width, pixmap.height)};
    const std::size_t wide = pixmap.maximum > 255 ? 2 : 1;
    const std::uint8_t* sample = file.data() + pixmap.pixels;
    const std::size_t copies = pixmap.channels == 1 ? 3 : 1;
    const std::uint32_t maximum = static_cast<std::uint32_t>(pixmap.maximum);
    for (std::size_t i = 0; i < picture.rgb.size(); i += copies, sample += wide) {
        std::uint32_t value = wide == 2 ? (std::uint32_t{sample[0]} << 8) | sample[1] : sample[0];
        value = (std::min(value, maximum) * 255 + maximum / 2) / maximum;
        std::fill_n(picture.rgb.data() + i, copies, static_cast<std::uint8_t>(value));
    }
    return picture;
}

// EXIF: 2 mirrored, 3 turned by 180, 4 upside down; 5..8 are these with rows and columns exchanged.
Picture upright(Picture picture, int orientation) {
    if (orientation == 1) return picture;
    const bool exchanged = orientation >= 5;
    const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    Picture turned{
        exchanged ? picture.height : picture.width, exchanged ? picture.width : picture.height, {}};
    turned.rgb.resize(picture.rgb.size());
    std::uint8_t* out = turned.rgb.data();
    for (int y = 0; y < turned.height; ++y) {
        for (int x = 0; x < turned.width; ++x) {
            int column = exchanged ? y : x;
            int row = exchanged ? x : y;
            if (from_right) column = picture.width - 1 - column;
            if (from_bottom) row = picture.height - 1 - row;
            const std::uint8_t* pixel = picture.rgb.data() + (static_cast<std::size_t>(row) *
                                                                  static_cast<std::size_t>(picture.width) +
                                                              static_cast<std::size_t>(column)) *
                                                                 3;
            out = std::copy_n(pixel, 3, out);
        }
    }
    return turned;
}

#ifdef SIGHTLINE_HAVE_OPENCV

// A file of one still frame around the frame of an animation.
std::vector<std::uint8_t> stillWebp(std::span<const std::uint8_t> chunk) {
    const std::size_t padded = chunk.size() + chunk.size() % 2;
    constexpr std::string_view names = "RIFF----WEBP";
    std::vector<std::uint8_t> file(names.size() + padded);
    std::copy(names.begin(), names.end(), file.begin());
    std::copy(chunk.begin(), chunk.end(), file.begin() + names.size());
    const std::size_t riff = 4 + padded;
    for (std::size_t i = 0; i < 4; ++i)
        file[4 + i] = static_cast<std::uint8_t>(riff >> (8 * i));
    return file;
}

cv::Mat decodeByOpenCv(std::span<const std::uint8_t> file) {
    static std::once_flag once;
    std::call_once(once,
                   [] { cv::setNumThreads(1); });  // the program has one pool of threads, and it is not this
    // The library's interface takes no constant data, but reads only.
    const cv::Mat encoded(1, static_cast<int>(file.size()), CV_8UC1, const_cast<std::uint8_t*>(file.data()));
    // Unchanged: depth and channels are reduced here, where the rules are known. Orientation likewise.
    return cv::imdecode(encoded, cv::IMREAD_UNCHANGED | cv::IMREAD_IGNORE_ORIENTATION);
}

template <typename Sample>
void copyAsRgb(const cv::Mat& mat, int shift, std::vector<std::uint8_t>& rgb) {
    const int channels = mat.channels();
    const int red = channels >= 3 ? 2 : 0;
    const int green = channels >= 3 ? 1 : 0;
    std::uint8_t* out = rgb.data();
    for (int y = 0; y < mat.rows; ++y) {
        const Sample* pixel = mat.ptr<Sample>(y);
        for (int x = 0; x < mat.cols; ++x, pixel += channels, out += 3) {
            out[0] = static_cast<std::uint8_t>(pixel[red] >> shift);
            out[1] = static_cast<std::uint8_t>(pixel[green] >> shift);
            out[2] = static_cast<std::uint8_t>(pixel[0] >> shift);
        }
    }
}

Picture toPicture(const cv::Mat& mat) {
    Picture picture{mat.cols, mat.rows, emptyPixels(mat.cols, mat.rows)};
    if (mat.depth() == CV_8U) {
        copyAsRgb<std::uint8_t>(mat, 0, picture.rgb);
    } else if (mat.depth() == CV_16U) {
        copyAsRgb<std::uint16_t>(mat, 8, picture.rgb);  // the high byte, as Pillow
    } else {
        throw Error(ErrorKind::unsupported,
                    "pictures with samples that are no 8-bit or 16-bit numbers are not supported");
    }
    return picture;
}

Picture decodeOther(std::span<const std::uint8_t> file, const PictureStructure& structure) {
    const std::string& format = structure.header.format;
    std::vector<std::uint8_t> simpler;
    if (!structure.first_frame.empty()) {
        simpler = stillWebp(structure.first_frame);
        file = simpler;
    } else if (format == "TIFF") {
        simpler = withPlainSamples(file);
        file = simpler;
    }
    cv::Mat mat;
    try {
        mat = decodeByOpenCv(file);
    } catch (const cv::Exception& error) {
        if (error.code == cv::Error::StsNoMem) throw std::bad_alloc();
        mat.release();
    }
    if (mat.empty() || mat.cols != structure.header.width || mat.rows != structure.header.height) {
        throw Error(ErrorKind::invalid_input, "the picture's " + format + " data is damaged");
    }
    return toPicture(mat);
}

#else

Picture decodeOther(std::span<const std::uint8_t>, const PictureStructure& structure) {
    throw Error(ErrorKind::unsupported,
                structure.header.format +
                    " pictures are not supported by this build, which was made without "
                    "OpenCV; binary PPM works");
}

#endif

}  // namespace

PictureHeader readPictureHeader(std::span<const std::uint8_t> file) {
    return examinePicture(file).header;
}

Picture decodePictureFile(std::span<const std::uint8_t> file) {
    if (file.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw Error(ErrorKind::invalid_input, "the picture file is larger than 2 GiB");
    }
    const PictureStructure structure = examinePicture(file);
    if (!structure.unsupported.empty()) {
        throw Error(ErrorKind::unsupported, structure.unsupported + " are not supported");
    }
    if (!structure.defect.empty()) {
        throw Error(ErrorKind::invalid_input,
                    "the " + structure.header.format + " picture is damaged: " + structure.defect);
    }
    try {
        Picture picture =
            structure.header.format == "PPM" ? decodePixmap(file) : decodeOther(file, structure);
        return upright(std::move(picture), structure.orientation);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::out_of_memory, "there is not enough memory to decode a picture of " +
                                                  std::to_string(structure.header.width) + " x " +
                                                  std::to_string(structure.header.height) + " pixels");
    }
}

}  // namespace sightline
