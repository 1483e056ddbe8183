// The window's list of conversations over a real history.
#pragma once

#include <QStringList>
#include <utility>
#include <vector>

#include "tests/ui/window_test_case.h"

namespace sightline::test {

struct KeptTalk {
    int days;  // ago, at this time of the day
    const char* title;
    QStringList texts;  // question and answer
};

class SidebarTestCase : public WindowTestCase {
    Q_OBJECT

  protected:
    static const std::vector<KeptTalk> some;  // from the newest on

    WindowFixture& show(int width = 1200, const std::vector<KeptTalk>& all = some);
    ConversationShelf& shelf() { return window_->shelf(); }
    int rows() { return shelf().conversations()->rowCount(); }
    SearchResultsModel& found() { return *qobject_cast<SearchResultsModel*>(shelf().results()); }
    int results() { return found().count(); }
    bool listHasFocus();  // waits for it

    QStringList ids_;  // of what is kept, as `all`
    std::vector<std::pair<QString, QString>>
        opened_;  // conversations, and messages of them, that were wanted
};

}  // namespace sightline::test
