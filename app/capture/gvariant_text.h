// Strings and lists of strings as gsettings prints and takes them.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>

namespace sightline {

// "@as []", "['a', \"it's\"]"; empty if it is no such list.
std::optional<QStringList> parseStringArray(const QString& text);
QString printString(const QString& value);
QString printStringArray(const QStringList& values);

}  // namespace sightline
