#include "inference/prompt/chat_template_expressions.h"

#include <algorithm>
#include <charconv>

#include "inference/prompt/chat_template_functions.h"

namespace sightline::chat_template {

using Kind = Expression::Kind;

Token TokenReader::take() {
    Token token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
}

bool TokenReader::takeSign(std::string_view sign) {
    if (!isSign(sign)) return false;
    take();
    return true;
}

bool TokenReader::takeName(std::string_view name) {
    if (!isName(name)) return false;
    take();
    return true;
}

void TokenReader::wantSign(std::string_view sign) {
    if (!takeSign(sign)) unexpected();
}

std::string TokenReader::wantName() {
    if (peek().kind != TokenKind::name) unexpected();
    return take().text;
}

void TokenReader::wantEnd(TokenKind kind) {
    if (peek().kind != kind) unexpected();
    take();
}

void TokenReader::fail(const std::string& what, ErrorKind kind) const {
    throw Error(kind, file_ + ": line " + std::to_string(peek().line) + ": " + what);
}

void TokenReader::refuse(const std::string& construct) const {
    fail(construct + " is not implemented", ErrorKind::unsupported);
}

void TokenReader::unexpected() const {
    const Token& token = peek();
    switch (token.kind) {
        case TokenKind::block_end:
            fail("unexpected end of the {% tag");
        case TokenKind::output_end:
            fail("unexpected end of the {{ tag");
        case TokenKind::end:
            fail("unexpected end of the template");
        default:
            fail("unexpected '" + token.text.substr(0, 40) + "'");
    }
}

namespace {

// Counts how deep the parser is in itself.
class Nesting {
  public:
    Nesting(int& depth, const TokenReader& reader) : depth_(depth) {
        if (++depth_ > max_expression_depth)
            reader.fail(
                "an expression is nested deeper than " + std::to_string(max_expression_depth) + " levels",
                ErrorKind::unsupported);
    }
    ~Nesting() { --depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

  private:
    int& depth_;
};

template <typename... Pointers>
std::vector<ExpressionPtr> children(Pointers... pointers) {
    std::vector<ExpressionPtr> result;
    (result.push_back(std::move(pointers)), ...);
    return result;
}

}  // namespace

// Chains such as a + b + c ... need no nesting of the parser, but make deep trees.
void ExpressionParser::checkDepth(Expression& expression) {
    const auto cover = [&expression](const ExpressionPtr& child) {
        if (child) expression.depth = std::max(expression.depth, child->depth + 1);
    };
    for (const auto& child : expression.children)
        cover(child);
    for (const auto& child : expression.arguments.positional)
        cover(child);
    for (const auto& [name, child] : expression.arguments.named)
        cover(child);
    if (expression.depth > max_expression_depth)
        reader_.fail(
            "an expression is nested deeper than " + std::to_string(max_expression_depth) + " levels",
            ErrorKind::unsupported);
}

ExpressionPtr ExpressionParser::make(Kind kind, std::vector<ExpressionPtr> parts, std::string name) {
    auto expression = std::make_unique<Expression>();
    expression->kind = kind;
    expression->line = reader_.peek().line;
    expression->name = std::move(name);
    expression->children = std::move(parts);
    checkDepth(*expression);
    return expression;
}

ExpressionPtr ExpressionParser::parse() {
    ExpressionPtr first = parseSingle();
    if (!reader_.isSign(",")) return first;
    std::vector<ExpressionPtr> items = children(std::move(first));
    while (reader_.takeSign(",")) {
        const TokenKind next = reader_.peek().kind;
        if (next == TokenKind::block_end || next == TokenKind::output_end || reader_.isSign(")")) break;
        items.push_back(parseSingle());
    }
    return make(Kind::list, std::move(items));
}

ExpressionPtr ExpressionParser::parseSingle() {
    const Nesting nesting(nesting_, reader_);
    ExpressionPtr value = parseOr();
    while (reader_.takeName("if")) {
        ExpressionPtr condition = parseOr();
        ExpressionPtr otherwise = reader_.takeName("else") ? parseSingle() : nullptr;
        value =
            make(Kind::conditional, children(std::move(value), std::move(condition), std::move(otherwise)));
    }
    return value;
}

ExpressionPtr ExpressionParser::parseWithoutCondition() {
    return parseOr();
}

ExpressionPtr ExpressionParser::parseOr() {
    ExpressionPtr left = parseAnd();
    while (reader_.takeName("or"))
        left = make(Kind::logical_or, children(std::move(left), parseAnd()));
    return left;
}

ExpressionPtr ExpressionParser::parseAnd() {
    ExpressionPtr left = parseNot();
    while (reader_.takeName("and"))
        left = make(Kind::logical_and, children(std::move(left), parseNot()));
    return left;
}

ExpressionPtr ExpressionParser::parseNot() {
    if (!reader_.takeName("not")) return parseCompare();
    const Nesting nesting(nesting_, reader_);
    return make(Kind::logical_not, children(parseNot()));
}

ExpressionPtr ExpressionParser::parseCompare() {
    ExpressionPtr first = parseSum();
    std::vector<std::string> operators;
    std::vector<ExpressionPtr> operands;
    for (;;) {
        const Token& token = reader_.peek();
        static constexpr std::string_view signs[] = {"==", "!=", "<", "<=", ">", ">="};
        if (token.kind == TokenKind::sign && std::ranges::find(signs, token.text) != std::end(signs)) {
            operators.push_back(reader_.take().text);
        } else if (reader_.takeName("in")) {
            operators.emplace_back("in");
        } else if (reader_.isName("not") && reader_.peek(1).kind == TokenKind::name &&
                   reader_.peek(1).text == "in") {
            reader_.take();
            reader_.take();
            operators.emplace_back("not in");
        } else {
            break;
        }
        operands.push_back(parseSum());
    }
    if (operators.empty()) return first;
    operands.insert(operands.begin(), std::move(first));
    ExpressionPtr result = make(Kind::compare, std::move(operands));
    result->operators = std::move(operators);
    return result;
}

ExpressionPtr ExpressionParser::parseSum() {
    ExpressionPtr left = parseConcat();
    while (reader_.isSign("+") || reader_.isSign("-")) {
        std::string sign = reader_.take().text;
        ExpressionPtr right = parseConcat();
        left = make(Kind::arithmetic, children(std::move(left), std::move(right)), std::move(sign));
    }
    return left;
}

ExpressionPtr ExpressionParser::parseConcat() {
    ExpressionPtr first = parseProduct();
    if (!reader_.isSign("~")) return first;
    std::vector<ExpressionPtr> parts = children(std::move(first));
    while (reader_.takeSign("~"))
        parts.push_back(parseProduct());
    return make(Kind::concat, std::move(parts));
}

ExpressionPtr ExpressionParser::parseProduct() {
    ExpressionPtr left = parseUnary(true);
    while (reader_.isSign("*") || reader_.isSign("/") || reader_.isSign("//") || reader_.isSign("%")) {
        std::string sign = reader_.take().text;
        ExpressionPtr right = parseUnary(true);
        left = make(Kind::arithmetic, children(std::move(left), std::move(right)), std::move(sign));
    }
    if (reader_.isSign("**")) reader_.refuse("the operator **");
    return left;
}

ExpressionPtr ExpressionParser::parseUnary(bool with_filters) {
    const Nesting nesting(nesting_, reader_);
    ExpressionPtr value;
    if (reader_.takeSign("-"))
        value = make(Kind::negative, children(parseUnary(false)));
    else if (reader_.takeSign("+"))
        value = make(Kind::positive, children(parseUnary(false)));
    else
        value = parsePrimary();
    value = parsePostfix(std::move(value));
    return with_filters ? parseFilters(std::move(value)) : std::move(value);
}

ExpressionPtr ExpressionParser::parseString() {
    Text text;
    while (reader_.peek().kind == TokenKind::string)
        text.append(reader_.take().text, true);
    ExpressionPtr literal = make(Kind::literal, {});
    literal->value = Value(std::move(text));
    return literal;
}

ExpressionPtr ExpressionParser::parsePrimary() {
    const Token& token = reader_.peek();
    if (token.kind == TokenKind::string) return parseString();
    if (token.kind == TokenKind::name) {
        static constexpr std::string_view reserved[] = {"and", "or", "not", "in", "is", "if", "else", "elif"};
        if (std::ranges::find(reserved, token.text) != std::end(reserved)) reader_.unexpected();
        ExpressionPtr name = make(Kind::name, {}, token.text);
        if (token.text == "true" || token.text == "True" || token.text == "false" || token.text == "False") {
            name->kind = Kind::literal;
            name->value = Value(token.text == "true" || token.text == "True");
        } else if (token.text == "none" || token.text == "None") {
            name->kind = Kind::literal;
            name->value = Value(None{});
        }
        reader_.take();
        return name;
    }
    if (token.kind == TokenKind::integer || token.kind == TokenKind::number) {
        ExpressionPtr literal = make(Kind::literal, {});
        const char* begin = token.text.data();
        if (token.kind == TokenKind::integer) {
            std::int64_t integer = 0;
            std::from_chars(begin, begin + token.text.size(), integer);
            literal->value = Value(integer);
        } else {
            double number = 0;
            std::from_chars(begin, begin + token.text.size(), number);
            literal->value = Value(number);
        }
        reader_.take();
        return literal;
    }
    if (reader_.isSign("(")) return parseParentheses();
    if (reader_.isSign("[")) return parseList();
    if (reader_.isSign("{")) return parseDict();
    reader_.unexpected();
}

ExpressionPtr ExpressionParser::parseParentheses() {
    reader_.wantSign("(");
    if (reader_.takeSign(")")) return make(Kind::list, {});
    ExpressionPtr inner = parse();
    reader_.wantSign(")");
    return inner;
}

ExpressionPtr ExpressionParser::parseList() {
    reader_.wantSign("[");
    std::vector<ExpressionPtr> items;
    while (!reader_.isSign("]")) {
        items.push_back(parseSingle());
        if (!reader_.isSign("]")) reader_.wantSign(",");
    }
    reader_.wantSign("]");
    return make(Kind::list, std::move(items));
}

ExpressionPtr ExpressionParser::parseDict() {
    reader_.wantSign("{");
    std::vector<ExpressionPtr> items;
    while (!reader_.isSign("}")) {
        items.push_back(parseSingle());
        reader_.wantSign(":");
        items.push_back(parseSingle());
        if (!reader_.isSign("}")) reader_.wantSign(",");
    }
    reader_.wantSign("}");
    return make(Kind::dict, std::move(items));
}

ExpressionPtr ExpressionParser::parsePostfix(ExpressionPtr value) {
    for (;;) {
        if (reader_.takeSign(".")) {
            if (reader_.peek().kind == TokenKind::integer) {
                ExpressionPtr index = parsePrimary();
                value = make(Kind::subscript, children(std::move(value), std::move(index)));
            } else {
                value = make(Kind::attribute, children(std::move(value)), reader_.wantName());
            }
        } else if (reader_.isSign("[")) {
            value = parseSubscript(std::move(value));
        } else if (reader_.isSign("(")) {
            value = parseCall(std::move(value));
        } else {
            return value;
        }
    }
}

ExpressionPtr ExpressionParser::parseSubscript(ExpressionPtr value) {
    reader_.wantSign("[");
    std::vector<ExpressionPtr> parts = children(std::move(value));
    bool is_slice = false;
    parts.push_back(reader_.isSign(":") ? nullptr : parseSingle());
    while (parts.size() < 4 && reader_.takeSign(":")) {
        is_slice = true;
        parts.push_back(reader_.isSign(":") || reader_.isSign("]") ? nullptr : parseSingle());
    }
    if (reader_.isSign(",")) reader_.refuse("a subscript of several values");
    reader_.wantSign("]");
    if (is_slice) parts.resize(4);
    return make(is_slice ? Kind::slice : Kind::subscript, std::move(parts));
}

Arguments ExpressionParser::parseArguments() {
    Arguments arguments;
    reader_.wantSign("(");
    while (!reader_.isSign(")")) {
        if (reader_.isSign("*") || reader_.isSign("**")) reader_.refuse("unpacking of arguments");
        if (reader_.peek().kind == TokenKind::name && reader_.peek(1).kind == TokenKind::sign &&
            reader_.peek(1).text == "=") {
            std::string name = reader_.wantName();
            reader_.wantSign("=");
            arguments.named.emplace_back(std::move(name), parseSingle());
        } else {
            if (!arguments.named.empty()) reader_.fail("a positional argument behind a named one");
            arguments.positional.push_back(parseSingle());
        }
        if (!reader_.isSign(")")) reader_.wantSign(",");
    }
    reader_.wantSign(")");
    return arguments;
}

ExpressionPtr ExpressionParser::parseCall(ExpressionPtr value) {
    if (value->kind == Kind::attribute) {
        if (!isKnownMethod(value->name)) reader_.refuse("the method " + value->name + "()");
        value->kind = Kind::method;
    } else if (value->kind == Kind::name) {
        calls_.emplace_back(value->name, reader_.peek().line);
        value->kind = Kind::call;
    } else {
        reader_.refuse("a call of something else than a name or a method");
    }
    value->arguments = parseArguments();
    checkDepth(*value);
    return value;
}

ExpressionPtr ExpressionParser::parseFilters(ExpressionPtr value) {
    for (;;) {
        if (reader_.takeSign("|")) {
            const std::string name = reader_.wantName();
            if (!isKnownFilter(name)) reader_.refuse("the filter '" + name + "'");
            value = make(Kind::filter, children(std::move(value)), name);
            if (reader_.isSign("(")) value->arguments = parseArguments();
            checkDepth(*value);
        } else if (reader_.takeName("is")) {
            value = parseTest(std::move(value));
        } else if (reader_.isSign("(")) {
            value = parseCall(std::move(value));
        } else {
            return value;
        }
    }
}

ExpressionPtr ExpressionParser::parseTest(ExpressionPtr value) {
    const bool negated = reader_.takeName("not");
    const std::string name = reader_.wantName();
    if (!isKnownTest(name)) reader_.refuse("the test '" + name + "'");
    value = make(Kind::test, children(std::move(value)), name);
    const Token& next = reader_.peek();
    static constexpr std::string_view followers[] = {"else", "or", "and", "is", "if", "in", "not"};
    const bool has_operand =
        next.kind == TokenKind::string || next.kind == TokenKind::integer || next.kind == TokenKind::number ||
        reader_.isSign("[") || reader_.isSign("{") ||
        (next.kind == TokenKind::name && std::ranges::find(followers, next.text) == std::end(followers));
    if (reader_.isSign("("))
        value->arguments = parseArguments();
    else if (reader_.isName("is"))
        reader_.fail("tests cannot be chained with 'is'");
    else if (has_operand)
        value->arguments.positional.push_back(parsePostfix(parsePrimary()));
    checkDepth(*value);
    return negated ? make(Kind::logical_not, children(std::move(value))) : std::move(value);
}

}  // namespace sightline::chat_template
