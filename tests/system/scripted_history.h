// A chat as a list of steps, for a program that plays it and is killed, and for the test that looks
// afterwards.
#pragma once

#include <QMap>
#include <functional>
#include <vector>

#include "app/history/history_store.h"
#include "tests/app/history/history_fixture.h"

namespace sightline::test {

inline const QByteArray erased_marker = "zqxerasedzqx";

// What one looks for, by name: a message's text, a title, ... Nothing = there is none.
using Observed = QMap<QString, QString>;

struct Step {
    std::function<void(HistoryStore&)> run;
    std::function<void(Observed&)> then;  // what has changed when it is done
};

inline std::vector<Step> script() {
    std::vector<Step> steps;
    const auto step = [&](std::function<void(HistoryStore&)> run, std::function<void(Observed&)> then) {
        steps.push_back({std::move(run), std::move(then)});
    };
    const auto set = [](const QString& key, const QString& value) {
        return [key, value](Observed& observed) { observed[key] = value; };
    };
    const auto message = [](const char* id, const char* parent, Role role, const QString& text,
                            ReplyState state) {
        ChatMessage made = said(role, text, state);
        made.id = QLatin1String(id);
        made.parent = QLatin1String(parent);
        return made;
    };
    const auto head = [](const char* id, const QString& title, const char* leaf) {
        ConversationHead made = startTree().head;
        made.id = QLatin1String(id);
        made.title = title;
        made.leaf = QLatin1String(leaf);
        return made;
    };
    const QByteArray picture(20'000, 'p');
    const QString file = sha256Of(picture);
    const QString doomed = sha256Of(erased_marker);

    step([=](HistoryStore& store) { store.save(head("c1", "first", "")); }, set("title c1", "first"));
    step([=](HistoryStore& store) { store.saveDraft("c1", {"what is", {}}); }, set("draft c1", "what is"));
    step([=](HistoryStore& store) { store.addAttachment(picture, "image/png", {1, 1}); }, [](Observed&) {});
    step(
        [=](HistoryStore& store) {
            ChatMessage question = message("q1", "", Role::user, "what is this", ReplyState::complete);
            question.parts.push_back({{}, kept(file, "p.png"), {}});
            store.save(head("c1", "what is this", "q1"), {question});
        },
        [=](Observed& observed) {
            observed["title c1"] = "what is this";
            observed["draft c1"] = "";
            observed["message q1"] = "what is this|complete";
            observed["file q1"] = "whole";
        });
    QString reply;
    for (int i = 0; i < 4; ++i) {
        reply += QString("part %1 of a reply that grows. ").arg(i).repeated(40);
        const ReplyState state = i < 3 ? ReplyState::streaming : ReplyState::complete;
        step(
            [=](HistoryStore& store) {
                store.saveMessage("c1", message("r1", "q1", Role::assistant, reply, state));
            },
            set("message r1", reply + (i < 3 ? "|open" : "|complete")));
    }
    step([=](HistoryStore& store) { store.showLeaf("c1", "r1"); }, set("leaf c1", "r1"));
    step(
        [=](HistoryStore& store) {
            store.saveReading(file, {"words in the picture", {}});
        },
        set("found words in the", "1"));
    step([=](HistoryStore& store) { store.rename("c1", "own title"); }, set("title c1", "own title"));
    step([=](HistoryStore& store) { store.pin("c1", true); }, set("pinned c1", "1"));
    step(
        [=](HistoryStore& store) {
            const QString text = QString::fromLatin1(erased_marker);
            store.addAttachment(erased_marker, "image/png", {1, 1});
            ChatMessage question = message("q2", "", Role::user, text, ReplyState::complete);
            question.parts.push_back({{}, kept(doomed, text), {}});
            store.save(head("c2", text, "q2"), {question});
        },
        [=](Observed& observed) {
            observed["title c2"] = QString::fromLatin1(erased_marker);
            observed["message q2"] = QString::fromLatin1(erased_marker) + "|complete";
        });
    step([=](HistoryStore& store) { store.moveToTrash({"c2"}, QDateTime::currentDateTimeUtc()); },
         set("trashed c2", "1"));
    step([=](HistoryStore& store) { store.restore({"c2"}); }, set("trashed c2", ""));
    step([=](HistoryStore& store) { store.moveToTrash({"c2"}, QDateTime::currentDateTimeUtc()); },
         set("trashed c2", "1"));
    step([=](HistoryStore& store) { store.emptyTrash(); },
         [](Observed& observed) {
             observed["title c2"] = "";
             observed["message q2"] = "";
             observed["trashed c2"] = "";
         });
    step(
        [=](HistoryStore& store) {
            store.save(head("c3", "last", "q3"),
                       {message("q3", "", Role::user, "last", ReplyState::complete)});
        },
        [](Observed& observed) {
            observed["title c3"] = "last";
            observed["message q3"] = "last|complete";
        });
    step([=](HistoryStore& store) { store.removeMessages("c1", {"r1"}, "q1"); },
         [](Observed& observed) {
             observed["message r1"] = "";
             observed["leaf c1"] = "q1";
         });
    step([=](HistoryStore& store) { store.wipe(); },
         [](Observed& observed) {
             for (QString& value : observed)
                 value.clear();
         });
    return steps;
}

// The same names, from what is on the disk. "leaf c1" only once it has been set to something that matters.
inline Observed observe(HistoryStore& store) {
    Observed observed;
    for (const char* id : {"c1", "c2", "c3"}) {
        const std::optional<ConversationTree> tree = store.load(QLatin1String(id));
        if (!tree) continue;
        const QString name = QLatin1String(id);
        observed["title " + name] = tree->head.title;
        observed["draft " + name] = tree->head.draft.text;
        observed["leaf " + name] = tree->head.leaf;
        observed["pinned " + name] = tree->head.pinned ? "1" : "";
        observed["trashed " + name] = tree->head.trashed.isValid() ? "1" : "";
        for (const ChatMessage& message : tree->messages) {
            observed["message " + message.id] =
                message.text() + (message.state == ReplyState::complete ? "|complete" : "|open");
            for (const ChatPart& part : message.parts) {
                if (part.attachment) {
                    observed["file " + message.id] =
                        store.attachment(part.attachment->file).isEmpty() ? "" : "whole";
                }
            }
        }
    }
    const auto found = store.search("words in the").hits.size();
    if (found > 0) observed["found words in the"] = QString::number(found);
    return observed;
}

}  // namespace sightline::test
