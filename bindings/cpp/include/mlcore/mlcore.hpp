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

#include <mlcore/dataset.hpp>
#include <mlcore/handle.hpp>
#include <mlcore/profile.hpp>
#include <mlcore/rows.hpp>

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlcore {

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
