// What the ask panel shares with the conversation that the main window shows: one model, one reader, one
// history, one set of replies in the making.
#pragma once

#include <functional>
#include <memory>

namespace sightline {

class History;
class MachineSpeed;
class ModelState;
class ModelWorker;
class Parameters;
class PictureStore;
class PictureTexts;
class RunningReplies;

// All outlive whoever gets it. GUI thread.
struct SharedParts {
    ModelWorker& worker;
    History* history;  // null = nothing is kept
    ModelState& model;
    PictureTexts& texts;
    MachineSpeed& speed;
    Parameters& parameters;
    RunningReplies& replies;
    std::shared_ptr<PictureStore> pictures;
    // Somebody is about to ask: a model that was unloaded is loaded again.
    std::function<void()> use_model;
};

}  // namespace sightline
