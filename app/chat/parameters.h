// The parameters of the conversation at hand, as the panel shows them: what the user set over the model's own
// values, and the presets. Lives on the GUI thread; knows no engine.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <QVariantList>
#include <QVariantMap>
#include <optional>

#include "app/settings/preset_store.h"
#include "app/values/conversation_parameters.h"

namespace sightline {

class Settings;

// Of the loaded model, as far as parameters depend on it.
struct ParameterModel {
    GenerationOptions own;
    int context_length = 0;                      // that it was opened with
    int longest_context_length = 0;              // that it could be opened with
    QString folder;                              // key of what is kept for this model; empty = the demo model
    Precision precision = Precision::automatic;  // that it was ordered with
};

// A new conversation takes over the values of the one before; they also survive a restart. Setters clamp into
// the range and ignore what is no number; setting the model's own value clears what was set.
class Parameters : public QObject {
    Q_OBJECT
    Q_PROPERTY(double temperature READ temperature WRITE setTemperature NOTIFY changed)
    Q_PROPERTY(double topP READ topP WRITE setTopP NOTIFY changed)
    Q_PROPERTY(int topK READ topK WRITE setTopK NOTIFY changed)  // 0 = off
    Q_PROPERTY(double minP READ minP WRITE setMinP NOTIFY changed)
    Q_PROPERTY(double presencePenalty READ presencePenalty WRITE setPresencePenalty NOTIFY changed)
    Q_PROPERTY(double repetitionPenalty READ repetitionPenalty WRITE setRepetitionPenalty NOTIFY changed)
    Q_PROPERTY(int maxTokens READ maxTokens WRITE setMaxTokens NOTIFY changed)
    Q_PROPERTY(int mostTokens READ mostTokens NOTIFY changed)  // the highest maxTokens
    // Digits; empty = another one for each reply. What is no seed is ignored.
    Q_PROPERTY(QString seed READ seed WRITE setSeed NOTIFY changed)
    Q_PROPERTY(QStringList stopWords READ stopWords NOTIFY changed)  // as shown: line feed is \n, tab is \t
    Q_PROPERTY(QString systemPrompt READ systemPrompt WRITE setSystemPrompt NOTIFY changed)
    Q_PROPERTY(QString detail READ detail WRITE setDetail NOTIFY changed)  // an id of `details`
    Q_PROPERTY(QVariantList details READ details CONSTANT)                 // {id, name, hint}
    // Of the model, not of the conversation: what it is opened with the next time.
    Q_PROPERTY(int contextLength READ contextLength WRITE setContextLength NOTIFY changed)
    Q_PROPERTY(int longestContext READ longestContext NOTIFY changed)  // 0 = no model
    Q_PROPERTY(bool contextWaits READ contextWaits NOTIFY changed)  // the model must be loaded again for it
    Q_PROPERTY(QString precision READ precision WRITE setPrecision NOTIFY changed)  // an id of `precisions`
    Q_PROPERTY(QVariantList precisions READ precisions CONSTANT)                    // {id, name, hint}
    Q_PROPERTY(bool precisionWaits READ precisionWaits NOTIFY changed)              // as contextWaits
    // Names of the properties above that differ from the model's own values.
    Q_PROPERTY(QStringList changedNames READ changedNames NOTIFY changed)
    Q_PROPERTY(QVariantMap own READ own NOTIFY changed)  // the model's own values by property name
    // The values before the last reset or choice of a preset can come back, until something else is edited.
    Q_PROPERTY(bool canRestore READ canRestore NOTIFY changed)
    Q_PROPERTY(QStringList presets READ presets NOTIFY changed)
    Q_PROPERTY(QString preset READ preset NOTIFY changed)           // chosen last; empty = none
    Q_PROPERTY(bool presetEdited READ presetEdited NOTIFY changed)  // its values were changed since

  public:
    // `preset_file` is read at once and written with each change of a preset.
    Parameters(Settings& settings, const QString& preset_file, QObject* parent = nullptr);

    // The value that the history keeps, and puts back when its conversation is opened (which is no edit).
    const ConversationParameters& value() const { return value_; }
    void setValue(const ConversationParameters& value);

    void setModel(const std::optional<ParameterModel>& model);

    // For the next reply. `random` is used unless a seed is set; max_tokens never exceeds the context.
    GenerationOptions options(std::uint64_t random) const;
    Detail pictureDetail() const { return value_.detail.value_or(Detail::automatic); }

    double temperature() const { return number("temperature"); }
    void setTemperature(double value) { setNumber("temperature", value); }
    double topP() const { return number("top_p"); }
    void setTopP(double value) { setNumber("top_p", value); }
    int topK() const { return static_cast<int>(number("top_k")); }
    void setTopK(int value) { setNumber("top_k", value); }
    double minP() const { return number("min_p"); }
    void setMinP(double value) { setNumber("min_p", value); }
    double presencePenalty() const { return number("presence_penalty"); }
    void setPresencePenalty(double value) { setNumber("presence_penalty", value); }
    double repetitionPenalty() const { return number("repetition_penalty"); }
    void setRepetitionPenalty(double value) { setNumber("repetition_penalty", value); }
    int maxTokens() const { return static_cast<int>(number("max_tokens")); }
    void setMaxTokens(int value) { setNumber("max_tokens", value); }
    int mostTokens() const;
    QString seed() const;
    void setSeed(const QString& digits);
    QStringList stopWords() const;
    QString systemPrompt() const { return value_.system_prompt; }
    void setSystemPrompt(const QString& text);
    QString detail() const { return detailId(pictureDetail()); }
    void setDetail(const QString& id);
    QVariantList details() const;
    int contextLength() const;
    void setContextLength(int tokens);
    int longestContext() const { return model_ ? model_->longest_context_length : 0; }
    bool contextWaits() const;
    QString precision() const;
    void setPrecision(const QString& id);
    QVariantList precisions() const;
    bool precisionWaits() const;
    QStringList changedNames() const;
    QVariantMap own() const;
    bool canRestore() const { return before_.has_value(); }
    QStringList presets() const { return presets_.names(); }
    QString preset() const { return value_.preset; }
    bool presetEdited() const;

    Q_INVOKABLE bool addStopWord(const QString& shown);  // false: empty, there already, or too many
    Q_INVOKABLE void removeStopWord(int index);
    Q_INVOKABLE void reset(const QString& name);  // one property, by its name
    Q_INVOKABLE void resetAll();
    Q_INVOKABLE void restore();

    // These return why not, as a sentence, or nothing.
    Q_INVOKABLE QString savePreset(const QString& name);  // the present values; replaces one of that name
    Q_INVOKABLE QString renamePreset(const QString& from, const QString& to);
    Q_INVOKABLE QString deletePreset(const QString& name);
    Q_INVOKABLE bool hasPreset(const QString& name) const { return presets_.find(name).has_value(); }
    Q_INVOKABLE void choosePreset(const QString& name);

  Q_SIGNALS:
    void changed();       // anything that is shown
    void valueChanged();  // value(), by an edit: time to keep it

  private:
    double number(const char* key) const;
    double ownNumber(const char* key) const;
    void setNumber(const char* key, double value);
    void edit(const ConversationParameters& changed, bool restorable = false);
    GenerationOptions ownOptions() const { return model_ ? model_->own : GenerationOptions{}; }
    int defaultContext() const;

    Settings& settings_;
    PresetStore presets_;
    ConversationParameters value_;
    std::optional<ConversationParameters> before_;
    std::optional<ParameterModel> model_;
};

}  // namespace sightline
