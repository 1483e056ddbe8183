// The one-click prompts of the ask panel: five that come with the program, until the user changes the list.
#pragma once

#include <QAbstractListModel>
#include <QJsonArray>
#include <QString>
#include <vector>

namespace sightline {

class Settings;

struct AskPrompt {
    QString name;        // on the button
    QString text;        // what is asked; of no use if it reads
    QString glyph;       // an icon of ui/icons
    bool reads = false;  // the text reader answers, not the model
    bool operator==(const AskPrompt&) const = default;
};

// A list that was changed is kept in the settings; the original one is not, so that it follows the language.
// GUI thread.
class AskPrompts : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(bool original READ isOriginal NOTIFY edited)
    Q_PROPERTY(bool full READ isFull NOTIFY edited)  // no more can be added

  public:
    enum Field { Name = Qt::UserRole + 1, Text, Glyph, Reads };
    static constexpr int most = 12;
    static constexpr int longest_name = 40;    // characters
    static constexpr int longest_text = 4000;  // characters

    explicit AskPrompts(Settings& settings, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    const std::vector<AskPrompt>& prompts() const { return prompts_; }
    bool isOriginal() const { return original_; }
    bool isFull() const { return static_cast<int>(prompts_.size()) >= most; }

    // Rows that do not exist are ignored, and so are prompts without a name or, unless they read, a text.
    Q_INVOKABLE bool change(int row, const QString& name, const QString& text);
    Q_INVOKABLE bool add(const QString& name, const QString& text);
    Q_INVOKABLE void remove(int row);
    Q_INVOKABLE void move(int row, int step);  // -1 = up
    Q_INVOKABLE void reset();

    static std::vector<AskPrompt> originals();
    // What is no prompt is left out.
    static std::vector<AskPrompt> fromJson(const QJsonArray& json);
    static QJsonArray toJson(const std::vector<AskPrompt>& prompts);

  Q_SIGNALS:
    void edited();

  private:
    void keep();

    Settings& settings_;
    std::vector<AskPrompt> prompts_;
    bool original_ = true;
};

}  // namespace sightline
