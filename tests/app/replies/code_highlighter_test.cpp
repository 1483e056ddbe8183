// What is a comment, a string, a number and a keyword in the languages that models write.
#include "app/replies/code_highlighter.h"

#include <QElapsedTimer>
#include <QTest>

#include "tests/app/replies/random_markdown.h"

using namespace sightline;

class CodeHighlighterTest : public QObject {
    Q_OBJECT

  private:
    static QString marked(const QString& language, const QString& code) {
        static const QString letters = QStringLiteral("ksncm");  // keyword string number comment name(m)
        QStringList found;
        for (const CodeSpan& span : highlightCode(language, code))
            found << QString(letters.at(static_cast<int>(span.style))) + QLatin1Char(':') +
                         code.mid(span.start, span.length);
        return found.join(QStringLiteral(" , "));
    }

  private Q_SLOTS:
    void languages_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("wanted");
        const auto row = [](const char* language, const char* code, const char* wanted) {
            QTest::newRow(language) << QString::fromUtf8(language) << QString::fromUtf8(code)
                                    << QString::fromUtf8(wanted);
        };
        row("c++", "int x = 0x1F; // yes\n/* a\nb */ \"s\\\"t\" iffy",
            "k:int , n:0x1F , c:// yes , c:/* a\nb */ , s:\"s\\\"t\"");
        row("Python", "def f(a):  # no\n  return '''x\ny''' + \"z\" + 1.5",
            "k:def , c:# no , k:return , s:'''x\ny''' , s:\"z\" , n:1.5");
        row("ts", "const a = `x${1}\n`; let b2 = 'c'", "k:const , s:`x${1}\n` , k:let , s:'c'");
        row("json", "{ \"total\": 1204.50, \"a\": \"b:\" , \"x\": null}",
            "m:\"total\" , n:1204.50 , m:\"a\" , s:\"b:\" , m:\"x\" , k:null");
        row("bash", "for f in *.pdf; do echo \"$f#\"; done # all",
            "k:for , k:in , k:do , k:echo , s:\"$f#\" , k:done , c:# all");
        row("html", "<!-- a --><p class=\"x\">if 12</p>", "c:<!-- a --> , k:<p , m:class , s:\"x\" , k:</p");
        row("css", "a { color: red; } /* x */", "m:color , c:/* x */");
        row("sql", "SELECT a FROM t -- all\nWHERE b='it\\'",
            "k:SELECT , k:FROM , c:-- all , k:WHERE , s:'it\\'");
        row("rust", "fn f<'a>(x: &'a str) -> u32 { 1 }", "k:fn , k:str , k:u32 , n:1");
        row("go", "func f() { return `a\nb` }", "k:func , k:return , s:`a\nb`");
        row("java", "public class A { }", "k:public , k:class");
        row("yaml", "key-a: true # c\n", "m:key-a , k:true , c:# c");
    }

    void languages() {
        QFETCH(QString, language);
        QFETCH(QString, code);
        QFETCH(QString, wanted);
        QVERIFY(knowsLanguage(language));
        QCOMPARE(marked(language, code), wanted);
    }

    void othersStayPlain() {
        QVERIFY(!knowsLanguage(QStringLiteral("klingon")));
        QVERIFY(!knowsLanguage(QString()));
        QVERIFY(highlightCode(QStringLiteral("klingon"), u"if 1").isEmpty());
    }

    // Whatever the code is, spans lie in it, in order and apart; none ends within a half of a character's
    // pair.
    void spansAreSound() {
        for (const char* language :
             {"cpp", "python", "js", "json", "bash", "html", "css", "sql", "rust", "go", "yaml"}) {
            for (quint32 seed = 1; seed <= 60; ++seed) {
                test::RandomMarkdown random(seed);
                const QString code = random.soup(12) + QStringLiteral("\"\\");
                int end = 0;
                for (const CodeSpan& span : highlightCode(QString::fromLatin1(language), code)) {
                    QVERIFY(span.start >= end && span.length > 0);
                    end = span.start + span.length;
                    QVERIFY(end <= code.size());
                }
            }
        }
    }

    void isLinear() {
        // 2 MB of what begins something and never ends it.
        for (const char* unit : {"\"", "/*", "<a ", "'''", "# ", "a\\"}) {
            const QString code = QString::fromLatin1(unit).repeated(400'000);
            QElapsedTimer timer;
            timer.start();
            for (const char* language : {"python", "cpp", "html"})
                highlightCode(QString::fromLatin1(language), code);
            QVERIFY2(timer.elapsed() < 20'000, unit);
        }
    }
};

QTEST_GUILESS_MAIN(CodeHighlighterTest)
#include "code_highlighter_test.moc"
