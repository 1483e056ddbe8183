#include "inference/prompt/chat_template_parser.h"

#include <algorithm>
#include <set>

#include "inference/prompt/chat_template_expressions.h"
#include "inference/prompt/chat_template_functions.h"
#include "inference/prompt/chat_template_lexer.h"

namespace sightline::chat_template {

namespace {

using Kind = Statement::Kind;

class TemplateParser {
  public:
    TemplateParser(std::vector<Token> tokens, const std::string& file)
        : file_(file), reader_(std::move(tokens), file), expressions_(reader_) {}

    Block run() {
        std::string end;
        Block block = parseBlock({}, end);
        checkCalls();
        return block;
    }

  private:
    // Reads until a tag that has one of the names; leaves behind that name, which is `end`.
    Block parseBlock(const std::set<std::string>& ends, std::string& end) {
        if (++depth_ > max_statement_depth)
            reader_.fail(
                "statements are nested deeper than " + std::to_string(max_statement_depth) + " levels",
                ErrorKind::unsupported);
        Block block;
        for (;;) {
            const Token& token = reader_.peek();
            if (token.kind == TokenKind::end) {
                if (!ends.empty())
                    reader_.fail("unexpected end of the template, {% " + *ends.rbegin() + " %} is missing");
                break;
            }
            if (token.kind == TokenKind::block_begin && ends.contains(reader_.peek(1).text) &&
                reader_.peek(1).kind == TokenKind::name) {
                reader_.take();
                end = reader_.take().text;
                break;
            }
            parseStatement(block);
        }
        --depth_;
        return block;
    }

    Statement begin(Kind kind) const {
        Statement statement;
        statement.kind = kind;
        statement.line = reader_.peek().line;
        return statement;
    }
    void endTag() { reader_.wantEnd(TokenKind::block_end); }

    void parseStatement(Block& block) {
        const Token token = reader_.take();
        if (token.kind == TokenKind::text) {
            Statement statement = begin(Kind::text);
            statement.text = std::make_shared<const Text>(Text::of(token.text, true));
            block.push_back(std::move(statement));
        } else if (token.kind == TokenKind::output_begin) {
            Statement statement = begin(Kind::output);
            statement.expression = expressions_.parse();
            reader_.wantEnd(TokenKind::output_end);
            block.push_back(std::move(statement));
        } else {
            block.push_back(parseTag());
        }
    }

    Statement parseTag() {
        if (reader_.peek().kind != TokenKind::name) reader_.unexpected();
        const std::string name = reader_.peek().text;
        static const std::set<std::string> only_inside = {"else",   "elif",   "endif",
                                                          "endfor", "endset", "endmacro"};
        if (only_inside.contains(name)) reader_.fail("unexpected tag '" + name + "'");
        if (name == "for") return parseFor();
        if (name == "if") return parseIf();
        if (name == "set") return parseSet();
        if (name == "macro") return parseMacro();
        if (name == "break" || name == "continue") {
            if (loops_ == 0) reader_.fail("'" + name + "' outside of a loop");
            Statement statement = begin(name == "break" ? Kind::break_loop : Kind::continue_loop);
            reader_.take();
            endTag();
            return statement;
        }
        reader_.refuse("the tag '" + name + "'");
    }

    std::vector<std::string> targets() {
        std::vector<std::string> names;
        const bool in_parentheses = reader_.takeSign("(");
        do {
            static const std::set<std::string> reserved = {"true", "false", "none", "True", "False",
                                                           "None", "loop",  "in",   "not"};
            if (reserved.contains(reader_.peek().text)) reader_.unexpected();
            names.push_back(reader_.wantName());
        } while (reader_.takeSign(","));
        if (in_parentheses) reader_.wantSign(")");
        return names;
    }

    Statement parseFor() {
        Statement loop = begin(Kind::for_loop);
        reader_.take();
        loop.names = targets();
        if (!reader_.takeName("in")) reader_.unexpected();
        loop.expression = expressions_.parseWithoutCondition();
        if (reader_.takeName("if")) loop.condition = expressions_.parseSingle();
        if (reader_.isName("recursive")) reader_.refuse("a recursive loop");
        endTag();
        std::string end;
        ++loops_;
        ++inner_scopes_;
        loop.bodies.push_back(parseBlock({"else", "endfor"}, end));
        --loops_;
        if (end == "else") {
            endTag();
            loop.otherwise = parseBlock({"endfor"}, end);
        }
        --inner_scopes_;
        endTag();
        return loop;
    }

    Statement parseIf() {
        Statement branches = begin(Kind::branches);
        reader_.take();
        std::string end;
        do {
            branches.conditions.push_back(expressions_.parse());
            endTag();
            branches.bodies.push_back(parseBlock({"elif", "else", "endif"}, end));
        } while (end == "elif");
        if (end == "else") {
            endTag();
            branches.otherwise = parseBlock({"endif"}, end);
        }
        endTag();
        return branches;
    }

    Statement parseSet() {
        Statement set = begin(Kind::set);
        reader_.take();
        if (reader_.peek(1).kind == TokenKind::sign && reader_.peek(1).text == ".") {
            set.kind = Kind::set_attribute;
            set.names.push_back(reader_.wantName());
            reader_.wantSign(".");
            set.names.push_back(reader_.wantName());
        } else {
            set.names = targets();
        }
        if (reader_.takeSign("=")) {
            set.expression = expressions_.parse();
            endTag();
            return set;
        }
        if (reader_.isSign("|")) reader_.refuse("a filter on a {% set %} block");
        if (set.kind == Kind::set_attribute || set.names.size() != 1) reader_.unexpected();
        endTag();
        set.kind = Kind::set_block;
        std::string end;
        ++inner_scopes_;
        const int outer_loops = std::exchange(loops_, 0);
        set.bodies.push_back(parseBlock({"endset"}, end));
        loops_ = outer_loops;
        --inner_scopes_;
        endTag();
        return set;
    }

    Statement parseMacro() {
        if (inner_scopes_ > 0) reader_.refuse("a macro inside of a loop, a {% set %} block or a macro");
        Statement macro = begin(Kind::macro);
        reader_.take();
        macro.names.push_back(reader_.wantName());
        macros_.insert(macro.names[0]);
        reader_.wantSign("(");
        while (!reader_.isSign(")")) {
            std::string name = reader_.wantName();
            ExpressionPtr fallback = reader_.takeSign("=") ? expressions_.parseSingle() : nullptr;
            if (!fallback && !macro.parameters.empty() && macro.parameters.back().second)
                reader_.fail("a parameter without a default behind one with a default");
            macro.parameters.emplace_back(std::move(name), std::move(fallback));
            if (!reader_.isSign(")")) reader_.wantSign(",");
        }
        reader_.wantSign(")");
        endTag();
        std::string end;
        ++inner_scopes_;
        const int outer_loops = std::exchange(loops_, 0);
        macro.bodies.push_back(parseBlock({"endmacro"}, end));
        loops_ = outer_loops;
        --inner_scopes_;
        if (reader_.peek().kind == TokenKind::name) reader_.take();  // the macro's name may be repeated
        endTag();
        return macro;
    }

    // At the end, because a macro may stand behind its calls.
    void checkCalls() const {
        for (const auto& [name, line] : expressions_.calls())
            if (!isKnownFunction(name) && !macros_.contains(name))
                throw Error(ErrorKind::unsupported, file_ + ": line " + std::to_string(line) +
                                                        ": the function " + name + "() is not implemented");
    }

    const std::string& file_;
    TokenReader reader_;
    ExpressionParser expressions_;
    std::set<std::string> macros_;
    int depth_ = 0;
    int loops_ = 0;         // that enclose the place, within its macro
    int inner_scopes_ = 0;  // loops, set blocks and macros that enclose the place
};

}  // namespace

Block parseTemplate(std::string_view source, const std::string& file) {
    return TemplateParser(cutTemplate(source, file), file).run();
}

}  // namespace sightline::chat_template
