/* The bar is one line, redrawn in place at most every 80 ms and erased at the end:
 *
 *     boost  [=========>          ]  47 %  train log_loss 0.2931  3.2 s left
 *
 * Parts that do not fit are left out from the right, so that the line never wraps. The time left
 * goes by the speed of the stage so far. */
#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

#define BAR_PAUSE 0.08
#define JSON_PAUSE 0.2
#define STAGE_PAUSE 1.0 /* before the first line of a stage */
#define LINE_PAUSE 5.0  /* between lines of one stage */
#define LINE_SIZE 512
#define MOST_CELLS 30 /* of the bar */
#define FEWEST_CELLS 8

double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int terminal_width(int descriptor)
{
    struct winsize size;
    if (!isatty(descriptor)) return 0;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

static int is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || value[0] == '\0') continue;
        return strstr(value, "UTF-8") != NULL || strstr(value, "utf8") != NULL ||
               strstr(value, "UTF8") != NULL || strstr(value, "utf-8") != NULL;
    }
    return 0;
}

void progress_start(progress *p, progress_kind kind, const char *command)
{
    const char *no_color = getenv("NO_COLOR");
    *p = (progress){.kind = kind, .command = command, .has_unicode = is_utf8()};
    p->has_color = kind == PROGRESS_BAR && (no_color == NULL || no_color[0] == '\0');
    p->stage_began = p->last_shown = clock_seconds();
}

void progress_clear(progress *p)
{
    if (!p->is_bar_shown) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    p->is_bar_shown = 0;
}

/* Seconds that the stage will take longer; negative when nobody knows yet. */
static double time_left(const progress *p, double now, int64_t done, int64_t total)
{
    const double elapsed = now - p->stage_began;
    if (done <= 0 || total <= done || elapsed < 0.5) return -1;
    return elapsed * (double)(total - done) / (double)done;
}

/* Adds a part if the line then still fits; widths are in columns, room has one to spare. */
static void add_part(char *line, int room, const char *separator, const char *part)
{
    const size_t length = strlen(line);
    if (text_width(line) + text_width(separator) + text_width(part) >= room) return;
    if (length + strlen(separator) + strlen(part) >= LINE_SIZE) return;
    strcat(strcat(line, separator), part);
}

static void add_words(const progress *p, char *line, int room, int64_t done, int64_t total,
                      const char *metric_name, double metric, double now)
{
    char part[160], number[TEXT_NUMBER], whole[TEXT_NUMBER];
    const double left = time_left(p, now, done, total);
    const char *separator = p->kind == PROGRESS_BAR ? "  " : ", ";
    if (total > 0) {
        snprintf(part, sizeof part, "%s of %s", text_count(number, done), text_count(whole, total));
        add_part(line, room, p->kind == PROGRESS_BAR ? "  " : " ", part);
    } else if (done > 0) {
        add_part(line, room, p->kind == PROGRESS_BAR ? "  " : " ", text_count(number, done));
    }
    if (metric_name != NULL && isfinite(metric)) {
        snprintf(part, sizeof part, "%.100s %.4g", metric_name, metric);
        add_part(line, room, separator, part);
    }
    if (left >= 0) {
        snprintf(part, sizeof part, "%s left", text_seconds(number, left < 1 ? 1 : left));
        add_part(line, room, separator, part);
    }
}

/* A bar of `width` cells, in eighths where the terminal has the characters. */
static void make_bar(const progress *p, char *bar, int width, double share)
{
    static const char *const eighths[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    const int filled = (int)(share * width * 8 + 0.5);
    bar[0] = '\0';
    for (int i = 0; i < width; i++) {
        const int cell = filled - 8 * i;
        if (p->has_unicode) {
            strcat(bar, eighths[cell >= 8 ? 8 : cell > 0 ? cell : 0]);
        } else {
            strcat(bar, cell >= 8 ? "=" : cell > 0 ? ">" : " ");
        }
    }
}

/* The words first; the bar takes what is left of the line. */
static void show_bar(progress *p, int64_t done, int64_t total, const char *metric_name,
                     double metric, double now)
{
    char line[LINE_SIZE] = "", words[LINE_SIZE] = "", bar[4 * MOST_CELLS + 1];
    const int room = terminal_width(STDERR_FILENO);
    snprintf(line, 80, "%-7s", p->stage);
    add_words(p, words, room - text_width(line), done, total, metric_name, metric, now);
    const int left = room - text_width(line) - text_width(words) - 4;
    const int width = left < MOST_CELLS ? left : MOST_CELLS;
    if (total > 0 && width >= FEWEST_CELLS) {
        const double share = (double)done / (double)total;
        make_bar(p, bar, width, share < 0 ? 0 : share > 1 ? 1 : share);
        add_part(line, room, p->has_unicode ? " ▕" : " [", bar);
        add_part(line, room, p->has_unicode ? "▏" : "]", "");
    }
    add_part(line, room, "", words);
    fprintf(stderr, p->has_color ? "\r\033[36m%s\033[0m\033[K" : "\r%s\033[K", line);
    fflush(stderr);
    p->is_bar_shown = 1;
}

static void show_line(const progress *p, int64_t done, int64_t total, const char *metric_name,
                      double metric, double now)
{
    char line[LINE_SIZE] = "";
    snprintf(line, 80, "%s", p->stage);
    add_words(p, line, LINE_SIZE, done, total, metric_name, metric, now);
    fprintf(stderr, "mlcore %s: %s\n", p->command, line);
}

static void show_json(const progress *p, int64_t done, int64_t total, const char *metric_name,
                      double metric)
{
    fputs("{\"event\": \"progress\", \"stage\": ", stderr);
    text_json(stderr, p->stage);
    fprintf(stderr, ", \"done\": %lld, \"total\": %lld", (long long)done, (long long)total);
    if (metric_name != NULL && isfinite(metric)) {
        fputs(", \"metric\": ", stderr);
        text_json(stderr, metric_name);
        fprintf(stderr, ", \"value\": %.17g", metric);
    }
    fputs("}\n", stderr);
}

/* Whether it is time to show something, and the stage's clock. */
static int is_due(progress *p, const char *stage, double now)
{
    const int is_new = strncmp(p->stage, stage, sizeof p->stage - 1) != 0;
    const double quiet = now - p->last_shown;
    if (is_new) {
        snprintf(p->stage, sizeof p->stage, "%s", stage);
        p->stage_began = now;
        p->is_stage_shown = 0;
    }
    switch (p->kind) {
    case PROGRESS_BAR:
        return is_new || quiet >= BAR_PAUSE;
    case PROGRESS_LINES:
        return quiet >= (p->is_stage_shown ? LINE_PAUSE : STAGE_PAUSE);
    case PROGRESS_JSON:
        return is_new || quiet >= JSON_PAUSE;
    default:
        return 0;
    }
}

mlc_status progress_report(void *user, const char *stage, int64_t done, int64_t total,
                           const char *metric_name, double metric)
{
    progress *p = user;
    const double now = clock_seconds();
    if (!is_due(p, stage != NULL ? stage : "", now)) return MLC_OK;
    p->last_shown = now;
    p->is_stage_shown = 1;
    if (p->kind == PROGRESS_BAR) {
        show_bar(p, done, total, metric_name, metric, now);
    } else if (p->kind == PROGRESS_LINES) {
        show_line(p, done, total, metric_name, metric, now);
    } else {
        show_json(p, done, total, metric_name, metric);
    }
    return MLC_OK;
}
