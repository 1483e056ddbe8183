// The whole reader with its real networks: what it reads, where, and what it does with odd pictures.
#include "inference/reading/text_reader.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include <opencv2/imgcodecs.hpp>

#include "inference/reading/ink.h"
#include "tests/inference/failure.h"
#include "tests/inference/networks/golden_data.h"
#include "tests/inference/reading/drawing.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

namespace {

const std::string samples = test_paths::source("resources/samples/").toStdString();

std::filesystem::path readerFolder() {
    return std::filesystem::path(QCoreApplication::applicationDirPath().toStdString()) / ".." / "share" /
           "sightline" / "text-reader";
}

Picture pictureOf(const cv::Mat& bgr) {
    cv::Mat rgb;
    cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    return {rgb.cols, rgb.rows, std::vector<std::uint8_t>(rgb.datastart, rgb.dataend)};
}

cv::Mat sample(const QString& name) {
    return cv::imread(samples + name.toStdString(), cv::IMREAD_COLOR);
}

QString textOf(const Page& page) {
    return QString::fromStdString(toPlainText(page)).simplified();
}

std::vector<Line> linesIn(const Page& page) {
    std::vector<Line> lines;
    for (const Block& block : page.blocks)
        lines.insert(lines.end(), block.lines.begin(), block.lines.end());
    return lines;
}

QString rawTextOf(const Page& page) {
    QStringList lines;
    for (const Line& line : linesIn(page))
        lines << QString::fromStdString(line.raw_text);
    lines.sort();
    return lines.join('\n');
}

std::vector<Word> wordsIn(const Page& page) {
    std::vector<Word> words;
    for (const Line& line : linesIn(page))
        words.insert(words.end(), line.words.begin(), line.words.end());
    return words;
}

// Where a pixel of the picture lies after the picture was turned clockwise by quarters.
Point turnedPoint(const Point& point, const cv::Size& size, int quarters) {
    switch (quarters) {
        case 1:
            return {size.height - point.y, point.x};
        case 2:
            return {size.width - point.x, size.height - point.y};
        case 3:
            return {point.y, size.width - point.x};
        default:
            return point;
    }
}

cv::Mat turnedPicture(const cv::Mat& bgr, int quarters) {
    constexpr std::array turns{cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_COUNTERCLOCKWISE};
    cv::Mat out;
    cv::rotate(bgr, out, turns.at(static_cast<std::size_t>(quarters - 1)));
    return out;
}

// The ink of a line cut at its widest gaps into `count` words, in pixels of the picture.
std::vector<Box> inkedWords(const cv::Mat& bgr, const Box& line, std::size_t count) {
    const cv::Rect place(cv::Point(static_cast<int>(line.left), static_cast<int>(line.top)),
                         cv::Point(static_cast<int>(line.right), static_cast<int>(line.bottom)));
    const cv::Mat ink = inkOf(bgr(place));
    std::vector<cv::Range> gaps;
    int last = -1;
    for (int x = 0; x < ink.cols; ++x) {
        if (cv::countNonZero(ink.col(x)) == 0) continue;
        gaps.emplace_back(last + 1, x);
        last = x;
    }
    if (gaps.empty()) return {};
    const cv::Range before = gaps.front();
    gaps.erase(gaps.begin());
    std::sort(gaps.begin(), gaps.end(),
              [](const cv::Range& a, const cv::Range& b) { return a.size() > b.size(); });
    gaps.resize(std::min(gaps.size(), count - 1));
    gaps.push_back(before);
    gaps.emplace_back(last + 1, ink.cols);
    std::sort(gaps.begin(), gaps.end(),
              [](const cv::Range& a, const cv::Range& b) { return a.start < b.start; });
    std::vector<Box> words;
    for (std::size_t i = 0; i + 1 < gaps.size(); ++i) {
        const int begin = gaps[i].end;
        const int end = gaps[i + 1].start;
        const cv::Rect part = cv::boundingRect(ink.colRange(begin, end));
        words.push_back(moved({begin + 0.0, part.y + 0.0, end + 0.0, part.br().y + 0.0}, place.x, place.y));
    }
    return words;
}

cv::Mat noise(int width, int height) {
    cv::Mat picture(height, width, CV_8UC3);
    cv::theRNG().state = 99;
    cv::randu(picture, 0, 256);
    return picture;
}

}  // namespace

class TextReaderTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        if (!std::filesystem::exists(readerFolder() / "alphabet.txt"))
            QSKIP("the text reader's files are missing: ./dev setup makes them");
        reader_ = openTextReader(readerFolder(), {.threads = 1, .precision = ReaderPrecision::float32});
    }

    void readsTheSamples_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        const auto bytes = readBytes(samples + "samples.json");
        const QByteArray json(reinterpret_cast<const char*>(bytes.data()),
                              static_cast<qsizetype>(bytes.size()));
        const QJsonArray all = QJsonDocument::fromJson(json)["samples"].toArray();
        QVERIFY(all.size() >= 4);
        for (const QJsonValue& each : all)
            QTest::newRow(qPrintable(each["file"].toString()))
                << each["file"].toString() << each["text"].toString().simplified();
    }

    void readsTheSamples() {
        QFETCH(QString, file);
        QFETCH(QString, text);
        const cv::Mat bgr = sample(file);
        const Page page = read(bgr);
        QCOMPARE(textOf(page), text);
        QCOMPARE(page.width, bgr.cols);
        QCOMPARE(page.height, bgr.rows);
        QCOMPARE(page.rotation, 0.0);
        QVERIFY(page.notes.empty());
        QVERIFY(page.confidence > 0.9 && page.confidence <= 1);
        // Deterministic to the last digit.
        QCOMPARE(toJson(read(bgr)), toJson(page));
    }

    // Those without buttons, whose ground would be ink.
    void wordsLieOnTheInk_data() {
        QTest::addColumn<QString>("file");
        for (const char* file : {"message.png", "notification.png", "line.png"})
            QTest::newRow(file) << file;
    }

    // Letters differ in width, so that the ends of a word are known to a third of a line's height.
    void wordsLieOnTheInk() {
        QFETCH(QString, file);
        const cv::Mat bgr = sample(file);
        double farthest = 0;
        for (const Line& line : linesIn(read(bgr))) {
            const std::vector<Box> inked = inkedWords(bgr, boundingBox(line.quad), line.words.size());
            QCOMPARE(line.words.size(), inked.size());
            for (std::size_t i = 0; i < inked.size(); ++i) {
                const Box& ink = inked[i];
                const Box box = boundingBox(line.words[i].quad);
                const double off = std::max(std::abs(box.left - ink.left), std::abs(box.right - ink.right));
                farthest = std::max(farthest, off);
                const std::string word = line.words[i].text + ": " + std::to_string(box.left) + " to " +
                                         std::to_string(box.right) + ", ink " + std::to_string(ink.left) +
                                         " to " + std::to_string(ink.right);
                QVERIFY2(off <= box.height() / 3, word.c_str());
                QVERIFY2(std::abs(box.left + box.right - ink.left - ink.right) / 2 <= 4, word.c_str());
                QVERIFY2(box.top <= ink.top && box.bottom >= ink.bottom, word.c_str());
                QVERIFY2(box.height() < 3 * ink.height(), word.c_str());
            }
        }
        QVERIFY(farthest > 0);
        qInfo("words end at most %.1f pixels beside their ink", farthest);
    }

    void turnsPicturesUpright_data() {
        QTest::addColumn<int>("quarters");
        QTest::addColumn<double>("rotation");
        QTest::newRow("90") << 1 << 90.0;
        QTest::newRow("180") << 2 << 180.0;
        QTest::newRow("270") << 3 << -90.0;
    }

    void turnsPicturesUpright() {
        QFETCH(int, quarters);
        QFETCH(double, rotation);
        const cv::Mat bgr = sample("notification.png");
        const Picture turned = pictureOf(turnedPicture(bgr, quarters));
        const Page upright = read(bgr);
        std::vector<double> steps;
        const Page page = reader_->read(turned, {}, {}, [&](double step) { steps.push_back(step); });
        QCOMPARE(textOf(page), textOf(upright));
        QCOMPARE(page.rotation, rotation);
        QCOMPARE(page.notes.size(), std::size_t{1});
        QCOMPARE(page.width, turned.width);
        const auto words = wordsIn(upright);
        const auto turned_words = wordsIn(page);
        QCOMPARE(turned_words.size(), words.size());
        for (std::size_t i = 0; i < words.size(); ++i) {
            for (std::size_t corner = 0; corner < 4; ++corner) {
                const Point expected = turnedPoint(words[i].quad[corner], bgr.size(), quarters);
                const Point& found = turned_words[i].quad[corner];
                QVERIFY2(std::hypot(found.x - expected.x, found.y - expected.y) < 3, words[i].text.c_str());
            }
        }
        QVERIFY(std::is_sorted(steps.begin(), steps.end()));
        QCOMPARE(steps.back(), 1.0);
        // Switched off, the picture stays as it is.
        ReadOptions as_it_is;
        as_it_is.cleanup.upright = false;
        QCOMPARE(reader_->read(turned, as_it_is).rotation, 0.0);
    }

    void oddPictures_data() {
        QTest::addColumn<cv::Mat>("bgr");
        QTest::addColumn<bool>("empty");
        QTest::newRow("1 x 1") << whitePicture(1, 1) << true;
        QTest::newRow("blank") << whitePicture(300, 200) << true;
        QTest::newRow("one pixel high") << whitePicture(400, 1) << true;
        QTest::newRow("one pixel wide") << whitePicture(1, 400) << true;
        QTest::newRow("long and low") << whitePicture(20'000, 20) << true;
        QTest::newRow("noise of one row") << noise(300, 1) << false;
        QTest::newRow("noise of one column") << noise(1, 300) << false;
        QTest::newRow("noise of few pixels") << noise(3, 2) << false;
        QTest::newRow("noise") << noise(400, 300) << false;
        QTest::newRow("long and low noise") << noise(3000, 20) << false;
        cv::Mat stripes = whitePicture(200, 200);
        for (int y = 0; y < 200; y += 2)
            stripes.row(y) = cv::Scalar(0, 0, 0);
        QTest::newRow("stripes") << stripes << false;
        // 4 pixels high, 600 of them.
        cv::Mat tiny = whitePicture(300, 3000);
        for (int y = 0; y < tiny.rows; y += 5)
            for (int x = 4; x < 290; x += 3 + (x * 7 + y) % 3)
                drawRect(tiny, {x, y + (x + y) % 3, 1 + x % 2, 4 - (x + y) % 3});
        QTest::newRow("hundreds of tiny lines") << tiny << false;
    }

    void oddPictures() {
        QFETCH(cv::Mat, bgr);
        QFETCH(bool, empty);
        std::vector<double> steps;
        const Page page = reader_->read(pictureOf(bgr), {}, {}, [&](double step) { steps.push_back(step); });
        QCOMPARE(page.width, bgr.cols);
        QCOMPARE(page.height, bgr.rows);
        if (empty) {
            QVERIFY(page.empty());
            QCOMPARE(page.confidence, 0.0);
        }
        for (const Line& line : linesIn(page)) {
            QVERIFY(line.confidence >= 0 && line.confidence <= 1);
            QVERIFY(!line.words.empty());
            for (const Point& corner : line.quad)
                QVERIFY(std::isfinite(corner.x) && std::isfinite(corner.y));
        }
        QCOMPARE(steps.back(), 1.0);
        QVERIFY(std::is_sorted(steps.begin(), steps.end()));
    }

    void refusesPicturesThatAreNone_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("bytes");
        QTest::newRow("a byte too few") << 4 << 4 << 47;
        QTest::newRow("a byte too many") << 4 << 4 << 49;
        QTest::newRow("no width") << 0 << 4 << 0;
        QTest::newRow("no bytes") << 4 << 4 << 0;
        QTest::newRow("negative sides") << -4 << -4 << 48;
        QTest::newRow("overflowing sides") << 65536 << 65536 << 0;
    }

    void refusesPicturesThatAreNone() {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(int, bytes);
        const Picture picture{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(bytes))};
        COMPARE_FAILURE(failureOf([&] { reader_->read(picture); }), ErrorKind::invalid_input);
    }

    void cancelsAnywhere_data() {
        QTest::addColumn<double>("at");
        QTest::newRow("before it begins") << -1.0;
        QTest::newRow("at the first step") << 0.0;
        QTest::newRow("while lines are read") << 0.41;
    }

    void cancelsAnywhere() {
        QFETCH(double, at);
        // Lines of very different lengths, so that there are several batches.
        cv::Mat bgr = whitePicture(900, 200);
        cv::putText(bgr, "One", {20, 50}, cv::FONT_HERSHEY_SIMPLEX, 1, {0, 0, 0}, 2);
        cv::putText(bgr, "The quick brown fox jumps over the dog", {20, 150}, cv::FONT_HERSHEY_SIMPLEX, 1,
                    {0, 0, 0}, 2);
        const std::string before = toJson(read(bgr));
        std::stop_source stop;
        if (at < 0) stop.request_stop();
        double last = 0;
        const auto failure = failureOf([&] {
            reader_->read(pictureOf(bgr), {}, stop.get_token(), [&](double step) {
                last = step;
                if (step >= at) stop.request_stop();
            });
        });
        COMPARE_FAILURE(failure, ErrorKind::cancelled);
        QVERIFY2(last < 0.9, "it went on after it was cancelled");
        QCOMPARE(toJson(read(bgr)), before);
    }

    // A table of contents: the dots that lead to the page numbers are no text, but they were read.
    void keepsWhatWasReadBeforeRepairs() {
        const cv::Mat bgr =
            cv::imread((testData() / "ocr/contents/contents-01.png").string(), cv::IMREAD_COLOR);
        QVERIFY(!bgr.empty());
        ReadOptions raw;
        raw.repair = false;
        const Page plain = reader_->read(pictureOf(bgr), raw);
        const Page repaired = read(bgr);
        const QString dots = QStringLiteral("\u2026");
        QVERIFY(textOf(plain).contains(dots));
        QVERIFY2(!textOf(repaired).contains(dots), qPrintable(textOf(repaired)));
        QVERIFY(rawTextOf(repaired).contains(dots));
        QCOMPARE(rawTextOf(repaired), rawTextOf(plain));
        for (const Line& line : linesIn(plain))
            QCOMPARE(QString::fromStdString(line.text).remove(' '),
                     QString::fromStdString(line.raw_text).remove(' '));
    }

    void namesTheFileThatIsDamaged_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("kept");  // bytes; -1: the file is missing
        for (const char* file : {"text_detector.safetensors", "text_recognizer.safetensors", "alphabet.txt"})
            for (const int kept : {-1, 0, 7, 100, 20'000})
                QTest::addRow("%s, %d", file, kept) << file << kept;
    }

    void namesTheFileThatIsDamaged() {
        QFETCH(QString, file);
        QFETCH(int, kept);
        QTemporaryDir folder;
        linkOthers(folder, file);
        if (kept >= 0) write(folder, file, original(file).left(kept));
        COMPARE_FAILURE(failureOf([&] { openTextReader(folder.path().toStdString(), {.threads = 1}); }),
                        ErrorKind::invalid_model, file.toStdString());
    }

    // A bit of the header or of the alphabet: refused with the file's name, or it makes no difference.
    void survivesWrongBits_data() {
        QTest::addColumn<QString>("file");
        for (const char* file : {"text_detector.safetensors", "text_recognizer.safetensors", "alphabet.txt"})
            QTest::newRow(file) << file;
    }

    void survivesWrongBits() {
        QFETCH(QString, file);
        const QByteArray whole = original(file);
        int refused = 0;
        for (int round = 0; round < 24; ++round) {
            QTemporaryDir folder;
            linkOthers(folder, file);
            QByteArray bytes = whole;
            const auto place = static_cast<qsizetype>(round < 8 ? round : 8 + 397 * (round - 8));
            bytes[place] = static_cast<char>(bytes[place] ^ (1 << (round * 5) % 8));
            write(folder, file, bytes);
            const auto failure =
                failureOf([&] { openTextReader(folder.path().toStdString(), {.threads = 1}); });
            if (!failure) continue;
            ++refused;
            COMPARE_FAILURE(failure, ErrorKind::invalid_model, file.toStdString());
        }
        QVERIFY(refused > 4);
    }

    // Weights that are no numbers are no reason to crash.
    void survivesWeightsThatAreNoNumbers_data() {
        QTest::addColumn<QString>("file");
        for (const char* file : {"text_detector.safetensors", "text_recognizer.safetensors"})
            QTest::newRow(file) << file;
    }

    void survivesWeightsThatAreNoNumbers() {
        QFETCH(QString, file);
        QTemporaryDir folder;
        linkOthers(folder, file);
        QByteArray bytes = original(file);
        constexpr qsizetype count = 4096;
        bytes.replace(bytes.size() - count, count, QByteArray(count, '\xff'));
        write(folder, file, bytes);
        std::unique_ptr<Reader> damaged;
        const auto failure = failureOf([&] {
            damaged = openTextReader(folder.path().toStdString(),
                                     {.threads = 1, .precision = ReaderPrecision::float32});
        });
        if (failure) {
            COMPARE_FAILURE(failure, ErrorKind::invalid_model, file.toStdString());
            return;
        }
        for (const Word& word : wordsIn(damaged->read(pictureOf(sample("notification.png")))))
            for (const Point& corner : word.quad)
                QVERIFY(std::isfinite(corner.x) && std::isfinite(corner.y));
    }

  private:
    Page read(const cv::Mat& bgr) { return reader_->read(pictureOf(bgr)); }

    // All of the reader's files but one.
    static void linkOthers(const QTemporaryDir& folder, const QString& without) {
        for (const char* name :
             {"text_detector.safetensors", "text_recognizer.safetensors", "alphabet.txt"}) {
            if (name != without)
                std::filesystem::create_symlink(std::filesystem::canonical(readerFolder() / name),
                                                std::filesystem::path(folder.path().toStdString()) / name);
        }
    }
    static QByteArray original(const QString& name) {
        QFile file(QString::fromStdString((readerFolder() / name.toStdString()).string()));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void write(const QTemporaryDir& folder, const QString& name, const QByteArray& bytes) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }

    std::unique_ptr<Reader> reader_;
};

QTEST_GUILESS_MAIN(TextReaderTest)
#include "text_reader_test.moc"
