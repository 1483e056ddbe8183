#include "app/replies/code_languages.h"

#include <QHash>

namespace sightline {

namespace {

QSet<QString> words(const char* list) {
    const QStringList split = QString::fromLatin1(list).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return {split.begin(), split.end()};
}

CodeLanguage like_c(const char* keywords) {
    CodeLanguage language;
    language.line_comments = {QStringLiteral("//")};
    language.comment_begin = QStringLiteral("/*");
    language.comment_end = QStringLiteral("*/");
    language.quotes = QStringLiteral("\"'");
    language.keywords = words(keywords);
    return language;
}

CodeLanguage like_shell(const char* keywords) {
    CodeLanguage language;
    language.line_comments = {QStringLiteral("#")};
    language.quotes = QStringLiteral("\"'");
    language.keywords = words(keywords);
    return language;
}

QHash<QString, CodeLanguage> makeTable() {
    QHash<QString, CodeLanguage> table;
    table[QStringLiteral("cpp")] = like_c(
        "alignas alignof auto bool break case catch char class co_await co_return co_yield concept const "
        "consteval "
        "constexpr constinit const_cast continue decltype default delete do double dynamic_cast else enum "
        "explicit "
        "export extern false final float for friend goto if inline int long mutable namespace new noexcept "
        "nullptr "
        "operator override private protected public register reinterpret_cast requires return short signed "
        "sizeof "
        "static static_assert static_cast struct switch template this thread_local throw true try typedef "
        "typeid "
        "typename union unsigned using virtual void volatile while NULL size_t uint8_t int32_t int64_t");
    CodeLanguage python = like_shell(
        "False None True and as assert async await break class continue def del elif else except finally for "
        "from "
        "global if import in is lambda match case nonlocal not or pass raise return self try while with "
        "yield");
    python.long_quotes = {QStringLiteral("\"\"\""), QStringLiteral("'''")};
    table[QStringLiteral("python")] = python;
    CodeLanguage script = like_c(
        "abstract any as async await boolean break case catch class const continue debugger declare default "
        "delete do "
        "else enum export extends false finally for from function get if implements import in instanceof "
        "interface "
        "keyof let namespace never new null number of private protected public readonly return set static "
        "string "
        "super switch this throw true try type typeof undefined unknown var void while with yield");
    script.long_quotes = {QStringLiteral("`")};
    table[QStringLiteral("javascript")] = script;
    CodeLanguage json = like_c("true false null");
    json.quotes = QStringLiteral("\"");
    json.keys = true;
    table[QStringLiteral("json")] = json;
    CodeLanguage bash = like_shell(
        "case cd do done echo elif else esac exit export fi for function if in local read return set shift "
        "source sudo "
        "test then time trap unset until while");
    bash.word_characters = QStringLiteral("-");
    table[QStringLiteral("bash")] = bash;
    CodeLanguage markup;
    markup.comment_begin = QStringLiteral("<!--");
    markup.comment_end = QStringLiteral("-->");
    markup.tags = true;
    markup.escapes = false;
    table[QStringLiteral("html")] = markup;
    CodeLanguage css;
    css.comment_begin = QStringLiteral("/*");
    css.comment_end = QStringLiteral("*/");
    css.quotes = QStringLiteral("\"'");
    css.keys = true;
    css.word_characters = QStringLiteral("-");
    css.keywords = words("important inherit initial none auto");
    table[QStringLiteral("css")] = css;
    CodeLanguage sql;
    sql.line_comments = {QStringLiteral("--")};
    sql.comment_begin = QStringLiteral("/*");
    sql.comment_end = QStringLiteral("*/");
    sql.quotes = QStringLiteral("'\"");
    sql.escapes = false;
    sql.any_case = true;
    sql.keywords = words(
        "add all alter and as asc begin between by case check column commit constraint create cross database "
        "default "
        "delete desc distinct drop else end exists explain foreign from full group having if in index inner "
        "insert into "
        "is join key left like limit not null offset on or order outer primary references right rollback "
        "select set "
        "table then transaction union unique update using values view when where with integer text real "
        "varchar");
    table[QStringLiteral("sql")] = sql;
    CodeLanguage rust = like_c(
        "as async await bool box break const continue crate dyn else enum extern false fn for i32 i64 if "
        "impl in let "
        "loop match mod move mut pub ref return self Self static str String struct super trait true type u8 "
        "u32 u64 "
        "unsafe use usize where while Some None Ok Err");
    rust.quotes = QStringLiteral("\"");  // ' also begins a lifetime
    table[QStringLiteral("rust")] = rust;
    CodeLanguage go = like_c(
        "bool break byte case chan const continue default defer else error fallthrough false float64 for "
        "func go goto "
        "if import int int64 interface iota map nil package range return rune select string struct switch "
        "true type "
        "var");
    go.long_quotes = {QStringLiteral("`")};
    table[QStringLiteral("go")] = go;
    table[QStringLiteral("java")] = like_c(
        "abstract assert base bool boolean break byte case catch char class const continue data decimal "
        "default do "
        "double else enum extends false final finally float for foreach fun goto if implements import in "
        "instanceof int "
        "interface internal is long namespace native new null object out override package params private "
        "protected "
        "public readonly return sealed short static string super switch synchronized this throw throws "
        "transient true "
        "try using val var virtual void volatile when while");
    CodeLanguage yaml = like_shell("true false null yes no on off");
    yaml.keys = true;
    yaml.word_characters = QStringLiteral("-.");
    table[QStringLiteral("yaml")] = yaml;
    return table;
}

}  // namespace

const CodeLanguage* findLanguage(const QString& name) {
    static const QHash<QString, CodeLanguage> table = makeTable();
    static const QHash<QString, QString> other_names{
        {QStringLiteral("c"), QStringLiteral("cpp")},
        {QStringLiteral("c++"), QStringLiteral("cpp")},
        {QStringLiteral("cc"), QStringLiteral("cpp")},
        {QStringLiteral("h"), QStringLiteral("cpp")},
        {QStringLiteral("hpp"), QStringLiteral("cpp")},
        {QStringLiteral("objc"), QStringLiteral("cpp")},
        {QStringLiteral("py"), QStringLiteral("python")},
        {QStringLiteral("python3"), QStringLiteral("python")},
        {QStringLiteral("js"), QStringLiteral("javascript")},
        {QStringLiteral("jsx"), QStringLiteral("javascript")},
        {QStringLiteral("ts"), QStringLiteral("javascript")},
        {QStringLiteral("tsx"), QStringLiteral("javascript")},
        {QStringLiteral("qml"), QStringLiteral("javascript")},
        {QStringLiteral("typescript"), QStringLiteral("javascript")},
        {QStringLiteral("jsonc"), QStringLiteral("json")},
        {QStringLiteral("json5"), QStringLiteral("json")},
        {QStringLiteral("jsonl"), QStringLiteral("json")},
        {QStringLiteral("sh"), QStringLiteral("bash")},
        {QStringLiteral("shell"), QStringLiteral("bash")},
        {QStringLiteral("zsh"), QStringLiteral("bash")},
        {QStringLiteral("console"), QStringLiteral("bash")},
        {QStringLiteral("xml"), QStringLiteral("html")},
        {QStringLiteral("svg"), QStringLiteral("html")},
        {QStringLiteral("scss"), QStringLiteral("css")},
        {QStringLiteral("rs"), QStringLiteral("rust")},
        {QStringLiteral("golang"), QStringLiteral("go")},
        {QStringLiteral("cs"), QStringLiteral("java")},
        {QStringLiteral("csharp"), QStringLiteral("java")},
        {QStringLiteral("c#"), QStringLiteral("java")},
        {QStringLiteral("kotlin"), QStringLiteral("java")},
        {QStringLiteral("yml"), QStringLiteral("yaml")},
        {QStringLiteral("toml"), QStringLiteral("yaml")}};
    const QString lower = name.toLower();
    const auto found = table.constFind(other_names.value(lower, lower));
    return found == table.constEnd() ? nullptr : &found.value();
}

}  // namespace sightline
