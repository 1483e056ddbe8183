// A page as JSON; page.h says which fields there are.
#include <cmath>
#include <nlohmann/json.hpp>

#include "inference/pages/page.h"

namespace sightline {
namespace {

using nlohmann::json;

double rounded(double value, double steps) {
    return std::round(value * steps) / steps;
}

json boxJson(const Box& box) {
    return {rounded(box.left, 10), rounded(box.top, 10), rounded(box.right, 10), rounded(box.bottom, 10)};
}

json quadJson(const Quad& quad) {
    json out = json::array();
    for (const Point& corner : quad)
        out.push_back({rounded(corner.x, 10), rounded(corner.y, 10)});
    return out;
}

const char* nameOf(BlockKind kind) {
    switch (kind) {
        case BlockKind::paragraph:
            return "paragraph";
        case BlockKind::heading:
            return "heading";
        case BlockKind::list_item:
            return "list_item";
        case BlockKind::table:
            return "table";
        case BlockKind::code:
            return "code";
        case BlockKind::label:
            return "label";
    }
    return "paragraph";
}

json wordJson(const Word& word) {
    return {{"text", word.text},
            {"box", boxJson(boundingBox(word.quad))},
            {"quad", quadJson(word.quad)},
            {"confidence", rounded(word.confidence, 1000)}};
}

json lineJson(const Line& line) {
    json out = {{"text", line.text},
                {"box", boxJson(boundingBox(line.quad))},
                {"quad", quadJson(line.quad)},
                {"confidence", rounded(line.confidence, 1000)},
                {"words", json::array()}};
    if (line.raw_text != line.text) out["raw_text"] = line.raw_text;
    if (line.indent > 0) out["indent"] = line.indent;
    if (line.joins_next) out["joins_next"] = true;
    for (const Word& word : line.words)
        out["words"].push_back(wordJson(word));
    return out;
}

json blockJson(const Block& block) {
    json out = {{"kind", nameOf(block.kind)},
                {"row", block.row},
                {"box", boxJson(block.box)},
                {"lines", json::array()}};
    if (block.kind == BlockKind::heading) out["level"] = block.heading_level;
    for (const Line& line : block.lines)
        out["lines"].push_back(lineJson(line));
    if (block.kind == BlockKind::table) {
        out["rows"] = block.rows;
        out["columns"] = block.columns;
        out["cells"] = json::array();
        for (const Cell& cell : block.cells) {
            std::string text;
            for (int i = 0; i < cell.line_count; ++i)
                text += (i > 0 ? " " : "") + block.lines[static_cast<std::size_t>(cell.first_line + i)].text;
            out["cells"].push_back({{"row", cell.row}, {"column", cell.column}, {"text", text}});
        }
    }
    return out;
}

}  // namespace

std::string toJson(const Page& page) {
    json out = {{"width", page.width},
                {"height", page.height},
                {"confidence", rounded(page.confidence, 1000)},
                {"rotation", rounded(page.rotation, 10)},
                {"notes", page.notes},
                {"blocks", json::array()}};
    for (const Block& block : page.blocks)
        out["blocks"].push_back(blockJson(block));
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace sightline
