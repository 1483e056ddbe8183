// A folder of reference values: inputs and the results of the reference implementation, as indexes in JSON
// and tensors in safetensors files. Nothing here knows the name of a case: everything is taken from the
// indexes.
#pragma once

#include <ATen/ATen.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "inference/files/model_config.h"
#include "inference/files/safetensors.h"
#include "inference/prompt/prompt_encoder.h"

namespace sightline::golden {

using Json = nlohmann::ordered_json;

// The tensors of one file, copied out of it.
class Tensors {
  public:
    explicit Tensors(const std::filesystem::path& file);
    bool has(const std::string& name) const { return tensors_.contains(name); }
    // Throws Error(invalid_input) naming file and tensor.
    const at::Tensor& at(const std::string& name) const;
    const std::map<std::string, at::Tensor>& all() const { return tensors_; }

  private:
    std::string file_;
    std::map<std::string, at::Tensor> tensors_;
};

// What was compared in one case: the largest difference of each stage, and what failed.
class Comparison {
  public:
    // Stage names are those of the tensors without layer numbers. A limit < 0 is not checked, only shown.
    void values(const std::string& name, const at::Tensor& mine, const at::Tensor& reference, double limit);
    void equal(const std::string& name, const at::Tensor& mine, const at::Tensor& reference);
    void check(const std::string& what, bool good);
    void number(const std::string& name, double value, double limit);

    bool passed() const { return failures_.empty(); }
    std::string line() const;  // "ids exact · vision.merger 3.1e-07 · logits 2.2e-05", then the failures

  private:
    void note(const std::string& stage, double error);
    std::vector<std::string> order_;
    std::map<std::string, double> errors_;
    std::vector<std::string> exact_;
    std::vector<std::string> failures_;
};

// A set of pictures and clips that messages refer to by path.
class Media {
  public:
    explicit Media(const std::filesystem::path& folder);

    struct Entry {
        std::string name;
        Json info;
        bool video = false;
    };
    const std::vector<Entry>& entries() const { return entries_; }
    const std::filesystem::path& folder() const { return folder_; }

    // The visuals of a list of messages, in order of appearance, made from the files by our own pipeline with
    // the options of a model. If this build cannot decode the files, the reference patches stand in for them.
    std::vector<VisualInput> visuals(const Json& messages, const ModelConfig& config) const;
    VisualInput visual(const Entry& entry, const ModelConfig& config) const;
    // The clip of an entry, as a part of a prompt.
    VideoPart video(const Entry& entry) const;
    Picture picture(const std::string& file) const;
    bool canDecode() const { return can_decode_; }

  private:
    const Entry& find(const std::string& path) const;
    VisualInput stored(const Entry& entry) const;

    std::filesystem::path folder_;
    std::vector<Entry> entries_;
    bool can_decode_ = true;
};

Json readJson(const std::filesystem::path& file);

}  // namespace sightline::golden
