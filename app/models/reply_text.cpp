#include "app/models/reply_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>
#include <cmath>

#include "app/models/model_worker.h"

namespace sightline {

namespace {

struct ReplyText {
    Q_DECLARE_TR_FUNCTIONS(sightline::ReplyText)

  public:
    // Two sentences instead of Qt's plural, which needs a translation file to read right in English.
    static QString tokens(int count) { return count == 1 ? tr("1 token") : tr("%L1 tokens").arg(count); }
    static QString speed(const QString& number) { return tr("%1 tok/s").arg(number); }
    static QString first(const QString& time) { return tr("first %1").arg(time); }
    static QString seconds(const QString& number) { return tr("%1 s").arg(number); }
    static QString minutes(int minutes, int seconds) { return tr("%1 min %2 s").arg(minutes).arg(seconds); }
    static QString about(const QString& time) { return tr("~%1").arg(time); }
    static QString underASecond() { return tr("<1 s"); }
    static QString mebibytes(const QString& number) { return tr("%1 MiB").arg(number); }
    static QString gibibytes(const QString& number) { return tr("%1 GiB").arg(number); }

    static QString stopped(StopReason reason) {
        switch (reason) {
            case StopReason::end_of_turn:
            case StopReason::stop_text:
            case StopReason::error:
                return {};
            case StopReason::max_tokens:
                return tr("stopped at the token limit");
            case StopReason::cancelled:
                return tr("stopped by you");
            case StopReason::context_full:
                return tr("stopped: the context is full");
            case StopReason::repetition:
                return tr("stopped: it repeated itself");
        }
        return {};
    }

    static QString notice(StopReason reason, int max_tokens) {
        switch (reason) {
            case StopReason::max_tokens:
                return tr("The reply reached the limit of %L1 tokens. A higher limit lets it write more.")
                    .arg(max_tokens);
            case StopReason::context_full:
                return tr(
                    "The context is full, so the reply ends here. A new conversation starts with an empty "
                    "one.");
            case StopReason::repetition:
                return tr("The reply repeated itself and was stopped. Another temperature often helps.");
            default:
                return {};
        }
    }
};

QString oneDecimal(double value) {
    return QLocale().toString(value, 'f', 1);
}
QString whole(double value) {
    return QLocale().toString(value, 'f', 0);
}

}  // namespace

QString secondsText(double seconds) {
    if (!(seconds >= 0) || seconds > 1e7) return {};
    if (seconds < 9.95) return ReplyText::seconds(oneDecimal(seconds));
    if (seconds < 119.5) return ReplyText::seconds(whole(seconds));
    const int all = static_cast<int>(std::lround(seconds));
    return ReplyText::minutes(all / 60, all % 60);
}

QString expectedText(double seconds) {
    if (!(seconds >= 0) || seconds > 1e7) return {};
    if (seconds < 0.95) return ReplyText::underASecond();
    if (seconds < 119.5) return ReplyText::about(ReplyText::seconds(whole(seconds)));
    return ReplyText::about(secondsText(seconds));
}

QString tokensText(int tokens) {
    return ReplyText::tokens(tokens);
}

QString memoryText(std::size_t bytes) {
    const double mebibytes = static_cast<double>(bytes) / (1 << 20);
    return mebibytes < 999.5 ? ReplyText::mebibytes(whole(mebibytes))
                             : ReplyText::gibibytes(oneDecimal(mebibytes / 1024));
}

QString pictureSizeText(const QSize& original, const QSize& model) {
    const auto sides = [](const QSize& size) {
        return QStringLiteral("%1 × %2").arg(size.width()).arg(size.height());
    };
    return model.isEmpty() ? sides(original) : sides(original) + QStringLiteral(" → ") + sides(model);
}

QString deviceText(const QString& device_name, Precision precision) {
    const QString device = device_name.section(QLatin1Char(':'), 0, 0);
    return device + QLatin1Char(' ') + QLatin1String(wordOf(precision));
}

QString stopReasonId(StopReason reason) {
    switch (reason) {
        case StopReason::end_of_turn:
            return QStringLiteral("end_of_turn");
        case StopReason::max_tokens:
            return QStringLiteral("max_tokens");
        case StopReason::stop_text:
            return QStringLiteral("stop_text");
        case StopReason::cancelled:
            return QStringLiteral("cancelled");
        case StopReason::context_full:
            return QStringLiteral("context_full");
        case StopReason::repetition:
            return QStringLiteral("repetition");
        case StopReason::error:
            return QStringLiteral("error");
    }
    return {};
}

QString noticeFor(StopReason reason, int max_tokens) {
    return ReplyText::notice(reason, max_tokens);
}

QString factsText(const ReplyEnd& end) {
    QStringList facts;
    const SequenceStatistics& statistics = end.statistics;
    if (statistics.reply_tokens > 0) facts << tokensText(statistics.reply_tokens);
    // The first token belongs to prefill.
    if (statistics.reply_tokens > 1 && statistics.decode_seconds > 0) {
        const double speed = (statistics.reply_tokens - 1) / statistics.decode_seconds;
        facts << ReplyText::speed(speed < 9.95 ? oneDecimal(speed) : whole(speed));
    }
    if (end.first_token_seconds > 0) facts << ReplyText::first(secondsText(end.first_token_seconds));
    if (const QString stopped = ReplyText::stopped(end.reason); !stopped.isEmpty()) facts << stopped;
    return facts.join(QStringLiteral(" · "));
}

}  // namespace sightline
