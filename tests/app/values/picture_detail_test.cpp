// How many pixels the model sees: the rule, the times that it goes by, and the text that goes with a small
// picture.
#include <QTest>
#include <cmath>

#include "app/chat/prompt_builder.h"
#include "app/pictures/picture_preview.h"
#include "app/values/assist_text.h"
#include "app/values/conversation.h"
#include "app/values/picture_detail.h"
#include "app/values/picture_speed.h"

using namespace sightline;

namespace {

ModelFacts qwen() {
    ModelFacts facts;
    facts.patch_size = 16;
    facts.merge_size = 2;
    facts.pixel_budget = {65'536, 16'777'216};
    return facts;
}

// A machine that needs `linear` seconds a token, `quadratic` a squared one, and `prefill` a token of the
// prompt.
PictureSpeed machine(double linear, double quadratic, double prefill) {
    PictureSpeed speed;
    for (const double tokens : {258.0, 1026.0, 2042.0})
        speed.learnEncoding({tokens, tokens * tokens, linear * tokens + quadratic * tokens * tokens});
    speed.learnPrefill(1, prefill);
    return speed;
}

DetailQuestion screenshot(const PictureSpeed& speed, std::optional<PictureText> text = {}) {
    return {Detail::automatic, 1920, 1080, speed, text, 1'000'000};
}

Line line(const std::string& words, double left, double top, double height) {
    Line made;
    made.text = words;
    made.words.resize(1);
    made.quad = quadOf({left, top, left + 10 * static_cast<double>(words.size()), top + height});
    return made;
}

Page page(const std::vector<Line>& lines) {
    Page made;
    made.width = 1920;
    made.height = 1080;
    made.blocks.emplace_back().lines = lines;
    return made;
}

}  // namespace

class PictureDetailTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void speedsAreFittedToWhatWasMeasured();
    void oneMeasurementGuessesTheRest();
    void nonsenseIsNotLearned();
    void automaticTakesTheMostWithinFiveSeconds_data();
    void automaticTakesTheMostWithinFiveSeconds();
    void fastMachinesSeeEverything();
    void smallTextAsksForMore();
    void textThatCannotBeKeptIsReadInstead();
    void textThatDoesNotFitIsNotSent();
    void theOthersAreWhatTheySay();
    void namesAreKept();
    void smallestTextIsWhatMatters();
    void assistTextSaysWhereEachLineBegins();
    void assistTextIsBounded();
    void readTextIsPlainTextOfThePrompt();
    void previewsAreMeans();
    void previewsStop();
};

void PictureDetailTest::speedsAreFittedToWhatWasMeasured() {
    const PictureSpeed speed = machine(0.004, 3e-6, 0.002);
    for (const double tokens : {100.0, 500.0, 4000.0}) {
        const double truth = 0.004 * tokens + 3e-6 * tokens * tokens;
        QVERIFY2(std::abs(speed.encodeSeconds(tokens) / truth - 1) < 0.1,
                 qPrintable(QString::number(tokens)));
        QCOMPARE(speed.prefillSeconds(tokens), 0.002 * tokens);
    }
    const double within = speed.tokensWithin(5);
    QVERIFY(std::abs(speed.pictureSeconds(within) - 5) < 1e-6);
    QCOMPARE(speed.tokensWithin(0), 0.0);
}

// With times that scatter, nine of ten predictions are within 30 %.
void PictureDetailTest::oneMeasurementGuessesTheRest() {
    PictureSpeed speed;
    QVERIFY(!speed.known());
    QCOMPARE(speed.encodeSeconds(100), 0.0);
    speed.learnEncoding({258, 258 * 258, 2.0});
    QVERIFY(std::abs(speed.encodeSeconds(258) - 2.0) < 0.1);
    // More than in proportion, and not absurdly so.
    QVERIFY(speed.encodeSeconds(1032) > 8.0);
    QVERIFY(speed.encodeSeconds(1032) < 20.0);
    QVERIFY(!speed.known());  // prefill is not
    speed.learnPrefill(300, 0.3);
    QVERIFY(speed.known());

    PictureSpeed noisy;
    int within = 0;
    unsigned state = 7;
    for (int i = 0; i < 60; ++i) {
        state = state * 1664525U + 1013904223U;
        const double tokens = 100 + (state >> 16U) % 4000;
        state = state * 1664525U + 1013904223U;
        const double scatter = 0.85 + 0.3 * static_cast<double>(state >> 16U) / 65536;
        const double seconds = (0.003 * tokens + 2e-6 * tokens * tokens) * scatter;
        if (i >= 10) within += std::abs(noisy.encodeSeconds(tokens) / seconds - 1) <= 0.3;
        noisy.learnEncoding({tokens, tokens * tokens, seconds});
    }
    QVERIFY2(within >= 45, qPrintable(QString::number(within)));
}

void PictureDetailTest::nonsenseIsNotLearned() {
    PictureSpeed speed;
    for (const EncodeSample& sample : {EncodeSample{0, 0, 1},
                                       {-5, 25, 1},
                                       {10, 100, 0},
                                       {10, 100, std::nan("")},
                                       {10, 1e9, 1},
                                       {std::nan(""), 100, 1},
                                       {10, 100, 1e300}})
        speed.learnEncoding(sample);
    speed.learnPrefill(0, 1);
    speed.learnPrefill(10, std::nan(""));
    speed.learnText(0, 10);
    speed.learnText(10, 0);
    speed.learnText(1, 1000);
    QCOMPARE(speed, PictureSpeed());
    for (int i = 0; i < 100; ++i)
        speed.learnEncoding({100.0 + i, (100.0 + i) * (100.0 + i), 1});
    QCOMPARE(speed.samples().size(), PictureSpeed::most_samples);
    QCOMPARE(speed.samples().back().tokens, 199.0);
    QCOMPARE(PictureSpeed(speed.samples(), speed.prefillPerToken()), speed);
}

void PictureDetailTest::automaticTakesTheMostWithinFiveSeconds_data() {
    QTest::addColumn<double>("linear");
    QTest::addColumn<double>("quadratic");
    QTest::newRow("linear") << 0.01 << 0.0;
    QTest::newRow("attention") << 0.004 << 8e-6;
}

void PictureDetailTest::automaticTakesTheMostWithinFiveSeconds() {
    QFETCH(const double, linear);
    QFETCH(const double, quadratic);
    const PictureSpeed speed = machine(linear, quadratic, 0.003);
    DetailQuestion question = screenshot(speed, PictureText());
    question.width = 6000;
    question.height = 4000;
    const DetailAnswer answer = chooseDetail(question, qwen());
    QCOMPARE(answer.chosen, Detail::automatic);
    QVERIFY(!answer.with_text);
    const double tokens = estimatedTokens(answer.budget, qwen(), question.width, question.height);
    const double seconds = linear * tokens + quadratic * tokens * tokens + 0.003 * tokens;
    QVERIFY2(seconds <= 5.1 && seconds > 4.5, qPrintable(QString::number(seconds)));
}

void PictureDetailTest::fastMachinesSeeEverything() {
    const DetailAnswer measured = chooseDetail(screenshot(machine(1e-4, 0, 1e-5)), qwen());
    QVERIFY(!measured.wants_text);
    QVERIFY(measured.budget.max_pixels >= 1920 * 1080);
    // Before anything was measured: a screen as it is, larger pictures smaller.
    QCOMPARE(chooseDetail(screenshot({}), qwen()).budget.max_pixels, std::int64_t{2048 * 1024});
    // And never more than the model's own limit.
    ModelFacts small = qwen();
    small.pixel_budget.max_pixels = 500'000;
    QCOMPARE(chooseDetail(screenshot(machine(1e-6, 0, 1e-6)), small).budget.max_pixels,
             std::int64_t{500'000});
}

// 0.7 megapixels within five seconds: a scale of 0.58 of a screenshot.
void PictureDetailTest::smallTextAsksForMore() {
    const PictureSpeed slow = machine(0.006, 0, 0.0013);
    const DetailAnswer unread = chooseDetail(screenshot(slow), qwen());
    QCOMPARE(unread.chosen, Detail::automatic);
    QVERIFY(unread.wants_text);
    const double scale = std::sqrt(static_cast<double>(unread.budget.max_pixels) / (1920 * 1080));
    QVERIFY(scale > 0.5 && scale < 0.65);
    // Just large enough, and just too small.
    const PictureText large{214, 700, 10 / scale + 0.1};
    const PictureText small{214, 700, 10 / scale - 0.1};
    const DetailAnswer kept = chooseDetail(screenshot(slow, large), qwen());
    QCOMPARE(kept.chosen, Detail::automatic);
    QVERIFY(!kept.with_text);
    QVERIFY(!kept.wants_text);
    QCOMPARE(kept.budget.max_pixels, unread.budget.max_pixels);
    QCOMPARE(chooseDetail(screenshot(slow, small), qwen()).chosen, Detail::assist);
    // The demo model was never shown a text beside its picture.
    ModelFacts demo = qwen();
    demo.parameters = 6'700'000;
    QCOMPARE(chooseDetail(screenshot(slow, small), demo).chosen, Detail::automatic);
    QVERIFY(!chooseDetail(screenshot(slow), demo).wants_text);
    // Without text there is nothing to lose.
    QCOMPARE(chooseDetail(screenshot(slow, PictureText()), qwen()).chosen, Detail::automatic);
}

void PictureDetailTest::textThatCannotBeKeptIsReadInstead() {
    const PictureSpeed slow = machine(0.02, 1e-5, 0.004);
    const PictureText text{214, 700, 14};
    const DetailAnswer answer = chooseDetail(screenshot(slow, text), qwen());
    QCOMPARE(answer.chosen, Detail::assist);
    QVERIFY(answer.with_text);
    QVERIFY(answer.budget.max_pixels <= 512 * 512);
    QVERIFY(answer.budget.max_pixels >= 256 * 256);
    const double tokens = estimatedTokens(answer.budget, qwen(), 1920, 1080);
    QVERIFY(slow.pictureSeconds(tokens) + slow.prefillSeconds(700) <= 5.1);
    // Text that is small already needs every pixel, and there are not enough seconds for them.
    QCOMPARE(chooseDetail(screenshot(slow, PictureText{10, 50, 6}), qwen()).chosen, Detail::assist);
}

void PictureDetailTest::textThatDoesNotFitIsNotSent() {
    DetailQuestion question = screenshot(machine(0.02, 1e-5, 0.004), PictureText{9000, 20'000, 14});
    question.most_text_tokens = 4000;
    const DetailAnswer answer = chooseDetail(question, qwen());
    QCOMPARE(answer.chosen, Detail::automatic);
    QVERIFY(!answer.with_text);
}

void PictureDetailTest::theOthersAreWhatTheySay() {
    DetailQuestion question = screenshot({});
    question.wanted = Detail::low;
    QCOMPARE(chooseDetail(question, qwen()).budget.max_pixels, std::int64_t{512 * 512});
    question.wanted = Detail::high;
    QCOMPARE(chooseDetail(question, qwen()).budget.max_pixels, std::int64_t{0});
    question.wanted = Detail::exact;
    question.width = 100;
    question.height = 33;
    const DetailAnswer exact = chooseDetail(question, qwen());
    QCOMPARE(exact.budget.min_pixels, std::int64_t{32 * 32});
    QCOMPARE(exact.budget.max_pixels, std::int64_t{128 * 64});
    question.wanted = Detail::assist;
    QVERIFY(chooseDetail(question, qwen()).wants_text);
    question.text = PictureText{1, 10, 20};
    QVERIFY(!chooseDetail(question, qwen()).wants_text);
    QVERIFY(chooseDetail(question, qwen()).with_text);
}

void PictureDetailTest::namesAreKept() {
    for (const Detail detail :
         {Detail::low, Detail::automatic, Detail::high, Detail::exact, Detail::assist}) {
        QVERIFY(!detailId(detail).isEmpty());
        QVERIFY(detailFrom(detailId(detail)) == detail);
    }
    QVERIFY(!detailFrom("everything"));
}

void PictureDetailTest::smallestTextIsWhatMatters() {
    // A speck of two letters decides nothing, a line of small print does.
    const std::string body(300, 'x');
    const PictureText specks = pictureText(page({line(body, 0, 0, 30), line("ab", 0, 50, 4)}));
    QCOMPARE(specks.line_height, 30.0);
    QCOMPARE(specks.words, 2);
    QVERIFY(specks.tokens > 50);
    const PictureText print =
        pictureText(page({line(body, 0, 0, 30), line("terms and conditions apply", 0, 50, 12)}));
    QCOMPARE(print.line_height, 12.0);
    QCOMPARE(pictureText(Page()).line_height, 0.0);
    QCOMPARE(pictureText(Page()).tokens, 0);
}

void PictureDetailTest::assistTextSaysWhereEachLineBegins() {
    const QString text =
        assistText(page({line("INVOICE", 192, 108, 30), line("Total <|im_end|>", 1900, 1070, 30)}));
    QVERIFY2(text.contains("\n(100,100) INVOICE\n(990,990) Total <|im_end|>\n"), qPrintable(text));
    QVERIFY(assistText(Page()).isEmpty());
}

void PictureDetailTest::assistTextIsBounded() {
    std::vector<Line> lines;
    for (int i = 0; i < 5000; ++i)
        lines.push_back(line("a line of text number " + std::to_string(i), 0, i, 10));
    const QString text = assistText(page(lines));
    QVERIFY(text.size() < longest_assist_text + 100);
    QVERIFY(text.contains("number 0\n"));
    QVERIFY2(text.contains(" more lines were left out"), qPrintable(text.right(100)));
}

// Behind its picture, in its message, and with the budget that was fixed when it was sent.
void PictureDetailTest::readTextIsPlainTextOfThePrompt() {
    auto attachment = std::make_shared<Attachment>();
    attachment->picture = std::make_shared<const Picture>(Picture{1, 1, {0, 0, 0}});
    Conversation conversation;
    ChatMessage question;
    question.parts.push_back({{}, attachment, {{0, 262'144}, "assist", "(1,2) <|im_end|> Total"}});
    question.parts.push_back({{}, attachment});
    question.parts.push_back({"What is it?", nullptr});
    conversation.messages.push_back(question);
    const Prompt prompt = buildPrompt(conversation, {0, 99});
    const std::vector<Part>& parts = prompt.messages.at(0).parts;
    QCOMPARE(parts.size(), std::size_t{4});
    QCOMPARE(std::get<ImagePart>(parts[0]).budget.max_pixels, std::int64_t{262'144});
    QCOMPARE(std::get<TextPart>(parts[1]).text, std::string("(1,2) <|im_end|> Total\n"));
    QCOMPARE(std::get<ImagePart>(parts[2]).budget.max_pixels, std::int64_t{99});
    QCOMPARE(std::get<TextPart>(parts[3]).text, std::string("What is it?"));
}

void PictureDetailTest::previewsAreMeans() {
    // 40 x 20 with a black left half: a fifth of it has still one.
    Picture picture{40, 20, std::vector<std::uint8_t>(40 * 20 * 3, 200)};
    for (int y = 0; y < 20; ++y) {
        for (int x = 0; x < 60; ++x)
            picture.rgb[static_cast<std::size_t>(y * 120 + x)] = 0;
    }
    const QImage same = previewOf(picture, 40);
    QCOMPARE(same.size(), QSize(40, 20));
    QCOMPARE(same.pixel(19, 10), qRgb(0, 0, 0));
    QCOMPARE(same.pixel(20, 10), qRgb(200, 200, 200));
    const QImage small = previewOf(picture, 8);
    QCOMPARE(small.size(), QSize(8, 4));
    QCOMPARE(small.pixel(0, 0), qRgb(0, 0, 0));
    QCOMPARE(small.pixel(7, 3), qRgb(200, 200, 200));
    // Alternating pixels become their mean, not one of them.
    Picture stripes{1024, 2, {}};
    for (int i = 0; i < 2048; ++i)
        stripes.rgb.insert(stripes.rgb.end(), 3, static_cast<std::uint8_t>(i % 2 ? 100 : 0));
    const QImage gray = previewOf(stripes, 16);
    QCOMPARE(gray.size(), QSize(16, 1));
    QCOMPARE(gray.pixel(8, 0), qRgb(50, 50, 50));
    QCOMPARE(previewOf(Picture{20'000, 1, std::vector<std::uint8_t>(60'000)}, 100).size(), QSize(100, 1));
}

void PictureDetailTest::previewsStop() {
    const Picture picture{400, 400, std::vector<std::uint8_t>(480'000)};
    std::stop_source stop;
    QVERIFY(!previewOf(picture, 50, stop.get_token()).isNull());
    stop.request_stop();
    QVERIFY(previewOf(picture, 50, stop.get_token()).isNull());
}

QTEST_GUILESS_MAIN(PictureDetailTest)
#include "picture_detail_test.moc"
