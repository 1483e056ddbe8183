#include "tests/test_paths.h"

namespace test_paths {
namespace {

QString under(const char* folder, const QString& name) {
    const QString path = QString::fromUtf8(folder);
    return name.isEmpty() ? path : path + '/' + name;
}

}  // namespace

QString source(const QString& name) {
    return under(SIGHTLINE_SOURCE_DIR, name);
}
QString data(const QString& name) {
    return under(SIGHTLINE_SOURCE_DIR "/tests/data", name);
}
QString program() {
    return under(SIGHTLINE_PROGRAMS, "sightline");
}
QString engineTool(const QString& name) {
    return under(SIGHTLINE_PROGRAMS, name);
}
QString testProgram(const QString& name) {
    return under(SIGHTLINE_TEST_PROGRAMS, name);
}
std::filesystem::path scriptedInference() {
    return SIGHTLINE_SCRIPTED_INFERENCE;
}
QString textReader() {
    return QString::fromUtf8(SIGHTLINE_TEXT_READER);
}
QString lupdate() {
    return QString::fromUtf8(SIGHTLINE_LUPDATE);
}

}  // namespace test_paths
