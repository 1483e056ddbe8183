// Packed files in huge pages, where the file system of the temporary folder keeps files so.
#include "inference/files/huge_file_pages.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "inference/huge_buffer.h"
#include "tests/inference/files/packed_models.h"

using namespace sightline;
using namespace sightline::test;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t small_block = std::size_t{16} << 10;

// A new file, written so many bytes at a time: the pages are no larger.
void writeInBlocks(const fs::path& path, const std::string& bytes, std::size_t block) {
    fs::remove(path);
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    for (std::size_t offset = 0; offset < bytes.size(); offset += block) {
        const std::size_t count = std::min(block, bytes.size() - offset);
        QVERIFY(write(file, bytes.data() + offset, count) == static_cast<ssize_t>(count));
    }
    close(file);
}

// Of a file that is touched everywhere.
bool isHuge(const fs::path& path) {
    const auto file = MappedFile::open(path);
    for (std::size_t offset = 0; offset < file->bytes().size(); offset += 4096) {
        const volatile std::byte touched = file->bytes()[offset];
        static_cast<void>(touched);
    }
    return liesInHugePages(*file);
}

}  // namespace

class HugeFilePagesTest : public QObject, private PackedModels {
    Q_OBJECT

    bool systemHasThem() const {
        writeInBlocks(path("probe"), std::string(8 * huge_page_bytes, 'x'), huge_page_bytes);
        return isHuge(path("probe"));
    }

  private Q_SLOTS:
    void init() { begin(); }

    void aFileInSmallPages() {
        writeInBlocks(path("small"), std::string(8 * huge_page_bytes, 'x'), small_block);
        QVERIFY(!isHuge(path("small")));
        writeInBlocks(path("short"), std::string(huge_page_bytes / 2, 'x'), huge_page_bytes);
        QVERIFY(!isHuge(path("short")));
    }

    void whatNobodyReadIsNotMapped() {
        writeInBlocks(path("unread"), std::string(8 * huge_page_bytes, 'x'), huge_page_bytes);
        QVERIFY(!liesInHugePages(*MappedFile::open(path("unread"))));
    }

    void packedInHugePagesItIsUsedWhereItLies() {
        writeTinyModel(model(), mediumModel());
        const PackedOptions options = optionsFor(cache(), Precision::int8);
        const Opened first = openPacked(model(), options);
        const Opened second = openPacked(model(), options);
        if (!systemHasThem()) QSKIP("files are not in huge pages here");
        QVERIFY(isHuge(packed(Precision::int8)));
        QVERIFY(first.packed && first.weights->isMapped());
        QVERIFY(!second.packed && second.weights->isMapped());
        VERIFY_PACKED_FROM(model(), *second.weights, Precision::int8);
    }

    void inSmallPagesItIsCopied() {
        writeTinyModel(model(), mediumModel());
        const PackedOptions options = optionsFor(cache(), Precision::int8);
        openPacked(model(), options);
        writeInBlocks(packed(Precision::int8), readBytes(packed(Precision::int8)), small_block);
        const Opened opened = openPacked(model(), options);
        QVERIFY(!opened.packed && !opened.weights->isMapped());
        VERIFY_PACKED_FROM(model(), *opened.weights, Precision::int8);
    }
};

QTEST_GUILESS_MAIN(HugeFilePagesTest)
#include "huge_file_pages_test.moc"
