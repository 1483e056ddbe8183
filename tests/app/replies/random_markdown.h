// Random Markdown for property tests: what models write, and what nobody should.
#pragma once

#include <QRandomGenerator>
#include <QString>
#include <QStringList>

namespace sightline::test {

class RandomMarkdown {
  public:
    explicit RandomMarkdown(quint32 seed) : random_(seed) {}

    int below(int limit) { return static_cast<int>(random_.bounded(limit)); }

    // Blocks that follow each other as in a reply, a few of them torn.
    QString reply(int blocks) {
        QString text;
        for (int i = 0; i < blocks; ++i) {
            text += block();
            if (below(12) != 0) text += QLatin1Char('\n');
        }
        return text;
    }

    // Lines made of pieces that mean something at a line's beginning, in any order.
    QString soup(int lines) {
        static const QStringList begins{
            QStringLiteral(""),       QStringLiteral(""),      QStringLiteral(""),
            QStringLiteral("- "),     QStringLiteral("* "),    QStringLiteral("1. "),
            QStringLiteral("2) "),    QStringLiteral("> "),    QStringLiteral("  "),
            QStringLiteral("   "),    QStringLiteral("    "),  QStringLiteral("\t"),
            QStringLiteral("```"),    QStringLiteral("~~~"),   QStringLiteral("  ```"),
            QStringLiteral("# "),     QStringLiteral("---"),   QStringLiteral("| a |"),
            QStringLiteral("|---|"),  QStringLiteral("- ```"), QStringLiteral("   - "),
            QStringLiteral("- [x] "), QStringLiteral("===")};
        QString text;
        for (int i = 0; i < lines; ++i) {
            const int pieces = below(3);
            for (int piece = 0; piece < pieces; ++piece)
                text += begins.at(below(static_cast<int>(begins.size())));
            if (below(3) != 0) text += words(below(4));
            text += QLatin1Char('\n');
        }
        return text;
    }

    QString words(int count) {
        static const QStringList some{QStringLiteral("total"),
                                      QStringLiteral("**EUR 1,204.50**"),
                                      QStringLiteral("*due*"),
                                      QStringLiteral("`code`"),
                                      QStringLiteral("~~old~~"),
                                      QStringLiteral("[link](https://example.org)"),
                                      QStringLiteral("发票"),
                                      QStringLiteral("金额"),
                                      QStringLiteral("&amp;"),
                                      QStringLiteral("![alt](x.png)"),
                                      QStringLiteral("<b>no</b>"),
                                      QStringLiteral("a|b"),
                                      QStringLiteral("\\*"),
                                      QStringLiteral("😀"),
                                      QStringLiteral("**open"),
                                      QStringLiteral("`tick"),
                                      QStringLiteral("12."),
                                      QStringLiteral("-"),
                                      QStringLiteral("https://example.org/a_b_c"),
                                      QStringLiteral("snake_case_name")};
        QStringList line;
        for (int i = 0; i < count; ++i)
            line << some.at(below(static_cast<int>(some.size())));
        return line.join(QLatin1Char(' '));
    }

  private:
    QString block() {
        switch (below(9)) {
            case 0:
                return QStringLiteral("#").repeated(1 + below(6)) + QLatin1Char(' ') + words(3) +
                       QLatin1Char('\n');
            case 1:
                return list(QString(), below(2) == 0);
            case 2:
                return code(QString());
            case 3:
                return table();
            case 4:
                return QStringLiteral("> ") + words(5) + QStringLiteral("\n> ") + words(3) +
                       QLatin1Char('\n');
            case 5:
                return below(3) == 0 ? QStringLiteral("---\n") : words(2) + QLatin1Char('\n');
            default:
                return words(4 + below(20)) + QLatin1Char('\n') +
                       (below(3) ? QString() : words(6) + QLatin1Char('\n'));
        }
    }

    QString code(const QString& indent) {
        const QString fence = below(4) == 0 ? QStringLiteral("~~~") : QStringLiteral("```");
        QString text = indent + fence + (below(2) ? QStringLiteral("python") : QString()) + QLatin1Char('\n');
        for (int line = below(6); line > 0; --line)
            text += below(4) == 0 ? QStringLiteral("\n") : indent + words(3) + QLatin1Char('\n');
        return text + (below(10) == 0 ? QString() : indent + fence + QLatin1Char('\n'));
    }

    QString list(const QString& indent, bool ordered) {
        QString text;
        const int items = 1 + below(4);
        for (int item = 1; item <= items; ++item) {
            const QString mark =
                ordered ? QString::number(item) + QStringLiteral(". ") : QStringLiteral("- ");
            text += indent + mark + (below(6) == 0 ? QStringLiteral("[ ] ") : QString()) + words(3) +
                    QLatin1Char('\n');
            const QString inner = indent + QString(mark.size(), QLatin1Char(' '));
            const int more = below(8);
            if (more == 0) text += QLatin1Char('\n') + inner + words(4) + QLatin1Char('\n');
            if (more == 1) text += QLatin1Char('\n') + code(inner);
            if (more == 2 && indent.size() < 8) text += list(inner, below(2) == 0);
            if (more == 3) text += QLatin1Char('\n');
            if (more == 4) text += words(3) + QLatin1Char('\n');
        }
        return text;
    }

    QString table() {
        const int columns = 1 + below(4);
        QString text;
        for (int row = 0, rows = 2 + below(4); row < rows; ++row) {
            QStringList cells;
            for (int column = 0; column < columns; ++column)
                cells << (row == 1 ? (below(2) ? QStringLiteral("---:") : QStringLiteral(":--")) : words(1));
            text += QStringLiteral("| ") + cells.join(QStringLiteral(" | ")) + QStringLiteral(" |\n");
        }
        return text;
    }

    QRandomGenerator random_;
};

}  // namespace sightline::test
