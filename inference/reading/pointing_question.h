// What a question about a screen asks for: "Where is the “Create” button?"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sightline {

// What kind of thing is asked for, as far as the question says so.
enum class ElementKind {
    any,
    button,
    tab,
    field,  // of text or numbers, a list to choose from
    entry,  // of a menu or a list: the whole row
    link,
    check,  // box or radio button with its text
    icon,   // a file or folder in a window of icons
};

struct Phrase {
    std::string text;
    double handicap = 0;  // of its similarity: it is only a part of what was asked for
};

struct PointingQuestion {
    ElementKind kind = ElementKind::any;
    std::vector<Phrase> phrases;  // that may stand in the picture
};

// Quoted words if there are any, otherwise the words that say what is looked for. English and Chinese.
PointingQuestion parseQuestion(std::string_view question);

}  // namespace sightline
