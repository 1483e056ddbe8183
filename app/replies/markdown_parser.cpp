#include "app/replies/markdown_parser.h"

#include <md4c.h>

#include <QByteArray>
#include <algorithm>
#include <array>
#include <vector>

#include "app/replies/markdown_entities.h"

namespace sightline {

namespace {

constexpr qsizetype most_cells = 20000;
constexpr qsizetype deepest_shown = 12;
constexpr int stop_parsing = 1;

using Kind = MarkdownBlock::Kind;
using Marker = MarkdownBlock::Marker;

// Characters of md4c's attribute (an address, a language) as text.
QString toText(const MD_ATTRIBUTE& attribute) {
    QString text;
    for (unsigned part = 0; attribute.size > 0 && attribute.substr_offsets[part] < attribute.size; ++part) {
        const MD_OFFSET start = attribute.substr_offsets[part];
        const QString piece =
            QString::fromUtf8(attribute.text + start, attribute.substr_offsets[part + 1] - start);
        switch (attribute.substr_types[part]) {
            case MD_TEXT_ENTITY:
                text += decodeEntity(piece);
                break;
            case MD_TEXT_NULLCHAR:
                text += QChar(QChar::ReplacementCharacter);
                break;
            default:
                text += piece;
        }
    }
    return text;
}

// Follows md4c through the text and gathers blocks.
class Reader {
  public:
    bool parse(QStringView source);
    MarkdownBlocks take() { return std::move(blocks_); }

  private:
    struct Container {
        Nest nest = Nest::quote;
        bool is_list = false;  // stands for <ul> or <ol>: not drawn itself, its items are
        bool tight = false;
        bool ordered = false;
        int next = 0;
    };

    int enterBlock(MD_BLOCKTYPE type, const void* detail);
    int leaveBlock(MD_BLOCKTYPE type);
    void enterSpan(MD_SPANTYPE type, const void* detail);
    void leaveSpan(MD_SPANTYPE type);
    void addText(MD_TEXTTYPE type, QString text);

    void beginItem(const MD_BLOCK_LI_DETAIL& detail);
    void open(Kind kind);
    void close();
    void append(const QString& text);
    const Container* innermostList() const;

    MarkdownBlocks blocks_;
    MarkdownBlock block_;  // the one that is being read
    bool open_ = false;
    std::vector<Container> containers_;
    Marker marker_ = Marker::none;  // of an item whose first block has not come yet
    int ordinal_ = 0;
    int top_list_ = 0;    // counts the lists that stand in no other
    int last_list_ = -1;  // that the last block stands in; 0 or less: in none
    std::array<int, 4> styles_{};
    std::vector<QString> links_;
    std::vector<std::pair<qsizetype, QString>> pictures_;  // where the text began, address
};

const Reader::Container* Reader::innermostList() const {
    const auto found = std::find_if(containers_.rbegin(), containers_.rend(),
                                    [](const Container& container) { return container.is_list; });
    return found == containers_.rend() ? nullptr : &*found;
}

void Reader::open(Kind kind) {
    close();
    open_ = true;
    block_ = {};
    block_.kind = kind;
    block_.marker = std::exchange(marker_, Marker::none);
    block_.ordinal = block_.marker == Marker::ordinal ? ordinal_ : 0;
    for (const Container& container : containers_) {
        if (!container.is_list && block_.nesting.size() < deepest_shown)
            block_.nesting.append(container.nest);
    }
    const Container* list = innermostList();
    block_.joined = list != nullptr && list->tight && last_list_ == top_list_;
    last_list_ = list != nullptr ? top_list_ : -1;
}

void Reader::close() {
    if (!open_) return;
    open_ = false;
    if (block_.kind == Kind::code) {
        if (block_.text.endsWith(QLatin1Char('\n'))) block_.text.chop(1);
    } else if (block_.kind != Kind::table) {
        while (block_.text.endsWith(QLatin1Char('\n')))
            block_.text.chop(1);
    }
    // A paragraph of nothing, such as a picture without description and address, is not shown.
    if (block_.kind == Kind::paragraph && block_.text.isEmpty() && block_.marker == Marker::none) return;
    blocks_.append(std::move(block_));
}

void Reader::beginItem(const MD_BLOCK_LI_DETAIL& detail) {
    Container& list = containers_.back();
    ordinal_ = list.next++;
    marker_ = detail.is_task ? (detail.task_mark == ' ' ? Marker::open_task : Marker::done_task)
                             : (list.ordered ? Marker::ordinal : Marker::bullet);
    containers_.push_back({Nest::item});
}

int Reader::enterBlock(MD_BLOCKTYPE type, const void* detail) {
    switch (type) {
        case MD_BLOCK_QUOTE:
            close();
            containers_.push_back({Nest::quote});
            break;
        case MD_BLOCK_UL:
        case MD_BLOCK_OL: {
            close();
            // The outer of two items that begin on one line shows its own mark.
            if (marker_ != Marker::none) {
                open(Kind::paragraph);
                close();
            }
            if (innermostList() == nullptr) ++top_list_;
            Container list;
            list.is_list = true;
            list.ordered = type == MD_BLOCK_OL;
            if (list.ordered) {
                const auto& facts = *static_cast<const MD_BLOCK_OL_DETAIL*>(detail);
                list.tight = facts.is_tight != 0;
                list.next = static_cast<int>(facts.start);
            } else {
                list.tight = static_cast<const MD_BLOCK_UL_DETAIL*>(detail)->is_tight != 0;
            }
            containers_.push_back(list);
            break;
        }
        case MD_BLOCK_LI:
            close();
            beginItem(*static_cast<const MD_BLOCK_LI_DETAIL*>(detail));
            break;
        case MD_BLOCK_HR:
            open(Kind::rule);
            break;
        case MD_BLOCK_H:
            open(Kind::heading);
            block_.level = static_cast<int>(static_cast<const MD_BLOCK_H_DETAIL*>(detail)->level);
            break;
        case MD_BLOCK_CODE:
            open(Kind::code);
            block_.language = toText(static_cast<const MD_BLOCK_CODE_DETAIL*>(detail)->lang);
            break;
        case MD_BLOCK_P:
            open(Kind::paragraph);
            break;
        case MD_BLOCK_TABLE: {
            open(Kind::table);
            const auto& facts = *static_cast<const MD_BLOCK_TABLE_DETAIL*>(detail);
            const qsizetype cells =
                qsizetype(facts.col_count) * (facts.head_row_count + facts.body_row_count);
            if (cells > most_cells) return stop_parsing;
            block_.columns.resize(facts.col_count);
            break;
        }
        case MD_BLOCK_TH:
        case MD_BLOCK_TD: {
            const qsizetype column = block_.cells.size() % block_.columns.size();
            if (!block_.cells.isEmpty()) append(column == 0 ? QStringLiteral("\n") : QStringLiteral("\t"));
            const MD_ALIGN align = static_cast<const MD_BLOCK_TD_DETAIL*>(detail)->align;
            block_.columns[column] = align == MD_ALIGN_RIGHT    ? Qt::AlignRight
                                     : align == MD_ALIGN_CENTER ? Qt::AlignHCenter
                                                                : Qt::AlignLeft;
            block_.cells.append({block_.length(), 0});
            break;
        }
        default:
            break;
    }
    return 0;
}

int Reader::leaveBlock(MD_BLOCKTYPE type) {
    switch (type) {
        case MD_BLOCK_LI:
            if (marker_ != Marker::none) open(Kind::paragraph);  // an item without anything in it
            close();
            containers_.pop_back();
            break;
        case MD_BLOCK_QUOTE:
            close();
            containers_.pop_back();
            break;
        case MD_BLOCK_UL:
        case MD_BLOCK_OL:
            close();
            containers_.pop_back();
            if (innermostList() == nullptr) last_list_ = -1;
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            block_.cells.back().length = block_.length() - block_.cells.back().start;
            break;
        case MD_BLOCK_HR:
        case MD_BLOCK_H:
        case MD_BLOCK_CODE:
        case MD_BLOCK_P:
        case MD_BLOCK_TABLE:
        case MD_BLOCK_DOC:
            close();
            break;
        default:
            break;
    }
    return 0;
}

void Reader::enterSpan(MD_SPANTYPE type, const void* detail) {
    if (type == MD_SPAN_STRONG) ++styles_[0];
    if (type == MD_SPAN_EM) ++styles_[1];
    if (type == MD_SPAN_CODE) ++styles_[2];
    if (type == MD_SPAN_DEL) ++styles_[3];
    if (type == MD_SPAN_A) links_.push_back(toText(static_cast<const MD_SPAN_A_DETAIL*>(detail)->href));
    if (type == MD_SPAN_IMG) {
        if (!open_) open(Kind::paragraph);
        pictures_.emplace_back(block_.text.size(),
                               toText(static_cast<const MD_SPAN_IMG_DETAIL*>(detail)->src));
    }
}

void Reader::leaveSpan(MD_SPANTYPE type) {
    if (type == MD_SPAN_STRONG) --styles_[0];
    if (type == MD_SPAN_EM) --styles_[1];
    if (type == MD_SPAN_CODE) --styles_[2];
    if (type == MD_SPAN_DEL) --styles_[3];
    if (type == MD_SPAN_A) links_.pop_back();
    if (type == MD_SPAN_IMG) {
        if (block_.text.size() == pictures_.back().first) append(pictures_.back().second.simplified());
        pictures_.pop_back();
    }
}

void Reader::append(const QString& text) {
    int style = 0;
    for (std::size_t bit = 0; bit < styles_.size(); ++bit)
        style |= styles_[bit] > 0 ? 1 << bit : 0;
    const QString link = links_.empty() ? QString() : links_.back();
    const TextSpan span{block_.length(), static_cast<int>(text.size()), style, link};
    block_.text += text;
    if (span.length == 0 || (style == 0 && link.isEmpty())) return;
    if (!block_.spans.isEmpty()) {
        TextSpan& last = block_.spans.back();
        if (last.start + last.length == span.start && last.style == style && last.link == link) {
            last.length += span.length;
            return;
        }
    }
    block_.spans.append(span);
}

void Reader::addText(MD_TEXTTYPE type, QString text) {
    if (!open_) open(Kind::paragraph);  // an item of a tight list has no paragraph of md4c's
    if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
        // Whoever reads a picture answers with its lines: they stay lines.
        text = block_.kind == Kind::table || !pictures_.empty() ? QStringLiteral(" ") : QStringLiteral("\n");
    } else if (type == MD_TEXT_NULLCHAR) {
        text = QChar(QChar::ReplacementCharacter);
    } else if (type == MD_TEXT_ENTITY) {
        text = decodeEntity(text);
    }
    if (block_.kind != Kind::code && type != MD_TEXT_BR && type != MD_TEXT_SOFTBR) {
        text.replace(QLatin1Char('\n'), QLatin1Char(' '));
        if (block_.kind == Kind::table) text.replace(QLatin1Char('\t'), QLatin1Char(' '));
    }
    append(text);
}

bool Reader::parse(QStringView source) {
    MD_PARSER parser{};
    parser.flags = MD_DIALECT_GITHUB | MD_FLAG_NOHTML;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
        return static_cast<Reader*>(self)->enterBlock(type, detail);
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void*, void* self) {
        return static_cast<Reader*>(self)->leaveBlock(type);
    };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* self) {
        static_cast<Reader*>(self)->enterSpan(type, detail);
        return 0;
    };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* self) {
        static_cast<Reader*>(self)->leaveSpan(type);
        return 0;
    };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* self) {
        static_cast<Reader*>(self)->addText(type, QString::fromUtf8(text, size));
        return 0;
    };
    const QByteArray bytes = source.toUtf8();
    return md_parse(bytes.constData(), static_cast<MD_SIZE>(bytes.size()), &parser, this) == 0;
}

}  // namespace

MarkdownBlocks parseMarkdown(QStringView source) {
    Reader reader;
    if (reader.parse(source)) return reader.take();
    MarkdownBlock plain;
    plain.text = source.trimmed().toString();
    if (plain.text.isEmpty()) return {};
    return {plain};
}

}  // namespace sightline
