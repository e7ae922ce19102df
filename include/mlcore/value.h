/**
 * @file value.h
 * @brief Cells of single rows: what predictors take and builders of datasets are filled with.
 */
#ifndef MLCORE_VALUE_H
#define MLCORE_VALUE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MLC_MISSING 0 /**< No value. */
#define MLC_REAL 1    /**< @c real holds it. */
#define MLC_INTEGER 2 /**< @c integer holds it. */
#define MLC_TEXT 3    /**< @c text and @c length hold it. */

/** @brief One cell of a record. Frozen: 32 bytes on 64-bit systems. */
typedef struct mlc_value {
    int32_t kind;     /**< #MLC_MISSING, #MLC_REAL, #MLC_INTEGER or #MLC_TEXT. */
    int32_t length;   /**< Bytes of @c text. */
    double real;      /**< A number. */
    int64_t integer;  /**< An integer; bool as 0 or 1, timestamps in microseconds UTC. */
    const char *text; /**< UTF-8, need not end in NUL; read only during the call. */
} mlc_value;

#ifdef __cplusplus
}
#endif
#endif
