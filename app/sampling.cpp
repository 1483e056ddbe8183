#include "app/sampling.h"

#include <algorithm>
#include <cmath>

namespace sightline {

namespace {

std::optional<double> unlessOwn(double value, double own) {
    return std::abs(value - own) < 1e-6 ? std::nullopt : std::optional(value);
}

}  // namespace

GenerationOptions Sampling::defaults() const {
    return model_.loaded() ? model_.loaded()->facts.defaults : GenerationOptions{};
}

bool Sampling::change(const std::function<void(SamplingOverrides&)>& edit) {
    SamplingOverrides changed = overrides();
    edit(changed);
    if (changed == overrides()) return false;
    settings_.setSampling(model_.name(), changed);
    return true;
}

bool Sampling::setTemperature(double value) {
    if (!std::isfinite(value)) return false;
    const auto set = unlessOwn(std::clamp(value, 0.0, 2.0), defaults().temperature);
    return change([&set](SamplingOverrides& overrides) { overrides.temperature = set; });
}

bool Sampling::setTopP(double value) {
    if (!std::isfinite(value)) return false;
    const auto set = unlessOwn(std::clamp(value, 0.01, 1.0), defaults().top_p);
    return change([&set](SamplingOverrides& overrides) { overrides.top_p = set; });
}

bool Sampling::setMaxTokens(int value) {
    value = std::clamp(value, 1, model_.contextLength() > 0 ? model_.contextLength() : 1'000'000);
    const auto set = value == defaults().max_tokens ? std::nullopt : std::optional(value);
    return change([&set](SamplingOverrides& overrides) { overrides.max_tokens = set; });
}

bool Sampling::reset() {
    return change([](SamplingOverrides& overrides) { overrides = {}; });
}

}  // namespace sightline
