// Weight matrices as small integers, in the one layout that every path reads in place.
//
// A matrix [rows][columns] is cut into tiles of 32 rows x 32 columns, all columns of 32 rows one after the
// other: one ascending stream for a thread that computes these rows. A tile is the integers of its rows
// 0..15, those of its rows 16..31, then 32 scales (IEEE half precision), one a row:
//
//   int4   256 + 256 + 64 bytes. 64 bytes hold 8 columns: byte 4 r + c has column c of row r in its low half
//   and
//          column 4 + c in its high half.
//   int8   512 + 512 + 64 bytes. 64 bytes hold 4 columns: byte 4 r + c has column c of row r.
//
// So the 16 lanes of a 512-bit register are 16 rows (no sum across lanes), four neighbouring columns are what
// one dot product instruction takes, and one broadcast of activations serves both halves of a tile. Integers
// are stored with the zero point 8 or 128: weight = scale * (integer - zero). Rows and columns are padded to
// whole tiles with weights of 0.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sightline::kernels {

enum class WeightFormat : std::uint8_t { int4, int8 };

inline constexpr std::size_t tile_rows = 32;
inline constexpr std::size_t tile_columns = 32;

constexpr int zeroPoint(WeightFormat format) {
    return format == WeightFormat::int4 ? 8 : 128;
}
// Of the integers of 16 rows; the scales follow the second half.
constexpr std::size_t halfTileBytes(WeightFormat format) {
    return format == WeightFormat::int4 ? 256 : 512;
}
constexpr std::size_t tileBytes(WeightFormat format) {
    return 2 * halfTileBytes(format) + tile_rows * sizeof(std::uint16_t);
}
constexpr std::size_t tilesFor(std::size_t count) {
    return (count + tile_rows - 1) / tile_rows;
}

// A view: the bytes belong to a mapped file or a buffer that outlives it, and start at a multiple of 64.
struct PackedMatrix {
    WeightFormat format = WeightFormat::int8;
    std::size_t rows = 0;     // outputs
    std::size_t columns = 0;  // inputs
    const std::uint8_t* data = nullptr;

    std::size_t rowTiles() const { return tilesFor(rows); }
    std::size_t columnTiles() const { return tilesFor(columns); }
    // Of 32 rows.
    std::size_t stripBytes() const { return columnTiles() * tileBytes(format); }
    std::size_t bytes() const { return rowTiles() * stripBytes(); }
    const std::uint8_t* strip(std::size_t row_tile) const { return data + row_tile * stripBytes(); }
};

// Packs 32 rows (the last strip of a matrix may have fewer: 1 <= rows <= 32). w: [rows][columns] finite
// float32; strip: stripBytes() bytes. Thread-safe. int8 rounds to nearest; int4 chooses the scale of every
// group of 32 so that the squared error of the group is small (see packed_matrix.cpp).
void packStrip(WeightFormat format, const float* w, std::size_t rows, std::size_t columns,
               std::uint8_t* strip);

// One weight, as every kernel sees it; for tests.
float weightAt(const PackedMatrix& matrix, std::size_t row, std::size_t column);
// All columns of one row.
void unpackRow(const PackedMatrix& matrix, std::size_t row, float* out);

}  // namespace sightline::kernels
