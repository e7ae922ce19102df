/* Profiles as JSON, member by member in the order in which they are written: what comes next must
 * be the named one, or the text is refused at its place. */
#ifndef MLCI_PROFILE_MEMBERS_H
#define MLCI_PROFILE_MEMBERS_H

#include "json.h"
#include "profile_impl.h"

typedef struct mlci_profile_reading {
    mlci_root *root;
    mlci_json json;
    mlc_profile *profile;
    int64_t capacity; /* columns that the block of the profile has room for */
} mlci_profile_reading;

/* MLC_ERROR_SYNTAX at the current event. */
mlc_status mlci_profile_refuse(const mlci_profile_reading *r, mlc_error *err, const char *message);
mlc_status mlci_profile_next_is(mlci_profile_reading *r, mlci_json_event event, const char *message,
                                mlc_error *err);
/* The key that must come next. */
mlc_status mlci_profile_key_is(mlci_profile_reading *r, const char *key, mlc_error *err);
mlc_status mlci_profile_read_integer(mlci_profile_reading *r, int64_t low, int64_t high,
                                     int64_t *out, mlc_error *err);

/* A key with its value. Counts are at most the rows of the profile; a text is a block of its own,
 * without NUL bytes. */
mlc_status mlci_profile_member_integer(mlci_profile_reading *r, const char *key, int64_t low,
                                       int64_t high, int64_t *out, mlc_error *err);
mlc_status mlci_profile_member_count(mlci_profile_reading *r, const char *key, int64_t *out,
                                     mlc_error *err);
mlc_status mlci_profile_member_text(mlci_profile_reading *r, const char *key, char **out,
                                    mlc_error *err);
mlc_status mlci_profile_member_sum(mlci_profile_reading *r, const char *key, mlci_long_sum *out,
                                   mlc_error *err);
mlc_status mlci_profile_member_registers(mlci_profile_reading *r, mlci_distinct_sketch *out,
                                         mlc_error *err);

/* Room for item n of a block of items of that size, which grows as they come: no size is taken
 * from the text. */
mlc_status mlci_profile_grow(mlci_profile_reading *r, void **block, int64_t n, int64_t *capacity,
                             int64_t size, mlc_error *err);

#endif
