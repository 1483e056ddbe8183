#include "app/shelf/conversation_shelf.h"

#include <QDir>
#include <QLocale>
#include <QPointer>
#include <algorithm>
#include <utility>

#include "app/common/trace.h"

namespace sightline {

namespace {

constexpr int hits_shown = 100;  // of titles, and of messages
constexpr int day_check_milliseconds = 60000;
constexpr qsizetype longest_title = 200;
constexpr qsizetype longest_quoted_title = 48;

QString quoted(const QString& title) {
    if (title.size() <= longest_quoted_title) return title;
    const qsizetype end = longest_quoted_title - (title[longest_quoted_title - 1].isHighSurrogate() ? 1 : 0);
    return title.left(end).trimmed() + QStringLiteral("…");
}

}  // namespace

ConversationShelf::ConversationShelf(History& history, Timing timing, QObject* parent)
    : QObject(parent), history_(history), timing_(timing), transfer_(history) {
    gather_.setSingleShot(true);
    gather_.setInterval(timing_.gather_milliseconds);
    connect(&gather_, &QTimer::timeout, this, &ConversationShelf::read);
    undo_timer_.setSingleShot(true);
    undo_timer_.setInterval(timing_.undo_milliseconds);
    connect(&undo_timer_, &QTimer::timeout, this, [this] { setUndo({}, {}, false); });
    // Not at midnight: a computer that slept through it would not notice.
    day_timer_.setInterval(day_check_milliseconds);
    day_timer_.setTimerType(Qt::VeryCoarseTimer);
    connect(&day_timer_, &QTimer::timeout, this, [this] { conversations_.setToday(QDate::currentDate()); });
    day_timer_.start();
    connect(&history_, &History::changed, this, &ConversationShelf::refresh);
    connect(&transfer_, &ConversationTransfer::imported, this, &ConversationShelf::open);
    connect(&history_, &History::opened, this, &ConversationShelf::setReport);
    connect(&history_, &History::mended, this, [this](const OpeningReport& report) {
        setReport(report);
        refresh();
    });
    connect(&history_, &History::savingFailed, this,
            [this](const QString& sentence) { setProblem(trouble_, sentence); });
    connect(&history_, &History::savingWorks, this, [this] {
        setProblem(trouble_, {});
        refresh();
    });
    read();
}

// ---- What is shown

void ConversationShelf::refresh() {
    if (!gather_.isActive()) gather_.start();
}

void ConversationShelf::read() {
    // One at a time: a history that is slow gets no queue of questions that the last one answers all.
    if (std::exchange(reading_, true)) {
        read_again_ = true;
        return;
    }
    using List = Outcome<std::vector<ConversationSummary>>;
    history_.conversations(this, [this](const List& list) {
        setProblem(unread_, list.problem);
        if (!list.value) return;
        all_ = *list.value;
        conversations_.setToday(QDate::currentDate());
        conversations_.setConversations(all_, current_);
        if (!std::exchange(ready_, true)) Q_EMIT readyChanged();
    });
    history_.trash(this, [this](const List& list) {
        if (list.value) trash_.setConversations(*list.value);
        reading_ = false;
        if (std::exchange(read_again_, false)) refresh();
    });
    if (results_.answered()) ask();  // what was found may have changed too
}

void ConversationShelf::setCurrent(const QString& conversation) {
    if (conversation == current_) return;
    current_ = conversation;
    if (ready_) conversations_.setConversations(all_, current_);
    Q_EMIT currentChanged();
}

void ConversationShelf::setSearch(const QString& text) {
    if (text == search_) return;
    const bool other = text.trimmed() != search_.trimmed();
    search_ = text;
    if (other) ask();
    Q_EMIT searchChanged();
}

void ConversationShelf::ask() {
    const QString question = search_.trimmed();
    if (question.isEmpty()) {
        more_found_ = false;
        results_.clear();
        Q_EMIT searchAnswered();
        return;
    }
    history_.search(this, question, hits_shown, [this, question](const Outcome<SearchResults>& results) {
        if (question != search_.trimmed()) return;  // it ended, or went on
        if (results.value)
            showAnswer(*results.value);
        else
            setRefusal(results.problem);
    });
}

void ConversationShelf::showAnswer(const SearchResults& results) {
    results_.show(results);
    more_found_ = results.more;
    qCDebug(trace, "found %d", static_cast<int>(results.hits.size()));
    Q_EMIT searchAnswered();
}

const ConversationSummary* ConversationShelf::find(const QString& conversation) const {
    const auto found = std::find_if(all_.begin(), all_.end(),
                                    [&](const ConversationSummary& one) { return one.id == conversation; });
    return found == all_.end() ? nullptr : &*found;
}

QString ConversationShelf::titleOf(const QString& conversation) const {
    const ConversationSummary* found = find(conversation);
    return found == nullptr || found->title.isEmpty() ? tr("New conversation") : found->title;
}

bool ConversationShelf::isPinned(const QString& conversation) const {
    const ConversationSummary* found = find(conversation);
    return found != nullptr && found->pinned;
}

// ---- Actions

void ConversationShelf::beginAction() {
    ++actions_;
    setUndo({}, {}, false);
    setRefusal({});
}

// What a call to the history ends with: `then` runs if it was done.
History::Done ConversationShelf::finished(std::function<void()> then) {
    return [here = QPointer<ConversationShelf>(this), then = std::move(then)](const QString& problem) {
        if (!here) return;
        here->setRefusal(problem);
        if (problem.isEmpty() && then) then();
    };
}

void ConversationShelf::openAt(const QString& conversation, const QString& message) {
    if (!conversation.isEmpty()) Q_EMIT openWanted(conversation, message);
}

void ConversationShelf::rename(const QString& conversation, const QString& title) {
    beginAction();
    const QString words = title.simplified().left(longest_title);
    Q_EMIT renamed(conversation, words);
    history_.rename(conversation, words, finished());
}

void ConversationShelf::setPinned(const QString& conversation, bool value) {
    beginAction();
    Q_EMIT pinned(conversation, value);
    history_.pin(conversation, value, finished());
}

void ConversationShelf::remove(const QString& conversation) {
    if (conversation.isEmpty()) return;
    beginAction();
    const QString text = tr("“%1” is in the trash").arg(quoted(titleOf(conversation)));
    const bool was_open = conversation == current_;
    Q_EMIT aboutToRemove(conversation);
    if (was_open) Q_EMIT currentRemoved();
    history_.moveToTrash({conversation}, finished([this, conversation, text, was_open, action = actions_] {
                             if (action == actions_) setUndo(conversation, text, was_open);
                         }));
}

void ConversationShelf::undo() {
    if (undo_.isEmpty()) return;
    const QString conversation = undo_;
    const bool opens = undo_opens_;
    beginAction();
    history_.restore({conversation}, finished([this, conversation, opens, action = actions_] {
                         if (opens && action == actions_) open(conversation);
                     }));
}

void ConversationShelf::duplicate(const QString& conversation) {
    beginAction();
    const QString title = tr("%1 (copy)").arg(titleOf(conversation).left(longest_title));
    history_.duplicate(this, conversation, title, [this](const Outcome<QString>& copy) {
        setRefusal(copy.problem);
        if (copy.value) open(*copy.value);
    });
}

void ConversationShelf::restore(const QString& conversation) {
    beginAction();
    history_.restore({conversation}, finished());
}

void ConversationShelf::emptyTrash() {
    beginAction();
    history_.emptyTrash(this, [this](const Outcome<int>& outcome) { setRefusal(outcome.problem); });
}

void ConversationShelf::setUndo(const QString& conversation, const QString& text, bool was_open) {
    undo_ = conversation;
    undo_opens_ = was_open;
    if (text.isEmpty())
        undo_timer_.stop();
    else
        undo_timer_.start();
    if (text == undo_text_) return;
    undo_text_ = text;
    Q_EMIT undoChanged();
}

// ---- What the history says

QString ConversationShelf::problem() const {
    return !trouble_.isEmpty() ? trouble_ : !unread_.isEmpty() ? unread_ : refusal_;
}

void ConversationShelf::setProblem(QString& which, const QString& sentence) {
    const QString before = problem();
    which = sentence;
    if (problem() != before) Q_EMIT problemChanged();
}

void ConversationShelf::setReport(const OpeningReport& report) {
    QStringList sentences;
    bool loss = false;
    if (!report.set_aside.isEmpty()) {
        loss = report.lost_messages != 0;
        sentences << tr("The history was damaged and has been repaired.");
        sentences << tr("%1 and %2 could be saved.", "“3 conversations” and “12 messages”")
                         .arg(tr("%n conversation(s)", nullptr, report.saved_conversations),
                              tr("%n message(s)", nullptr, report.saved_messages));
        if (report.lost_messages > 0)
            sentences << tr("%n message(s) could not be read.", nullptr, report.lost_messages);
        else if (report.lost_messages < 0)
            sentences << tr("Something may be missing.");
        sentences << tr("The damaged file is kept: %1").arg(QDir::toNativeSeparators(report.set_aside));
    }
    if (report.read_only)
        sentences << tr("The history can be read but not written: what you do now is not kept.");
    report_ = sentences.join(QLatin1Char(' '));
    report_of_loss_ = loss;
    Q_EMIT reportChanged();
}

void ConversationShelf::dismissReport() {
    if (report_.isEmpty()) return;
    report_.clear();
    report_of_loss_ = false;
    Q_EMIT reportChanged();
}

}  // namespace sightline
