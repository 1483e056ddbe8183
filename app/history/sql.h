// SQLite through Qt, with exceptions and transactions. The only code that includes a header of Qt Sql is
// behind this and the files of the history.
#pragma once

#include <QSqlQuery>
#include <QString>
#include <QVariantList>

#include "app/common/storage_error.h"

namespace sightline {

// One connection; belongs to the thread that made it. Every function throws StorageError. A text that comes
// out shares nothing with the connection, so it may go to another thread.
class Sql {
  public:
    enum class Access {
        read_write,  // makes the file if it is missing, for its owner alone
        read_only,
        unchanging,  // reads a file that nobody writes, without making any file beside it
    };

    Sql(const QString& path, Access access);
    ~Sql();
    Sql(const Sql&) = delete;
    Sql& operator=(const Sql&) = delete;

    const QString& path() const { return path_; }

    // Runs one statement, with values for its question marks.
    QSqlQuery run(const QString& statement, const QVariantList& values = {});
    // The first column of the first row; null if there is none.
    QVariant value(const QString& statement, const QVariantList& values = {});
    // The next row; throws what the step failed with.
    bool next(QSqlQuery& query);
    // A statement that is run once for each of many rows.
    QSqlQuery prepare(const QString& statement);
    void runPrepared(QSqlQuery& query, const QVariantList& values);

  private:
    [[noreturn]] void fail(const QSqlError& error) const;

    QString path_;
    QString connection_;
};

// The column as a text of its own.
QString textOf(const QSqlQuery& query, int column);

// Takes the lock for writing at once, so that nothing fails half-way for want of it. What was not committed
// is rolled back.
class Transaction {
  public:
    explicit Transaction(Sql& sql);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    Sql& sql_;
    bool open_ = true;
};

}  // namespace sightline
