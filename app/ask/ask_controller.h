// The ask panel: one picture, questions about it, and what became of the last one. A conversation of its own,
// kept in the history from the first question on, whatever the main window shows meanwhile.
#pragma once

#include <QAbstractListModel>
#include <QImage>
#include <QObject>
#include <QSize>
#include <QString>
#include <memory>

#include "app/chat/shared_parts.h"

namespace sightline {

class AskPrompts;
class Settings;

class AskController : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool open READ isOpen NOTIFY openChanged)
    Q_PROPERTY(QString picture READ picture NOTIFY pictureChanged)    // image provider URL; empty = not yet
    Q_PROPERTY(QString sizeText READ sizeText NOTIFY pictureChanged)  // "642 × 310"
    // What the model will see, and when it begins to answer: "Auto · 200 tokens · ~1 s"; empty = not known.
    Q_PROPERTY(QString priceText READ priceText NOTIFY pictureChanged)
    Q_PROPERTY(QAbstractItemModel* prompts READ prompts CONSTANT)  // see ask_prompts.h
    // Questions and replies, as ChatController::messages. The last row is what the panel shows.
    Q_PROPERTY(QAbstractItemModel* messages READ messages CONSTANT)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)          // an answer is being made: Stop is offered
    Q_PROPERTY(bool waiting READ waiting NOTIFY changed)    // asked, and goes out as soon as it can
    Q_PROPERTY(bool answered READ answered NOTIFY changed)  // there is something to copy
    // Why an answer cannot be had now, or what it waits for: a sentence, or empty.
    Q_PROPERTY(QString hindrance READ hindrance NOTIFY changed)
    Q_PROPERTY(bool modelMissing READ modelMissing NOTIFY changed)  // only the reader can answer
    Q_PROPERTY(double loadProgress READ loadProgress NOTIFY changed)

  public:
    AskController(const SharedParts& parts, Settings& settings, QObject* parent = nullptr);
    ~AskController() override;

    // Before the region is chosen: what takes its time to load begins to be loaded.
    void prepare();
    // A new picture, and a new conversation about it. What was being answered about another one goes on.
    void begin(const QImage& picture, const QString& name);

    // What a picture of this size would cost, before there is one: "200 tokens · ~1 s"; empty = not known.
    QString expected(const QSize& pixels) const;
    AskPrompts& promptList() const;

    bool isOpen() const;
    QString picture() const;
    QString sizeText() const;
    QString priceText() const;
    QAbstractItemModel* prompts() const;
    QAbstractItemModel* messages() const;
    bool busy() const;
    bool waiting() const;
    bool answered() const;
    QString hindrance() const;
    bool modelMissing() const;
    double loadProgress() const;
    QString conversationId() const;

    // At once, or when model and picture are there; one question at a time.
    Q_INVOKABLE void ask(const QString& question);
    Q_INVOKABLE void usePrompt(int row);
    Q_INVOKABLE void readText();  // the reader answers
    Q_INVOKABLE void again();     // the last question once more
    Q_INVOKABLE void stop();      // the answer, or a question that waits
    Q_INVOKABLE void copy();      // the last answer, as it was written
    Q_INVOKABLE void copyText(const QString& text);
    Q_INVOKABLE void close();  // an answer that is being made goes on, and is in the history
    Q_INVOKABLE void continueElsewhere();

  Q_SIGNALS:
    void openChanged();
    void pictureChanged();
    void changed();
    // In the main window: the conversation, or, if nothing was asked yet, its picture in a new one.
    void continueWanted(const QString& conversation);
    void pictureWanted(const QByteArray& file, const QString& name);
    void copied();
    void asked();  // for tests and measurements: the question went to the model

  private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sightline
