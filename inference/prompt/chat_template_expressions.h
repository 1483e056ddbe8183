// The expressions of a chat template: a parser by recursive descent with Jinja's precedences.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "inference/prompt/chat_template_ast.h"
#include "inference/prompt/chat_template_lexer.h"

namespace sightline::chat_template {

// The tokens of a template and how far they are read.
class TokenReader {
  public:
    TokenReader(std::vector<Token> tokens, const std::string& file)
        : tokens_(std::move(tokens)), file_(file) {}

    const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    Token take();
    bool isSign(std::string_view sign) const { return peek().kind == TokenKind::sign && peek().text == sign; }
    bool isName(std::string_view name) const { return peek().kind == TokenKind::name && peek().text == name; }
    bool takeSign(std::string_view sign);
    bool takeName(std::string_view name);
    void wantSign(std::string_view sign);
    std::string wantName();
    void wantEnd(TokenKind kind);

    [[noreturn]] void fail(const std::string& what, ErrorKind kind = ErrorKind::invalid_model) const;
    [[noreturn]] void refuse(const std::string& construct) const;  // "... is not implemented", unsupported
    [[noreturn]] void unexpected() const;

  private:
    std::vector<Token> tokens_;
    const std::string& file_;
    std::size_t at_ = 0;
};

class ExpressionParser {
  public:
    explicit ExpressionParser(TokenReader& reader) : reader_(reader) {}

    ExpressionPtr parse();                  // any expression, "a, b" makes a list
    ExpressionPtr parseSingle();            // no commas on the outside
    ExpressionPtr parseWithoutCondition();  // nor "a if b else c": what stands between "in" and "if" of a for
    // Functions that were called by name, with the line of each call: known ones and macros, checked at the
    // end.
    const std::vector<std::pair<std::string, int>>& calls() const { return calls_; }

  private:
    ExpressionPtr make(Expression::Kind kind, std::vector<ExpressionPtr> children, std::string name = {});
    ExpressionPtr parseOr();
    ExpressionPtr parseAnd();
    ExpressionPtr parseNot();
    ExpressionPtr parseCompare();
    ExpressionPtr parseSum();
    ExpressionPtr parseConcat();
    ExpressionPtr parseProduct();
    ExpressionPtr parseUnary(bool with_filters);
    ExpressionPtr parsePrimary();
    ExpressionPtr parseList();
    ExpressionPtr parseDict();
    ExpressionPtr parseParentheses();
    ExpressionPtr parseString();
    ExpressionPtr parsePostfix(ExpressionPtr value);
    ExpressionPtr parseFilters(ExpressionPtr value);
    ExpressionPtr parseTest(ExpressionPtr value);
    ExpressionPtr parseSubscript(ExpressionPtr value);
    ExpressionPtr parseCall(ExpressionPtr value);
    Arguments parseArguments();
    void checkDepth(Expression& expression);

    TokenReader& reader_;
    int nesting_ = 0;  // of brackets and prefixes, for which the parser calls itself
    std::vector<std::pair<std::string, int>> calls_;
};

}  // namespace sightline::chat_template
