#include "inference/files/weight_packing.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "inference/error.h"
#include "inference/files/content_hash.h"
#include "inference/files/parallel_pieces.h"
#include "inference/kernels/half_float.h"

namespace sightline {
namespace {

// The pages that were read of the model's files would otherwise count as memory, all 4 GB of them. Piece by
// piece does not do: a fault brings pages around it along.
constexpr std::size_t pieces_between_releases = 16;

// Values as float32; false if one of them is not a finite number. `bytes` may be unaligned.
template <typename Word, typename Convert>
bool convertAll(std::span<const std::byte> bytes, float* out, const Convert& convert) {
    constexpr std::uint32_t exponent = 0x7F800000;
    bool finite = true;
    for (std::size_t i = 0; i * sizeof(Word) < bytes.size(); ++i) {
        Word word = 0;
        std::memcpy(&word, bytes.data() + i * sizeof(Word), sizeof word);
        out[i] = convert(word);
        finite &= (std::bit_cast<std::uint32_t>(out[i]) & exponent) != exponent;
    }
    return finite;
}

bool toFloat(DType dtype, std::span<const std::byte> bytes, float* out) {
    if (dtype == DType::bf16)
        return convertAll<std::uint16_t>(bytes, out,
                                         [](std::uint32_t word) { return std::bit_cast<float>(word << 16); });
    if (dtype == DType::f16) return convertAll<std::uint16_t>(bytes, out, kernels::floatFromHalf);
    return convertAll<std::uint32_t>(bytes, out,
                                     [](std::uint32_t word) { return std::bit_cast<float>(word); });
}

void checkUnchanged(const WeightFiles& files) {
    const std::filesystem::path damaged = files.damagedFile();
    if (!damaged.empty())
        throw Error(ErrorKind::file_changed, damaged.string() + " changed while it was packed");
}

// What one thread works in.
struct Bench {
    std::vector<float> rows;
    std::vector<std::uint8_t> packed;
};

}  // namespace

std::uint64_t sumOfSums(std::span<const std::uint64_t> sums) {
    return checksum(std::as_bytes(sums));
}

std::vector<std::uint64_t> packPieces(const PackedPlan& plan, const WeightFiles& files, int threads,
                                      const PieceSink& sink, const std::function<void(std::size_t)>& after,
                                      const std::stop_token& stop) {
    std::vector<std::uint64_t> sums(plan.pieces.size());
    std::vector<Bench> benches(static_cast<std::size_t>(std::max(threads, 1)));
    const auto pack = [&](std::size_t thread, std::size_t number) {
        const PackedPiece& piece = plan.pieces[number];
        const PackedTensor& tensor = plan.tensors[piece.tensor];
        const kernels::PackedMatrix matrix = tensor.matrix(nullptr);
        const std::size_t row_bytes = tensor.columns * sizeOf(tensor.source.dtype);
        Bench& bench = benches[thread];
        bench.rows.resize(std::max(bench.rows.size(), kernels::tile_rows * tensor.columns));
        bench.packed.resize(std::max(bench.packed.size(), piece.bytes));
        for (std::size_t strip = 0; strip < piece.strips; ++strip) {
            if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "loading was stopped");
            const std::size_t first = (piece.first_strip + strip) * kernels::tile_rows;
            const std::size_t rows = std::min(kernels::tile_rows, tensor.rows - first);
            const auto source = tensor.source.bytes.subspan(first * row_bytes, rows * row_bytes);
            if (!toFloat(tensor.source.dtype, source, bench.rows.data())) {
                checkUnchanged(files);  // a damaged file may hold anything
                throw Error(ErrorKind::invalid_model, files.fileOf(tensor.name) + ": tensor " + tensor.name +
                                                          " has a value that is not a finite number");
            }
            kernels::packStrip(tensor.format, bench.rows.data(), rows, tensor.columns,
                               bench.packed.data() + strip * matrix.stripBytes());
        }
        const std::span packed(bench.packed.data(), piece.bytes);
        sums[number] = checksum(std::as_bytes(packed));
        sink(piece, packed);
        if (number % pieces_between_releases == 0) files.release();
    };
    forEachPiece(plan.pieces.size(), threads, pack, after);
    checkUnchanged(files);
    sums.push_back(sumOfSums(sums));
    return sums;
}

}  // namespace sightline
