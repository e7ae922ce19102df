/* Timestamps (microseconds since 1970-01-01 UTC, proleptic Gregorian) as ISO 8601 text. */
#ifndef MLCI_TIMESTAMP_H
#define MLCI_TIMESTAMP_H

#include <stdint.h>

#define MLCI_TIMESTAMP_SIZE 40 /* room for any timestamp with its NUL */

/* 1 when all of the text is `2024-02-29`, or that with a T or blank and `13:45`, `13:45:30` or
 * `13:45:30.123456` (1 to 9 digits, cut to microseconds), with `Z`, `+02:00`, `+0200` or nothing
 * (UTC) after a time. Years 0001 to 9999; no leap seconds. */
int mlci_timestamp_parse(const char *text, int64_t length, int64_t *microseconds);

/* `2024-02-29T13:45:30Z`, with six digits of fraction when there is one; years outside 0 to 9999
 * have a sign. Returns the length. */
int32_t mlci_timestamp_format(int64_t microseconds, char out[MLCI_TIMESTAMP_SIZE]);

#define MLCI_SECOND_US ((int64_t)1000000)
#define MLCI_DAY_US (86400 * MLCI_SECOND_US)

/* Days since 1970-01-01 of a date, and back: month and day from 1. */
int64_t mlci_days_from_date(int64_t year, int64_t month, int64_t day);
void mlci_date_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day);

#endif
