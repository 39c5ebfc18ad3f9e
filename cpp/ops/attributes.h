// Attributes: the arguments of an op that are not tensors, and the schema that an op declares for them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/dtype.h"

namespace nnfit {

struct HostFunction;     // ops/host_call.h
class ElementwiseChain;  // ops/elementwise_chain.h

using Integers = std::vector<std::int64_t>;
using AttributeValue = std::variant<std::monostate, bool, std::int64_t, double, std::string, Integers, DType,
                                    std::shared_ptr<HostFunction>, std::shared_ptr<const ElementwiseChain>>;

enum class AttributeKind { boolean, integer, real, text, integers, dtype, host_function, elementwise_chain };

// One argument. `integers` also takes a single integer. An optional one may be None (std::monostate).
struct AttributeSchema {
  const char* name;
  AttributeKind kind;
  AttributeValue default_value = {};
  bool required = false;
  bool optional = false;

  static AttributeSchema needed(const char* name, AttributeKind kind) { return {name, kind, {}, true, false}; }
  static AttributeSchema with_default(const char* name, AttributeKind kind, AttributeValue value) {
    return {name, kind, std::move(value), false, false};
  }
  // None unless given.
  static AttributeSchema maybe(const char* name, AttributeKind kind) { return {name, kind, {}, false, true}; }
};

// Values in the order of the op's schema.
class Attributes {
 public:
  Attributes() = default;
  explicit Attributes(const std::vector<AttributeSchema>* schema);  // all at their defaults

  void set(std::string_view name, AttributeValue value);
  void set(std::size_t position, AttributeValue value) { values_[position] = std::move(value); }

  bool has(std::string_view name) const { return !std::holds_alternative<std::monostate>(value(name)); }
  bool flag(std::string_view name) const { return std::get<bool>(value(name)); }
  std::int64_t integer(std::string_view name) const { return std::get<std::int64_t>(value(name)); }
  double real(std::string_view name) const { return std::get<double>(value(name)); }
  const std::string& text(std::string_view name) const { return std::get<std::string>(value(name)); }
  const Integers& integers(std::string_view name) const { return std::get<Integers>(value(name)); }
  DType dtype(std::string_view name) const { return std::get<DType>(value(name)); }
  const std::shared_ptr<HostFunction>& host_function(std::string_view name) const {
    return std::get<std::shared_ptr<HostFunction>>(value(name));
  }
  const std::shared_ptr<const ElementwiseChain>& elementwise_chain(std::string_view name) const {
    return std::get<std::shared_ptr<const ElementwiseChain>>(value(name));
  }

  const std::vector<AttributeSchema>* schema() const { return schema_; }
  const std::vector<AttributeValue>& values() const { return values_; }
  const AttributeValue& value(std::string_view name) const;
  bool operator==(const Attributes& other) const { return schema_ == other.schema_ && values_ == other.values_; }

 private:
  const std::vector<AttributeSchema>* schema_ = nullptr;
  std::vector<AttributeValue> values_;
};

}  // namespace nnfit
