// Where the files that come with the program lie.
#pragma once

#include <QString>

namespace sightline {

// <the program's folder>/../share/sightline, in the build tree and installed. Needs a QCoreApplication.
QString dataFolder();

QString demoModelFolder();  // empty if it is not there

QString textReaderFolder();  // empty if it is not there

QString samplePicture();  // a picture that the demo model reads; empty if it is not there

}  // namespace sightline
