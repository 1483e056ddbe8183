// prediction_bench [--model FOLDER] [--cases N] [--most-seconds S] [--screenshot] [--json]
//
// How well the window says beforehand what a picture will cost: for a spread of pictures, details and
// questions, the time that its chip shows against the time to the first token, with what the program has
// measured and learned by then, as in the window. Without --model: the demo model. No picture is asked about
// twice. --screenshot: instead of the spread, how much sooner a full screen is answered at automatic detail,
// with its text already read, than at its own.
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

#include "app/chat/prompt_builder.h"
#include "app/common/installation.h"
#include "app/models/machine_speed.h"
#include "app/models/model_worker.h"
#include "app/pictures/picture_prices.h"
#include "app/pictures/picture_texts.h"
#include "app/settings/settings.h"

using namespace sightline;

namespace {

struct Case {
    QSize size;
    Detail detail = Detail::automatic;
    int words = 8;  // of the question
};

struct Measured {
    Case asked;
    double predicted = 0;  // seconds to the first token
    double real = 0;
    int tokens = 0;  // of the picture, with the read text
    double error() const { return predicted / real - 1; }
};

// What people ask about: photos, screens, scans, strips, crops.
constexpr std::array<std::pair<int, int>, 11> sizes = {{{320, 240},
                                                        {480, 640},
                                                        {640, 480},
                                                        {800, 600},
                                                        {1024, 768},
                                                        {1280, 720},
                                                        {600, 1600},
                                                        {1600, 1200},
                                                        {1920, 1080},
                                                        {1240, 1754},
                                                        {2560, 1440}}};
constexpr std::array question_words = {4, 12, 40, 120};

class Bench {
  public:
    Bench(const QString& model, double most_seconds)
        : settings_(folder_.filePath(QStringLiteral("settings.ini"))),
          texts_(worker_),
          prices_(worker_, texts_),
          speed_(worker_, settings_),
          most_seconds_(most_seconds) {
        QObject::connect(&worker_, &ModelWorker::modelLoaded, &context_,
                         [this](const LoadedModel& loaded) { loaded_ = loaded; });
        QObject::connect(&worker_, &ModelWorker::loadFailed, &context_,
                         [this](const QString&, const Problem& problem) { problem_ = problem.sentence; });
        QObject::connect(&worker_, &ModelWorker::finished, &context_,
                         [this](quint64 ticket, const ReplyEnd& end) { ended_[ticket] = end; });
        QObject::connect(&speed_, &MachineSpeed::changed, &context_,
                         [this] { prices_.setSpeed(speed_.speed()); });
        worker_.openModel(model);
        worker_.start();
        until([this] { return loaded_.has_value() || !problem_.isEmpty(); });
        if (!loaded_) throw Error(ErrorKind::invalid_model, problem_.toStdString());
        prices_.setModel(loaded_->facts);
        speed_.setModel(QStringLiteral("measured"), loaded_->device_name);
        until([this] { return speed_.speed().known() && worker_.pending() == 0; });
    }

    // Nothing if it would take too long.
    std::optional<Measured> measure(const Case& asked) {
        const AttachmentRef attachment = noise(asked.size);
        // A page with a text of usual length, so that nothing has to be read here.
        texts_.keep(attachment->id, page(asked.size));
        const quint64 key = ++last_key_;
        const QString text = words(asked.words);
        prices_.setQuestion(text);
        prices_.add(key, attachment, asked.detail);
        until([&] {
            const PicturePrice* price = prices_.find(key);
            return price && price->chosen().cost && !price->reading;
        });
        ChatMessage question = startMessage(Role::user);
        question.parts.push_back({{}, attachment, prices_.sight(key)});
        question.parts.push_back({text, nullptr, {}});
        Measured measured{asked, prices_.find(key)->chosen().seconds, 0, prices_.find(key)->chosen().tokens};
        prices_.remove(key);
        if (measured.predicted > most_seconds_) return std::nullopt;
        Conversation conversation;
        conversation.messages.push_back(std::move(question));
        GenerationOptions options;
        options.temperature = 0;
        options.max_tokens = 2;
        options.ignore_end_of_turn = true;
        const auto ticket = worker_.submit(buildPrompt(conversation), options);
        if (!ticket) throw Error(ErrorKind::internal, "the question was not taken");
        until([&] { return ended_.count(*ticket) != 0; });
        const ReplyEnd end = ended_[*ticket];
        if (end.reason == StopReason::error)
            throw Error(ErrorKind::internal, end.problem.detail.toStdString());
        speed_.learn(end.statistics, 1);
        measured.real = end.first_token_seconds;
        return measured;
    }

    const ModelFacts& facts() const { return loaded_->facts; }

  private:
    static void until(const std::function<bool()>& condition) {
        while (!condition())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }

    AttachmentRef noise(const QSize& size) {
        auto picture = std::make_shared<Picture>(Picture{size.width(), size.height(), {}});
        picture->rgb.resize(std::size_t{3} * static_cast<std::size_t>(size.width()) *
                            static_cast<std::size_t>(size.height()));
        for (std::uint8_t& value : picture->rgb)
            value = static_cast<std::uint8_t>(random_.generate() >> 24);
        auto attachment = std::make_shared<Attachment>();
        attachment->id = QString::number(++last_picture_);
        attachment->size = size;
        attachment->picture = std::move(picture);
        return attachment;
    }

    std::shared_ptr<const Page> page(const QSize& size) {
        auto made = std::make_shared<Page>();
        made->width = size.width();
        made->height = size.height();
        Block block;
        constexpr int height = 18;
        for (int y = height; y + 2 * height < size.height() && block.lines.size() < 40; y += 2 * height) {
            Line line;
            line.text = words(8).toStdString();
            line.quad = quadOf({10, double(y), double(size.width() - 10), double(y + height)});
            Word word;
            word.text = line.text;
            word.quad = line.quad;
            line.words.push_back(word);
            block.lines.push_back(line);
        }
        made->blocks.push_back(block);
        return made;
    }

    QString words(int count) {
        static const QStringList some =
            QStringLiteral("what is the total amount of this invoice and who has to pay it before when")
                .split(' ');
        QString text;
        for (int i = 0; i < count; ++i)
            text += some[random_.bounded(static_cast<int>(some.size()))] + QLatin1Char(' ');
        return text.trimmed();
    }

    QTemporaryDir folder_;
    QObject context_;
    Settings settings_;
    ModelWorker worker_;
    PictureTexts texts_;
    PicturePrices prices_;
    MachineSpeed speed_;
    QRandomGenerator random_{1};
    std::optional<LoadedModel> loaded_;
    QString problem_;
    std::map<quint64, ReplyEnd> ended_;
    quint64 last_key_ = 0;
    int last_picture_ = 0;
    double most_seconds_;
};

std::vector<Case> spread(int count) {
    std::vector<Case> all;
    QRandomGenerator random(7);
    for (int i = 0; i < count; ++i) {
        const auto at = [&](std::size_t number) {
            return static_cast<std::size_t>(random.bounded(static_cast<int>(number)));
        };
        const auto [width, height] = sizes[at(sizes.size())];
        all.push_back({QSize(width, height), all_details[at(all_details.size())],
                       question_words[at(question_words.size())]});
    }
    return all;
}

void print(const Measured& measured) {
    std::printf("%5d x %-5d %-7s %4d words  %6d tokens  predicted %8.3f s  real %8.3f s  %+5.0f %%\n",
                measured.asked.size.width(), measured.asked.size.height(),
                qPrintable(detailId(measured.asked.detail)), measured.asked.words, measured.tokens,
                measured.predicted, measured.real, 100 * measured.error());
    std::fflush(stdout);
}

int runScreenshot(Bench& bench, bool json) {
    std::map<Detail, double> seconds;
    for (const Detail detail :
         {Detail::automatic, Detail::exact, Detail::automatic}) {  // the first one learns
        const Measured measured = bench.measure({QSize(1920, 1080), detail, 12}).value();
        seconds[detail] = measured.real;
        if (!json) print(measured);
    }
    const double ratio = seconds[Detail::exact] / seconds[Detail::automatic];
    if (json)
        std::printf("{\"automatic_seconds\":%.3f,\"exact_seconds\":%.3f,\"times\":%.2f}\n",
                    seconds[Detail::automatic], seconds[Detail::exact], ratio);
    else
        std::printf("a full screen is answered %.1f times as soon at automatic detail\n", ratio);
    return 0;
}

int run(Bench& bench, int count, bool json) {
    std::vector<Measured> all;
    for (const Case& asked : spread(count)) {
        const std::optional<Measured> measured = bench.measure(asked);
        if (!measured) continue;
        all.push_back(*measured);
        if (!json) print(*measured);
    }
    const auto within = std::count_if(all.begin(), all.end(),
                                      [](const Measured& one) { return std::abs(one.error()) <= 0.3; });
    std::vector<double> errors;
    for (const Measured& one : all)
        errors.push_back(std::abs(one.error()));
    std::sort(errors.begin(), errors.end());
    const double ninth = errors.empty() ? 0 : errors[std::min(errors.size() - 1, errors.size() * 9 / 10)];
    if (json) {
        const QJsonObject object{{QStringLiteral("cases"), static_cast<int>(all.size())},
                                 {QStringLiteral("within_30_percent"), static_cast<int>(within)},
                                 {QStringLiteral("error_of_nine_in_ten"), ninth}};
        std::printf("%s\n", QJsonDocument(object).toJson(QJsonDocument::Compact).constData());
    } else {
        std::printf("%zd of %zu predictions are within 30 %%; nine in ten are within %.0f %%\n", within,
                    all.size(), 100 * ninth);
    }
    return 10 * static_cast<std::size_t>(within) >= 9 * all.size() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Compares predicted and real times to the first token. Exit code 1 if fewer than nine in "
        "ten predictions are within 30 %."));
    parser.addHelpOption();
    parser.addOptions(
        {{QStringLiteral("model"), QStringLiteral("Its folder; default: the demo model."),
          QStringLiteral("FOLDER"), demoModelFolder()},
         {QStringLiteral("cases"), QStringLiteral("How many."), QStringLiteral("N"), QStringLiteral("60")},
         {QStringLiteral("most-seconds"), QStringLiteral("Leave longer ones out."), QStringLiteral("S"),
          QStringLiteral("1000")},
         {QStringLiteral("screenshot"), QStringLiteral("A full screen at automatic and at exact detail.")},
         {QStringLiteral("json"), QStringLiteral("One line of JSON.")}});
    parser.process(application);
    try {
        const bool json = parser.isSet(QStringLiteral("json"));
        const bool screenshot = parser.isSet(QStringLiteral("screenshot"));
        const double most_seconds =
            screenshot ? 1e9 : parser.value(QStringLiteral("most-seconds")).toDouble();
        Bench bench(parser.value(QStringLiteral("model")), most_seconds);
        return screenshot ? runScreenshot(bench, json)
                          : run(bench, parser.value(QStringLiteral("cases")).toInt(), json);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "prediction_bench: %s\n", error.what());
        return 2;
    }
}
