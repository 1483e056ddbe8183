#include "inference/networks/embedding_table.h"

#include <algorithm>
#include <cstring>

namespace sightline {

EmbeddingTable::EmbeddingTable(const WeightScope& scope, std::int64_t rows, std::int64_t columns)
    : rows_(rows), columns_(columns) {
    if (scope.isPacked())
        stored_ = &scope.stored("weight", {rows, columns});
    else
        tensor_ = scope.tensor("weight", {rows, columns});
}

at::Tensor EmbeddingTable::rowsOf(std::span<const TokenId> ids) const {
    const auto count = static_cast<std::int64_t>(ids.size());
    if (!stored_) {
        const at::Tensor index = at::empty({count}, at::kLong);
        std::copy(ids.begin(), ids.end(), index.mutable_data_ptr<std::int64_t>());
        return rowsOf(index.to(tensor_.device()));
    }
    at::Tensor rows = at::empty({count, columns_}, scalarTypeOf(stored_->dtype));
    const std::size_t row_bytes = stored_->bytes.size() / static_cast<std::size_t>(rows_);
    auto* out = static_cast<std::byte*>(rows.data_ptr());
    for (const TokenId id : ids) {
        std::memcpy(out, stored_->bytes.data() + static_cast<std::size_t>(id) * row_bytes, row_bytes);
        out += row_bytes;
    }
    return rows.to(at::kFloat);
}

WeightMatrix EmbeddingTable::asMatrix(const WeightScope& scope) const {
    return stored_ || scope.context().row_int8 ? scope.matrix("weight", {rows_, columns_})
                                               : WeightMatrix(tensor_);
}

}  // namespace sightline
