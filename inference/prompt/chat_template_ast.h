// What a chat template is after parsing: trees of expressions and statements. Depth is bounded, so that
// walking and freeing them by recursion is safe.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "inference/prompt/chat_template_value.h"

namespace sightline::chat_template {

inline constexpr int max_expression_depth = 100;
inline constexpr int max_statement_depth = 50;

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct Arguments {
    std::vector<ExpressionPtr> positional;
    std::vector<std::pair<std::string, ExpressionPtr>> named;
};

struct Expression {
    enum class Kind {
        literal,      // value
        name,         // name
        list,         // children
        dict,         // children: key, value, key, value ...
        attribute,    // children[0].name
        subscript,    // children[0][children[1]]
        slice,        // children[0][children[1]:children[2]:children[3]], null where nothing stands
        negative,     // -children[0]
        positive,     // +children[0]
        logical_not,  // not children[0]
        logical_and,
        logical_or,
        arithmetic,   // children[0] name children[1]; name is + - * / // %
        concat,       // children joined by ~
        compare,      // children[0] operators[0] children[1] operators[1] ...: == != < <= > >= in, not in
        conditional,  // children[0] if children[1] else children[2] (null: undefined)
        filter,       // children[0] | name(arguments)
        test,         // children[0] is name(arguments)
        call,         // name(arguments): a function or a macro
        method,       // children[0].name(arguments)
    };
    Kind kind = Kind::literal;
    int line = 1;
    int depth = 1;
    std::string name;
    Value value;
    std::vector<ExpressionPtr> children;
    std::vector<std::string> operators;
    Arguments arguments;
};

struct Statement;
using Block = std::vector<Statement>;

struct Statement {
    enum class Kind {
        text,           // text
        output,         // {{ expression }}
        for_loop,       // names in expression if condition: body, else otherwise
        branches,       // if, elif ...: conditions and bodies in pairs, else otherwise
        set,            // names = expression
        set_attribute,  // names[0].names[1] = expression
        set_block,      // names[0] = what body writes
        macro,          // names[0](parameters)
        break_loop,
        continue_loop,
    };
    Kind kind = Kind::text;
    int line = 1;
    std::shared_ptr<const Text> text;
    std::vector<std::string> names;
    ExpressionPtr expression;
    ExpressionPtr condition;
    std::vector<ExpressionPtr> conditions;
    std::vector<Block> bodies;  // one, but for branches
    Block otherwise;
    std::vector<std::pair<std::string, ExpressionPtr>> parameters;  // of macros; null: no default
};

}  // namespace sightline::chat_template
