// Questions about screens that are drawn here, with the page that a reader would find: the box that is
// pointed at must be the one that was drawn, to two pixels.
#include "inference/reading/pointing.h"

#include <QTest>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "inference/reading/pointing_question.h"

using namespace sightline;

namespace {

const cv::Scalar black(20, 20, 20);
const cv::Scalar grey(150, 150, 150);
const cv::Scalar white(255, 255, 255);

using PlacedWords = std::vector<std::pair<std::string, int>>;  // with their left edges

class Screen {
  public:
    Screen(int width, int height, int ground = 238) : bgr_(height, width, CV_8UC3, cv::Scalar::all(ground)) {
        page_.width = width;
        page_.height = height;
    }

    // Words of one line; like a reader's, their boxes meet halfway between two words.
    void text(const PlacedWords& words, int baseline, const cv::Scalar& color = black) {
        Line line;
        int before = 0;
        for (const auto& [word, left] : words) {
            cv::putText(bgr_, word, {left, baseline}, cv::FONT_HERSHEY_SIMPLEX, 0.45, color, 1, cv::LINE_AA);
            const int right = left + widthOf(word);
            double from = left - 4;
            if (!line.words.empty()) {
                from = (before + left) / 2.0;
                Quad& last = line.words.back().quad;
                last = quadOf({last[0].x, baseline - 14.0, from, baseline + 6.0});
            }
            line.words.push_back({word, quadOf({from, baseline - 14.0, right + 4.0, baseline + 6.0}), 1});
            line.text += (line.text.empty() ? "" : " ") + word;
            before = right;
        }
        line.quad = line.words.front().quad;
        line.quad[1] = line.words.back().quad[1];
        line.quad[2] = line.words.back().quad[2];
        Block block;
        block.lines.push_back(line);
        block.box = boundingBox(line.quad);
        page_.blocks.push_back(block);
    }
    void text(const std::string& word, int left, int baseline, const cv::Scalar& color = black) {
        text(PlacedWords{{word, left}}, baseline, color);
    }

    // A frame whose border is a part of it.
    Box frame(int left, int top, int right, int bottom, const cv::Scalar& fill, const cv::Scalar& border) {
        cv::rectangle(bgr_, cv::Rect(left, top, right - left, bottom - top), fill, cv::FILLED);
        cv::rectangle(bgr_, cv::Rect(left, top, right - left, bottom - top), border, 1);
        return {static_cast<double>(left), static_cast<double>(top), static_cast<double>(right),
                static_cast<double>(bottom)};
    }

    static int widthOf(const std::string& word) {
        int base = 0;
        return cv::getTextSize(word, cv::FONT_HERSHEY_SIMPLEX, 0.45, 1, &base).width;
    }

    std::optional<Box> at(const char* question) const { return pointAt(bgr_, page_, question); }
    cv::Mat& pixels() { return bgr_; }
    Page& page() { return page_; }

  private:
    cv::Mat bgr_;
    Page page_;
};

bool isNear(const std::optional<Box>& found, const Box& expected, double most = 2) {
    if (found && std::abs(found->left - expected.left) <= most &&
        std::abs(found->top - expected.top) <= most && std::abs(found->right - expected.right) <= most &&
        std::abs(found->bottom - expected.bottom) <= most)
        return true;
    if (found)
        qWarning("found %g %g %g %g, expected %g %g %g %g", found->left, found->top, found->right,
                 found->bottom, expected.left, expected.top, expected.right, expected.bottom);
    return false;
}

std::string phrases(const std::string& question) {
    std::string all;
    for (const Phrase& phrase : parseQuestion(question).phrases)
        all += (all.empty() ? "" : "|") + phrase.text;
    return all;
}

}  // namespace

class PointingTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void questionsAreTakenApart_data();
    void questionsAreTakenApart();
    void buttons();
    void darkFlatButtons();
    void aMarkIsNoFrame();
    void tabs();
    void fields();
    void menuEntries();
    void menuBars();
    void checkBoxes();
    void icons();
    void textAlone();
    void aWordAmongOthersIsFoundByItself();
    void emptyPages();
};

void PointingTest::questionsAreTakenApart_data() {
    QTest::addColumn<QString>("question");
    QTest::addColumn<QString>("words");
    QTest::addColumn<int>("kind");
    const auto row = [](const char* question, const char* words, ElementKind kind) {
        QTest::newRow(question) << question << words << static_cast<int>(kind);
    };
    row("Where is the “Create” button?", "Create", ElementKind::button);
    row("Where is \"Lay Out in a Grid\"?", "Lay Out in a Grid", ElementKind::any);
    row("Where is the Print button in the toolbar?", "Print", ElementKind::button);
    row("Where is the Zoom in button?", "Zoom in|Zoom", ElementKind::button);
    row("Where is the colour depth field?", "colour depth|colour|depth", ElementKind::field);
    row("Where is the File menu?", "File", ElementKind::entry);
    row("Where is the file notes.txt?", "notes.txt", ElementKind::icon);
    row("Where is the Keep copies check box?", "Keep copies|Keep|copies", ElementKind::check);
    row("“工具栏”菜单项在哪里？", "工具栏", ElementKind::entry);
    row("取消按钮在哪里？", "取消", ElementKind::button);
    row("请问用户名输入框在哪？", "用户名", ElementKind::field);
    row("", "", ElementKind::any);
    row("“OK", "“OK", ElementKind::any);
}

void PointingTest::questionsAreTakenApart() {
    QFETCH(QString, question);
    QFETCH(QString, words);
    QFETCH(int, kind);
    QCOMPARE(QString::fromStdString(phrases(question.toStdString())), words);
    QCOMPARE(static_cast<int>(parseQuestion(question.toStdString()).kind), kind);
}

// Side by side, one of them with a gradient, and a heading with the same word.
void PointingTest::buttons() {
    Screen screen(500, 240);
    screen.text("Save", 20, 30);
    const Box cancel = screen.frame(200, 180, 300, 210, white, grey);
    const Box save = screen.frame(310, 180, 410, 210, white, grey);
    for (int y = 181; y < 209; ++y)
        cv::line(screen.pixels(), {311, y}, {408, y}, cv::Scalar::all(255 - 2 * (y - 181)));
    screen.text({{"Cancel", 225}, {"Save", 342}}, 200);
    QVERIFY(isNear(screen.at("Where is the Cancel button?"), cancel));
    QVERIFY(isNear(screen.at("Where is the “Save” button?"), save));
    QVERIFY(!screen.at("Where is the Zoom button?"));
    QVERIFY(!screen.at(""));
}

void PointingTest::darkFlatButtons() {
    Screen screen(500, 240, 40);
    const Box apply = screen.frame(200, 150, 290, 182, {60, 58, 56}, {60, 58, 56});
    screen.text("Apply", 222, 171, cv::Scalar::all(220));
    QVERIFY(isNear(screen.at("Where is the Apply button?"), apply));
    // Without a word for its kind, too.
    QVERIFY(isNear(screen.at("Where is “Apply”?"), apply));
}

// A selected text in a frame: what is marked is not what is drawn around it.
void PointingTest::aMarkIsNoFrame() {
    for (const char* word : {"report", "quarterly-report-of-the-archive"}) {
        Screen screen(500, 240);
        const Box frame = screen.frame(100, 60, 420, 90, white, grey);
        cv::rectangle(screen.pixels(), cv::Rect(120, 67, Screen::widthOf(word), 17), {200, 120, 50},
                      cv::FILLED);
        screen.text(word, 120, 80, white);
        QVERIFY(isNear(screen.at((std::string("Where is the “") + word + "” button?").c_str()), frame));
    }
}

void PointingTest::tabs() {
    Screen screen(500, 240);
    std::vector<Box> frames;
    for (int i = 0; i < 3; ++i)
        frames.push_back(
            screen.frame(20 + 90 * i, 40, 111 + 90 * i, 68, cv::Scalar::all(i == 1 ? 255 : 225), grey));
    screen.text({{"General", 36}, {"Network", 126}, {"Printing", 218}}, 59);
    QVERIFY(isNear(screen.at("Where is the General tab?"), frames[0]));
    QVERIFY(isNear(screen.at("Where is the Network tab?"), frames[1]));
    QVERIFY(isNear(screen.at("Where is the Printing tab?"), frames[2]));
}

void PointingTest::fields() {
    Screen screen(500, 300);
    const Box host = screen.frame(160, 30, 400, 58, white, grey);
    screen.text({{"Host", 20}, {"name:", 60}, {"example.org", 170}}, 49);
    const Box port = screen.frame(160, 70, 400, 98, white, grey);
    screen.text("Port:", 20, 89);
    screen.text("Comment", 20, 130);
    const Box comment = screen.frame(20, 142, 400, 170, white, grey);
    const Box filter = screen.frame(20, 200, 260, 228, white, grey);
    screen.text("Filter...", 28, 219, grey);
    const Box words = screen.frame(20, 250, 200, 278, white, grey);
    screen.frame(199, 250, 260, 278, {225, 225, 225}, grey);
    screen.text("search", 207, 269);
    QVERIFY(isNear(screen.at("Where is the host name field?"), host));
    QVERIFY(isNear(screen.at("Where is the port field?"), port));
    QVERIFY(isNear(screen.at("Where is the comment input?"), comment));
    QVERIFY(isNear(screen.at("Where is the filter field?"), filter));
    QVERIFY(isNear(screen.at("Where is the search text field?"), words));
}

void PointingTest::menuEntries() {
    Screen screen(500, 300);
    const Box panel = screen.frame(60, 40, 260, 182, white, grey);
    const std::vector<std::pair<std::string, std::string>> entries{
        {"Open", "Ctrl+O"}, {"Hidden", "Ctrl+H"}, {"Split", ""}, {"Print", "Ctrl+P"}, {"Close", ""}};
    int baseline = 62;
    for (const auto& [name, keys] : entries) {
        if (name == "Hidden") cv::rectangle(screen.pixels(), cv::Rect(66, baseline - 11, 12, 12), grey, 1);
        screen.text(name, 86, baseline);
        if (!keys.empty()) screen.text(keys, 200, baseline);
        baseline += 26;
    }
    // The rows are 26 pixels apart; the line's box has its middle 4 pixels above the baseline.
    const auto row = [&](int i) {
        return Box{panel.left, 62.0 + 26 * i - 4 - 13, panel.right, 62.0 + 26 * i - 4 + 13};
    };
    QVERIFY(isNear(screen.at("Where is “Hidden” in the open menu?"), row(1)));
    QVERIFY(isNear(screen.at("Where is the Print menu item?"), row(3)));
    QVERIFY(isNear(screen.at("Where is the “Close” entry?"), row(4)));
}

// In a bar of menus there is no row to point at.
void PointingTest::menuBars() {
    Screen screen(500, 200);
    screen.frame(1, 1, 498, 26, {225, 225, 225}, grey);
    screen.text({{"File", 10}, {"Edit", 60}, {"Window", 110}, {"Help", 190}}, 17);
    QVERIFY(isNear(screen.at("Where is the Edit menu?"), {60, 3, 60.0 + Screen::widthOf("Edit"), 23}, 3));
}

void PointingTest::checkBoxes() {
    Screen screen(500, 200);
    cv::rectangle(screen.pixels(), cv::Rect(20, 46, 14, 14), black, 1);
    screen.text("Wrap", 44, 59);
    QVERIFY(
        isNear(screen.at("Where is the “Wrap” check box?"), {20, 45, 44.0 + Screen::widthOf("Wrap"), 65}, 3));
}

// The cell holds the picture and the name, and nothing of the next ones.
void PointingTest::icons() {
    Screen screen(600, 400, 255);
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 5; ++column) {
            const std::string name =
                std::string(1, static_cast<char>('a' + row)) + "ile" + std::to_string(column) + ".txt";
            const int middle = 60 + 110 * column;
            cv::rectangle(screen.pixels(), cv::Rect(middle - 20, 20 + 120 * row, 40, 46), {200, 160, 90},
                          cv::FILLED);
            screen.text(name, middle - Screen::widthOf(name) / 2, 90 + 120 * row);
        }
    }
    QVERIFY(isNear(screen.at("Where is the file bile2.txt?"), {225, 134, 335, 254}, 3));
}

// The words themselves where nothing is asked around them, and where the text does not run along the rows.
void PointingTest::textAlone() {
    Screen screen(500, 200);
    screen.frame(20, 40, 200, 70, white, grey);
    screen.text("Details", 40, 59);
    const Box words{40, 45, 40.0 + Screen::widthOf("Details"), 65};
    QVERIFY(isNear(screen.at("Where is the Details link?"), words, 3));
    screen.page().rotation = 90;
    QVERIFY(isNear(screen.at("Where is the Details button?"), words, 3));
}

void PointingTest::aWordAmongOthersIsFoundByItself() {
    Screen screen(500, 200);
    screen.text({{"Read", 20}, {"the", 62}, {"licence", 92}, {"first", 154}}, 59);
    const Box word{92, 45, 92.0 + Screen::widthOf("licence"), 65};
    QVERIFY(isNear(screen.at("Where is the licence link?"), word, 5));
    // A letter misread is forgiven.
    QVERIFY(isNear(screen.at("Where is the license link?"), word, 5));
}

void PointingTest::emptyPages() {
    QVERIFY(!pointAt(cv::Mat(1, 1, CV_8UC3, cv::Scalar::all(0)), Page(), "Where is the OK button?"));
    // A word whose box lies outside of the picture.
    Page page;
    page.width = page.height = 1;
    Line line;
    line.words.push_back({"OK", quadOf({-5, -5, 40, 30}), 1});
    page.blocks.emplace_back().lines.push_back(line);
    const auto box = pointAt(cv::Mat(1, 1, CV_8UC3, cv::Scalar::all(0)), page, "Where is the OK button?");
    QVERIFY(box);
    QVERIFY(box->left >= 0 && box->right <= 1 && box->top >= 0 && box->bottom <= 1);
}

QTEST_GUILESS_MAIN(PointingTest)
#include "pointing_test.moc"
