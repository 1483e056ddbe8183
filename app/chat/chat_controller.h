// The conversation that the window shows: what QML binds to. Lives on the GUI thread; the model runs on the
// ModelWorker's thread and reports by queued signals.
#pragma once

#include <QAbstractListModel>
#include <QImage>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QUrl>
#include <QVariantMap>
#include <functional>
#include <memory>

#include "app/chat/shared_parts.h"

namespace sightline {

class AttachmentListModel;
class ConversationShelf;
class History;
class MessageListModel;
class ModelWorker;
class Notifier;
class Parameters;
class PictureStore;
class Settings;

class ChatController : public QObject {
    Q_OBJECT
    // Rows: role ("user" | "assistant" | "reading"), text, pictures (list of {source, name, caption}),
    // streaming, phases (list of {name, state: "done"|"running"|"waiting", seconds, progress}), facts,
    // stopReason, error, notice, blocks (of a reply), demo, hasTable. See message_list_model.h for what each
    // holds.
    Q_PROPERTY(QAbstractItemModel* messages READ messages CONSTANT)
    // Rows: name, thumbnail (image provider URL), sizeText ("1920 x 1080 -> 1280 x 736"), tokensText,
    // secondsText, error (refused attachments stay with their reason until closed), loading, note, detail,
    // detailText, choices, pages, pageCount: see attachment_list_model.h.
    Q_PROPERTY(QAbstractItemModel* attachments READ attachments CONSTANT)
    // Words in the conversation, a ConversationFind: see conversation_find.h.
    Q_PROPERTY(QObject* find READ find CONSTANT)
    // The text of a picture, a PictureReading: see picture_reading.h.
    Q_PROPERTY(QObject* reading READ reading CONSTANT)
    // A picture opened large, a PictureViewer: see picture_viewer.h.
    Q_PROPERTY(QObject* viewer READ viewer CONSTANT)
    // Boxes and points that replies name, a ReplyPlaces: see reply_places.h.
    Q_PROPERTY(QObject* places READ places CONSTANT)
    Q_PROPERTY(bool canRead READ canRead NOTIFY canSendChanged)  // a picture waits whose text can be read
    Q_PROPERTY(QString title READ title NOTIFY titleChanged)
    Q_PROPERTY(QString conversationId READ conversationId NOTIFY conversationChanged)
    Q_PROPERTY(bool temporary READ isTemporary WRITE setTemporary NOTIFY conversationChanged)  // not kept
    Q_PROPERTY(bool canBeTemporary READ canBeTemporary NOTIFY conversationChanged)
    Q_PROPERTY(bool canUndoDelete READ canUndoDelete NOTIFY deletedChanged)
    Q_PROPERTY(QString draft READ draft WRITE setDraft NOTIFY draftChanged)
    Q_PROPERTY(bool busy READ busy NOTIFY busyChanged)  // a reply is being made: Stop takes the place of Send
    Q_PROPERTY(bool canSend READ canSend NOTIFY canSendChanged)
    Q_PROPERTY(QString sendProblem READ sendProblem NOTIFY
                   canSendChanged)  // why not, for the line above the composer
    // The question was sent before model and pictures were ready, and goes out as soon as they are.
    Q_PROPERTY(bool sendWaits READ sendWaits NOTIFY canSendChanged)
    // "loading" | "ready" | "unloaded" | "failed" | "missing"
    Q_PROPERTY(QString modelState READ modelState NOTIFY modelChanged)
    Q_PROPERTY(QString modelName READ modelName NOTIFY modelChanged)
    Q_PROPERTY(QString modelNotice READ modelNotice NOTIFY modelChanged)  // "A demo of 6.7 M parameters ..."
    Q_PROPERTY(QString modelError READ modelError NOTIFY modelChanged)
    Q_PROPERTY(QString deviceText READ deviceText NOTIFY modelChanged)   // "CPU bf16"
    Q_PROPERTY(QString memoryText READ memoryText NOTIFY statusChanged)  // "312 MiB"
    Q_PROPERTY(int contextUsed READ contextUsed NOTIFY statusChanged)
    Q_PROPERTY(int contextLength READ contextLength NOTIFY modelChanged)
    Q_PROPERTY(double loadProgress READ loadProgress NOTIFY statusChanged)
    Q_PROPERTY(QString loadText READ loadText NOTIFY statusChanged)  // "Loading 42 %"
    // How replies are made, a Parameters: see parameters.h.
    Q_PROPERTY(QObject* parameters READ parametersObject CONSTANT)
    Q_PROPERTY(QObject* journal READ journal CONSTANT)  // an EventRecorder: see event_recorder.h
    Q_PROPERTY(QObject* models READ models CONSTANT)    // a ModelLibrary: see model_library.h
    // What is kept of computing, a ComputedCache: see computed_cache.h. Null where nothing is kept.
    Q_PROPERTY(QObject* computed READ computed CONSTANT)
    Q_PROPERTY(QObject* status READ status CONSTANT)  // a ProgramStatus: see program_status.h
    // The other conversations, a ConversationShelf: see conversation_shelf.h. Null where nothing is kept.
    Q_PROPERTY(QObject* shelf READ shelf CONSTANT)

  public:
    // Without a history nothing is kept but the draft.
    ChatController(ModelWorker& worker, Settings& settings, QObject* parent = nullptr);
    ChatController(ModelWorker& worker, Settings& settings, History* history, QObject* parent = nullptr);
    ~ChatController() override;

    // What an image provider called "pictures" hands out; outlives the controller if the provider holds it.
    std::shared_ptr<PictureStore> pictures() const;

    // For the ask panel.
    SharedParts sharedParts() const;

    QAbstractItemModel* messages() const;
    QAbstractItemModel* attachments() const;
    QObject* find() const;
    QObject* reading() const;
    QObject* viewer() const;
    QObject* places() const;
    bool canRead() const;
    QString title() const;
    QString conversationId() const;
    bool isTemporary() const;
    bool canBeTemporary() const;
    void setTemporary(bool temporary);
    bool canUndoDelete() const;
    QString draft() const;
    void setDraft(const QString& text);
    bool busy() const;
    bool canSend() const;
    QString sendProblem() const;
    bool sendWaits() const;
    QString modelState() const;
    QString modelName() const;
    QString modelNotice() const;
    QString modelError() const;
    QString deviceText() const;
    QString memoryText() const;
    int contextUsed() const;
    int contextLength() const;
    double loadProgress() const;
    QString loadText() const;
    Parameters& parameters() const;
    QObject* parametersObject() const;
    QObject* journal() const;
    QObject* models() const;
    QObject* computed() const;
    QObject* status() const;
    QObject* shelf() const;
    void setShelf(ConversationShelf* shelf);  // before the window is made; it outlives the controller

    // Tells of replies that took so long and that nobody saw. `window_is_active` is asked when one ends;
    // windowLooked() says that it changed. The notifier outlives the controller.
    void setNotifier(Notifier& notifier, std::function<bool()> window_is_active, double long_seconds = 10);
    void windowLooked();

    Q_INVOKABLE void addFiles(
        const QList<QUrl>& files);  // local files only; others are refused with a reason
    Q_INVOKABLE void addImage(const QImage& image, const QString& name);
    Q_INVOKABLE void addEncoded(const QByteArray& file, const QString& name);  // a picture file's bytes
    Q_INVOKABLE bool pasteFromClipboard();  // image data, then files; false: let the field paste text
    Q_INVOKABLE void removeAttachment(int row);
    // How the model looks at a picture that waits: "auto", "low", "high", "exact", "assist".
    Q_INVOKABLE void chooseDetail(int row, const QString& detail);
    // "1-3, 7" of the document in this row. Returns why not, as a sentence, or nothing.
    Q_INVOKABLE QString choosePages(int row, const QString& pages);
    // Of an encrypted PDF: passwordWanted() or attachmentUnlocked() follows.
    Q_INVOKABLE void unlockAttachment(int row, const QString& password);
    Q_INVOKABLE int lockedAttachment() const;  // the first row that waits for its password, or -1
    Q_INVOKABLE void viewAttachment(int row);  // opens it large
    // What the text reader finds in a picture that waits (-1: in all of them), or in one of a message,
    // becomes a message of its own at the end: a row with the pictures, and one with their text. Needs no
    // model, and does not wait for a reply that is being made. What this branch says already is shown.
    Q_INVOKABLE void readAttachment(int row);
    Q_INVOKABLE void readPicture(int message, int picture);
    // Of such a row: its text beside the picture; and into the clipboard as "text", "markdown" or "table".
    Q_INVOKABLE void showReading(int row);
    Q_INVOKABLE void copyReading(int row, const QString& format);
    Q_INVOKABLE void viewPlace(int message, int picture, int place);  // of ReplyPlaces, opened large
    // At once, or when what is still being loaded is there (sendWaits); a change of the draft or stop() takes
    // the order back. Nothing happens where only the user can remove the hindrance.
    Q_INVOKABLE void send();
    Q_INVOKABLE void stop();
    Q_INVOKABLE void retry();  // the last question again
    // Of rows of `messages`. A reply that is made again and a question that was edited are branches: what was
    // there before can be shown again. Not while a reply is made.
    Q_INVOKABLE void regenerate(int row);
    Q_INVOKABLE void editQuestion(int row, const QString& text);
    Q_INVOKABLE void showBranch(int row, int step);  // -1 = the one before, 1 = the next one
    Q_INVOKABLE void deleteMessage(int row);         // with all that follows
    Q_INVOKABLE void undoDelete();
    Q_INVOKABLE void continueReply();  // the last one, from where it was cut
    Q_INVOKABLE void newConversation();
    // `message` is shown, if it is not empty.
    Q_INVOKABLE void openConversation(const QString& id, const QString& message = {});
    Q_INVOKABLE void copyText(const QString& text);
    Q_INVOKABLE void addSample();  // the bundled sample picture
    Q_INVOKABLE void openModelFolder(const QUrl& folder);
    Q_INVOKABLE void useDemoModel();
    Q_INVOKABLE void reloadModel();  // with the context length and precision that were chosen since

  Q_SIGNALS:
    void titleChanged();
    void conversationChanged();  // another one is open, or it is kept now
    void openFailed(const QString& sentence);
    void messageWanted(int row);  // to be seen
    void deletedChanged();
    void windowWanted(const QString& token);  // it comes forward; see Notifier::activated
    void draftChanged();
    void passwordWanted(int row, bool wrong);  // of an attachment; wrong: that was not the one
    void attachmentUnlocked(int row);
    void busyChanged();
    void canSendChanged();
    void modelChanged();
    void statusChanged();

  private:
    void readAgain(int row);

    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sightline
