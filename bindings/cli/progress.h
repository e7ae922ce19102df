/* How far a long call is: a bar on a terminal, a line now and then elsewhere, JSON for machines. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <mlcore/mlcore.h>

typedef enum progress_kind {
    PROGRESS_OFF,
    PROGRESS_BAR,
    PROGRESS_LINES,
    PROGRESS_JSON
} progress_kind;

typedef struct progress {
    progress_kind kind;
    int has_color, has_unicode;
    const char *command;
    char stage[64];
    double stage_began, last_shown; /* seconds of the monotonic clock; 0: never shown */
    int is_stage_shown, is_bar_shown;
} progress;

void progress_start(progress *p, progress_kind kind, const char *command);
/* An mlc_progress; user is the progress. */
mlc_status progress_report(void *user, const char *stage, int64_t done, int64_t total,
                           const char *metric_name, double metric);
/* Takes the bar off the terminal; to be called before anything else is printed. */
void progress_clear(progress *p);

/* Columns of the terminal behind a descriptor; 0 when it is none. */
int terminal_width(int descriptor);
double clock_seconds(void);

#endif
