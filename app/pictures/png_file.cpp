#include "app/pictures/png_file.h"

#include <zlib.h>

#include <QtEndian>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "inference/error.h"

namespace sightline {

namespace {

// Half the size, but a tenth of the time, of the best; of 9.
constexpr int level = 2;
constexpr std::size_t piece = 256 * 1024;  // of compressed bytes, in a chunk of its own
constexpr std::size_t channels = 3;

using Row = std::vector<std::uint8_t>;

void appendChunk(QByteArray& file, const char* name, const std::uint8_t* data, std::size_t size) {
    const auto number = [&file](quint32 value) {
        const quint32 big = qToBigEndian(value);
        file.append(reinterpret_cast<const char*>(&big), sizeof big);
    };
    number(static_cast<quint32>(size));
    const qsizetype begin = file.size();
    file.append(name, 4);
    file.append(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    number(static_cast<quint32>(crc32_z(0, reinterpret_cast<const Bytef*>(file.constData()) + begin,
                                        static_cast<z_size_t>(size + 4))));
}

std::uint8_t paeth(int left, int up, int corner) {
    const int guess = left + up - corner;
    const int to_left = std::abs(guess - left);
    const int to_up = std::abs(guess - up);
    const int to_corner = std::abs(guess - corner);
    if (to_left <= to_up && to_left <= to_corner) return static_cast<std::uint8_t>(left);
    return static_cast<std::uint8_t>(to_up <= to_corner ? up : corner);
}

// Differences to what stands before and above, of which the smallest are taken: PNG's filters 1, 2 and 4,
// each with its number in front.
class Filters {
  public:
    explicit Filters(std::size_t bytes) : bytes_(bytes), none_(bytes, 0) {
        for (Row& row : rows_)
            row.resize(bytes + 1);
        rows_[0][0] = 1;
        rows_[1][0] = 2;
        rows_[2][0] = 4;
    }

    // `above` null = the first row. The result holds until the next call.
    const Row& best(const std::uint8_t* row, const std::uint8_t* above) {
        if (above == nullptr) above = none_.data();
        std::array<std::uint64_t, 3> sums{};
        for (std::size_t i = 0; i < bytes_; ++i) {
            const int left = i < channels ? 0 : row[i - channels];
            const int corner = i < channels ? 0 : above[i - channels];
            const std::array<int, 3> guesses{left, above[i], paeth(left, above[i], corner)};
            for (std::size_t k = 0; k < guesses.size(); ++k) {
                const auto difference = static_cast<std::uint8_t>(row[i] - guesses[k]);
                rows_[k][i + 1] = difference;
                sums[k] += static_cast<std::uint64_t>(std::abs(static_cast<std::int8_t>(difference)));
            }
        }
        return rows_[static_cast<std::size_t>(std::min_element(sums.begin(), sums.end()) - sums.begin())];
    }

  private:
    const std::size_t bytes_;
    const Row none_;
    std::array<Row, 3> rows_;
};

// One zlib stream in pieces.
class Deflater {
  public:
    Deflater() : out_(piece) {
        if (deflateInit(&stream_, level) != Z_OK)
            throw Error(ErrorKind::out_of_memory, "there is no memory to keep the picture");
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    void add(const Row& bytes, bool last, QByteArray& file) {
        stream_.next_in = const_cast<Bytef*>(bytes.data());
        stream_.avail_in = static_cast<uInt>(bytes.size());
        do {
            stream_.next_out = out_.data();
            stream_.avail_out = static_cast<uInt>(out_.size());
            deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
            if (const std::size_t made = out_.size() - stream_.avail_out; made > 0)
                appendChunk(file, "IDAT", out_.data(), made);
        } while (stream_.avail_out == 0);
    }

  private:
    z_stream stream_{};
    std::vector<std::uint8_t> out_;
};

}  // namespace

std::optional<QByteArray> pngFile(const Picture& picture, const std::stop_token& stop) {
    QByteArray file("\x89PNG\r\n\x1a\n", 8);
    std::array<std::uint8_t, 13> header{};
    qToBigEndian(static_cast<quint32>(picture.width), header.data());
    qToBigEndian(static_cast<quint32>(picture.height), header.data() + 4);
    header[8] = 8;  // bits a channel
    header[9] = 2;  // red, green, blue
    appendChunk(file, "IHDR", header.data(), header.size());
    const std::size_t bytes = channels * static_cast<std::size_t>(picture.width);
    Filters filters(bytes);
    Deflater deflater;
    for (int y = 0; y < picture.height; ++y) {
        if (stop.stop_requested()) return std::nullopt;
        const std::uint8_t* row = picture.rgb.data() + static_cast<std::size_t>(y) * bytes;
        deflater.add(filters.best(row, y == 0 ? nullptr : row - bytes), y + 1 == picture.height, file);
    }
    appendChunk(file, "IEND", nullptr, 0);
    return file;
}

}  // namespace sightline
