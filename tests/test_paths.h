// Where the files lie that tests read, and the programs that they start. The folders of the checkout and of
// the build stand in one compiled source (test_paths.cpp): in the command lines of the tests they would make
// every new checkout compile all of them again.
#pragma once

#include <QString>
#include <filesystem>

namespace test_paths {

// A file of the checkout, and one of tests/data; without a name, the folder itself. Absolute.
QString source(const QString& name = {});
QString data(const QString& name = {});

QString program();                          // sightline
QString engineTool(const QString& name);    // golden_check, reader_bench
QString testProgram(const QString& name);   // what the tests add: helpers that lie, histories that are killed
std::filesystem::path scriptedInference();  // the library that does what the question says
QString textReader();                       // the folder of the reader's networks and alphabet
QString lupdate();

}  // namespace test_paths
