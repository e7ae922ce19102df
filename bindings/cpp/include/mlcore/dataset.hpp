/**
 * @file dataset.hpp
 * @brief Datasets in C++.
 */
#ifndef MLCORE_DATASET_HPP
#define MLCORE_DATASET_HPP

#include <mlcore/handle.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace mlcore {

/** @brief Columns with roles; also every table of results. */
class Dataset : public detail::Handle<mlc_dataset, mlc_dataset_ref, mlc_dataset_free> {
public:
    using Handle::Handle;

    /** @brief A file of any format that its ending, or format=, tells. */
    static Dataset read(const std::string &path, const char *settings = nullptr,
                        mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_read, ctx, path.c_str(), settings));
    }
    /** @brief The same with the types of other rows, or of a model: its table "schema". */
    static Dataset read_like(const std::string &path, const Dataset &like,
                             const char *settings = nullptr, mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_read_like, ctx, path.c_str(),
                                                 like.handle(), settings));
    }
    /** @brief Bytes in memory, of the format that format= or the first of them tell. */
    static Dataset parse(const std::string &bytes, const char *settings = nullptr,
                         mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_parse, ctx, bytes.data(),
                                                 static_cast<std::int64_t>(bytes.size()),
                                                 settings));
    }
    static Dataset parse_like(const std::string &bytes, const Dataset &like,
                              const char *settings = nullptr, mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_parse_like, ctx, bytes.data(),
                                                 static_cast<std::int64_t>(bytes.size()),
                                                 like.handle(), settings));
    }
    static Dataset read_csv(const std::string &path, const char *settings = nullptr,
                            mlc_context *ctx = nullptr)
    {
        return Dataset(
            detail::make<mlc_dataset>(mlc_dataset_read_csv, ctx, path.c_str(), settings));
    }
    /** @brief A file with the types of other rows, or of a model: its table "schema". */
    static Dataset read_csv_like(const std::string &path, const Dataset &like,
                                 const char *settings = nullptr, mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_read_csv_like, ctx, path.c_str(),
                                                 like.handle(), settings));
    }
    /** @brief Made-up rows or a sample set: "moons n_rows=1000 noise=0.1", "iris". */
    static Dataset generate(const std::string &settings, mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_generate, ctx, settings.c_str()));
    }
    static Dataset from_arrays(const std::vector<mlc_array> &arrays,
                               const char *settings = nullptr, mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_from_arrays, ctx, arrays.data(),
                                                 static_cast<std::int32_t>(arrays.size()),
                                                 settings));
    }
    /** @brief A record batch of Arrow; both structs are moved, unless it throws. */
    static Dataset from_arrow(ArrowArray *array, ArrowSchema *schema,
                              const char *settings = nullptr, mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_from_arrow, ctx, array, schema,
                                                 settings));
    }
    /** @brief All record batches of a stream of Arrow, which is moved, unless it throws. */
    static Dataset from_arrow(ArrowArrayStream *stream, const char *settings = nullptr,
                              mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_from_arrow_stream, ctx, stream,
                                                 settings));
    }
    /** @brief The type of the rows; whoever asked calls out->release. */
    void arrow_schema(ArrowSchema *out) const
    {
        detail::call(mlc_dataset_arrow_schema, nullptr, handle(), nullptr, out);
    }
    /** @brief The rows as one record batch, which may outlive the dataset. */
    void arrow_array(ArrowArray *out) const
    {
        detail::call(mlc_dataset_arrow_array, nullptr, handle(), nullptr, out);
    }
    /** @brief The rows as a stream: "batch_rows=65536". */
    void arrow_stream(ArrowArrayStream *out, const char *settings = nullptr) const
    {
        detail::call(mlc_dataset_arrow_stream, nullptr, handle(), settings, out);
    }
    /** @brief The rows of several datasets, one after the other: "columns=same|union". */
    static Dataset concat(const std::vector<Dataset> &parts, const char *settings = nullptr,
                          mlc_context *ctx = nullptr)
    {
        std::vector<const mlc_dataset *> handles;
        for (const Dataset &part : parts) handles.push_back(part.handle());
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_concat, ctx, handles.data(),
                                                 static_cast<std::int32_t>(handles.size()),
                                                 settings));
    }
    Dataset with_roles(const std::string &roles) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_with_roles,
                                                 static_cast<mlc_context *>(nullptr), handle_,
                                                 roles.c_str()));
    }
    Dataset select(const std::string &columns) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_select,
                                                 static_cast<mlc_context *>(nullptr), handle_,
                                                 columns.c_str()));
    }
    /** @brief The rows for which a condition holds, such as "delay > 15 and carrier in ('AA')". */
    Dataset filter(const std::string &condition, mlc_context *ctx = nullptr) const
    {
        return Dataset(
            detail::make<mlc_dataset>(mlc_dataset_filter, ctx, handle_, condition.c_str()));
    }
    /** @brief One more column, or another of that name, of the values of an expression. */
    Dataset with_column(const std::string &name, const std::string &expression,
                        mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_with_column, ctx, handle_,
                                                 name.c_str(), expression.c_str()));
    }
    /** @brief Other names: "new=old". */
    Dataset rename(const std::string &names, mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_rename, ctx, handle_, names.c_str()));
    }
    /** @brief Other types, without loss: "age:float64,zip:category". */
    Dataset cast(const std::string &types, const char *settings = nullptr,
                 mlc_context *ctx = nullptr) const
    {
        return Dataset(
            detail::make<mlc_dataset>(mlc_dataset_cast, ctx, handle_, types.c_str(), settings));
    }
    /** @brief The rows in order: "by=carrier,delay descending=false,true". */
    Dataset sort(const std::string &settings, mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_sort, ctx, handle_, settings.c_str()));
    }
    /** @brief The first of each group of rows that are equal in some columns; nullptr: in all. */
    Dataset distinct(const char *columns = nullptr, mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_distinct, ctx, handle_, columns));
    }
    /** @brief Rows side by side where keys are equal: "on=carrier how=left". */
    Dataset join(const Dataset &right, const char *settings = nullptr,
                 mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_join, ctx, handle_, right.handle(),
                                                 settings));
    }
    /** @brief A row a group: "by=carrier n=count() mean(delay)". */
    Dataset aggregate(const std::string &aggregations, mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_aggregate, ctx, handle_,
                                                 aggregations.c_str()));
    }
    Dataset rows(std::int64_t first, std::int64_t n) const
    {
        return Dataset(detail::make<mlc_dataset>(
            mlc_dataset_rows, static_cast<mlc_context *>(nullptr), handle_,
            static_cast<const std::int64_t *>(nullptr), first, n));
    }
    /** @brief Plans a split, such as "hold_out test_size=0.25". */
    Dataset split(const std::string &settings) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_split,
                                                 static_cast<mlc_context *>(nullptr), handle_,
                                                 settings.c_str()));
    }
    /** @brief The rows of "train", "valid" or "test" of fold @p k. */
    Dataset fold(const Dataset &folds, std::int32_t k, const char *part) const
    {
        return Dataset(
            detail::make<mlc_dataset>(mlc_dataset_fold, handle_, folds.handle(), k, part));
    }
    /** @brief Some of the rows: "uniform n=1000", "stratified share=0.1 by=sex". */
    Dataset sample(const std::string &settings, mlc_context *ctx = nullptr) const
    {
        return Dataset(
            detail::make<mlc_dataset>(mlc_dataset_sample, ctx, handle_, settings.c_str()));
    }
    /** @brief Other shares of the classes: "random_under", "smote k_neighbors=5". */
    Dataset resample(const std::string &settings, mlc_context *ctx = nullptr) const
    {
        return Dataset(
            detail::make<mlc_dataset>(mlc_dataset_resample, ctx, handle_, settings.c_str()));
    }
    /** @brief With a column of role weight: "balanced", "time_decay half_life=30d". */
    Dataset with_weights(const std::string &settings, mlc_context *ctx = nullptr) const
    {
        return Dataset(
            detail::make<mlc_dataset>(mlc_dataset_with_weights, ctx, handle_, settings.c_str()));
    }
    /** @brief One row: schema, content (hashes as hexadecimal), rows, columns. */
    Dataset fingerprint(mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_fingerprint, ctx, handle_));
    }
    Dataset describe() const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_describe,
                                                 static_cast<mlc_context *>(nullptr), handle_));
    }
    /** @brief A row for each broken rule of a schema. @param reference nullptr, or to compare with */
    Dataset validate(const std::string &schema, const char *settings = nullptr,
                     const mlc_profile *reference = nullptr, mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_validate, ctx, handle_,
                                                 schema.c_str(), reference, settings));
    }
    /** @brief A dataset that fits a schema, by policy; see mlc_dataset_conform(). */
    Dataset conform(const std::string &schema, const char *settings = nullptr,
                    mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_conform, ctx, handle_,
                                                 schema.c_str(), settings));
    }
    /** @brief What makes these training rows misleading; a Dataset() where there are no test rows. */
    Dataset hints(const Dataset &test, const char *settings = nullptr,
                  mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_dataset_hints, ctx, handle_, test.handle(),
                                                 settings));
    }

    std::int64_t n_rows() const noexcept { return mlc_dataset_n_rows(handle_); }
    std::int32_t n_columns() const noexcept { return mlc_dataset_n_columns(handle_); }
    std::string column_name(std::int32_t i) const
    {
        const char *name = mlc_dataset_column_name(handle_, i);
        return name == nullptr ? std::string() : std::string(name);
    }
    double real(const char *column, std::int64_t row) const
    {
        double out = 0;
        mlc_error err;
        if (mlc_dataset_real(handle_, column, row, &out, &err) != MLC_OK) throw Error(err);
        return out;
    }
    /** @brief A cell's text, alive as long as the dataset; empty when missing. */
    std::string_view text(const char *column, std::int64_t row) const
    {
        const char *out = nullptr;
        std::int64_t n = 0;
        mlc_error err;
        if (mlc_dataset_text(handle_, column, row, &out, &n, &err) != MLC_OK) throw Error(err);
        return out == nullptr ? std::string_view() : std::string_view(out, std::size_t(n));
    }
    /** @brief A column's values, row-major where it is a vector; missing is NaN. */
    std::vector<double> reals(const char *column) const
    {
        const std::int32_t j = mlc_dataset_find(handle_, column);
        const std::int64_t width = j < 0 ? 1 : mlc_dataset_column_width(handle_, j);
        std::vector<double> out(std::size_t(n_rows() * width));
        mlc_error err;
        if (mlc_dataset_copy_real(handle_, column, out.data(), std::int64_t(out.size()), &err) !=
            MLC_OK) {
            throw Error(err);
        }
        return out;
    }
    /** @brief An int64, bool or timestamp column, exactly, with @p missing where there is none. */
    std::vector<std::int64_t> integers(const char *column, std::int64_t missing = 0) const
    {
        std::vector<std::int64_t> out(static_cast<std::size_t>(n_rows()));
        mlc_error err;
        if (mlc_dataset_copy_integer(handle_, column, out.data(), std::int64_t(out.size()), missing,
                                     nullptr, &err) != MLC_OK) {
            throw Error(err);
        }
        return out;
    }
    /** @brief Writes a file of the format that its ending, or format=, tells. */
    void write(const std::string &path, const char *settings = nullptr,
               mlc_context *ctx = nullptr) const
    {
        mlc_error err{};
        if (mlc_dataset_write(ctx, handle_, path.c_str(), settings, &err) != MLC_OK) {
            throw Error(err);
        }
    }
    /** @brief As text: "format=table|csv|json ...". */
    std::string format(const char *settings = nullptr) const
    {
        mlc_buffer *buffer = detail::make<mlc_buffer>(mlc_dataset_format, handle_, settings);
        std::string out(static_cast<const char *>(mlc_buffer_data(buffer)),
                        std::size_t(mlc_buffer_size(buffer)));
        mlc_buffer_free(buffer);
        return out;
    }
};

} // namespace mlcore

#endif
