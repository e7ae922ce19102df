/**
 * @file rows.hpp
 * @brief Rows as they come, in C++: cells, builders, readers.
 */
#ifndef MLCORE_ROWS_HPP
#define MLCORE_ROWS_HPP

#include <mlcore/dataset.hpp>

#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlcore {

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

    /** @brief See mlc_reader_from_source(). @param source called by next(), collect(), sample() and
     * write(), which throw what it throws; it must not use the reader */
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
    /** @brief Some of the rows that are left, with only those in memory: "reservoir n=1000";
     * Dataset() when there was no batch at all. */
    Dataset sample(const std::string &settings, mlc_context *ctx = nullptr)
    {
        return take(
            [&](mlc_context *call, mlc_reader *reader, mlc_dataset **out, mlc_error *err) {
                return mlc_reader_sample(call, reader, settings.c_str(), out, err);
            },
            ctx);
    }
    /** @brief All rows that are left into a file of any format, in bounded memory; false when there
     * was no batch at all. */
    bool write(const std::string &path, const char *settings = nullptr, mlc_context *ctx = nullptr)
    {
        mlc_error err;
        const mlc_status status = mlc_reader_write(ctx, handle_, path.c_str(), settings, &err);
        return check(status, err) == MLC_OK;
    }
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
        check(read(ctx, handle_, &out, &err), err);
        return Dataset(out);
    }
    /* Throws what the source has thrown, or the failure. */
    mlc_status check(mlc_status status, const mlc_error &err)
    {
        if (status == MLC_OK || status == MLC_END) return status;
        if (state_ != nullptr && state_->thrown) {
            std::rethrow_exception(std::exchange(state_->thrown, nullptr));
        }
        throw Error(err);
    }

    mlc_reader *handle_;
    State *state_ = nullptr; /* of the reader, which releases it */
};

} // namespace mlcore

#endif
