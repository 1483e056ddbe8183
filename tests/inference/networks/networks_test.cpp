// Single operations of the networks against the reference's tables: what is too small to see in the logits
// (the eps of a norm) or at sizes that the small checkpoints do not have (rotary tables of the released
// models).
#include <QTemporaryDir>
#include <QTest>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "inference/networks/attention.h"
#include "inference/networks/layers.h"
#include "inference/networks/weights.h"
#include "inference/tools/golden_set.h"
#include "tests/inference/networks/golden_data.h"

using namespace sightline;

namespace {

// One float32 tensor a name, as a checkpoint.
void writeWeights(const std::filesystem::path& folder, const std::map<std::string, at::Tensor>& tensors) {
    nlohmann::ordered_json header;
    std::string data;
    for (const auto& [name, tensor] : tensors) {
        const at::Tensor flat = tensor.contiguous();
        header[name] = {{"dtype", flat.scalar_type() == at::kBFloat16 ? "BF16" : "F32"},
                        {"shape", flat.sizes().vec()},
                        {"data_offsets", {data.size(), data.size() + flat.nbytes()}}};
        data.append(static_cast<const char*>(flat.const_data_ptr()), flat.nbytes());
    }
    const std::string text = header.dump();
    const std::uint64_t size = text.size();
    std::ofstream file(folder / "model.safetensors", std::ios::binary);
    file.write(reinterpret_cast<const char*>(&size), sizeof size);
    file << text << data;
}

double largest(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

ComputeContext cpu(at::ScalarType weights) {
    return {at::kCPU, weights, at::kFloat, weights};
}

}  // namespace

class NetworksTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void normsMatchTheReference();
    void rotaryMatchesTheReference();
    void linearIsTheSameInEveryPath();
    void packedLinearIsTheSameInEveryPath();
    void longProductsStop();
    void attentionIsTheSameInPieces();
    void int8AttentionLosesLittle();

  private:
    std::filesystem::path golden() const { return test::goldenFolder(); }
};

void NetworksTest::normsMatchTheReference() {
    const auto folder = golden();
    if (folder.empty()) QSKIP("the reference set is not here");
    const c10::InferenceMode guard;
    const golden::Tensors ops(folder / "tables" / "ops.safetensors");
    QTemporaryDir directory;
    const std::filesystem::path path = directory.path().toStdString();
    writeWeights(path, {{"norm.weight", ops.at("norm.weight")}, {"norm.bias", ops.at("norm.bias")}});
    Weights weights(WeightFiles::open(path), cpu(at::kFloat));
    const WeightScope scope = WeightScope(weights, "") / "norm";
    const at::Tensor x = ops.at("norm.x");
    QVERIFY(largest(LayerNorm(scope, 64)(x), ops.at("norm.layer_norm_eps1e-6")) < 1e-6);
    QVERIFY(largest(RmsNorm(scope, 64, 1e-6)(x), ops.at("norm.rms_eps1e-06_f32")) < 1e-6);
    QVERIFY(largest(RmsNorm(scope, 64, 1e-5)(x), ops.at("norm.rms_eps1e-05_f32")) < 1e-6);
}

void NetworksTest::rotaryMatchesTheReference() {
    const auto folder = golden();
    if (folder.empty()) QSKIP("the reference set is not here");
    const c10::InferenceMode guard;
    const golden::Tensors ops(folder / "tables" / "ops.safetensors");
    const Rotary rotary{ops.at("text_rope.cos_f32"), ops.at("text_rope.sin_f32")};
    const at::Tensor q =
        applyRotary(ops.at("text_rope.q").transpose(0, 1), rotary.cos, rotary.sin).transpose(0, 1);
    QVERIFY(largest(q, ops.at("text_rope.q_out_f32")) < 1e-6);
    const at::Tensor angles = ops.at("text_rope.position_ids").select(0, 0).to(at::kFloat).unsqueeze(1) *
                              ops.at("text_rope.inv_freq");
    QCOMPARE(rotaryFromAngles(angles).cos.sizes(), ops.at("text_rope.cos_f32").sizes());
}

void NetworksTest::linearIsTheSameInEveryPath() {
    const c10::InferenceMode guard;
    at::manual_seed(1);
    QTemporaryDir directory;
    const std::filesystem::path path = directory.path().toStdString();
    // Sizes that are no multiple of anything, and larger than one piece of work.
    const at::Tensor weight = at::randn({2311, 517}).to(at::kBFloat16);
    const at::Tensor bias = at::randn({2311}).to(at::kBFloat16);
    writeWeights(path, {{"a.weight", weight}, {"a.bias", bias}});
    for (const auto dtype : {at::kFloat, at::kBFloat16}) {
        Weights weights(WeightFiles::open(path), cpu(dtype));
        const Linear linear(WeightScope(weights, "") / "a", 517, 2311, true);
        for (const int rows : {1, 2, 4, 5, 33, 1500}) {
            const at::Tensor x = at::randn({rows, 517});
            const at::Tensor expected =
                at::linear(x.to(at::kDouble), weight.to(at::kDouble), bias.to(at::kDouble)).to(at::kFloat);
            QVERIFY(largest(linear(x, Work{}), expected) < 2e-4);
        }
    }
}

// Few rows, many, more than pass over a panel at a time; a whole matrix and a part of one.
void NetworksTest::packedLinearIsTheSameInEveryPath() {
    const c10::InferenceMode guard;
    at::manual_seed(3);
    constexpr std::int64_t out = 300;
    constexpr std::int64_t in = 200;
    const at::Tensor bias = at::randn({out});
    for (const auto format : {kernels::WeightFormat::int4, kernels::WeightFormat::int8}) {
        kernels::PackedMatrix packed{format, out, in, nullptr};
        const at::Tensor memory = at::empty({static_cast<std::int64_t>(packed.bytes())}, at::kByte);
        auto* const bytes = static_cast<std::uint8_t*>(memory.data_ptr());
        packed.data = bytes;
        const at::Tensor values = at::randn({out, in});
        for (std::size_t tile = 0; tile < packed.rowTiles(); ++tile)
            kernels::packStrip(format, values.const_data_ptr<float>() + tile * 32 * in,
                               std::min<std::size_t>(32, out - 32 * tile), in,
                               bytes + tile * packed.stripBytes());
        at::Tensor w = at::empty({out, in});
        for (std::int64_t row = 0; row < out; ++row)
            kernels::unpackRow(packed, static_cast<std::size_t>(row), w.mutable_data_ptr<float>() + row * in);
        const WeightMatrix whole(packed);
        for (const auto& [first, count] : {std::pair<std::int64_t, std::int64_t>{0, out}, {40, 130}}) {
            const Linear linear(whole.narrow(first, count), bias.narrow(0, first, count));
            for (const int rows : {1, 50, 96, 101, 700, 1500}) {
                const at::Tensor x = at::randn({rows, in});
                const at::Tensor expected =
                    at::linear(x, w.narrow(0, first, count), bias.narrow(0, first, count));
                const at::Tensor y = linear(x, Work{});
                QCOMPARE(y.sizes(), expected.sizes());
                // Each row, so that none is in another's place.
                const double error = ((y - expected).norm(2, 1) / expected.norm(2, 1)).max().item<double>();
                QVERIFY2(error < 0.03, qPrintable(QString("%1 rows: %2").arg(rows).arg(error)));
            }
        }
    }
}

void NetworksTest::longProductsStop() {
    const c10::InferenceMode guard;
    QTemporaryDir directory;
    const std::filesystem::path path = directory.path().toStdString();
    writeWeights(path, {{"a.weight", at::zeros({64, 64})}});
    Weights weights(WeightFiles::open(path), cpu(at::kFloat));
    const Linear linear(WeightScope(weights, "") / "a", 64, 64, false);
    std::stop_source source;
    source.request_stop();
    const Work work{source.get_token(), nullptr};
    try {
        linear(at::zeros({8, 64}), work);
        QFAIL("not stopped");
    } catch (const Error& error) {
        QCOMPARE(error.kind(), ErrorKind::cancelled);
    }
}

void NetworksTest::attentionIsTheSameInPieces() {
    const c10::InferenceMode guard;
    at::manual_seed(2);
    // Enough heads, queries and keys for several pieces.
    const at::Tensor q = at::randn({16, 700, 64});
    const at::Tensor k = at::randn({16, 3000, 64});
    const at::Tensor v = at::randn({16, 3000, 64});
    const at::Tensor mask =
        at::zeros({700, 3000}).masked_fill_(at::ones({700, 3000}, at::kBool).triu_(2301), -INFINITY);
    const at::Tensor scores = at::matmul(q, k.transpose(1, 2)) / 8.0 + mask;
    const at::Tensor expected = at::matmul(scores.softmax(-1), v);
    QVERIFY(largest(attention(q, k, v, mask, Work{}), expected) < 1e-5);
}

// Heads, blocks of queries and pieces are put together right; keys that share a large mean cost nothing.
void NetworksTest::int8AttentionLosesLittle() {
    const c10::InferenceMode guard;
    if (!attendsInInt8(true, 64)) QSKIP("this processor has no AVX-512 VNNI");
    QVERIFY(!attendsInInt8(false, 64));
    at::manual_seed(2);
    const at::Tensor q = at::randn({3, 700, 64});
    const at::Tensor k = at::randn({3, 700, 64}) + 40 * at::randn({3, 1, 64});
    const at::Tensor v = at::randn({700, 3, 64}).transpose(0, 1);  // as a view
    const at::Tensor expected = at::matmul((at::matmul(q, k.transpose(1, 2)) / 8.0).softmax(-1), v);
    const at::Tensor got = int8Attention(q, k, v, Work{});
    QVERIFY((got - expected).square().mean().item<double>() <
            0.03 * 0.03 * expected.square().mean().item<double>());

    std::stop_source source;
    source.request_stop();
    try {
        int8Attention(q, k, v, Work{source.get_token(), nullptr});
        QFAIL("not stopped");
    } catch (const Error& error) {
        QCOMPARE(error.kind(), ErrorKind::cancelled);
    }
}

QTEST_APPLESS_MAIN(NetworksTest)
#include "networks_test.moc"
