/**
 * @file handle.hpp
 * @brief What every class of the C++ binding stands on: errors that throw, counted handles, contexts.
 */
#ifndef MLCORE_HANDLE_HPP
#define MLCORE_HANDLE_HPP

#include <mlcore/mlcore.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

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

} // namespace mlcore

#endif
