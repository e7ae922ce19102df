/* The one way to report a failure: fill the caller's record, hand its status on. */
#ifndef MLCI_ERROR_H
#define MLCI_ERROR_H

#include <mlcore/status.h>

#if defined(__GNUC__)
#define MLCI_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define MLCI_PRINTF(at, first)
#endif

/* Fills err (which may be NULL) and returns status, so that callers write
 * `return mlci_fail(...)`. name is the parameter, column or section at fault, or NULL. The
 * message says what was wrong and what would be right. Reals are formatted with number.h and
 * passed as %s: %f and %g depend on the locale. Never allocates. */
mlc_status mlci_fail(mlc_error *err, mlc_status status, const char *name, const char *format, ...)
    MLCI_PRINTF(4, 5);

/* The same with a position in a text or file, 1-based; 0 where there is none. */
mlc_status mlci_fail_at(mlc_error *err, mlc_status status, int64_t line, int64_t column,
                        const char *name, const char *format, ...) MLCI_PRINTF(6, 7);

/* MLC_ERROR_NO_MEMORY for count elements of size bytes. */
mlc_status mlci_fail_memory(mlc_error *err, int64_t count, int64_t size);

/* Ends text[size], as vsnprintf() left it with that result, at a whole UTF-8 character. */
void mlci_cut_text(char *text, size_t size, int length);

/* For straight-line functions that own nothing yet. */
#define MLCI_TRY(call)                                                                            \
    do {                                                                                          \
        const mlc_status try_status = (call);                                                     \
        if (try_status != MLC_OK) return try_status;                                              \
    } while (0)

#endif
