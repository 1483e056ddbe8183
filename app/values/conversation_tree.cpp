#include "app/values/conversation_tree.h"

#include <QHash>
#include <QSet>
#include <algorithm>
#include <utility>

namespace sightline {

namespace {

QHash<QString, std::size_t> placesOf(const ConversationTree& tree) {
    QHash<QString, std::size_t> places;
    places.reserve(static_cast<qsizetype>(tree.messages.size()));
    for (std::size_t i = 0; i < tree.messages.size(); ++i)
        places.insert(tree.messages[i].id, i);
    return places;
}

}  // namespace

ConversationTree startTree() {
    const Conversation begun = startConversation();
    ConversationTree tree;
    tree.head.id = begun.id;
    tree.head.created = begun.created;
    tree.head.updated = begun.created;
    return tree;
}

const ChatMessage* findMessage(const ConversationTree& tree, const QString& id) {
    // What is looked for is most often near the end.
    const auto found = std::find_if(tree.messages.rbegin(), tree.messages.rend(),
                                    [&](const ChatMessage& message) { return message.id == id; });
    return found == tree.messages.rend() ? nullptr : &*found;
}

ChatMessage* findMessage(ConversationTree& tree, const QString& id) {
    return const_cast<ChatMessage*>(findMessage(std::as_const(tree), id));
}

std::vector<QString> pathTo(const ConversationTree& tree, const QString& leaf) {
    const QHash<QString, std::size_t> places = placesOf(tree);
    std::vector<QString> path;
    QString id = leaf;
    while (path.size() < tree.messages.size()) {  // a circle, which no program of ours writes, ends too
        const auto place = places.constFind(id);
        if (place == places.constEnd()) break;
        path.push_back(id);
        id = tree.messages[*place].parent;
    }
    std::reverse(path.begin(), path.end());
    return path;
}

Conversation shownConversation(const ConversationTree& tree) {
    Conversation shown;
    shown.id = tree.head.id;
    shown.title = tree.head.title;
    shown.created = tree.head.created;
    const QHash<QString, std::size_t> places = placesOf(tree);
    for (const QString& id : pathTo(tree, tree.head.leaf))
        shown.messages.push_back(tree.messages[places[id]]);
    return shown;
}

Siblings siblingsOf(const ConversationTree& tree, const QString& id) {
    const ChatMessage* message = findMessage(tree, id);
    Siblings siblings;
    if (!message) return siblings;
    for (const ChatMessage& other : tree.messages) {
        if (other.parent != message->parent) continue;
        if (other.id == id) siblings.index = static_cast<int>(siblings.ids.size());
        siblings.ids.push_back(other.id);
    }
    return siblings;
}

QString newestLeafBelow(const ConversationTree& tree, const QString& id) {
    // Children come after their parents, so one pass is enough: the last one wins at every place.
    QHash<QString, QString> newest;
    for (const ChatMessage& message : tree.messages)
        newest[message.parent] = message.id;
    QString leaf = id;
    for (auto child = newest.constFind(leaf); child != newest.constEnd() && *child != leaf;
         child = newest.constFind(leaf))
        leaf = *child;
    return leaf;
}

void append(ConversationTree& tree, ChatMessage message, const QString& parent) {
    message.parent = parent;
    tree.head.leaf = message.id;
    tree.head.updated = std::max(tree.head.updated, message.created);
    tree.messages.push_back(std::move(message));
}

void showBranch(ConversationTree& tree, const QString& id) {
    if (!findMessage(tree, id)) return;
    const std::vector<QString> shown = pathTo(tree, tree.head.leaf);
    if (std::find(shown.begin(), shown.end(), id) != shown.end()) return;
    tree.head.leaf = newestLeafBelow(tree, id);
}

std::vector<QString> removeSubtree(ConversationTree& tree, const QString& id) {
    const ChatMessage* top = findMessage(tree, id);
    if (!top) return {};
    const QString before = top->parent;
    QSet<QString> gone{id};
    std::vector<QString> ids{id};
    for (const ChatMessage& message : tree.messages) {
        if (gone.contains(message.id) || !gone.contains(message.parent)) continue;
        gone.insert(message.id);
        ids.push_back(message.id);
    }
    std::erase_if(tree.messages, [&](const ChatMessage& message) { return gone.contains(message.id); });
    if (gone.contains(tree.head.leaf)) {
        tree.head.leaf = newestLeafBelow(tree, before);
    }
    return ids;
}

void renewIds(ConversationHead& head, std::vector<ChatMessage>& messages) {
    head.id = newId();
    QHash<QString, QString> ids;
    for (ChatMessage& message : messages) {
        ids.insert(message.id, newId());
        message.id = ids.value(message.id);
        message.parent = ids.value(message.parent);
        if (message.state == ReplyState::streaming) message.state = ReplyState::interrupted;
    }
    head.leaf = ids.value(head.leaf);
}

}  // namespace sightline
