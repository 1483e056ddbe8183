// Temperature, top_p and the length limit as the user sees them: the model's own values, or what was set in
// their place.
#pragma once

#include <functional>
#include <optional>

#include "app/model_state.h"
#include "app/settings.h"

namespace sightline {

// Kept per model, at once. Setters clamp into the range and ignore what is no number; setting the model's own
// value clears the override. They return whether anything changed. GUI thread.
class Sampling {
  public:
    Sampling(const ModelState& model, Settings& settings) : model_(model), settings_(settings) {}

    SamplingOverrides overrides() const { return settings_.sampling(model_.name()); }
    GenerationOptions defaults() const;

    double temperature() const { return overrides().temperature.value_or(defaults().temperature); }
    double topP() const { return overrides().top_p.value_or(defaults().top_p); }
    int maxTokens() const { return overrides().max_tokens.value_or(defaults().max_tokens); }

    bool setTemperature(double value);
    bool setTopP(double value);
    bool setMaxTokens(int value);  // at most the context
    bool reset();

  private:
    bool change(const std::function<void(SamplingOverrides&)>& edit);

    const ModelState& model_;
    Settings& settings_;
};

}  // namespace sightline
