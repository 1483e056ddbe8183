// history_bench [--conversations N] [--messages N] [--folder DIR] [--json] [--fill-only]
//
// Fills a history with conversations and measures what a person waits for: the list, opening a conversation,
// search as one types, saving. Without --folder everything is in a temporary folder; with it a folder that is
// filled already is measured as it is.
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <vector>

#include "app/history/history_store.h"

using namespace sightline;

namespace {

constexpr int languages = 5;  // one conversation in so many is Chinese

struct Spread {
    double p50 = 0;
    double p99 = 0;
    double most = 0;
};

double millisecondsOf(const std::function<void()>& call) {
    QElapsedTimer timer;
    timer.start();
    call();
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

Spread spreadOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return values[std::min(values.size() - 1,
                               static_cast<std::size_t>(share * static_cast<double>(values.size())))];
    };
    return {at(0.5), at(0.99), values.back()};
}

// Words as they are spread in texts: a few everywhere, most of them rare.
class Words {
  public:
    explicit Words(quint32 seed) : random_(seed) {
        static const QString consonants = QStringLiteral("bcdfghklmnprstvw"),
                             vowels = QStringLiteral("aeiou");
        for (int i = 0; i < 20'000; ++i) {
            QString word;
            for (int syllable = 1 + random_.bounded(4); syllable > 0; --syllable) {
                word += consonants[random_.bounded(static_cast<int>(consonants.size()))];
                word += vowels[random_.bounded(static_cast<int>(vowels.size()))];
            }
            words_ << word;
        }
    }

    QString word() { return words_[rank(static_cast<int>(words_.size()))]; }
    QString character() { return QString(QChar(0x4E00 + rank(4000))); }

    QString text(bool chinese, int words) {
        QString text;
        for (int i = 0; i < words; ++i) {
            text += chinese ? character() : word();
            if (i % 12 == 11)
                text += chinese ? QStringLiteral("。") : QStringLiteral(". ");
            else if (!chinese)
                text += QLatin1Char(' ');
        }
        return text;
    }

    // A short text most often, a long one sometimes.
    int length() { return 5 + static_cast<int>(std::min(3000.0, 40.0 / (0.013 + random_.generateDouble()))); }

  private:
    // Zipf's law, nearly: rank r with a probability of about 1 / r.
    int rank(int count) {
        return std::min(count - 1, static_cast<int>(std::pow(count, random_.generateDouble())) - 1);
    }

    QRandomGenerator random_;
    QStringList words_;
};

void fill(HistoryStore& store, int conversations, int messages, Words& words) {
    const QDateTime start = QDateTime::currentDateTimeUtc().addDays(-400);
    for (int c = 0; c < conversations; ++c) {
        const bool chinese = c % languages == 0;
        ConversationTree tree = startTree();
        tree.head.created = start.addSecs(qint64{86400} * 400 * c / conversations);
        tree.head.title = words.text(chinese, 6);
        const int count = messages * (c + 1) / conversations - messages * c / conversations;
        for (int m = 0; m < count; ++m) {
            ChatMessage message = startMessage(m % 2 == 0 ? Role::user : Role::assistant);
            message.created = tree.head.created.addSecs(60 * m);
            message.parts.push_back({words.text(chinese, m % 2 == 0 ? 12 : words.length()), nullptr, {}});
            append(tree, std::move(message), tree.head.leaf);
        }
        tree.head.updated = tree.head.created.addSecs(60 * count);
        store.save(tree.head, tree.messages);
    }
}

// What stands in the field while somebody types: every beginning of a word, of two words, a character.
std::vector<QString> questions(Words& words) {
    std::vector<QString> asked;
    for (int i = 0; i < 40; ++i) {
        const QString word = words.word();
        for (int length = 1; length <= word.size(); ++length)
            asked.push_back(word.left(length));
        asked.push_back(word + QLatin1Char(' ') + words.word().left(2));
    }
    for (int i = 0; i < 60; ++i) {
        asked.push_back(words.character());
        asked.push_back(words.character() + words.character());
    }
    return asked;
}

void print(const QString& name, const Spread& spread, const char* detail) {
    std::printf("%-28s p50 %8.2f ms   p99 %8.2f ms   max %8.2f ms   %s\n", qPrintable(name), spread.p50,
                spread.p99, spread.most, detail);
}

QJsonObject toJson(const Spread& spread) {
    return {{QStringLiteral("p50_ms"), spread.p50},
            {QStringLiteral("p99_ms"), spread.p99},
            {QStringLiteral("max_ms"), spread.most}};
}

int measure(const QString& folder, int conversations, int messages, bool json) {
    Words words(1);
    double filled = 0;
    {
        HistoryStore store(folder);
        if (store.conversations().empty())
            filled = millisecondsOf([&] { fill(store, conversations, messages, words); });
    }
    std::unique_ptr<HistoryStore> store;
    const double opened = millisecondsOf([&] { store = std::make_unique<HistoryStore>(folder); });
    std::vector<ConversationSummary> list;
    const double first_list = millisecondsOf([&] { list = store->conversations(); });
    std::vector<double> listing, loading, searching, character_searching, saving, streaming;
    for (int i = 0; i < 20; ++i)
        listing.push_back(millisecondsOf([&] { list = store->conversations(); }));
    QRandomGenerator random(2);
    for (int i = 0; i < 200; ++i) {
        const QString id = list[static_cast<std::size_t>(random.bounded(static_cast<int>(list.size())))].id;
        loading.push_back(millisecondsOf([&] { store->load(id); }));
    }
    std::size_t hits = 0;
    for (const QString& question : questions(words)) {
        const double time = millisecondsOf([&] { hits += store->search(question).hits.size(); });
        searching.push_back(time);
        if (question.size() == 1 && question[0].unicode() >= 0x4E00) character_searching.push_back(time);
    }
    ConversationTree tree = startTree();
    store->save(tree.head);
    for (int i = 0; i < 50; ++i) {
        ChatMessage message = startMessage(Role::user);
        message.parts.push_back({words.text(false, 100), nullptr, {}});
        append(tree, std::move(message), tree.head.leaf);
        saving.push_back(millisecondsOf([&] { store->save(tree.head, {tree.messages.back()}); }));
    }
    ChatMessage reply = startMessage(Role::assistant);
    reply.parent = tree.head.leaf;
    reply.state = ReplyState::streaming;
    reply.parts.push_back({});
    for (int i = 0; i < 30; ++i) {
        reply.parts[0].text += words.text(false, 100);
        streaming.push_back(millisecondsOf([&] { store->saveMessage(tree.head.id, reply); }));
    }

    const qint64 bytes = QFileInfo(store->databasePath()).size();
    if (json) {
        const QJsonObject object{
            {QStringLiteral("conversations"), static_cast<int>(list.size())},
            {QStringLiteral("database_bytes"), bytes},
            {QStringLiteral("fill_ms"), filled},
            {QStringLiteral("open_ms"), opened},
            {QStringLiteral("first_list_ms"), first_list},
            {QStringLiteral("list"), toJson(spreadOf(listing))},
            {QStringLiteral("load"), toJson(spreadOf(loading))},
            {QStringLiteral("search"), toJson(spreadOf(searching))},
            {QStringLiteral("search_one_character"), toJson(spreadOf(character_searching))},
            {QStringLiteral("save_message"), toJson(spreadOf(saving))},
            {QStringLiteral("save_streaming"), toJson(spreadOf(streaming))}};
        std::printf("%s\n", QJsonDocument(object).toJson(QJsonDocument::Compact).constData());
        return 0;
    }
    std::printf("%zu conversations, database of %.0f MB, filled in %.0f s\n", list.size(),
                static_cast<double>(bytes) / 1e6, filled / 1000);
    std::printf("%-28s     %8.2f ms, and the first list %.2f ms\n", "open the database", opened, first_list);
    print(QStringLiteral("list of conversations"), spreadOf(listing), "");
    print(QStringLiteral("open a conversation"), spreadOf(loading), "");
    print(QStringLiteral("search"), spreadOf(searching),
          qPrintable(QStringLiteral("%1 questions, %2 hits").arg(searching.size()).arg(hits)));
    print(QStringLiteral("search, one character"), spreadOf(character_searching), "");
    print(QStringLiteral("save a message"), spreadOf(saving), "");
    print(QStringLiteral("save a streaming reply"), spreadOf(streaming), "");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Measures the history."));
    parser.addHelpOption();
    parser.addOptions(
        {{QStringLiteral("conversations"), QStringLiteral("How many."), QStringLiteral("N"),
          QStringLiteral("5000")},
         {QStringLiteral("messages"), QStringLiteral("How many in all."), QStringLiteral("N"),
          QStringLiteral("100000")},
         {QStringLiteral("folder"), QStringLiteral("Fill this one, or measure it if it is filled."),
          QStringLiteral("DIR")},
         {QStringLiteral("json"), QStringLiteral("One line of JSON.")},
         {QStringLiteral("fill-only"), QStringLiteral("Measure nothing.")}});
    parser.process(application);
    const int conversations = parser.value(QStringLiteral("conversations")).toInt();
    const int messages = parser.value(QStringLiteral("messages")).toInt();
    if (conversations < 1 || messages < conversations) {
        std::fprintf(stderr, "history_bench: at least one conversation, and as many messages\n");
        return 2;
    }
    const QTemporaryDir temporary;
    const QString folder =
        parser.isSet(QStringLiteral("folder")) ? parser.value(QStringLiteral("folder")) : temporary.path();
    try {
        if (parser.isSet(QStringLiteral("fill-only"))) {
            HistoryStore store(folder);
            Words words(1);
            fill(store, conversations, messages, words);
            return 0;
        }
        return measure(folder, conversations, messages, parser.isSet(QStringLiteral("json")));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "history_bench: %s\n", error.what());
        return 1;
    }
}
