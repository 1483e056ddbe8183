// What an engine keeps in its cache folder, on a tiny model in float32: after a restart the same answers,
// with nothing encoded or prefilled twice; never anything of another picture, model or precision; and nothing
// at all of what is not to be kept.
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <thread>

#include "inference/files/cache_place.h"
#include "inference/networks/qwen_engine.h"
#include "tests/inference/networks/questions.h"
#include "tests/tiny_model/tiny_model.h"

using namespace sightline;
using questions::askAbout;
using questions::picture;
namespace fs = std::filesystem;

namespace {

// The same picture where no KV page can be reused.
Prompt elsewhere(std::shared_ptr<const Picture> image, const std::string& text) {
    Prompt prompt = askAbout(std::move(image), text);
    prompt.messages.insert(prompt.messages.begin(), {Role::system, {TextPart{"Be brief, " + text}}, {}});
    return prompt;
}

Prompt longText(const std::string& question, const std::string& beginning = "A") {
    std::string text = beginning + "\n";
    for (int i = 0; i < 260; ++i)
        text += "line " + std::to_string(i) + "\n";
    Prompt prompt;
    prompt.messages = {{Role::user, {TextPart{text + question}}, {}}};
    return prompt;
}

GenerationOptions greedy(int tokens = 12) {
    GenerationOptions options;
    options.temperature = 0;
    options.max_tokens = tokens;
    options.ignore_end_of_turn = true;
    options.stop_on_repetition = false;
    return options;
}

struct Answer {
    std::vector<TokenId> ids;
    std::string text;
    int prompt_tokens = 0;
    int encode_steps = 0;
    SequenceStatistics statistics;
};

Answer finish(Engine& engine, SequenceId id) {
    Answer answer;
    const StepRequest request{id, {}};
    for (;;) {
        const StepResult step = engine.step({&request, 1}, {}).front();
        answer.text += step.text;
        if (step.phase == Phase::encode) ++answer.encode_steps;
        if (step.stop) break;
    }
    answer.ids = engine.replyTokens(id);
    answer.statistics = engine.statistics(id);
    answer.prompt_tokens = answer.statistics.prompt_tokens;
    return answer;
}

Answer ask(QwenEngine& engine, const Prompt& prompt, const GenerationOptions& options = greedy()) {
    const SequenceId id = engine.open(prompt, options);
    Answer answer = finish(engine, id);
    engine.close(id);
    engine.finishWriting();
    return answer;
}

Prompt nextTurn(Prompt prompt, const Answer& answer, const std::string& text) {
    prompt.messages.push_back({Role::assistant, {TextPart{answer.text}}, {}});
    prompt.messages.push_back({Role::user, {TextPart{text}}, {}});
    return prompt;
}

std::vector<fs::path> filesUnder(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::recursive_directory_iterator each(folder, error), end; each != end; ++each)
        if (each->is_regular_file()) paths.push_back(each->path());
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::vector<fs::path> filesOf(const fs::path& folder, char kind) {
    auto paths = filesUnder(folder);
    std::erase_if(paths, [&](const fs::path& path) { return path.filename().string().front() != kind; });
    return paths;
}

void changeFile(const fs::path& path, const std::function<void(std::string&)>& change) {
    std::ifstream in(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    in.close();
    change(bytes);
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

class DiskCacheTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase();
    void init() {
        directory_ = std::make_unique<QTemporaryDir>();
        cache_ = directory_->path().toStdString() + "/cache";
    }
    void secondTurnAfterARestart();
    void anotherConversationAfterARestart();
    void changedPixelIsAnotherPicture();
    void goneFromMemoryIsOnTheDisk();
    void conversationGrowsByWhatIsNew();
    void longTextIsKeptAndShortIsNot();
    void damagedFilesAreComputedAgain();
    void anotherModelOfTheSameName();
    void anotherPrecision();
    void lastUsedStaysWithinTheBudget();
    void notKeptLeavesNothing();
    void keptAfterAllIsKept();
    void erasedWhileAsked();
    void twoEnginesOnOneFolder();
    void stopAndForkWhileReading();
    void noFolderNoDifference();

  private:
    EngineOptions onDisk() const {
        EngineOptions options;
        options.precision = Precision::float32;
        options.device = DeviceChoice::cpu;
        options.threads = 1;
        options.cache_folder = cache_;
        return options;
    }
    std::unique_ptr<QwenEngine> open(const EngineOptions& options) const {
        return std::make_unique<QwenEngine>(folder_, options, nullptr, std::stop_token());
    }
    std::unique_ptr<QwenEngine> open() const { return open(onDisk()); }
    // What the model says when it remembers nothing.
    Answer expected(const Prompt& prompt) const {
        EngineOptions options = onDisk();
        options.cache_folder.clear();
        return ask(*open(options), prompt);
    }

    QTemporaryDir model_directory_;
    std::unique_ptr<QTemporaryDir> directory_;
    fs::path folder_;
    fs::path cache_;
};

void DiskCacheTest::initTestCase() {
    folder_ = test::writeTinyModel(model_directory_.path().toStdString() + "/model", {});
}

void DiskCacheTest::secondTurnAfterARestart() {
    const Prompt first = askAbout(picture(180, 130, 1), "What is the total?");
    const Answer before = ask(*open(), first);
    QVERIFY(before.encode_steps > 0);
    QCOMPARE(before.statistics.reused_tokens, 0);
    const Prompt second = nextTurn(first, before, "And the tax?");
    const Answer after = ask(*open(), second);
    QCOMPARE(after.ids, expected(second).ids);
    QCOMPARE(after.encode_steps, 0);
    QCOMPARE(after.statistics.encode_seconds, 0.0);
    QCOMPARE(after.statistics.pictures_from_cache, 1);
    // As a text turn: the whole first turn is there, but for the last token, which nobody computed.
    QVERIFY(after.statistics.picture_tokens > 15);
    QVERIFY2(after.statistics.reused_tokens >= before.prompt_tokens,
             qPrintable(QString("%1 of %2").arg(after.statistics.reused_tokens).arg(before.prompt_tokens)));
    QVERIFY(after.statistics.prompt_tokens > after.statistics.reused_tokens);
    // In one run from memory: the same.
    EngineOptions memory = onDisk();
    memory.cache_folder.clear();
    const auto engine = open(memory);
    ask(*engine, first);
    const Answer in_memory = ask(*engine, second);
    QCOMPARE(in_memory.statistics.reused_tokens, after.statistics.reused_tokens);
    QCOMPARE(in_memory.statistics.pictures_from_cache, 1);
}

void DiskCacheTest::anotherConversationAfterARestart() {
    ask(*open(), askAbout(picture(120, 60, 2), "First question?"));
    // A renamed copy is the same pixels in another place.
    const Prompt prompt = elsewhere(std::make_shared<Picture>(*picture(120, 60, 2)), "Second?");
    const Answer answer = ask(*open(), prompt);
    QCOMPARE(answer.ids, expected(prompt).ids);
    QCOMPARE(answer.statistics.pictures_from_cache, 1);
    QVERIFY(answer.encode_steps <= 1);  // the one that reads it
    QVERIFY(answer.statistics.reused_tokens < answer.statistics.picture_tokens);
}

void DiskCacheTest::changedPixelIsAnotherPicture() {
    ask(*open(), askAbout(picture(128, 64, 3), "Same?"));
    auto changed = picture(128, 64, 3);
    changed->rgb[3 * (128 * 31 + 40) + 1] ^= 1U;
    const Prompt prompt = askAbout(changed, "Same?");
    const auto engine = open();
    const Answer answer = ask(*engine, prompt);
    QCOMPARE(answer.ids, expected(prompt).ids);
    QCOMPARE(answer.statistics.pictures_from_cache, 0);
    QVERIFY(answer.encode_steps > 2);
    QVERIFY(answer.statistics.reused_tokens < 8);  // what stands before the picture
    QCOMPARE(filesOf(cache_, 'v').size(), std::size_t{2});
}

void DiskCacheTest::goneFromMemoryIsOnTheDisk() {
    EngineOptions options = onDisk();
    options.vision_cache_bytes = options.kept_kv_cache_bytes = 1;
    const auto engine = open(options);
    const Prompt first = askAbout(picture(120, 90, 4), "What?");
    const Answer before = ask(*engine, first);
    QCOMPARE(engine->memory().kept_kv_cache_bytes + engine->memory().vision_cache_bytes, std::size_t{0});
    const Answer again = ask(*engine, first);
    QCOMPARE(again.ids, before.ids);
    QCOMPARE(again.statistics.pictures_from_cache, 1);
    QCOMPARE(again.statistics.reused_tokens, again.prompt_tokens - 1);
    const Answer other = ask(*engine, elsewhere(picture(120, 90, 4), "Which?"));
    QCOMPARE(other.statistics.pictures_from_cache, 1);
    QVERIFY(other.encode_steps <= 1);
}

void DiskCacheTest::conversationGrowsByWhatIsNew() {
    Prompt prompt = askAbout(picture(200, 120, 5), "Begin");
    Answer answer;
    std::size_t files = 0;
    for (int turn = 0; turn < 9; ++turn) {
        if (turn > 0) prompt = nextTurn(prompt, answer, "Question " + std::to_string(turn));
        const int known = answer.prompt_tokens;
        answer = ask(*open(), prompt);  // a start of the program for every turn
        QCOMPARE(answer.ids, expected(prompt).ids);
        QVERIFY(answer.statistics.reused_tokens > known - 8);  // so few are not looked for in a page
        const std::size_t pages = filesOf(cache_, 'k').size();
        // A turn adds one page, or two where it ends in another one; what a page at the end of a turn says is
        // said by a later one, unless the reply's text is cut into other tokens when it is read again.
        QVERIFY2(pages <= files + 2, qPrintable(QString("%1 pages").arg(pages)));
        files = pages;
    }
    QVERIFY(files >= 4);
    QCOMPARE(filesOf(cache_, 'v').size(), std::size_t{1});
    // Another way on from the middle: shares what is the same.
    prompt.messages.resize(3);
    prompt.messages.back() = {Role::user, {TextPart{"Quite another question about all of it"}}, {}};
    const Answer branch = ask(*open(), prompt);
    QCOMPARE(branch.ids, expected(prompt).ids);
    QVERIFY(branch.statistics.reused_tokens > branch.statistics.picture_tokens);
}

void DiskCacheTest::longTextIsKeptAndShortIsNot() {
    Prompt brief;
    brief.messages = {{Role::user, {TextPart{"What is it?"}}, {}}};
    ask(*open(), brief);
    QVERIFY(filesUnder(cache_).empty());
    const Answer before = ask(*open(), longText("How many?"));
    QVERIFY(before.prompt_tokens > 600);
    const Prompt other = longText("Which is the last?");
    const Answer after = ask(*open(), other);
    QCOMPARE(after.ids, expected(other).ids);
    QVERIFY(after.statistics.reused_tokens > before.prompt_tokens - 30);
    QCOMPARE(after.statistics.pictures_from_cache, 0);
    // One letter at the beginning is another text in all positions behind it.
    const Prompt changed = longText("How many?", "B");
    const Answer answer = ask(*open(), changed);
    QCOMPARE(answer.ids, expected(changed).ids);
    QCOMPARE(answer.prompt_tokens, before.prompt_tokens);
    QVERIFY(answer.statistics.reused_tokens < 16);
}

void DiskCacheTest::damagedFilesAreComputedAgain() {
    const Prompt first = askAbout(picture(220, 100, 6),
                                  "What is the total, and what is the tax, and who has to pay all of it, in "
                                  "which currency, and until which day of which month?");
    const Answer before = ask(*open(), first);
    const Prompt second = nextTurn(first, before, "And the tax?");
    const auto right = expected(second).ids;
    const auto files = filesUnder(cache_);
    QVERIFY(files.size() >= 3);  // features and at least two pages
    const std::vector<std::function<void(std::string&)>> damages = {
        [](std::string& bytes) { bytes[bytes.size() / 2] ^= 4; },
        [](std::string& bytes) { bytes.resize(bytes.size() / 2); },
        [](std::string& bytes) { bytes.clear(); },
        [](std::string& bytes) { bytes[8] = 99; },  // of another version
        [](std::string& bytes) { bytes[70] ^= 1; },
        [](std::string& bytes) { std::fill(bytes.end() - 4096, bytes.end(), '\0'); },
    };
    for (const auto& damage : damages) {
        for (std::size_t which = 0; which <= files.size(); ++which) {
            // One of them, or all.
            for (std::size_t i = 0; i < files.size(); ++i)
                if ((which == i || which == files.size()) && fs::exists(files[i]))
                    changeFile(files[i], damage);
            const auto engine = open();
            QCOMPARE(ask(*engine, second).ids, right);
            QCOMPARE(ask(*open(), elsewhere(picture(220, 100, 6), "x")).ids,
                     expected(elsewhere(picture(220, 100, 6), "x")).ids);
            ask(*open(), first);
            // What was damaged is whole again, or gone.
            const Answer after = ask(*open(), second);
            QCOMPARE(after.ids, right);
            QVERIFY(after.statistics.reused_tokens >= before.prompt_tokens);
        }
    }
}

void DiskCacheTest::anotherModelOfTheSameName() {
    const fs::path shared = directory_->path().toStdString() + "/models/same";
    const auto answerOf = [&](std::uint64_t seed, bool with_cache) {
        test::TinyModelOptions options;
        options.seed = seed;
        test::writeTinyModel(shared, options);
        // The time of the file says nothing either.
        fs::last_write_time(shared / "model.safetensors", fs::file_time_type(std::chrono::hours(1)));
        EngineOptions engine = onDisk();
        if (!with_cache) engine.cache_folder.clear();
        QwenEngine opened(shared, engine, nullptr, std::stop_token());
        return ask(opened, askAbout(picture(128, 64, 7), "What?"));
    };
    const Answer first = answerOf(1, true);
    const Answer other = answerOf(2, true);
    QCOMPARE(other.statistics.reused_tokens, 0);
    QCOMPARE(other.statistics.pictures_from_cache, 0);
    QCOMPARE(other.ids, answerOf(2, false).ids);
    QVERIFY(other.ids != first.ids);
    const Answer again = answerOf(1, true);
    QCOMPARE(again.ids, first.ids);
    QCOMPARE(again.statistics.pictures_from_cache, 1);
    // The same numbers in a file of another time: somebody wrote it.
    test::writeTinyModel(shared, {});
    QwenEngine written(shared, onDisk(), nullptr, std::stop_token());
    QCOMPARE(ask(written, askAbout(picture(128, 64, 7), "What?")).statistics.pictures_from_cache, 0);
}

void DiskCacheTest::anotherPrecision() {
    const Prompt prompt = askAbout(picture(128, 64, 8), "What?");
    ask(*open(), prompt);
    EngineOptions options = onDisk();
    options.precision = Precision::bfloat16;
    const Answer first = ask(*open(options), prompt);
    QCOMPARE(first.statistics.reused_tokens, 0);
    QCOMPARE(first.statistics.pictures_from_cache, 0);
    const Answer again = ask(*open(options), prompt);
    QCOMPARE(again.statistics.pictures_from_cache, 1);
    QCOMPARE(again.statistics.reused_tokens, again.prompt_tokens - 1);
}

void DiskCacheTest::lastUsedStaysWithinTheBudget() {
    EngineOptions options = onDisk();
    options.disk_cache_bytes = std::uint64_t{6} << 20;
    constexpr int pictures = 12;
    for (int look = 0; look < pictures; ++look)
        ask(*open(options), askAbout(picture(150, 100, 20 + look), "What?"));
    std::uint64_t bytes = 0;
    for (const auto& path : filesUnder(cache_))
        bytes += fs::file_size(path);
    QVERIFY(bytes > 0);
    QVERIFY(bytes <= options.disk_cache_bytes);
    int found = 0;
    for (int look = pictures - 1; look >= 0; --look) {
        EngineOptions reading = options;
        const Answer answer = ask(*open(reading), askAbout(picture(150, 100, 20 + look), "What?"));
        if (look == pictures - 1) QCOMPARE(answer.statistics.reused_tokens, answer.prompt_tokens - 1);
        found += answer.statistics.pictures_from_cache;
        if (look == pictures - 4) break;
    }
    QVERIFY(found >= 3);
}

void DiskCacheTest::notKeptLeavesNothing() {
    Prompt secret = askAbout(picture(160, 90, 9), "Not to be kept");
    secret.keep_on_disk = false;
    {
        const auto engine = open();
        ask(*engine, secret);
        ask(*engine, nextTurn(secret, ask(*engine, secret), "More"));
        Prompt text = longText("Which?");
        text.keep_on_disk = false;
        const SequenceId id = engine->open(text, greedy());
        finish(*engine, id);
        engine->close(engine->fork(id, 3));
        engine->close(id);
        QCOMPARE(ask(*engine, secret).statistics.pictures_from_cache, 1);  // in memory it is
    }
    QVERIFY(filesUnder(cache_).empty());
    // Nor does the time of a file tell that it was looked at again.
    Prompt kept = askAbout(picture(160, 90, 10), "Kept");
    ask(*open(), kept);
    const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(5);
    for (const auto& path : filesUnder(cache_))
        fs::last_write_time(path, long_ago);
    kept.keep_on_disk = false;
    const std::size_t before = filesUnder(cache_).size();
    QCOMPARE(ask(*open(), kept).statistics.pictures_from_cache, 1);
    Prompt other = elsewhere(picture(160, 90, 10), "Not kept");
    other.keep_on_disk = false;
    QCOMPARE(ask(*open(), other).statistics.pictures_from_cache, 1);
    QCOMPARE(filesUnder(cache_).size(), before);
    for (const auto& path : filesUnder(cache_))
        QVERIFY(fs::last_write_time(path) == long_ago);
    ask(*open(), askAbout(picture(160, 90, 10), "Kept"));
    for (const auto& path : filesOf(cache_, 'k'))
        QVERIFY(fs::last_write_time(path) > long_ago);
}

void DiskCacheTest::keptAfterAllIsKept() {
    Prompt prompt = askAbout(picture(160, 90, 11), "Look at it");
    prompt.keep_on_disk = false;  // as the ask panel looks at a picture before the question is there
    {
        const auto engine = open();
        ask(*engine, prompt, greedy(1));
        QVERIFY(filesUnder(cache_).empty());
        ask(*engine, askAbout(picture(160, 90, 11), "Look at it"));
    }
    QCOMPARE(filesOf(cache_, 'v').size(), std::size_t{1});
    QVERIFY(!filesOf(cache_, 'k').empty());
}

void DiskCacheTest::erasedWhileAsked() {
    const auto engine = open();
    const SequenceId id = engine->open(askAbout(picture(160, 90, 12), "Erased"), greedy());
    const StepRequest request{id, {}};
    for (int i = 0; i < 2; ++i)
        engine->step({&request, 1}, {});
    QVERIFY(eraseCacheFolder(cache_));
    finish(*engine, id);
    engine->close(id);
    engine->finishWriting();
    QVERIFY(filesUnder(cache_).empty());
    // What is asked afterwards is kept.
    ask(*engine, askAbout(picture(160, 90, 13), "Kept"));
    QVERIFY(filesUnder(cache_).size() >= 2);
}

void DiskCacheTest::twoEnginesOnOneFolder() {
    std::map<int, std::vector<TokenId>> right;
    for (int look = 0; look < 6; ++look)
        right[look] = expected(askAbout(picture(150, 100, 30 + look), "What?")).ids;
    std::atomic<int> wrong = 0;
    std::atomic<int> found = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t)
        threads.emplace_back([&, t] {
            EngineOptions options = onDisk();
            options.vision_cache_bytes = options.kept_kv_cache_bytes = 0;
            options.disk_cache_bytes = std::uint64_t{4} << 20;  // not for all of them
            const auto engine = open(options);
            for (int i = 0; i < 30; ++i) {
                const int look = (i * (t + 1)) % 6;
                const Answer answer = ask(*engine, askAbout(picture(150, 100, 30 + look), "What?"));
                if (answer.ids != right[look]) ++wrong;
                found += answer.statistics.pictures_from_cache;
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    QCOMPARE(wrong.load(), 0);
    QVERIFY(found > 10);
}

void DiskCacheTest::stopAndForkWhileReading() {
    const Prompt first = askAbout(picture(220, 100, 14), "What is the total?");
    const Answer before = ask(*open(), first);
    const Prompt second = nextTurn(first, before, "And the tax?");
    const auto right = expected(second).ids;
    const auto engine = open();
    const SequenceId id = engine->open(second, greedy());
    const StepRequest request{id, {}};
    std::stop_source stopped;
    stopped.request_stop();
    bool cancelled = false;
    try {
        engine->step({&request, 1}, stopped.get_token());
    } catch (const Error& error) {
        cancelled = error.kind() == ErrorKind::cancelled;
    }
    QVERIFY(cancelled);
    engine->step({&request, 1}, {});
    const SequenceId fork = engine->fork(id, 1);
    const SequenceId closed = engine->fork(id, 2);
    engine->close(closed);  // half read
    QCOMPARE(finish(*engine, fork).ids, right);
    QCOMPARE(finish(*engine, id).ids, right);
    QVERIFY(engine->statistics(id).reused_tokens >= before.prompt_tokens);
    QVERIFY(engine->statistics(fork).reused_tokens >= before.prompt_tokens);
    QCOMPARE(engine->statistics(id).pictures_from_cache, 1);
    engine->close(id);
    engine->close(fork);
    // Nor does a stop lose the features that were just being read.
    const auto another = open();
    const SequenceId other = another->open(elsewhere(picture(220, 100, 14), "x"), greedy());
    const StepRequest request_of_other{other, {}};
    try {
        another->step({&request_of_other, 1}, stopped.get_token());
    } catch (const Error& error) {
        QCOMPARE(error.kind(), ErrorKind::cancelled);
    }
    QCOMPARE(finish(*another, other).statistics.pictures_from_cache, 1);
}

void DiskCacheTest::noFolderNoDifference() {
    std::ofstream(cache_) << "a file where the folder should be";
    const Prompt prompt = askAbout(picture(120, 90, 15), "What?");
    const auto engine = open();
    const Answer answer = ask(*engine, prompt);
    QCOMPARE(answer.ids, expected(prompt).ids);
    QCOMPARE(ask(*engine, prompt).statistics.pictures_from_cache, 1);
    EngineOptions none = onDisk();
    none.cache_folder = directory_->path().toStdString() + "/none";
    none.disk_cache_bytes = 0;
    ask(*open(none), prompt);
    QVERIFY(!fs::exists(none.cache_folder));
}

QTEST_GUILESS_MAIN(DiskCacheTest)
#include "disk_cache_test.moc"
