#include "ops/attributes.h"

#include "core/error.h"

namespace nnfit {

namespace {
std::size_t position(const std::vector<AttributeSchema>* schema, std::string_view name) {
  if (schema)
    for (std::size_t i = 0; i < schema->size(); ++i)
      if (name == (*schema)[i].name) return i;
  throw std::logic_error(concat("the op has no attribute '", name, "'"));
}
}  // namespace

Attributes::Attributes(const std::vector<AttributeSchema>* schema) : schema_(schema) {
  values_.reserve(schema->size());
  for (const AttributeSchema& entry : *schema) values_.push_back(entry.default_value);
}

void Attributes::set(std::string_view name, AttributeValue value) {
  values_[position(schema_, name)] = std::move(value);
}

const AttributeValue& Attributes::value(std::string_view name) const { return values_[position(schema_, name)]; }

}  // namespace nnfit
