// What the engine keeps for later runs, as the models page shows and empties it.
#include "app/history/computed_cache.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>

#include "app/history/computed_files.h"
#include "inference/files/cache_place.h"

using namespace sightline;

class ComputedCacheTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path keep(std::uintmax_t mebibytes) const {
        const auto place = cachePlace(QFile::encodeName(computedFolder(folder_.path())).toStdString());
        std::ofstream(place / "v0123", std::ios::binary) << "features";
        std::filesystem::resize_file(place / "v0123", mebibytes << 20);
        return place;
    }

  private Q_SLOTS:
    void nothingIsNothing() {
        ComputedCache cache(folder_.path());
        QSignalSpy changed(&cache, &ComputedCache::changed);
        QSignalSpy failed(&cache, &ComputedCache::failed);
        cache.look();
        cache.clear();
        QTest::qWait(50);
        QCOMPARE(cache.sizeText(), QString());
        QVERIFY(changed.isEmpty() && failed.isEmpty());
    }

    void showsHowMuchItIsAndEmptiesIt() {
        const auto place = keep(3);
        std::ofstream(folder_.filePath("history").toStdString()) << "said";
        ComputedCache cache(folder_.path());
        QCOMPARE(cache.sizeText(), QString());
        cache.look();
        QTRY_COMPARE(cache.sizeText(), QString("3 MiB"));
        cache.clear();
        QTRY_COMPARE(cache.sizeText(), QString());
        QVERIFY(!std::filesystem::exists(place));
        QVERIFY(QFile::exists(folder_.filePath("history")));
        // The engine goes on, and what it computes from now on is kept.
        keep(2);
        cache.look();
        QTRY_COMPARE(cache.sizeText(), QString("2 MiB"));
    }
};

QTEST_GUILESS_MAIN(ComputedCacheTest)
#include "computed_cache_test.moc"
