// The conversation that is open: all its branches, and its place in the history.
#pragma once

#include <QObject>
#include <QSet>
#include <QString>
#include <functional>
#include <optional>
#include <vector>

#include "app/history/history.h"
#include "app/values/conversation_tree.h"

namespace sightline {

// Every change is given to the history at once, in its order; what cannot be saved waits there. GUI thread.
class OpenConversation : public QObject {
    Q_OBJECT

  public:
    // Without a history nothing is kept. It outlives the object.
    explicit OpenConversation(History* history, QObject* parent = nullptr);

    const ConversationTree& tree() const { return tree_; }
    const QString& id() const { return tree_.head.id; }
    bool isEmpty() const { return tree_.messages.empty(); }
    // Messages of the branch that is shown, from the first on. Pointers hold until the next change.
    std::vector<const ChatMessage*> shown() const;
    const ChatMessage* last() const;  // null if nothing was said
    // What was said up to this message, for a prompt.
    Conversation shown(const QString& until) const;

    // "Do not keep": the disk never sees it. Only before anything of it is on the disk; to keep it after all
    // is always possible.
    bool isTemporary() const { return temporary_; }
    bool isKept() const { return saved_; }  // on the disk, or on the way there
    bool canBecomeTemporary() const { return history_ && !saved_; }
    void setTemporary(bool temporary);
    bool keeps() const { return history_ && !temporary_; }  // what is said goes to the disk

    void start();
    // leaving() and opened() follow, or openFailed(); meanwhile the present one stays.
    void open(const QString& conversation);
    // What was open when the program ended. If it is gone, or `wanted` says no when it is there, nothing
    // happens.
    void reopen(const QString& conversation, std::function<bool()> wanted);

    // `parent` empty = as another beginning. Becomes the end of what is shown. Gives the conversation its
    // title if it has none.
    void say(ChatMessage message, const QString& parent);
    void resume(const QString& message);  // the reply streams again
    // Replies in the making, which RunningReplies saves: text behind what is there, or the newest state.
    // Those of another conversation are ignored.
    void grow(const QString& message, const QString& text);
    void put(const ChatMessage& message);
    // A reading in the making is saved here: the text of its next picture, and its end.
    void addPart(const QString& message, ChatPart part);
    void finish(const QString& message, ReplyState state, const ReplyFacts& facts);

    void show(const QString& message);  // the branch with it
    // With all that follows. What was removed last can come back, until something else is removed or opened.
    void remove(const QString& message);
    bool canRestore() const { return !removed_.empty(); }
    void restore();
    // As if it had never been said: nothing can come back.
    void takeBack(const QString& message);

    // The history knows already.
    void noteTitle(const QString& title);  // empty: the first question's again
    void notePin(bool pinned) { tree_.head.pinned = pinned; }
    void saveDraft(const Draft& draft);
    void saveSettings(const QString& settings);
    // How this conversation's draft is saved when it may not be open any more; empty if it is not kept.
    std::function<void(const Draft&)> draftKeeper() const;

    // Previews in memory of pictures that the history has: it can show them from there.
    void releasePreviews();

  Q_SIGNALS:
    void leaving();  // the present one is still here, and can still be changed
    void opened();
    void openFailed(const QString& sentence);
    void titleChanged();
    void keptChanged();  // it is on the disk now
    // The history has its file, or will have it before what is given to it from now on.
    void pictureKept(const sightline::AttachmentRef& attachment);

  private:
    void keepFiles(const std::vector<ChatPart>& parts);
    void tellKept(const std::vector<ChatPart>& parts);
    void noteKept(const QString& file);
    template <typename Change>
    void changeAttachments(Change change);
    void save(const std::vector<ChatMessage>& messages);
    using Loaded = Outcome<std::optional<ConversationTree>>;
    void load(const QString& conversation, std::function<void(const Loaded&)> then);
    void become(ConversationTree tree, bool saved);

    History* history_;
    ConversationTree tree_ = startTree();
    bool temporary_ = false;
    bool saved_ = false;        // the history has its row
    QSet<QString> kept_;        // files that the history has, or will have before what comes now
    quint64 last_opening_ = 0;  // of two that are opened at once the later one counts
    std::vector<ChatMessage> removed_;
    QString leaf_before_;
};

}  // namespace sightline
