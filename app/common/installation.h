// Where the files that come with the program lie.
#pragma once

#include <QString>

namespace sightline {

// <the program's folder>/../share/sightline, in the build tree and installed. Needs a QCoreApplication.
QString dataFolder();

QString demoModelFolder();  // empty if it is not there

QString textReaderFolder();  // empty if it is not there

// The program that decodes files from outside (decode_helper.h): this one. A test program has it beside
// itself in the build tree.
QString helperProgram();

// Where packed weights are kept (EngineOptions::packed_folder): in the standard cache folder. They belong to
// models, not to conversations, and stay when those are erased.
QString packedFolder();

QString samplePicture();  // a picture that the demo model reads; empty if it is not there

}  // namespace sightline
