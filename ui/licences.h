// What the About window lists: this program and what it is built of, each with its licence and the licence's
// text.
#pragma once

#include <QVariantList>

namespace sightline {

// Maps {name, use, licence, text}; `use` is translated, the texts are the licences' own.
QVariantList licences();

}  // namespace sightline
