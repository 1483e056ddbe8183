// Packed weights: every instruction set gives the bits of the portable kernels, and those are as near to the
// product of the float32 weights as the format allows.
#include <QProcess>
#include <QTest>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <random>

#include "inference/kernels/half_float.h"
#include "inference/kernels/packed_kernels.h"
#include "tests/inference/kernels/kernel_values.h"

using namespace sightline::kernels;
using namespace sightline::test;

namespace {

struct Packed {
    struct Free {
        void operator()(std::uint8_t* p) const { ::operator delete[](p, std::align_val_t{64}); }
    };
    std::unique_ptr<std::uint8_t[], Free> bytes;
    PackedMatrix matrix;
};

Packed pack(WeightFormat format, const std::vector<float>& w, std::size_t rows, std::size_t columns) {
    Packed packed;
    packed.matrix = {format, rows, columns, nullptr};
    packed.bytes.reset(new (std::align_val_t{64}) std::uint8_t[packed.matrix.bytes()]);
    packed.matrix.data = packed.bytes.get();
    for (std::size_t tile = 0; tile < packed.matrix.rowTiles(); ++tile)
        packStrip(format, w.data() + tile * tile_rows * columns, std::min(tile_rows, rows - tile * tile_rows),
                  columns, packed.bytes.get() + tile * packed.matrix.stripBytes());
    return packed;
}

// [vectors][rows]
std::vector<float> multiply(const PackedKernels& kernels, const PackedMatrix& matrix,
                            const std::vector<float>& x, std::size_t vectors, std::size_t at_a_time) {
    QuantizedVectors quantized(matrix.columns, vectors);
    for (std::size_t v = 0; v < vectors; ++v)
        kernels.quantize(x.data() + v * matrix.columns, matrix.columns, quantized.span(v), 0);
    const std::size_t stride = matrix.rowTiles() * tile_rows;
    std::vector<float> out(vectors * stride);
    for (std::size_t first = 0; first < vectors; first += at_a_time)
        for (std::size_t tile = 0; tile < matrix.rowTiles(); ++tile)
            multiplyStrip(kernels, matrix, tile, quantized.span(first), std::min(at_a_time, vectors - first),
                          out.data() + first * stride + tile * tile_rows, stride);
    return out;
}

std::vector<float> unpacked(const PackedMatrix& matrix) {
    std::vector<float> w(matrix.rows * matrix.columns);
    for (std::size_t row = 0; row < matrix.rows; ++row)
        unpackRow(matrix, row, w.data() + row * matrix.columns);
    return w;
}

}  // namespace

class PackedKernelsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void givesTheSameBits_data() {
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("vectors");
        for (const WeightFormat format : {WeightFormat::int4, WeightFormat::int8})
            for (const auto& [rows, columns] :
                 {std::pair{32, 32}, {1, 1}, {33, 40}, {96, 200}, {528, 256}, {64, 2048}})
                for (const int vectors : {1, 2, 3, 4, 7, 8, 11, 16})
                    QTest::addRow("%s %dx%d, %d vectors", format == WeightFormat::int4 ? "int4" : "int8",
                                  rows, columns, vectors)
                        << static_cast<int>(format) << rows << columns << vectors;
    }
    void givesTheSameBits() {
        QFETCH(int, format);
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(int, vectors);
        const auto r = static_cast<std::size_t>(rows);
        const auto c = static_cast<std::size_t>(columns);
        const auto v = static_cast<std::size_t>(vectors);
        const Packed packed = pack(static_cast<WeightFormat>(format), randomValues(r * c, 1, 1), r, c);
        const std::vector<float> x = randomValues(v * c, 50, 2);
        const std::vector<float> wanted = multiply(portable_packed_kernels, packed.matrix, x, v, 1);
        for (const PackedKernels* kernels : usablePackedKernels())
            for (const std::size_t at_a_time : {v, std::size_t{1}})
                QVERIFY2(sameBits(multiply(*kernels, packed.matrix, x, v, at_a_time), wanted), kernels->name);
    }

    // Where 16 bits overflow first: the largest integers on both sides, all of one sign.
    void sumsOfTheLargestValuesAreExact() {
        for (const WeightFormat format : {WeightFormat::int4, WeightFormat::int8})
            for (const float sign : {1.0F, -1.0F}) {
                const std::vector<float> w(32 * 64, sign);
                const Packed packed = pack(format, w, 32, 64);
                for (const float x_sign : {1.0F, -1.0F}) {
                    const std::vector<float> x(64, x_sign);
                    const std::vector<float> wanted =
                        multiply(portable_packed_kernels, packed.matrix, x, 1, 1);
                    QVERIFY(std::fabs(wanted[0] - 64 * sign * x_sign) < 0.1F);
                    for (const PackedKernels* kernels : usablePackedKernels())
                        QVERIFY2(sameBits(multiply(*kernels, packed.matrix, x, 1, 1), wanted), kernels->name);
                }
            }
        // Bytes that packing never writes, but a damaged file may hold: the zero point's far end.
        Packed packed = pack(WeightFormat::int8, std::vector<float>(32 * 32, 1), 32, 32);
        for (const int byte : {0, 255}) {
            std::memset(packed.bytes.get(), byte, 2 * halfTileBytes(WeightFormat::int8));
            for (const float x_sign : {1.0F, -1.0F}) {
                const std::vector<float> x(32, x_sign);
                const std::vector<float> wanted = multiply(portable_packed_kernels, packed.matrix, x, 1, 1);
                for (const PackedKernels* kernels : usablePackedKernels())
                    QVERIFY2(sameBits(multiply(*kernels, packed.matrix, x, 1, 1), wanted), kernels->name);
            }
        }
    }

    void quantizesAlike() {
        std::vector<float> x = randomValues(320, 1000, 3);
        std::fill_n(x.begin() + 64, 32, 0.0F);
        std::fill_n(x.begin() + 96, 32, 1e-42F);  // denormal
        x[128] = 3e38F;
        x[160] = 0.5F;  // halves: 127 * 0.5 / 127
        for (const std::size_t columns :
             {std::size_t{320}, std::size_t{300}, std::size_t{31}, std::size_t{1}}) {
            QuantizedVectors wanted(columns, 2);
            portable_packed_kernels.quantize(x.data(), columns, wanted.span(1), 0);
            for (const PackedKernels* kernels : usablePackedKernels()) {
                QuantizedVectors got(columns, 2);
                kernels->quantize(x.data(), columns, got.span(1), 0);
                const QuantizedSpan a = got.span(1);
                const QuantizedSpan b = wanted.span(1);
                QVERIFY2(std::memcmp(a.values, b.values, 32 * a.blocks) == 0, kernels->name);
                QVERIFY2(std::memcmp(a.scales, b.scales, 4 * a.blocks) == 0, kernels->name);
                QVERIFY2(std::memcmp(a.sums, b.sums, 4 * a.blocks) == 0, kernels->name);
            }
        }
        // A part of a vector goes where it belongs.
        QuantizedVectors whole(320, 1);
        QuantizedVectors parts(320, 1);
        bestPackedKernels().quantize(x.data(), 320, whole.span(), 0);
        bestPackedKernels().quantize(x.data(), 192, parts.span(), 0);
        bestPackedKernels().quantize(x.data() + 192, 128, parts.span(), 6);
        QVERIFY(std::memcmp(whole.span().values, parts.span().values, 320) == 0);
    }

    void keepsTheWeights() {
        const std::vector<float> w = randomValues(256 * 512, 1, 5);
        const double int8 = relativeError(unpacked(pack(WeightFormat::int8, w, 256, 512).matrix), w);
        const double int4 = relativeError(unpacked(pack(WeightFormat::int4, w, 256, 512).matrix), w);
        QVERIFY2(int8 < 0.006, qPrintable(QString::number(int8)));
        // Rounding to the nearest with the largest weight on -8 leaves 0.0855 of normally distributed
        // weights.
        QVERIFY2(int4 < 0.0820, qPrintable(QString::number(int4)));
    }

    void keepsTheProductWithOutliers() {
        const std::vector<float> w = randomValues(256 * 512, 1, 6);
        const std::vector<float> x = randomValues(512, 50, 7);
        for (const WeightFormat format : {WeightFormat::int4, WeightFormat::int8}) {
            const Packed packed = pack(format, w, 256, 512);
            const std::vector<float> rounded = unpacked(packed.matrix);
            std::vector<float> wanted(256);
            for (std::size_t row = 0; row < 256; ++row) {
                double sum = 0;
                for (std::size_t column = 0; column < 512; ++column)
                    sum += static_cast<double>(rounded[row * 512 + column]) * x[column];
                wanted[row] = static_cast<float>(sum);
            }
            const double error = relativeError(multiply(bestPackedKernels(), packed.matrix, x, 1, 1), wanted);
            QVERIFY2(error < 0.02, qPrintable(QString::number(error)));
        }
    }

    void packsRowsAndColumnsOfZero() {
        const Packed packed = pack(WeightFormat::int4, std::vector<float>(40 * 40, 0), 40, 40);
        for (const float w : unpacked(packed.matrix))
            QCOMPARE(w, 0.0F);
        for (const float y : multiply(bestPackedKernels(), packed.matrix, std::vector<float>(40, 3), 1, 1))
            QCOMPARE(y, 0.0F);
    }

    // What other computers run can be measured and tested here.
    void canBeLimited() {
        const auto namesUnder = [](const char* limit) {
            QProcess process;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert("SIGHTLINE_PROCESSOR", limit);
            process.setProcessEnvironment(environment);
            process.start(QCoreApplication::applicationFilePath(), {"--kernels"});
            process.waitForFinished();
            return process.readAllStandardOutput();
        };
        QCOMPARE(namesUnder("portable"), QByteArray("portable"));
        const QByteArray avx2 = namesUnder("avx2");
        QVERIFY(avx2 == "AVX2" || avx2 == "portable");
        QCOMPARE(namesUnder(""), QByteArray(bestPackedKernels().name));
    }

    void roundsHalves() {
        for (std::uint32_t half = 0; half < 65536; ++half) {
            const float value = floatFromHalf(static_cast<std::uint16_t>(half));
            if (!std::isfinite(value)) continue;
            QCOMPARE(halfFromFloat(value), static_cast<std::uint16_t>(half));
        }
        QCOMPARE(halfFromFloat(1.0F + 0x1p-11F), std::uint16_t{0x3C00});  // a tie goes to the even one
        QCOMPARE(halfFromFloat(1.0F + 3 * 0x1p-11F), std::uint16_t{0x3C02});
        QCOMPARE(halfFromFloat(0x1p-25F), std::uint16_t{0});
        QCOMPARE(halfFromFloat(1e9F), std::uint16_t{0x7BFF});
        QCOMPARE(halfFromFloat(-std::numeric_limits<float>::infinity()), std::uint16_t{0xFBFF});
    }
};

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (application.arguments().value(1) == "--kernels") {
        std::fputs(bestPackedKernels().name, stdout);
        return 0;
    }
    PackedKernelsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "packed_kernels_test.moc"
