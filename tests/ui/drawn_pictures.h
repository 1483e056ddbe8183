// Pictures with text, drawn by the tests of the window: what they say is known to the letter.
#pragma once

#include <QImage>
#include <QRect>
#include <QStringList>

namespace sightline {

QStringList leftColumn();  // the lines of the page below, as they are drawn
QStringList rightColumn();

// A page of print: a heading and two columns.
QImage twoColumnPage();
// A dialog in the dark: a title, a sentence, three fields and two buttons.
QImage darkDialog();
// An invoice with a table of four columns and three items; its total, 1,204.50, is in totalOfInvoice().
QImage invoice();
QRect totalOfInvoice();  // in pixels

}  // namespace sightline
