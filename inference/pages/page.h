// What the text reader found in a picture: values, without a network, Qt or OpenCV. Every coordinate is in
// pixels of the original picture (x to the right, y down, the upper left corner of the first pixel is 0,0),
// whatever was turned, straightened or enlarged on the way.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sightline {

struct Point {
    double x = 0;
    double y = 0;
};

struct Box {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;

    double width() const { return right - left; }
    double height() const { return bottom - top; }
};

// Four corners, clockwise as the text is read: the first is where the text's upper left is, so that the text
// runs from corner 0 to corner 1 even if it stands on its head in the picture.
using Quad = std::array<Point, 4>;

double distance(const Point& a, const Point& b);
Box boundingBox(const Quad& quad);
Quad quadOf(const Box& box);

struct Word {
    std::string text;  // UTF-8, without spaces
    Quad quad{};
    double confidence = 0;  // 0..1, mean over the characters
};

struct Line {
    std::string
        text;  // UTF-8; the words with their spaces, wide gaps as several spaces in code and terminals
    std::string raw_text;  // what was read before any repair
    std::vector<Word> words;
    Quad quad{};
    double confidence = 0;  // 0..1
    int indent = 0;         // spaces before it relative to its column of text, in widths of a usual character
    bool joins_next = false;  // the paragraph goes on in the next line of the block
};

enum class BlockKind { paragraph, heading, list_item, table, code, label };

// Lines of a table's cell: the cell's text is block.lines[first_line .. first_line + line_count).
struct Cell {
    int row = 0;
    int column = 0;
    int first_line = 0;
    int line_count = 0;
};

// `label` is text that stands alone: a button, a menu entry, a field of a form.
struct Block {
    BlockKind kind = BlockKind::paragraph;
    int heading_level = 0;  // 1..3 if it is a heading, otherwise 0
    int row = 0;            // blocks with equal row stand beside each other in one row of the page
    Box box;
    std::vector<Line> lines;  // in reading order
    std::vector<Cell> cells;  // table: by row, then column; cells without text are left out
    int rows = 0;
    int columns = 0;
};

struct FindOptions {
    int limit = 50;
    double least_similarity = 0.8;  // 0..1: one wrong letter in five is forgiven
};

struct Match {
    std::vector<Quad> quads;  // one for each line that the match covers
    Box box;                  // around all of them
    std::string text;         // what stands there
    double similarity = 0;    // 0..1; 1 = equal but for case, width and spaces
    int block = 0;
    int line = 0;  // the first one, in its block
};

struct Page {
    int width = 0;  // of the original picture
    int height = 0;
    std::vector<Block> blocks;       // in reading order
    double confidence = 0;           // 0..1, mean over all characters; 0 without text
    double rotation = 0;             // degrees clockwise that the text is turned in the picture
    std::vector<std::string> notes;  // what was done to the picture: "turned by 90 degrees", "straightened"

    bool empty() const { return blocks.empty(); }

    // Best matches first, then in reading order. Forgiving of case, spaces, full and half width, and of one
    // wrong letter in five. An empty query finds nothing.
    std::vector<Match> find(std::string_view query, const FindOptions& options = {}) const;
};

// Where a line stands in the plain text.
struct TextPlace {
    int block = 0;
    int line = 0;           // in its block
    std::size_t begin = 0;  // bytes of the UTF-8 text
    std::size_t end = 0;
};

// Lines in reading order; blocks of one row beside each other, indentation kept. Ends with a newline unless
// it is empty. `places`, if given, gets one entry a line, in the order of the text.
std::string toPlainText(const Page& page, std::vector<TextPlace>* places = nullptr);

// Paragraphs joined, headings by #, tables as pipe tables, code fenced. Text is escaped so that it means
// itself.
std::string toMarkdown(const Page& page);

// One object: {"width", "height", "confidence", "rotation", "notes", "blocks": [{"kind", "level", "box",
// "lines": [{"text", "box", "quad", "confidence", "words": [...]}], "cells": [...]}]}. Valid UTF-8.
std::string toJson(const Page& page);

}  // namespace sightline
