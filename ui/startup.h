// What the program was started with, when it was not started as a command line tool.
#pragma once

#include <QDir>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUrl>
#include <string>
#include <vector>

namespace sightline {

struct StartRequest {
    QList<QUrl> pictures;  // local files, absolute, in the order given
    QString question;      // empty if none was given
    bool tray = false;     // --tray: without a window, in the tray
};

// Words that name existing files, file: addresses, and words that end like a picture's name are pictures; the
// others are the question. `arguments` without the program's name; files are relative to `folder`.
StartRequest parseStart(const QStringList& arguments, const QString& folder = QDir::currentPath());

// False on a machine where no window can be shown: a Unix without a display, unless Qt was told to use a
// platform that needs none.
bool canShowWindow();

// The same request as a command line for runCommandLine, for where there is no display: `ask` about the
// pictures, or about `sample` when none was given.
std::vector<std::string> asCommandLine(const StartRequest& request, const QString& sample);

}  // namespace sightline
