// Packs a model folder, or opens what is packed already, and says what it took: for ./dev bench and by hand.
#include <getopt.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "inference/files/model_weights.h"
#include "inference/files/packed_weights.h"

namespace {

using namespace sightline;
using Seconds = std::chrono::duration<double>;

constexpr const char* usage = R"(usage: pack_model [options] MODEL CACHE_FOLDER

Opens the packed weights of a model folder; packs them first if there are none in CACHE_FOLDER. Prints JSON.

  --precision P    int8 or int4 (default int4)
  --threads N      default: one a processor
  --mapped         computes on the mapped file instead of a copy in memory
  --quiet          no progress on standard error
)";

// A field of /proc/self/status, in MiB.
double statusMebibytes(const std::string& field) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(field + ":"))
            return std::strtod(line.c_str() + field.size() + 1, nullptr) / 1024;
    return -1;
}

void showProgress(PackedStage stage, double fraction, double seconds_left) {
    constexpr std::array names{"waiting", "packing", "reading"};
    std::fprintf(stderr, "\r%s %3.0f %%", names.at(static_cast<std::size_t>(stage)), 100 * fraction);
    if (seconds_left >= 0) std::fprintf(stderr, ", %.0f s left   ", seconds_left);
}

int run(const std::string& model, PackedOptions options, bool quiet) {
    const auto start = std::chrono::steady_clock::now();
    const ModelConfig config = readModelConfig(model);
    const WeightFiles files = WeightFiles::open(model);
    checkWeights(config, files);
    bool packed = false;
    const auto progress = [&](PackedStage stage, double fraction, double seconds_left) {
        packed |= stage == PackedStage::packing;
        if (!quiet) showProgress(stage, fraction, seconds_left);
    };
    const auto weights = PackedWeights::open(config, files, model, options, progress, {});
    const Seconds taken = std::chrono::steady_clock::now() - start;
    if (!quiet) std::cerr << '\n';
    const nlohmann::ordered_json result{{"packed", packed},
                                        {"seconds", taken.count()},
                                        {"bytes", weights->bytes()},
                                        {"mapped", weights->isMapped()},
                                        {"threads", options.threads},
                                        {"peak_rss_mib", statusMebibytes("VmHWM")},
                                        {"rss_mib", statusMebibytes("VmRSS")},
                                        {"rss_of_files_mib", statusMebibytes("RssFile")},
                                        {"notice", weights->notice()}};
    std::cout << result.dump(1) << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    PackedOptions options;
    options.precision = Precision::int4;
    options.threads = static_cast<int>(std::thread::hardware_concurrency());
    options.placement = PackedPlacement::copied;
    bool quiet = false;
    const std::array<option, 5> known{{{"precision", required_argument, nullptr, 'p'},
                                       {"threads", required_argument, nullptr, 't'},
                                       {"mapped", no_argument, nullptr, 'm'},
                                       {"quiet", no_argument, nullptr, 'q'},
                                       {nullptr, 0, nullptr, 0}}};
    for (int c = 0; (c = getopt_long(argc, argv, "", known.data(), nullptr)) != -1;) {
        const std::string value = optarg != nullptr ? optarg : "";
        if (c == 'p' && (value == "int8" || value == "int4")) {
            options.precision = value == "int8" ? Precision::int8 : Precision::int4;
        } else if (c == 't' && std::atoi(value.c_str()) > 0) {
            options.threads = std::atoi(value.c_str());
        } else if (c == 'm') {
            options.placement = PackedPlacement::mapped;
        } else if (c == 'q') {
            quiet = true;
        } else {
            std::cerr << usage;
            return 2;
        }
    }
    if (argc - optind != 2) {
        std::cerr << usage;
        return 2;
    }
    options.cache_folder = argv[optind + 1];
    try {
        return run(argv[optind], options, quiet);
    } catch (const std::exception& error) {
        std::cerr << "pack_model: " << error.what() << '\n';
        return 1;
    }
}
