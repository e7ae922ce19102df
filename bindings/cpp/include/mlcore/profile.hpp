/**
 * @file profile.hpp
 * @brief Profiles of datasets in C++.
 */
#ifndef MLCORE_PROFILE_HPP
#define MLCORE_PROFILE_HPP

#include <mlcore/dataset.hpp>

#include <cstdint>
#include <string>

namespace mlcore {

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

} // namespace mlcore

#endif
