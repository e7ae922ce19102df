/**
 * @file status.h
 * @brief Version, export macro, status codes and the caller-owned error record.
 *
 * Every function that can fail returns an ::mlc_status and takes a last, nullable
 * ::mlc_error pointer. Nothing is kept per thread or per process: the record belongs to the
 * caller, so a failure can be reported when memory is gone and from any thread.
 */
#ifndef MLCORE_STATUS_H
#define MLCORE_STATUS_H

#include <stddef.h>
#include <stdint.h>

/** Marks what the shared library exports. */
#if defined(__GNUC__)
#define MLC_API __attribute__((visibility("default")))
#else
#define MLC_API
#endif

#if defined(__GNUC__)
/** The result of a call that can fail must be looked at. */
#define MLC_CHECKED __attribute__((warn_unused_result))
#else
#define MLC_CHECKED
#endif

#if defined(__GNUC__)
/** Marks what works on but should not be used any more, and says what should be. */
#define MLC_DEPRECATED(instead) __attribute__((deprecated(instead)))
#else
#define MLC_DEPRECATED(instead)
#endif

#if defined(MLC_ALLOW_EXPERIMENTAL)
#define MLC_EXPERIMENTAL
#else
/** Marks what the next release may change or drop. Its use gives a warning, unless
 * MLC_ALLOW_EXPERIMENTAL is defined before the headers are included. */
#define MLC_EXPERIMENTAL \
    MLC_DEPRECATED("experimental: define MLC_ALLOW_EXPERIMENTAL to use it without a promise")
#endif

/** Version of these headers: major. */
#define MLC_VERSION_MAJOR 0
/** Version of these headers: minor. */
#define MLC_VERSION_MINOR 1
/** Version of these headers: patch. */
#define MLC_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Outcome of a call: 0 is success, negative an error, positive only from calls that
 * step through something (#MLC_END).
 *
 * One number a cause; numbers are never reused.
 */
typedef int32_t mlc_status;

#define MLC_OK 0                       /**< Success. */
#define MLC_END 1                      /**< Nothing is left to step through. */
#define MLC_ERROR_ARGUMENT (-1)        /**< A NULL, a negative size, a handle of the wrong kind. */
#define MLC_ERROR_SETTING (-2)         /**< Unknown, mistyped or out-of-range setting. */
#define MLC_ERROR_SYNTAX (-3)          /**< Settings, recipe or JSON text that does not parse. */
#define MLC_ERROR_COMPONENT (-4)       /**< No component of that name. */
#define MLC_ERROR_COLUMN (-5)          /**< A column is missing, doubled, or of an unfit type. */
#define MLC_ERROR_ROLE (-6)            /**< No target, two weights, and the like. */
#define MLC_ERROR_DATA (-7)            /**< Values that the method cannot work with. */
#define MLC_ERROR_NOT_FITTED (-8)      /**< A recipe was used where a fitted one is needed. */
#define MLC_ERROR_UNSUPPORTED (-9)     /**< The component does not offer this operation. */
#define MLC_ERROR_NUMERIC (-10)        /**< The computation broke down (singular, diverged). */
#define MLC_ERROR_NO_MEMORY (-11)      /**< Allocation failed or the limit was reached. */
#define MLC_ERROR_LIMIT (-12)          /**< A size is beyond what the library or a limit allows. */
#define MLC_ERROR_IO (-13)             /**< Reading or writing failed; the message has the cause. */
#define MLC_ERROR_FORMAT (-14)         /**< A file is damaged, truncated or not of this format. */
#define MLC_ERROR_VERSION (-15)        /**< A file needs a newer library. */
#define MLC_ERROR_CANCELLED (-16)      /**< mlc_context_cancel() was called. */
#define MLC_ERROR_DEADLINE (-17)       /**< The deadline of the context has passed. */
#define MLC_ERROR_THREAD (-18)         /**< A thread or lock could not be made. */
#define MLC_ERROR_INVALID_VALUE (-19)  /**< A row was refused by on_invalid=fail. */
#define MLC_ERROR_CALLBACK (-40)       /**< A host callback failed; its message is kept. */
#define MLC_ERROR_INTERNAL (-99)       /**< A defect of the library; please report it. */

/**
 * @brief What went wrong, in memory of the caller. Frozen at 1,024 bytes.
 *
 * Written only when a call fails; needs no initialisation. @c name is the parameter, column
 * or section at fault ("" if none); @c line and @c column are 1-based positions in a text or
 * file (0 if none). Strings are UTF-8, NUL-terminated, cut at a character boundary.
 */
typedef struct mlc_error {
    int32_t status;    /**< The status that the call returned. */
    int32_t reserved;  /**< Always 0. */
    int64_t line;      /**< 1-based line, or 0. */
    int64_t column;    /**< 1-based byte within the line, or 0. */
    char name[128];    /**< What the error is about: a parameter, column or section. */
    char message[872]; /**< What was wrong, where, and what would be right. */
} mlc_error;

/**
 * @brief Version of the library at run time.
 * @param[out] major,minor,patch each may be NULL
 * @return the text "major.minor.patch"; static, never freed. Any thread. Since 0.1.
 */
MLC_API const char *mlc_version(int32_t *major, int32_t *minor, int32_t *patch);

/**
 * @brief What this build is made of, in one line: version, compiler, BLIS, instruction sets of
 * this processor and the one in use.
 * @return static text, never freed. Any thread. Since 0.1.
 */
MLC_API const char *mlc_build_info(void);

/**
 * @brief The name of a status, such as "MLC_ERROR_SETTING".
 * @param status any value
 * @return static text; "MLC_ERROR_UNKNOWN" for a number this release does not know. Any
 * thread. Since 0.1.
 */
MLC_API const char *mlc_status_name(mlc_status status);

#ifdef __cplusplus
}
#endif
#endif
