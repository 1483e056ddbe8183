#include "app/documents/pdf_page_content.h"

#include <QByteArray>
#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <qpdf/Pl_QPDFTokenizer.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "app/documents/pdf_text_layer.h"

namespace sightline {

namespace {

constexpr std::array<std::string_view, 4> text_operations{"Tj", "TJ", "'", "\""};
constexpr std::array<std::string_view, 11> paint_operations{"f",  "F", "f*", "B",  "B*", "b",
                                                            "b*", "S", "s",  "Do", "sh"};

// Stops a stream that unpacks into more than anyone would draw.
class Limit : public Pipeline {
  public:
    explicit Limit(Pipeline* to) : Pipeline("limit", to) {}
    void write(const unsigned char* data, std::size_t size) override {
        seen_ += size;
        if (seen_ > most_content_bytes) throw std::length_error("the page's content is too large");
        getNext()->write(data, size);
    }
    void finish() override { getNext()->finish(); }

  private:
    std::size_t seen_ = 0;
};

class ContentReader : public QPDFObjectHandle::TokenFilter {
  public:
    void handleToken(const QPDFTokenizer::Token& token) override {
        switch (token.getType()) {
            case QPDFTokenizer::tt_integer:
            case QPDFTokenizer::tt_real:
                operands_.push_back(QByteArray::fromStdString(token.getValue()).toDouble());
                // Long arrays of numbers are no operands of what is looked at here.
                if (operands_.size() > 64) operands_.erase(operands_.begin(), operands_.end() - 6);
                break;
            case QPDFTokenizer::tt_word:
                apply(token.getValue());
                operands_.clear();
                break;
            case QPDFTokenizer::tt_inline_image:
                painted();
                break;
            case QPDFTokenizer::tt_dict_open:
            case QPDFTokenizer::tt_array_open:
                ++nesting_;
                break;
            case QPDFTokenizer::tt_dict_close:
            case QPDFTokenizer::tt_array_close:
                if (nesting_ > 0) --nesting_;
                break;
            case QPDFTokenizer::tt_bad:
                end_.readable = false;
                break;
            default:
                break;
        }
    }

    PageContentEnd end() const {
        PageContentEnd end = end_;
        end.open_states = states_.size();
        end.matrix = state_.matrix;
        if (nesting_ > 0) end.readable = false;  // it would take in what is appended
        return end;
    }

  private:
    struct State {
        QPDFMatrix matrix;
        int render_mode = 0;
    };

    void apply(const std::string& operation) {
        if (operation == "q") {
            states_.push_back(state_);
        } else if (operation == "Q") {
            if (states_.empty()) {
                ++end_.extra_restores;
            } else {
                state_ = states_.back();
                states_.pop_back();
            }
        } else if (operation == "cm" && operands_.size() >= 6) {
            const double* value = operands_.data() + operands_.size() - 6;
            state_.matrix.concat(QPDFMatrix(value[0], value[1], value[2], value[3], value[4], value[5]));
        } else if (operation == "BT" || operation == "ET") {
            end_.open_text = operation == "BT";
        } else if (operation == "BMC" || operation == "BDC") {
            ++end_.open_marks;
        } else if (operation == "EMC") {
            if (end_.open_marks > 0) --end_.open_marks;
        } else if (operation == "Tr" && !operands_.empty()) {
            state_.render_mode = static_cast<int>(operands_.back());
        } else if (std::find(text_operations.begin(), text_operations.end(), operation) !=
                   text_operations.end()) {
            if (state_.render_mode == 3) end_.invisible_text = true;
            painted();
        } else if (std::find(paint_operations.begin(), paint_operations.end(), operation) !=
                   paint_operations.end()) {
            painted();
        }
    }

    void painted() {
        if (end_.extra_restores > 0) end_.painted_after = true;
    }

    std::vector<double> operands_;
    State state_;
    std::vector<State> states_;
    std::size_t nesting_ = 0;
    PageContentEnd end_;
};

std::string repeated(const char* operation, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i)
        text += operation;
    return text;
}

// "a b c d e f" of the inverse; empty if there is none.
std::string inverse(const QPDFMatrix& m) {
    const double determinant = m.a * m.d - m.b * m.c;
    const std::array<double, 6> values{m.d / determinant,
                                       -m.b / determinant,
                                       -m.c / determinant,
                                       m.a / determinant,
                                       (m.c * m.f - m.d * m.e) / determinant,
                                       (m.b * m.e - m.a * m.f) / determinant};
    std::string text;
    for (const double value : values) {
        if (!(std::abs(value) < 1e9)) return {};
        text += QByteArray::number(value, 'f', 9).toStdString() + ' ';
    }
    return text;
}

}  // namespace

PageContentEnd endOfContent(QPDFPageObjectHelper& page) {
    ContentReader reader;
    try {
        Pl_QPDFTokenizer tokenizer("content", &reader);
        Limit limit(&tokenizer);
        page.pipeContents(&limit);
        // What could be decoded has been read; qpdf reports the rest as warnings of the document.
        return reader.end();
    } catch (const std::exception&) {
        PageContentEnd unknown;
        unknown.readable = false;
        return unknown;
    }
}

ContentWrap wrapFor(const PageContentEnd& end) {
    ContentWrap wrap;
    wrap.after = std::string("\n") + (end.open_text ? "ET\n" : "") + repeated("EMC\n", end.open_marks);
    if (end.extra_restores > 0 && end.painted_after) {
        // What was skipped would bring back the state of a q of ours, and move what is painted then.
        const std::string back = inverse(end.matrix);
        wrap.after += "q\n" + (back.empty() ? std::string() : back + "cm\n");
    } else {
        wrap.before = repeated("q\n", end.extra_restores + 1);
        wrap.after += repeated("Q\n", end.open_states + 1) + "q\n";
    }
    return wrap;
}

}  // namespace sightline
