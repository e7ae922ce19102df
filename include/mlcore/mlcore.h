/**
 * @file mlcore.h
 * @brief Everything of libmlcore.
 *
 *     files, arrays           recipe text                     live records
 *          |                       |                               |
 *          v                       v                               v
 *     mlc_dataset  ------>  mlc_model  --fit-->  mlc_model    mlc_value row
 *      columns, roles       (a recipe)           (fitted)          |
 *          |                    ^                 |  |  |          v
 *          |  split, fold       | pipeline        |  |  +--> mlc_predictor --> doubles
 *          v                    |                 |  |
 *     mlc_dataset         mlc_transform           |  +--> predict, evaluate, table
 *     (views)             chain, on               |              |
 *                                                 v              v
 *                                          save / load       mlc_dataset
 *                                          one artifact      (results)
 *
 * Values (dataset, transform, model, metric, predictor, buffer) are immutable, counted and
 * usable from any thread: `_create`, `_ref`, `_free`. Sessions (context, params, builder, reader)
 * hold what changes and belong to one thread at a time: `_open` or `_create`, `_close`.
 *
 * Every call that can fail returns an ::mlc_status, writes its outputs only on success and
 * fills the caller's ::mlc_error otherwise. Settings are text; NULL is the defaults. The
 * library never prints, exits, or changes anything of the process.
 *
 * Across the interface go int32_t, int64_t, double, float, `const char *` (UTF-8), `void *` and
 * handles.
 */
#ifndef MLCORE_MLCORE_H
#define MLCORE_MLCORE_H

#include <mlcore/arrow.h>
#include <mlcore/buffer.h>
#include <mlcore/builder.h>
#include <mlcore/catalog.h>
#include <mlcore/context.h>
#include <mlcore/dataset.h>
#include <mlcore/metric.h>
#include <mlcore/model.h>
#include <mlcore/params.h>
#include <mlcore/predictor.h>
#include <mlcore/profile.h>
#include <mlcore/read.h>
#include <mlcore/reader.h>
#include <mlcore/sampling.h>
#include <mlcore/shape.h>
#include <mlcore/status.h>
#include <mlcore/transform.h>
#include <mlcore/value.h>

#endif
