#include "app/history/history_salvage.h"

#include <QCoreApplication>
#include <QFile>
#include <QHash>
#include <QMap>
#include <QSet>
#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

#include "app/history/history_rows.h"
#include "app/values/message_record.h"

namespace sightline {

namespace {

struct SalvageText {
    Q_DECLARE_TR_FUNCTIONS(sightline::SalvageText)

  public:
    static QString title() { return tr("Rescued messages"); }
};

// The rows of a table in the order of their numbers. Where a page is damaged, the next readable row is looked
// for: in growing steps, then back by halves.
class Rows {
  public:
    using Take = std::function<void(const QSqlQuery&)>;  // column 0 is the row's number

    Rows(Sql& sql, QString select) : sql_(sql), select_(std::move(select)) {}

    void each(const Take& take) {
        last_row_ = lastRow();
        qint64 from = std::numeric_limits<qint64>::min();
        for (int holes = 0; holes < most_holes; ++holes) {
            if (readFrom(from, take)) return;
            const std::optional<qint64> next = behind(last_taken_ ? *last_taken_ + 1 : 1);
            if (!next) return;
            from = *next;
        }
    }

  private:
    static constexpr int most_holes = 5000;
    static constexpr qint64 farthest = qint64{1} << 24;  // rows that a hole may have

    std::optional<qint64> lastRow() {
        try {
            QSqlQuery query = sql_.run(select_ + QStringLiteral(" ORDER BY id DESC LIMIT 1"));
            if (sql_.next(query)) return query.value(0).toLongLong();
        } catch (const StorageError&) {
        }
        return std::nullopt;
    }

    // True if it came to the end.
    bool readFrom(qint64 from, const Take& take) {
        try {
            QSqlQuery query = sql_.run(select_ + QStringLiteral(" WHERE id >= ? ORDER BY id"), {from});
            while (sql_.next(query)) {
                const qint64 row = query.value(0).toLongLong();
                if (last_taken_ && row <= *last_taken_) continue;
                last_taken_ = row;
                take(query);
            }
            return true;
        } catch (const StorageError& error) {
            if (error.problem() != StorageProblem::damaged) throw;
            return false;
        }
    }

    bool canReadAt(qint64 row) {
        try {
            QSqlQuery query = sql_.run(select_ + QStringLiteral(" WHERE id >= ? ORDER BY id LIMIT 1"), {row});
            return sql_.next(query);
        } catch (const StorageError&) {
            return false;
        }
    }

    // The first row number >= `row` from which reading goes on.
    std::optional<qint64> behind(qint64 row) {
        qint64 bad = row;
        qint64 step = 1;
        while (step <= farthest && !canReadAt(row + step)) {
            bad = row + step;
            step *= 2;
        }
        qint64 good = row + step;
        if (step > farthest) {
            if (!last_row_ || *last_row_ < row || (last_taken_ && *last_row_ <= *last_taken_))
                return std::nullopt;
            good = *last_row_;
            bad = row;
        }
        while (good - bad > 1) {
            const qint64 middle = bad + (good - bad) / 2;
            (canReadAt(middle) ? good : bad) = middle;
        }
        return good;
    }

    Sql& sql_;
    const QString select_;
    std::optional<qint64> last_row_;
    std::optional<qint64> last_taken_;
};

// Gathers what the old database has, and writes it when all is known.
class Salvager {
  public:
    Salvager(Sql& target, const AttachmentStore& files) : target_(target), files_(files) {}

    void read(Sql& damaged) {
        Rows(damaged, QStringLiteral("SELECT id, %1 FROM conversations").arg(QLatin1String(head_columns)))
            .each([&](const QSqlQuery& query) {
                ConversationHead head = readHead(query, 1);
                if (!head.id.isEmpty()) heads_.insert(query.value(0).toLongLong(), std::move(head));
            });
        QSet<QString> seen;
        Rows(damaged,
             QStringLiteral("SELECT id, conversation, %1 FROM messages").arg(QLatin1String(message_columns)))
            .each([&](const QSqlQuery& query) {
                ChatMessage message = readMessage(query, 2);
                if (message.id.isEmpty() || seen.contains(message.id)) return;
                seen.insert(message.id);
                messages_[query.value(1).toLongLong()].push_back(std::move(message));
            });
        Rows(damaged, QStringLiteral("SELECT rowid AS id, sha256, text, page FROM readings"))
            .each([&](const QSqlQuery& query) {
                readings_.insert(textOf(query, 1), {textOf(query, 2), textOf(query, 3)});
            });
    }

    Salvage write() {
        Salvage salvage;
        for (auto lost = messages_.constBegin(); lost != messages_.constEnd(); ++lost) {
            if (!heads_.contains(lost.key())) heads_.insert(lost.key(), headFor(*lost));
        }
        Transaction transaction(target_);
        for (auto head = heads_.begin(); head != heads_.end(); ++head) {
            std::vector<ChatMessage>& messages = messages_[head.key()];
            join(*head, messages);
            leaveOutLostFiles(head->draft.parts);
            const qint64 row = putHead(target_, files_, *head);
            for (ChatMessage& message : messages) {
                leaveOutLostFiles(message.parts);
                putMessage(target_, files_, row, message);
            }
            salvage.messages += static_cast<int>(messages.size());
            ++salvage.conversations;
        }
        for (auto reading = readings_.constBegin(); reading != readings_.constEnd(); ++reading) {
            if (!target_.value(QStringLiteral("SELECT 1 FROM attachments WHERE sha256 = ?"), {reading.key()})
                     .isNull())
                putReading(target_, reading.key(), *reading);
        }
        transaction.commit();
        return salvage;
    }

  private:
    static ConversationHead headFor(const std::vector<ChatMessage>& messages) {
        ConversationHead head = startTree().head;
        head.title = SalvageText::title();
        head.created = messages.front().created;
        head.updated = messages.back().created;
        return head;
    }

    static void join(ConversationHead& head, std::vector<ChatMessage>& messages) {
        QSet<QString> there;
        for (ChatMessage& message : messages) {
            if (!there.contains(message.parent)) message.parent.clear();
            there.insert(message.id);
        }
        if (!there.contains(head.leaf)) head.leaf = messages.empty() ? QString() : messages.back().id;
    }

    void leaveOutLostFiles(std::vector<ChatPart>& parts) const {
        for (ChatPart& part : parts) {
            if (!part.attachment || part.attachment->file.isEmpty() || files_.contains(part.attachment->file))
                continue;
            auto without = std::make_shared<Attachment>(*part.attachment);
            without->file.clear();
            part.attachment = std::move(without);
        }
    }

    Sql& target_;
    const AttachmentStore& files_;
    QMap<qint64, ConversationHead> heads_;
    QMap<qint64, std::vector<ChatMessage>> messages_;
    QHash<QString, Reading> readings_;
};

// How many messages there were, by an index that may be sound although the table is not.
std::optional<int> countOf(Sql& damaged) {
    try {
        return damaged
            .value(QStringLiteral(
                "SELECT count(*) FROM messages INDEXED BY messages_of_conversation WHERE conversation >= 0"))
            .toInt();
    } catch (const StorageError&) {
        return std::nullopt;
    }
}

}  // namespace

Salvage salvageInto(Sql& target, const QString& damaged, const AttachmentStore& files) {
    Salvager salvager(target, files);
    std::optional<int> had;
    try {
        Sql source(damaged, Sql::Access::read_only);
        source.run(QStringLiteral("PRAGMA trusted_schema = OFF"));
        source.run(QStringLiteral("PRAGMA cell_size_check = ON"));
        // Without it nothing is read of a file that is shorter than it says. The file itself is read-only.
        source.run(QStringLiteral("PRAGMA writable_schema = ON"));
        had = countOf(source);
        salvager.read(source);
    } catch (const StorageError&) {
        // Not even its first page can be read: what was gathered until now is all there is.
    }
    Salvage salvage = salvager.write();
    if (had) salvage.lost_messages = std::max(0, *had - salvage.messages);
    return salvage;
}

}  // namespace sightline
