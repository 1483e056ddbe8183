#include <QTest>

#include "inference/prompt/prompt_encoder.h"
#include "tests/inference/networks/golden_data.h"

using namespace sightline;
using namespace sightline::test;

namespace {

std::vector<PatchGrid> gridsOf(const nlohmann::ordered_json& rows) {
    std::vector<PatchGrid> grids;
    for (const auto& row : rows)
        grids.push_back({row[0], row[1], row[2]});
    return grids;
}

std::vector<TokenType> typesOf(const std::vector<std::int64_t>& numbers) {
    std::vector<TokenType> types;
    for (const std::int64_t number : numbers)
        types.push_back(static_cast<TokenType>(number));
    return types;
}

// expected: T of all tokens, then H, then W.
void compare(const Positions& found, const std::vector<std::int64_t>& expected, std::int32_t rope_delta) {
    const std::size_t count = found.positions.size();
    QCOMPARE(expected.size(), 3 * count);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            QCOMPARE(std::int64_t{found.positions[i][axis]}, expected[axis * count + i]);
        }
    }
    QCOMPARE(found.rope_delta, rope_delta);
}

}  // namespace

class MropeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void excerptOfTheReference() {
        const auto table = readJson(testData() / "prompt_encoder" / "mrope.json");
        QVERIFY(table.at("cases").size() >= 6);
        for (const auto& entry : table.at("cases")) {
            std::vector<std::int64_t> expected;
            for (const auto& axis : entry.at("position_ids")) {
                const std::vector<std::int64_t> row = axis;
                expected.insert(expected.end(), row.begin(), row.end());
            }
            compare(mropePositions(typesOf(entry.at("types")), gridsOf(entry.at("image_grid_thw")),
                                   gridsOf(entry.at("video_grid_thw")), 2),
                    expected, entry.at("rope_delta"));
        }
    }

    void reference() {
        if (goldenFolder().empty()) QSKIP("the full reference set is not here");
        const auto tensors = readTensors(goldenFolder() / "tables" / "mrope.safetensors");
        const auto table = readJson(goldenFolder() / "tables" / "mrope.json");
        for (const auto& entry : table.at("cases")) {
            const std::string key = entry.at("key");
            compare(
                mropePositions(typesOf(tensors.at(key + ".mm_token_type_ids").integers()),
                               gridsOf(entry.at("image_grid_thw")), gridsOf(entry.at("video_grid_thw")), 2),
                tensors.at(key + ".position_ids").integers(), entry.at("rope_delta"));
        }
    }

    void wideAndTall() {
        const std::vector<TokenType> types(6, TokenType::image);
        const std::vector<PatchGrid> wide{{1, 4, 6}};
        const Positions found = mropePositions(types, wide, {}, 2);
        QCOMPARE(found.positions[5], (std::array<std::int32_t, 3>{0, 1, 2}));
        QCOMPARE(found.positions[3], (std::array<std::int32_t, 3>{0, 1, 0}));
        QCOMPARE(found.rope_delta, 3 - 6);
    }

    void contradictionsAreRefused() {
        const std::vector<PatchGrid> grid{{1, 4, 4}};
        const std::vector<TokenType> four(4, TokenType::image), three(3, TokenType::image);
        QVERIFY_EXCEPTION_THROWN(mropePositions(four, {}, {}, 2), Error);
        QVERIFY_EXCEPTION_THROWN(mropePositions(four, {}, grid, 2), Error);
        QVERIFY_EXCEPTION_THROWN(mropePositions(three, grid, {}, 2), Error);
        QVERIFY_EXCEPTION_THROWN(mropePositions({}, grid, {}, 2), Error);
        std::vector<TokenType> mixed = four;
        mixed[2] = TokenType::text;
        QVERIFY_EXCEPTION_THROWN(mropePositions(mixed, grid, {}, 2), Error);
    }
};

QTEST_APPLESS_MAIN(MropeTest)
#include "mrope_test.moc"
