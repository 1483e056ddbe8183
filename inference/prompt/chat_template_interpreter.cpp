#include "inference/prompt/chat_template_interpreter.h"

#include <nlohmann/json.hpp>

#include "inference/prompt/chat_template_functions.h"
#include "inference/prompt/chat_template_strings.h"

namespace sightline::chat_template {

namespace {

// Of statements, expressions and macros within each other; bounds the use of the machine's stack.
constexpr int max_call_depth = 400;

// Sets the line for messages while something is worked on, and counts the depth.
class Place {
  public:
    Place(RenderState& state, int& depth, int line) : state_(state), depth_(depth), outer_line_(state.line) {
        state.line = line;
        state.spendSteps();
        if (++depth_ > max_call_depth) {
            --depth_;
            state.fail("macros and statements are nested deeper than " + std::to_string(max_call_depth) +
                       " levels");
        }
    }
    ~Place() {
        --depth_;
        state_.line = outer_line_;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

  private:
    RenderState& state_;
    int& depth_;
    int outer_line_;
};

enum class Flow { onward, break_loop, continue_loop };

class Interpreter {
  public:
    Interpreter(const nlohmann::ordered_json& context, const std::string& file) : state_(file) {
        if (!context.is_object()) state_.fail("the conversation is not an object");
        scopes_.emplace_back();
        for (const auto& [name, value] : context.items())
            scopes_[0].emplace_back(name, fromJson(value, state_));
    }

    Text run(const Block& root) {
        Text output;
        output_ = &output;
        runBlock(root);
        return output;
    }

  private:
    using Scope = std::vector<std::pair<std::string, Value>>;

    // ---- names
    // ------------------------------------------------------------------------------------------------------

    // Adds a scope for a while; a macro sees only its own scopes and the outermost one.
    class InnerScope {
      public:
        InnerScope(Interpreter& owner, bool is_macro) : owner_(owner), outer_first_(owner.first_scope_) {
            owner.scopes_.emplace_back();
            if (is_macro) owner.first_scope_ = owner.scopes_.size() - 1;
        }
        ~InnerScope() {
            owner_.scopes_.pop_back();
            owner_.first_scope_ = outer_first_;
        }
        InnerScope(const InnerScope&) = delete;
        InnerScope& operator=(const InnerScope&) = delete;

      private:
        Interpreter& owner_;
        std::size_t outer_first_;
    };

    static const Value* findIn(const Scope& scope, const std::string& name) {
        for (const auto& [own_name, value] : scope)
            if (own_name == name) return &value;
        return nullptr;
    }
    Value lookUp(const std::string& name) const {
        for (std::size_t i = scopes_.size(); i-- > first_scope_;)
            if (const Value* value = findIn(scopes_[i], name)) return *value;
        if (const Value* value = findIn(scopes_[0], name)) return *value;
        bool is_callable = isKnownFunction(name) || name == "strftime_now";
        for (const auto& [macro_name, macro] : macros_)
            is_callable = is_callable || macro_name == name;
        if (is_callable) state_.failUnsupported("the function " + name + " as a value is not implemented");
        return Value(Undefined{name});
    }
    void assign(const std::string& name, Value value) {
        for (auto& [own_name, own_value] : scopes_.back()) {
            if (own_name != name) continue;
            own_value = std::move(value);
            return;
        }
        scopes_.back().emplace_back(name, std::move(value));
    }
    void assignTargets(const std::vector<std::string>& names, const Value& value) {
        if (names.size() == 1) return assign(names[0], value);
        const auto items = iterate(value, state_);
        if (items->items.size() != names.size())
            state_.fail(std::to_string(items->items.size()) + " values cannot be given to " +
                        std::to_string(names.size()) + " names");
        for (std::size_t i = 0; i < names.size(); ++i)
            assign(names[i], items->items[i]);
    }

    // ---- statements
    // -------------------------------------------------------------------------------------------------

    void write(const Text& text) {
        output_->append(text);
        if (static_cast<std::int64_t>(output_->bytes.size()) > max_output_bytes)
            state_.fail("the template writes more than " + std::to_string(max_output_bytes >> 20) + " MiB");
        state_.spendBytes(static_cast<std::int64_t>(text.bytes.size()));
    }

    Flow runBlock(const Block& block) {
        for (const Statement& statement : block)
            if (const Flow flow = run(statement); flow != Flow::onward) return flow;
        return Flow::onward;
    }

    Text capture(const Block& block) {
        Text captured;
        Text* outer = std::exchange(output_, &captured);
        try {
            runBlock(block);
        } catch (...) {
            output_ = outer;
            throw;
        }
        output_ = outer;
        return captured;
    }

    Flow run(const Statement& statement) {
        const Place place(state_, depth_, statement.line);
        using Kind = Statement::Kind;
        switch (statement.kind) {
            case Kind::text:
                write(*statement.text);
                break;
            case Kind::output:
                write(toText(evaluate(*statement.expression), state_));
                break;
            case Kind::for_loop:
                runLoop(statement);
                break;
            case Kind::branches:
                return runBranches(statement);
            case Kind::set:
                assignTargets(statement.names, evaluate(*statement.expression));
                break;
            case Kind::set_attribute:
                setAttribute(statement);
                break;
            case Kind::set_block: {
                Text text;
                {
                    const InnerScope scope(*this, false);
                    text = capture(statement.bodies[0]);
                }
                assign(statement.names[0], Value(std::move(text)));
                break;
            }
            case Kind::macro:
                defineMacro(statement);
                break;
            case Kind::break_loop:
                return Flow::break_loop;
            case Kind::continue_loop:
                return Flow::continue_loop;
        }
        return Flow::onward;
    }

    Flow runBranches(const Statement& statement) {
        for (std::size_t i = 0; i < statement.conditions.size(); ++i)
            if (isTrue(evaluate(*statement.conditions[i]))) return runBlock(statement.bodies[i]);
        return runBlock(statement.otherwise);
    }

    void setAttribute(const Statement& statement) {
        Value value = evaluate(*statement.expression);
        const Value target = lookUp(statement.names[0]);
        if (!target.is<std::shared_ptr<Namespace>>())
            state_.fail("'" + statement.names[0] + "' is not a namespace, its members cannot be set");
        checkStorable(value, state_);
        auto& members = target.as<std::shared_ptr<Namespace>>()->members;
        for (auto& [name, own_value] : members) {
            if (name != statement.names[1]) continue;
            own_value = std::move(value);
            return;
        }
        members.emplace_back(statement.names[1], std::move(value));
    }

    // The items that the loop's condition lets through.
    std::shared_ptr<const List> loopItems(const Statement& statement) {
        auto items = iterate(evaluate(*statement.expression), state_);
        if (!statement.condition) return items;
        std::vector<Value> kept;
        for (const Value& item : items->items) {
            const InnerScope scope(*this, false);
            assignTargets(statement.names, item);
            if (isTrue(evaluate(*statement.condition))) kept.push_back(item);
        }
        return makeList(std::move(kept), state_).as<std::shared_ptr<const List>>();
    }

    // As in Jinja, `else` is for a loop no round of which came to its end: none was there, or each was left
    // by `break` or `continue`.
    void runLoop(const Statement& statement) {
        const auto items = loopItems(statement);
        bool came_to_an_end = false;
        for (std::size_t i = 0; i < items->items.size(); ++i) {
            const Place place(state_, depth_, statement.line);
            const InnerScope scope(*this, false);
            assign("loop", Value(std::make_shared<const Loop>(Loop{items, i})));
            assignTargets(statement.names, items->items[i]);
            const Flow flow = runBlock(statement.bodies[0]);
            if (flow == Flow::break_loop) break;
            came_to_an_end = came_to_an_end || flow == Flow::onward;
        }
        if (came_to_an_end) return;
        const InnerScope scope(*this, false);
        runBlock(statement.otherwise);
    }

    // ---- macros
    // -----------------------------------------------------------------------------------------------------

    void defineMacro(const Statement& statement) {
        for (auto& [name, macro] : macros_) {
            if (name != statement.names[0]) continue;
            macro = &statement;
            return;
        }
        macros_.emplace_back(statement.names[0], &statement);
    }

    Value callMacro(const Statement& macro, const ArgumentValues& arguments) {
        const std::string name = macro.names[0] + "()";
        if (arguments.positional.size() > macro.parameters.size())
            state_.fail(name + " has too many arguments");
        for (const auto& [given, value] : arguments.named) {
            bool is_known = false;
            for (const auto& [parameter, fallback] : macro.parameters)
                is_known = is_known || parameter == given;
            if (!is_known) state_.fail(name + " has no parameter '" + given + "'");
        }
        const InnerScope scope(*this, true);
        for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
            const auto& [parameter, fallback] = macro.parameters[i];
            const Value* given = i < arguments.positional.size() ? &arguments.positional[i] : nullptr;
            for (const auto& [given_name, value] : arguments.named)
                if (given_name == parameter) given = &value;
            if (given != nullptr)
                assign(parameter, *given);
            else
                assign(parameter, fallback ? evaluate(*fallback) : Value(Undefined{parameter}));
        }
        return Value(capture(macro.bodies[0]));
    }

    // ---- expressions
    // ------------------------------------------------------------------------------------------------

    ArgumentValues evaluate(const Arguments& arguments) {
        ArgumentValues values;
        for (const auto& argument : arguments.positional)
            values.positional.push_back(evaluate(*argument));
        for (const auto& [name, argument] : arguments.named)
            values.named.emplace_back(name, evaluate(*argument));
        return values;
    }

    Value evaluate(const Expression& expression) {
        const Place place(state_, depth_, expression.line);
        const auto& children = expression.children;
        using Kind = Expression::Kind;
        switch (expression.kind) {
            case Kind::literal:
                return expression.value;
            case Kind::name:
                return lookUp(expression.name);
            case Kind::list:
                return evaluateList(expression);
            case Kind::dict:
                return evaluateDict(expression);
            case Kind::attribute:
                return attribute(evaluate(*children[0]), expression.name, state_);
            case Kind::subscript: {
                const Value object = evaluate(*children[0]);
                return subscript(object, evaluate(*children[1]), state_);
            }
            case Kind::slice:
                return evaluateSlice(expression);
            case Kind::negative:
            case Kind::positive: {
                const Value operand = evaluate(*children[0]);
                // From -0.0, so that the sign of a zero is right too.
                const Value zero = operand.is<double>() ? Value(-0.0) : Value(std::int64_t{0});
                return arithmetic(expression.kind == Kind::negative ? "-" : "+", zero, operand, state_);
            }
            case Kind::logical_not:
                return Value(!isTrue(evaluate(*children[0])));
            case Kind::logical_and: {
                Value left = evaluate(*children[0]);
                return isTrue(left) ? evaluate(*children[1]) : left;
            }
            case Kind::logical_or: {
                Value left = evaluate(*children[0]);
                return isTrue(left) ? left : evaluate(*children[1]);
            }
            case Kind::arithmetic: {
                const Value left = evaluate(*children[0]);
                return arithmetic(expression.name, left, evaluate(*children[1]), state_);
            }
            case Kind::concat:
                return evaluateConcat(expression);
            case Kind::compare:
                return evaluateCompare(expression);
            case Kind::conditional:
                if (isTrue(evaluate(*children[1]))) return evaluate(*children[0]);
                return children[2] ? evaluate(*children[2]) : Value(Undefined{"the missing else of an if"});
            case Kind::filter: {
                const Value value = evaluate(*children[0]);
                return applyFilter(expression.name, value, evaluate(expression.arguments), state_);
            }
            case Kind::test: {
                const Value value = evaluate(*children[0]);
                return Value(applyTest(expression.name, value, evaluate(expression.arguments), state_));
            }
            case Kind::method: {
                const Value object = evaluate(*children[0]);
                return callMethod(expression.name, object, evaluate(expression.arguments), state_);
            }
            case Kind::call:
                return evaluateCall(expression);
        }
        return Value();
    }

    Value evaluateList(const Expression& expression) {
        std::vector<Value> items;
        for (const auto& child : expression.children)
            items.push_back(evaluate(*child));
        return makeList(std::move(items), state_);
    }

    Value evaluateDict(const Expression& expression) {
        std::vector<std::pair<TextPtr, Value>> items;
        for (std::size_t i = 0; i < expression.children.size(); i += 2) {
            const Value key = evaluate(*expression.children[i]);
            if (key.text() == nullptr)
                state_.failUnsupported("a key that is not a string is not implemented");
            items.emplace_back(key.as<TextPtr>(), evaluate(*expression.children[i + 1]));
        }
        return makeDict(std::move(items), state_);
    }

    Value evaluateSlice(const Expression& expression) {
        const auto part = [&](std::size_t i) {
            return expression.children[i] ? evaluate(*expression.children[i]) : Value(None{});
        };
        const Value object = part(0);
        const Value start = part(1);
        const Value stop = part(2);
        return slice(object, start, stop, part(3), state_);
    }

    Value evaluateConcat(const Expression& expression) {
        std::vector<Value> parts;
        for (const auto& child : expression.children)
            parts.push_back(evaluate(*child));
        return Value(join(parts, Text{}, state_));
    }

    Value evaluateCompare(const Expression& expression) {
        Value left = evaluate(*expression.children[0]);
        for (std::size_t i = 0; i < expression.operators.size(); ++i) {
            Value right = evaluate(*expression.children[i + 1]);
            if (!compare(expression.operators[i], left, right, state_)) return Value(false);
            left = std::move(right);
        }
        return Value(true);
    }

    Value evaluateCall(const Expression& expression) {
        const ArgumentValues arguments = evaluate(expression.arguments);
        for (const auto& [name, macro] : macros_)
            if (name == expression.name) return callMacro(*macro, arguments);
        if (!isKnownFunction(expression.name))
            state_.fail("the macro " + expression.name + "() is called too early");
        return callFunction(expression.name, arguments, state_);
    }

    RenderState state_;
    std::vector<Scope> scopes_;    // [0]: the conversation and what the template sets outside of loops
    std::size_t first_scope_ = 0;  // that is visible, besides [0]
    std::vector<std::pair<std::string, const Statement*>> macros_;
    Text* output_ = nullptr;
    int depth_ = 0;
};

}  // namespace

Text renderTemplate(const Block& root, const nlohmann::ordered_json& context, const std::string& file) {
    return Interpreter(context, file).run(root);
}

}  // namespace sightline::chat_template
