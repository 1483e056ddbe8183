// What the history says about what it keeps. Plain values.
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QSize>
#include <QString>
#include <vector>

#include "app/values/conversation_tree.h"
#include "app/values/search_text.h"

namespace sightline {

// A row of the list of conversations.
struct ConversationSummary {
    QString id;
    QString title;
    QDateTime created;
    QDateTime updated;
    QDateTime trashed;  // null = not in the trash
    bool pinned = false;
    bool said = false;   // it has messages
    bool draft = false;  // it has an unsent text or attachment
};

struct SearchHit {
    enum class Where { title, message, picture };  // picture: a text that was read in one
    QString conversation;
    QString title;    // of the conversation
    QString message;  // empty for Where::title
    Where where = Where::message;
    QDateTime when;  // of the message, or when the conversation was updated
    Snippet snippet;
    QString picture;       // SHA-256 of the file to show: read from, or else the first of the conversation
    QString picture_name;  // Where::picture: of the picture that the text was read from
    double score = 0;      // how well it answers; comparable within one search
};

struct SearchResults {
    QString question;             // as it was asked
    std::vector<SearchHit> hits;  // titles first, then messages; each from the newest on
    bool more = false;            // there are more than were asked for
};

// A text that the text reader found in a picture.
struct Reading {
    QString text;
    QString page;  // JSON of page.h with boxes, or empty
};

// What opening found and did; what the user should hear of.
struct OpeningReport {
    int interrupted = 0;          // replies that were streaming when the program ended
    bool read_only = false;       // everything can be read, nothing saved
    QString backup;               // path of the copy that was made before an upgrade; empty = none was made
    QString set_aside;            // path of a damaged database; empty = it was sound
    int saved_conversations = 0;  // of a damaged database
    int saved_messages = 0;
    int lost_messages = -1;  // -1 = it cannot be known
};

}  // namespace sightline
