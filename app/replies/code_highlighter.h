// Which parts of a program are comments, strings, numbers and keywords: enough to read it by.
#pragma once

#include <QList>
#include <QString>
#include <QStringView>

namespace sightline {

enum class CodeStyle { keyword, string, number, comment, name };  // name: a key, a tag, an attribute

struct CodeSpan {
    int start = 0;  // UTF-16 units of the code
    int length = 0;
    CodeStyle style = CodeStyle::keyword;
    bool operator==(const CodeSpan&) const = default;
};

// In order, apart. `language` as Markdown names it ("py", "C++", "shell"); none for one that is not known.
// Linear in the length of the code; any thread.
QList<CodeSpan> highlightCode(const QString& language, QStringView code);

bool knowsLanguage(const QString& language);

}  // namespace sightline
