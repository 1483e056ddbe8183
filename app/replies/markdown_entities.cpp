#include "app/replies/markdown_entities.h"

#include <QHash>

namespace sightline {

namespace {

// Those that models write; the full list of HTML has two thousand.
const QHash<QString, char16_t>& names() {
    static const QHash<QString, char16_t> table{
        {QStringLiteral("amp"), u'&'},         {QStringLiteral("lt"), u'<'},
        {QStringLiteral("gt"), u'>'},          {QStringLiteral("quot"), u'"'},
        {QStringLiteral("apos"), u'\''},       {QStringLiteral("nbsp"), u'\u00A0'},
        {QStringLiteral("copy"), u'\u00A9'},   {QStringLiteral("reg"), u'\u00AE'},
        {QStringLiteral("trade"), u'\u2122'},  {QStringLiteral("deg"), u'\u00B0'},
        {QStringLiteral("plusmn"), u'\u00B1'}, {QStringLiteral("times"), u'\u00D7'},
        {QStringLiteral("divide"), u'\u00F7'}, {QStringLiteral("minus"), u'\u2212'},
        {QStringLiteral("middot"), u'\u00B7'}, {QStringLiteral("bull"), u'\u2022'},
        {QStringLiteral("hellip"), u'\u2026'}, {QStringLiteral("ndash"), u'\u2013'},
        {QStringLiteral("mdash"), u'\u2014'},  {QStringLiteral("lsquo"), u'\u2018'},
        {QStringLiteral("rsquo"), u'\u2019'},  {QStringLiteral("ldquo"), u'\u201C'},
        {QStringLiteral("rdquo"), u'\u201D'},  {QStringLiteral("laquo"), u'\u00AB'},
        {QStringLiteral("raquo"), u'\u00BB'},  {QStringLiteral("euro"), u'\u20AC'},
        {QStringLiteral("pound"), u'\u00A3'},  {QStringLiteral("yen"), u'\u00A5'},
        {QStringLiteral("cent"), u'\u00A2'},   {QStringLiteral("sect"), u'\u00A7'},
        {QStringLiteral("para"), u'\u00B6'},   {QStringLiteral("larr"), u'\u2190'},
        {QStringLiteral("rarr"), u'\u2192'},   {QStringLiteral("uarr"), u'\u2191'},
        {QStringLiteral("darr"), u'\u2193'},   {QStringLiteral("le"), u'\u2264'},
        {QStringLiteral("ge"), u'\u2265'},     {QStringLiteral("ne"), u'\u2260'},
        {QStringLiteral("asymp"), u'\u2248'},  {QStringLiteral("infin"), u'\u221E'},
        {QStringLiteral("pi"), u'\u03C0'},     {QStringLiteral("micro"), u'\u00B5'},
        {QStringLiteral("frac12"), u'\u00BD'}, {QStringLiteral("frac14"), u'\u00BC'},
        {QStringLiteral("sup2"), u'\u00B2'},   {QStringLiteral("sup3"), u'\u00B3'},
    };
    return table;
}

bool isCharacter(uint code) {
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code != 0 && code <= 0x10FFFF && !surrogate;
}

}  // namespace

QString decodeEntity(const QString& entity) {
    if (entity.size() < 3) return entity;
    const QStringView inner = QStringView(entity).mid(1, entity.size() - 2);
    if (inner.front() != QLatin1Char('#')) {
        const auto found = names().constFind(inner.toString());
        return found == names().constEnd() ? entity : QString(QChar(found.value()));
    }
    const bool hexadecimal = inner.size() > 1 && inner.at(1).toLower() == QLatin1Char('x');
    bool read = false;
    const uint code = inner.mid(hexadecimal ? 2 : 1).toUInt(&read, hexadecimal ? 16 : 10);
    // A control character would be drawn as a box, or end a line where none ends.
    if (read && code != 0 && code < 0x20) return QStringLiteral(" ");
    if (!read || !isCharacter(code)) return QChar(QChar::ReplacementCharacter);
    const char32_t character = code;
    return QString::fromUcs4(&character, 1);
}

}  // namespace sightline
