#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "inference/bench/benchmark.h"
#include "inference/console_answer.h"

namespace sightline {
namespace {

using Json = nlohmann::ordered_json;

Json asJson(const MachineSpeed& speed) {
    return {{"threads", speed.threads},
            {"read_gigabytes_per_second", speed.read_gigabytes_per_second},
            {"median_read_gigabytes_per_second", speed.median_read_gigabytes_per_second},
            {"float32_gigaflops", speed.float32_gigaflops},
            {"int8_gigaops", speed.int8_gigaops}};
}

Json asJson(const SpeedMeasurement& measurement) {
    return {{"context_tokens", measurement.context_tokens},
            {"tokens", measurement.tokens},
            {"seconds", measurement.seconds},
            {"tokens_per_second", measurement.tokensPerSecond()}};
}

Json asJson(const EncodeMeasurement& measurement) {
    return {{"width", measurement.picture.width},
            {"height", measurement.picture.height},
            {"model_width", measurement.resized.width},
            {"model_height", measurement.resized.height},
            {"tokens", measurement.tokens},
            {"seconds", measurement.seconds}};
}

Json asJson(const StopMeasurement& measurement) {
    return {{"phase", measurement.phase},           {"count", measurement.count},
            {"median_seconds", measurement.median}, {"p95_seconds", measurement.p95},
            {"worst_seconds", measurement.worst},   {"p95_cpu_seconds", measurement.cpu_p95}};
}

template <typename Measurement>
Json listAsJson(const std::vector<Measurement>& measurements) {
    Json list = Json::array();
    for (const Measurement& measurement : measurements)
        list.push_back(asJson(measurement));
    return list;
}

double mebibytes(std::uint64_t bytes) {
    return static_cast<double>(bytes) / (1 << 20);
}

void line(std::ostream& out, const std::string& name) {
    out << "  " << std::left << std::setw(26) << name;
}

void writeMachine(std::ostream& out, const char* when, const MachineSpeed& speed) {
    line(out, std::string("this machine, ") + when);
    out << speed.read_gigabytes_per_second << " GB/s, " << speed.float32_gigaflops << " float32 GFLOP/s";
    if (speed.int8_gigaops > 0) out << ", " << speed.int8_gigaops << " int8 Gop/s";
    out << " (estimates, " << speed.threads << (speed.threads == 1 ? " thread)\n" : " threads)\n");
}

}  // namespace

std::string BenchmarkReport::toJson() const {
    Json json{{"model",
               {{"name", model.name},
                {"parameters", model.parameters},
                {"weight_bytes", model.weight_bytes},
                {"text_layers", model.text_layers},
                {"vision_layers", model.vision_layers}}},
              {"device", device},
              {"precision", nameOf(engine.precision)},
              {"threads", engine.threads},
              {"context_length", engine.context_length},
              {"prefill_chunk", engine.prefill_chunk},
              {"torch", torch},
              {"load_seconds", load_seconds}};
    json["machine_estimate_before"] = asJson(machine_before);
    json["machine_estimate_after"] = asJson(machine_after);
    json["encode"] = listAsJson(encode);
    json["prefill"] = listAsJson(prefill);
    json["decode"] = listAsJson(decode);
    json["second_turn"] = {{"prompt_tokens", second_turn_prompt_tokens},
                           {"reused_tokens", second_turn_reused_tokens},
                           {"first_token_seconds", second_turn_seconds}};
    json["stop"] = listAsJson(stops);
    json["memory"] = {{"peak_resident_bytes", peak_resident_bytes},
                      {"weights_bytes", memory.weights_bytes},
                      {"kv_cache_bytes", memory.kv_cache_bytes},
                      {"kept_kv_cache_bytes", memory.kept_kv_cache_bytes},
                      {"vision_cache_bytes", memory.vision_cache_bytes}};
    json["left_out"] = left_out;
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string BenchmarkReport::toText() const {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1);
    out << model.name << ", " << static_cast<double>(model.parameters) / 1e6 << " million parameters, "
        << device << ", " << nameOf(engine.precision) << ", " << engine.threads
        << (engine.threads == 1 ? " thread" : " threads") << ", libtorch " << torch << '\n';
    writeMachine(out, "before", machine_before);
    writeMachine(out, "after", machine_after);
    line(out, "load");
    out << std::setprecision(2) << load_seconds << " s\n";
    for (const EncodeMeasurement& encoded : encode) {
        line(out, "encode " + std::to_string(encoded.picture.width) + " x " +
                      std::to_string(encoded.picture.height));
        out << encoded.seconds << " s for " << encoded.tokens << " tokens (" << encoded.resized.width << " x "
            << encoded.resized.height << ")\n";
    }
    out << std::setprecision(1);
    for (const SpeedMeasurement& speed : prefill) {
        line(out, "prefill " + std::to_string(speed.context_tokens) + " tokens");
        out << speed.tokensPerSecond() << " tokens/s\n";
    }
    for (const SpeedMeasurement& speed : decode) {
        line(out, "decode after " + std::to_string(speed.context_tokens));
        out << speed.tokensPerSecond() << " tokens/s\n";
    }
    if (second_turn_prompt_tokens > 0) {
        line(out, "second turn");
        out << std::setprecision(2) << second_turn_seconds << " s to the first token, "
            << second_turn_reused_tokens << " of " << second_turn_prompt_tokens << " tokens reused\n";
    }
    out << std::setprecision(1);
    for (const StopMeasurement& stop : stops) {
        line(out, "stop during " + stop.phase);
        out << "p50 " << stop.median * 1e3 << " ms, p95 " << stop.p95 * 1e3 << " ms, worst "
            << stop.worst * 1e3 << " ms, p95 of processor time " << stop.cpu_p95 * 1e3 << " ms, "
            << stop.count << " stops\n";
    }
    line(out, "peak memory");
    out << mebibytes(peak_resident_bytes) << " MiB, of which weights " << mebibytes(memory.weights_bytes)
        << " MiB\n";
    for (const std::string& reason : left_out)
        out << "  left out: " << reason << '\n';
    return out.str();
}

}  // namespace sightline
