// What code_highlighter.h has to know of a language, as a table.
#pragma once

#include <QSet>
#include <QString>
#include <QStringList>

namespace sightline {

struct CodeLanguage {
    QStringList line_comments;           // begin; to the end of the line
    QString comment_begin, comment_end;  // over lines; empty if there is none
    QString quotes;                      // characters that begin and end a string on one line
    QStringList long_quotes;             // strings over lines: ''' """ `
    bool escapes = true;                 // a backslash takes the next character along
    bool any_case = false;               // keywords are found whatever their case
    bool keys = false;                   // a name or string before ':' is a key (JSON, YAML, CSS)
    bool tags = false;                   // <name attribute="...">
    QString word_characters;             // belong to a word besides letters, digits and '_'
    QSet<QString> keywords;
};

// Null for a language that is not known. The table lives as long as the program.
const CodeLanguage* findLanguage(const QString& name);

}  // namespace sightline
