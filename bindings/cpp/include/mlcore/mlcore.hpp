/**
 * @file mlcore.hpp
 * @brief C++17 over the C API: handles that free themselves, errors that throw.
 *
 * Header-only. Each class holds one C handle; copying takes a reference, so values are as cheap
 * to copy as a shared pointer and may be used from any thread. A call that fails throws
 * mlcore::Error with the status and the message of the library. handle() gives the C handle for
 * what this header does not wrap.
 */
#ifndef MLCORE_MLCORE_HPP
#define MLCORE_MLCORE_HPP

#include <mlcore/mlcore.h>

#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlcore {

/** @brief What a failed call throws: the library's record. */
class Error : public std::runtime_error {
public:
    explicit Error(const mlc_error &record) : std::runtime_error(record.message), record_(record) {}
    /** @brief One of the MLC_ERROR_ numbers. */
    mlc_status status() const noexcept { return record_.status; }
    /** @brief The parameter, column or section at fault, or "". */
    const char *name() const noexcept { return record_.name; }
    /** @brief 1-based line in a text or file, or 0. */
    std::int64_t line() const noexcept { return record_.line; }
    /** @brief 1-based column in the line, or 0. */
    std::int64_t column() const noexcept { return record_.column; }

private:
    mlc_error record_;
};

/**
 * @brief Throws Error with #MLC_ERROR_VERSION when the library that is loaded is older than the
 * headers this was compiled with, or of another major. Each handle is made under this check.
 */
inline void check_library()
{
    static const bool is_new_enough = [] {
        std::int32_t major = 0, minor = 0;
        const std::string version = mlc_version(&major, &minor, nullptr);
        if (major == MLC_VERSION_MAJOR && minor >= MLC_VERSION_MINOR) return true;
        mlc_error record{};
        record.status = MLC_ERROR_VERSION;
        const std::string needed =
            std::to_string(MLC_VERSION_MAJOR) + "." + std::to_string(MLC_VERSION_MINOR);
        const std::string text = "libmlcore is " + version + "; this program needs " + needed +
                                 " or a later " + std::to_string(MLC_VERSION_MAJOR) + ".x";
        text.copy(record.message, sizeof record.message - 1);
        throw Error(record);
    }();
    static_cast<void>(is_new_enough);
}

namespace detail {

/** An error of this header's own. */
inline Error argument_error(const std::string &message)
{
    mlc_error record{};
    record.status = MLC_ERROR_ARGUMENT;
    message.copy(record.message, sizeof record.message - 1);
    return Error(record);
}

/** Bytes of a text of a cell. */
inline std::int32_t length_of(std::string_view text)
{
    if (text.size() > INT32_MAX) throw argument_error("a text of 2^31 bytes or more");
    return static_cast<std::int32_t>(text.size());
}

/** Calls fn(args..., &out, &err) and gives out, or throws. */
template <class Out, class Fn, class... Args> Out *make(Fn fn, Args... args)
{
    check_library();
    Out *out = nullptr;
    mlc_error err;
    if (fn(args..., &out, &err) != MLC_OK) throw Error(err);
    return out;
}

/** Calls fn(args..., &err), or throws. */
template <class Fn, class... Args> void call(Fn fn, Args... args)
{
    check_library();
    mlc_error err;
    if (fn(args..., &err) != MLC_OK) throw Error(err);
}

/** A counted C handle. */
template <class T, T *(*Ref)(const T *), void (*Free)(T *)> class Handle {
public:
    Handle() noexcept = default;
    /** Takes the reference over. */
    explicit Handle(T *handle) noexcept : handle_(handle) {}
    Handle(const Handle &other) noexcept
        : handle_(other.handle_ == nullptr ? nullptr : Ref(other.handle_))
    {
    }
    Handle(Handle &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Handle &operator=(Handle other) noexcept
    {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Handle() { Free(handle_); }

    /** @brief The C handle, borrowed. */
    T *handle() const noexcept { return handle_; }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

protected:
    T *handle_ = nullptr;
};

} // namespace detail

/** @brief Where memory and threads come from, and how a call is steered; nullptr works too. */
class Context {
public:
    /** @brief A root context. @param host copied; nullptr for the library's own */
    explicit Context(const mlc_host *host = nullptr)
        : handle_(detail::make<mlc_context>(mlc_context_create, host))
    {
    }
    /** @brief A call's own context over the same root. */
    Context derive() const { return Context(detail::make<mlc_context>(mlc_context_derive, handle_)); }
    Context(const Context &) = delete;
    Context &operator=(const Context &) = delete;
    Context(Context &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    ~Context() { mlc_context_close(handle_); }

    void set_threads(std::int32_t n) noexcept { mlc_context_set_threads(handle_, n); }
    void set_deadline_ms(std::int64_t ms) noexcept { mlc_context_set_deadline_ms(handle_, ms); }
    void cancel() noexcept { mlc_context_cancel(handle_); }
    mlc_context *handle() const noexcept { return handle_; }

private:
    explicit Context(mlc_context *handle) noexcept : handle_(handle) {}
    mlc_context *handle_;
};

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

/** @brief A missing cell of a row. */
inline mlc_value value() noexcept { return mlc_value{}; }
/** @brief A number as a cell. */
inline mlc_value value(double real) noexcept { return {MLC_REAL, 0, real, 0, nullptr}; }
/** @brief An integer as a cell; a bool as 0 or 1, a time in microseconds since 1970 UTC. */
inline mlc_value value(std::int64_t integer) noexcept
{
    return {MLC_INTEGER, 0, 0, integer, nullptr};
}
inline mlc_value value(int integer) noexcept { return value(std::int64_t(integer)); }
/** @brief A text as a cell; it must stay alive until the cell is used. */
inline mlc_value value(std::string_view text)
{
    return {MLC_TEXT, detail::length_of(text), 0, 0, text.data()};
}
inline mlc_value value(const char *text) { return value(std::string_view(text)); }

/** @brief Rows and batches in the order of their numbers: any number of threads may push. */
class Builder {
public:
    /** @brief See mlc_builder_open(). @param columns such as "age:int64,city:category" */
    explicit Builder(const char *columns = nullptr, const char *roles = nullptr,
                     mlc_context *ctx = nullptr)
        : handle_(detail::make<mlc_builder>(mlc_builder_open, ctx, columns, roles))
    {
        if (columns == nullptr) return;
        try {
            n_columns_ = finish().n_columns(); /* of no rows: the library knows best */
        } catch (...) {
            mlc_builder_close(handle_);
            throw;
        }
    }
    Builder(const Builder &) = delete;
    Builder &operator=(const Builder &) = delete;
    Builder(Builder &&other) noexcept
        : handle_(std::exchange(other.handle_, nullptr)), n_columns_(other.n_columns_)
    {
    }
    ~Builder() { mlc_builder_close(handle_); }

    void push(const Dataset &rows, std::int64_t sequence = MLC_BUILDER_NEXT)
    {
        mlc_error err;
        if (mlc_builder_push(handle_, sequence, rows.handle(), &err) != MLC_OK) throw Error(err);
    }
    /** @brief Rows of as many cells as there are columns, row by row: push_rows({value(39),
     * value("Oslo")}). */
    void push_rows(const std::vector<mlc_value> &cells, std::int64_t sequence = MLC_BUILDER_NEXT)
    {
        const std::size_t n = n_columns_ > 0 ? std::size_t(n_columns_) : 1;
        if (cells.size() % n != 0) {
            throw detail::argument_error(std::to_string(cells.size()) + " cells for " +
                                         std::to_string(n) + " columns: must be whole rows");
        }
        mlc_error err;
        if (mlc_builder_push_rows(handle_, sequence, cells.data(), std::int64_t(cells.size() / n),
                                  &err) != MLC_OK) {
            throw Error(err);
        }
    }
    std::int64_t n_rows() const noexcept { return mlc_builder_n_rows(handle_); }
    /** @brief What was pushed; the builder is empty after it and may go on. */
    Dataset finish(mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_builder_finish, ctx, handle_));
    }
    mlc_builder *handle() const noexcept { return handle_; }

private:
    mlc_builder *handle_;
    std::int32_t n_columns_ = 0;
};

/** @brief Rows a batch at a time, out of a function of the program. One thread at a time. */
class Reader {
public:
    /** @brief Gives the next batch; Dataset() when there are no more. */
    using Source = std::function<Dataset()>;

    /** @brief See mlc_reader_from_source(). @param source called by next() and collect(), which
     * throw what it throws; it must not use the reader */
    explicit Reader(Source source, const char *roles = nullptr, mlc_context *ctx = nullptr)
    {
        auto state = std::make_unique<State>(State{std::move(source), nullptr});
        mlc_source plain{};
        plain.size = sizeof plain;
        plain.user = state.get();
        plain.next = yield;
        plain.release = release;
        handle_ = detail::make<mlc_reader>(mlc_reader_from_source, ctx, &plain, roles);
        state_ = state.release();
    }
    /** @brief A file of data in batches of bounded memory, by its ending or "format=jsonl ...". */
    static Reader open(const std::string &path, const char *settings = nullptr,
                       mlc_context *ctx = nullptr)
    {
        return Reader(detail::make<mlc_reader>(mlc_reader_open, ctx, path.c_str(), settings));
    }
    /** @brief A stream of Arrow, which is moved, unless it throws. */
    static Reader from_arrow(ArrowArrayStream *stream, const char *settings = nullptr,
                             mlc_context *ctx = nullptr)
    {
        return Reader(detail::make<mlc_reader>(mlc_reader_from_arrow, ctx, stream, settings));
    }
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;
    Reader(Reader &&other) noexcept
        : handle_(std::exchange(other.handle_, nullptr)),
          state_(std::exchange(other.state_, nullptr))
    {
    }
    ~Reader() { mlc_reader_close(handle_); }

    /** @brief The next rows; Dataset(), which is false, when there are no more. */
    Dataset next(mlc_context *ctx = nullptr) { return take(mlc_reader_next, ctx); }
    /** @brief All rows that are left; Dataset() when there was no batch at all. */
    Dataset collect(mlc_context *ctx = nullptr) { return take(mlc_reader_collect, ctx); }
    std::int64_t n_rows() const noexcept { return mlc_reader_n_rows(handle_); }
    mlc_reader *handle() const noexcept { return handle_; }

private:
    explicit Reader(mlc_reader *handle) noexcept : handle_(handle) {}

    struct State {
        Source source;
        std::exception_ptr thrown;
    };

    static mlc_status yield(void *user, mlc_dataset **out, mlc_error *err) noexcept
    {
        State *const state = static_cast<State *>(user);
        try {
            const Dataset batch = state->source();
            if (!batch) return MLC_END;
            *out = mlc_dataset_ref(batch.handle());
            return MLC_OK;
        } catch (const std::exception &e) {
            state->thrown = std::current_exception();
            std::strncpy(err->message, e.what(), sizeof err->message - 1);
        } catch (...) {
            state->thrown = std::current_exception();
        }
        return MLC_ERROR_CALLBACK;
    }
    static void release(void *user) noexcept { delete static_cast<State *>(user); }

    template <class Fn> Dataset take(Fn read, mlc_context *ctx)
    {
        mlc_dataset *out = nullptr;
        mlc_error err;
        const mlc_status status = read(ctx, handle_, &out, &err);
        if (status == MLC_OK || status == MLC_END) return Dataset(out);
        if (state_ != nullptr && state_->thrown) {
            std::rethrow_exception(std::exchange(state_->thrown, nullptr));
        }
        throw Error(err);
    }

    mlc_reader *handle_;
    State *state_ = nullptr; /* of the reader, which releases it */
};

/** @brief What the columns of a dataset hold, as counts that merge exactly. */
class Profile : public detail::Handle<mlc_profile, mlc_profile_ref, mlc_profile_free> {
public:
    using Handle::Handle;

    static Profile of(const Dataset &data, const char *settings = nullptr,
                      mlc_context *ctx = nullptr)
    {
        return Profile(
            detail::make<mlc_profile>(mlc_profile_create, ctx, data.handle(), settings));
    }
    static Profile from_json(const std::string &json, mlc_context *ctx = nullptr)
    {
        return Profile(detail::make<mlc_profile>(mlc_profile_parse, ctx,
                                                 static_cast<const void *>(json.data()),
                                                 static_cast<std::int64_t>(json.size())));
    }
    /** @brief The profile of the rows of both. */
    Profile merge(const Profile &other, const char *settings = nullptr,
                  mlc_context *ctx = nullptr) const
    {
        const mlc_profile *parts[] = {handle_, other.handle()};
        return Profile(detail::make<mlc_profile>(mlc_profile_merge, ctx,
                                                 static_cast<const mlc_profile *const *>(parts),
                                                 std::int64_t{2}, settings));
    }
    /** @brief "columns", "quantiles", "histogram", "top" or "correlation". */
    Dataset table(const char *name, const char *settings = nullptr,
                  mlc_context *ctx = nullptr) const
    {
        return Dataset(
            detail::make<mlc_dataset>(mlc_profile_table, ctx, handle_, name, settings));
    }
    /** @brief A schema of what was seen, as JSON. */
    std::string schema(const char *settings = nullptr, mlc_context *ctx = nullptr) const
    {
        return take(detail::make<mlc_buffer>(mlc_profile_schema, ctx, handle_, settings));
    }
    std::string to_json() const { return take(detail::make<mlc_buffer>(mlc_profile_format, handle_)); }
    std::int64_t n_rows() const noexcept { return mlc_profile_n_rows(handle_); }

private:
    static std::string take(mlc_buffer *buffer)
    {
        std::string out(static_cast<const char *>(mlc_buffer_data(buffer)),
                        std::size_t(mlc_buffer_size(buffer)));
        mlc_buffer_free(buffer);
        return out;
    }
};

/** @brief A recipe, or a fitted transform. */
class Transform : public detail::Handle<mlc_transform, mlc_transform_ref, mlc_transform_free> {
public:
    using Handle::Handle;

    static Transform parse(const std::string &recipe, mlc_context *ctx = nullptr)
    {
        return Transform(detail::make<mlc_transform>(mlc_transform_parse, ctx, recipe.c_str()));
    }
    Transform fit(const Dataset &train, mlc_context *ctx = nullptr) const
    {
        return Transform(
            detail::make<mlc_transform>(mlc_transform_fit, ctx, handle_, train.handle()));
    }
    Dataset apply(const Dataset &rows, mlc_context *ctx = nullptr) const
    {
        return Dataset(
            detail::make<mlc_dataset>(mlc_transform_apply, ctx, handle_, rows.handle()));
    }
    Dataset table(const char *name) const
    {
        return Dataset(detail::make<mlc_dataset>(
            mlc_transform_table, static_cast<mlc_context *>(nullptr), handle_, name));
    }
};

/** @brief A recipe, or a fitted model. */
class Model : public detail::Handle<mlc_model, mlc_model_ref, mlc_model_free> {
public:
    using Handle::Handle;

    static Model parse(const std::string &recipe, mlc_context *ctx = nullptr)
    {
        return Model(detail::make<mlc_model>(mlc_model_parse, ctx, recipe.c_str()));
    }
    static Model load(const std::string &path, const char *settings = nullptr,
                      mlc_context *ctx = nullptr)
    {
        return Model(detail::make<mlc_model>(mlc_model_load, ctx, path.c_str(), settings));
    }
    /** @brief Checks an artifact in full; throws what load() would. See mlc_model_validate(). */
    static Dataset validate(const std::string &path, const char *settings = nullptr,
                            mlc_context *ctx = nullptr)
    {
        return Dataset(detail::make<mlc_dataset>(mlc_model_validate, ctx, path.c_str(), settings));
    }
    Model with(const std::string &settings) const
    {
        return Model(detail::make<mlc_model>(mlc_model_with, handle_, settings.c_str()));
    }
    Model fit(const Dataset &train, const Dataset &valid = Dataset(),
              mlc_context *ctx = nullptr) const
    {
        return Model(detail::make<mlc_model>(mlc_model_fit, ctx, handle_, train.handle(),
                                             valid.handle()));
    }
    /** @brief See mlc_model_update(); a Dataset() where there are no rows. */
    Model update(const Dataset &train, const char *settings = nullptr,
                 const Dataset &valid = Dataset(), mlc_context *ctx = nullptr) const
    {
        return Model(detail::make<mlc_model>(mlc_model_update, ctx, handle_, train.handle(),
                                             valid.handle(), settings));
    }
    Dataset predict(const Dataset &rows, const char *settings = nullptr,
                    mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_model_predict, ctx, handle_, rows.handle(),
                                                 settings));
    }
    Dataset evaluate(const Dataset &rows, const char *settings = nullptr,
                     mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_model_evaluate, ctx, handle_, rows.handle(),
                                                 settings));
    }
    /** @brief See mlc_model_explain(). */
    Dataset explain(const Dataset &rows, const char *settings = nullptr,
                    const Dataset &background = Dataset(), mlc_context *ctx = nullptr) const
    {
        return Dataset(detail::make<mlc_dataset>(mlc_model_explain, ctx, handle_, rows.handle(),
                                                 background.handle(), settings));
    }
    Dataset table(const char *name) const
    {
        return Dataset(detail::make<mlc_dataset>(
            mlc_model_table, static_cast<mlc_context *>(nullptr), handle_, name));
    }
    void save(const std::string &path, const char *settings = nullptr) const
    {
        mlc_error err;
        if (mlc_model_save(handle_, path.c_str(), settings, &err) != MLC_OK) throw Error(err);
    }
    bool is_fitted() const noexcept { return mlc_model_is_fitted(handle_) != 0; }
};

/** @brief A fitted model compiled for single records. Share it; a Record is one thread's. */
class Predictor : public detail::Handle<mlc_predictor, mlc_predictor_ref, mlc_predictor_free> {
public:
    using Handle::Handle;

    explicit Predictor(const Model &model, const char *settings = nullptr,
                       mlc_context *ctx = nullptr)
        : Handle(detail::make<mlc_predictor>(mlc_predictor_create, ctx, model.handle(), settings))
    {
    }
    std::int32_t input(const char *name) const
    {
        std::int32_t out = 0;
        mlc_error err;
        if (mlc_predictor_input(handle_, name, &out, &err) != MLC_OK) throw Error(err);
        return out;
    }
    std::int32_t n_inputs() const noexcept { return mlc_predictor_n_inputs(handle_); }
    std::int32_t n_outputs() const noexcept { return mlc_predictor_n_outputs(handle_); }
    std::string label(std::int32_t i) const
    {
        const char *text = mlc_predictor_label(handle_, i);
        return text == nullptr ? std::string() : std::string(text);
    }
};

/** @brief One record, or many of numbers, with the memory to predict them: made once a thread, used
 * again and again. */
class Record {
public:
    explicit Record(Predictor predictor)
        : predictor_(std::move(predictor)), cells_(std::size_t(predictor_.n_inputs())),
          out_(std::size_t(predictor_.n_outputs())),
          scratch_(::operator new(scratch_bytes(), std::align_val_t{64}))
    {
        *static_cast<std::uint64_t *>(scratch_.get()) = 0;
    }

    void clear() noexcept { cells_.assign(cells_.size(), mlc_value{}); }
    void set(std::int32_t input, double real) { cells_.at(std::size_t(input)) = value(real); }
    void set(std::int32_t input, std::int64_t integer)
    {
        cells_.at(std::size_t(input)) = value(integer);
    }
    /** @brief The text must stay alive until run(). */
    void set(std::int32_t input, std::string_view text)
    {
        cells_.at(std::size_t(input)) = value(text);
    }
    /** @brief Predicts; the result is valid until the next run. */
    const std::vector<double> &run()
    {
        mlc_error err;
        if (mlc_predictor_run(predictor_.handle(), cells_.data(), scratch_.get(), out_.data(),
                              &flags_, &err) != MLC_OK) {
            throw Error(err);
        }
        return out_;
    }
    /** @brief Predicts n_rows records of numbers, NaN missing, as many at a time as the
     * predictor's setting `rows` says; n_outputs() doubles a record go to out. */
    void run_reals(const double *rows, std::int64_t n_rows, double *out)
    {
        mlc_error err;
        if (mlc_predictor_run_reals(predictor_.handle(), rows, n_rows, scratch_.get(), out,
                                    nullptr, &err) != MLC_OK) {
            throw Error(err);
        }
    }
    /** @brief MLC_FLAG_ bits of the last run(). */
    std::int64_t flags() const noexcept { return flags_; }

private:
    struct FreeScratch {
        void operator()(void *p) const { ::operator delete(p, std::align_val_t{64}); }
    };
    std::size_t scratch_bytes() const
    {
        return std::size_t(mlc_predictor_scratch_bytes(predictor_.handle()));
    }
    Predictor predictor_;
    std::vector<mlc_value> cells_;
    std::vector<double> out_;
    std::unique_ptr<void, FreeScratch> scratch_;
    std::int64_t flags_ = 0;
};

} // namespace mlcore

#endif
