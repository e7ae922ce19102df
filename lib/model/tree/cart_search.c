/* Exact splits of numbers, of small nodes by sorting their rows, of large ones by histograms.
 *
 * A histogram over the codes of a column gives the cuts between codes. A cut inside a code can only
 * be better where the score could rise enough there: scores are convex in the sums of a side, so
 * inside a code they stay below their values at the corners of what its rows can add (all rows of
 * high target first, or all of low), and for several classes below f(left) + f(right) + f of the
 * code's rows one by one. Only rows of codes whose bound reaches the best cut so far are sorted.
 * That makes exact splits as fast as binned ones: O(rows) a feature plus a few hundred cuts. */
#include "cart_search.h"

#include <math.h>
#include <string.h>

#include "cart_monotone.h"
#include "cart_order.h"

#define ROOM (MLCI_BIN_CODES + 8)
#define MOST_HISTOGRAM_SUMS 64
#define LEAST_ROOM 16
#define BOUND_SLACK 1e-9    /* relative: above what rounding can take off */
#define ENTROPY_SLACK 1e-12 /* of the terms that entropy's scores are differences of */
#define ABOVE_ZERO 1e-300

void mlci_cart_split_take(const mlci_cart_split *found, mlci_cart_split *best)
{
    if (found->score < best->score) return;
    if (found->score == best->score && best->feature >= 0) {
        if (found->feature > best->feature) return;
        if (found->feature == best->feature && found->missing_left > best->missing_left) return;
        if (found->feature == best->feature && found->missing_left == best->missing_left &&
            found->rank >= best->rank)
            return;
    }
    *best = *found;
}

/* ---- memory ------------------------------------------------------------------------------- */

static mlc_status init_cuts(mlci_root *root, int32_t n_sums, mlci_cart_cuts *cuts, mlc_error *err)
{
    const int64_t shared = (int64_t)ROOM * MOST_HISTOGRAM_SUMS / n_sums;
    cuts->room = shared > ROOM ? ROOM : shared < LEAST_ROOM ? LEAST_ROOM : shared;
    cuts->sums = mlci_alloc(root, cuts->room * n_sums, sizeof *cuts->sums);
    cuts->weight = mlci_alloc(root, cuts->room, sizeof *cuts->weight);
    cuts->score = mlci_alloc(root, cuts->room, sizeof *cuts->score);
    cuts->left = mlci_alloc(root, cuts->room, sizeof *cuts->left);
    cuts->right = mlci_alloc(root, cuts->room, sizeof *cuts->right);
    cuts->rank = mlci_alloc(root, cuts->room, sizeof *cuts->rank);
    if (cuts->sums == NULL || cuts->weight == NULL || cuts->score == NULL || cuts->left == NULL ||
        cuts->right == NULL || cuts->rank == NULL)
        return mlci_fail_memory(err, cuts->room * n_sums, sizeof *cuts->sums);
    return MLC_OK;
}

static void clear_cuts(mlci_cart_cuts *cuts)
{
    mlci_free(cuts->sums);
    mlci_free(cuts->weight);
    mlci_free(cuts->score);
    mlci_free(cuts->left);
    mlci_free(cuts->right);
    mlci_free(cuts->rank);
}

mlc_status mlci_cart_scratch_init(mlci_root *root, int64_t n_rows, int32_t n_sums,
                                  int32_t with_medians, mlci_cart_scratch *s, mlc_error *err)
{
    s->ranks = mlci_alloc_raw(root, n_rows + 1, sizeof *s->ranks);
    s->order = mlci_alloc_raw(root, n_rows + 1, sizeof *s->order);
    s->index = mlci_alloc_raw(root, n_rows + 1, sizeof *s->index);
    s->sort = mlci_alloc_raw(root, n_rows, 2 * (int64_t)sizeof *s->sort);
    s->cells = mlci_alloc_raw(root, (int64_t)MLCI_BIN_CODES * n_sums, sizeof *s->cells);
    s->running = mlci_alloc_raw(root, n_sums, sizeof *s->running);
    if (s->ranks == NULL || s->order == NULL || s->index == NULL || s->sort == NULL ||
        s->cells == NULL || s->running == NULL)
        return mlci_fail_memory(err, n_rows, 28);
    if (with_medians) MLCI_TRY(mlci_cart_medians_init(root, n_rows, &s->medians, err));
    MLCI_TRY(init_cuts(root, n_sums, &s->cuts, err));
    return init_cuts(root, n_sums, &s->corners, err);
}

void mlci_cart_scratch_clear(mlci_cart_scratch *s)
{
    mlci_free(s->ranks);
    mlci_free(s->order);
    mlci_free(s->index);
    mlci_free(s->sort);
    mlci_free(s->cells);
    mlci_free(s->running);
    mlci_cart_medians_clear(&s->medians);
    clear_cuts(&s->cuts);
    clear_cuts(&s->corners);
}

/* ---- cuts --------------------------------------------------------------------------------- */

/* What a feature is searched with; missing values go left, or right. */
typedef struct side {
    const mlci_cart_search *search;
    mlci_cart_scratch *scratch;
    const mlci_cart_column *column;
    int32_t feature;
    int32_t missing_left;
    mlci_cart_split *best;
} side;

/* Scores the cuts and takes the best. */
static void take_cuts(const side *s)
{
    mlci_cart_cuts *const cuts = &s->scratch->cuts;
    const mlci_cart_search *const search = s->search;
    double top = mlci_cart_score(search->criterion, &search->total, s->best->score, cuts);
    top = mlci_cart_keep_monotone(search, s->feature, cuts, top);
    if (top < 0 || top < s->best->score) return;
    int64_t i = 0;
    while (cuts->score[i] != top)
        i++;
    const mlci_cart_split found = {.score = top,
                                   .feature = s->feature,
                                   .rank = cuts->rank[i],
                                   .missing_left = s->missing_left};
    mlci_cart_split_take(&found, s->best);
}

/* A cut after `running`; when there is no more room, those so far are scored. */
static void push_cut(const side *s, const int64_t *running, uint32_t rank)
{
    mlci_cart_cuts *const cuts = &s->scratch->cuts;
    const int32_t n_sums = s->search->total.n_sums;
    if (cuts->n == cuts->room) {
        take_cuts(s);
        cuts->n = 0;
    }
    for (int32_t k = 0; k < n_sums; k++)
        cuts->sums[k * cuts->room + cuts->n] = (double)running[k];
    cuts->rank[cuts->n++] = rank;
}

/* ---- sorted rows -------------------------------------------------------------------------- */

/* Of pairs: the sums of each row are written, and the next takes their place where no cut lies. */
static void scan_pairs(const side *s, const mlci_cart_line *rows)
{
    mlci_cart_cuts *const cuts = &s->scratch->cuts;
    const mlci_cart_pair *const pairs = s->search->pairs;
    double *const cut_g = cuts->sums, *const cut_w = cuts->sums + cuts->room;
    int64_t g = 0, w = 0;
    for (int64_t i = rows->n_present; i < rows->n && s->missing_left; i++) {
        g += pairs[rows->order[i]].g;
        w += pairs[rows->order[i]].w;
    }
    for (int64_t i = 0; i < rows->n_present; i++) {
        const uint32_t at = rows->order[i];
        if (cuts->n == cuts->room) {
            take_cuts(s);
            cuts->n = 0;
        }
        cut_g[cuts->n] = (double)(g += pairs[at].g);
        cut_w[cuts->n] = (double)(w += pairs[at].w);
        cuts->rank[cuts->n] = rows->ranks[at];
        cuts->n += mlci_cart_is_cut(rows, i);
    }
}

static void scan_classes(const side *s, const mlci_cart_line *rows)
{
    const mlci_cart_pair *const pairs = s->search->pairs;
    int64_t *const running = s->scratch->running;
    memset(running, 0, (size_t)s->search->total.n_sums * sizeof *running);
    for (int64_t i = rows->n_present; i < rows->n && s->missing_left; i++)
        running[pairs[rows->order[i]].g] += pairs[rows->order[i]].w;
    for (int64_t i = 0; i < rows->n_present; i++) {
        const uint32_t at = rows->order[i];
        running[pairs[at].g] += pairs[at].w;
        if (mlci_cart_is_cut(rows, i)) push_cut(s, running, rows->ranks[at]);
    }
}

static void scan_line(const side *s, const mlci_cart_line *rows)
{
    s->scratch->cuts.n = 0;
    if (s->search->criterion->sums == MLCI_CART_CLASSES)
        scan_classes(s, rows);
    else
        scan_pairs(s, rows);
    take_cuts(s);
}

static void take_median_cut(const side *s, const mlci_cart_line *rows)
{
    const mlci_cart_total *const total = &s->search->total;
    mlci_cart_split found = {.feature = s->feature, .missing_left = s->missing_left};
    found.score = mlci_cart_best_median_cut(&s->search->targets, &s->scratch->medians, rows,
                                            total->parent, total->least_weight, &found.rank);
    if (found.score >= 0) mlci_cart_split_take(&found, s->best);
}

static int search_sorted(side *s)
{
    const mlci_cart_search *const search = s->search;
    const int64_t n = search->n;
    uint32_t *const ranks = s->scratch->ranks, *const order = s->scratch->order;
    mlci_cart_line rows = {.ranks = ranks, .order = order, .n = n};
    mlci_cart_take_ranks(s->column, search->rows, n, ranks);
    for (int64_t i = 0; i < n; i++)
        rows.n_present += ranks[i] != MLCI_CART_MISSING;
    mlci_cart_order(search->criterion->kernels, n, ranks, order, s->scratch->sort);
    if (ranks[order[0]] == ranks[order[n - 1]]) return 0;
    for (s->missing_left = 0; s->missing_left <= (rows.n_present < n); s->missing_left++) {
        rows.missing_left = s->missing_left;
        if (search->criterion->kind == MLCI_CRITERION_ABSOLUTE)
            take_median_cut(s, &rows);
        else
            scan_line(s, &rows);
    }
    return 1;
}

/* ---- histograms --------------------------------------------------------------------------- */

void mlci_cart_add_cells(const mlci_cart_search *search, const mlci_cart_column *column,
                         int64_t *cells)
{
    const int32_t n_sums = search->total.n_sums;
    const uint8_t *const codes = column->codes;
    const uint32_t *const rows = search->rows;
    const mlci_cart_pair *const pairs = search->pairs;
    memset(cells, 0, (size_t)column->n_codes * (size_t)n_sums * sizeof *cells);
    if (search->criterion->sums == MLCI_CART_CLASSES) {
        for (int64_t i = 0; i < search->n; i++)
            cells[codes[rows[i]] * n_sums + pairs[i].g] += pairs[i].w;
        return;
    }
    for (int64_t i = 0; i < search->n; i++) {
        int64_t *const cell = cells + 2 * codes[rows[i]];
        cell[0] += pairs[i].g;
        cell[1] += pairs[i].w;
    }
}

/* Weight of a cell. */
static int64_t cell_weight(const mlci_cart_search *search, const int64_t *cell)
{
    int64_t weight = 0;
    if (search->criterion->sums != MLCI_CART_CLASSES) return cell[1];
    for (int32_t k = 0; k < search->total.n_sums; k++)
        weight += cell[k];
    return weight;
}

/* Of pairs: the sums up to each code are written, and the next take their place unless the node has
 * rows of it. */
static void run_pairs(const side *s, uint8_t at[ROOM])
{
    const int64_t *const cells = s->scratch->cells;
    mlci_cart_cuts *const cuts = &s->scratch->cuts;
    double *const cut_g = cuts->sums, *const cut_w = cuts->sums + cuts->room;
    int64_t g = s->missing_left ? cells[0] : 0, w = s->missing_left ? cells[1] : 0;
    for (int32_t code = 1; code < s->column->n_codes; code++) {
        cut_g[cuts->n] = (double)(g += cells[2 * code]);
        cut_w[cuts->n] = (double)(w += cells[2 * code + 1]);
        at[cuts->n] = (uint8_t)code;
        cuts->n += cells[2 * code + 1] != 0;
    }
}

static void run_classes(const side *s, uint8_t at[ROOM])
{
    const int32_t n_sums = s->search->total.n_sums;
    const int64_t *const cells = s->scratch->cells;
    int64_t *const running = s->scratch->running;
    for (int32_t k = 0; k < n_sums; k++)
        running[k] = s->missing_left ? cells[k] : 0;
    for (int32_t code = 1; code < s->column->n_codes; code++) {
        const int64_t *const cell = cells + code * n_sums;
        if (cell_weight(s->search, cell) == 0) continue;
        for (int32_t k = 0; k < n_sums; k++)
            running[k] += cell[k];
        at[s->scratch->cuts.n] = (uint8_t)code;
        push_cut(s, running, 0);
    }
}

/* Cuts after each code that the node has, and which codes those are. */
static void run_cells(const side *s, uint8_t at[ROOM])
{
    mlci_cart_cuts *const cuts = &s->scratch->cuts;
    cuts->n = 0;
    if (s->search->criterion->sums == MLCI_CART_CLASSES)
        run_classes(s, at);
    else
        run_pairs(s, at);
    for (int64_t i = 0; i < cuts->n; i++)
        cuts->rank[i] = s->column->last_rank[at[i]];
}

/* Scores at both corners of what the rows of each code can add. */
static void score_corners(const side *s, const mlci_cart_cuts *cuts, int32_t corner)
{
    const mlci_cart_search *const search = s->search;
    mlci_cart_cuts *const corners = &s->scratch->corners;
    const int64_t *const missing = s->scratch->cells;
    double g = s->missing_left ? (double)missing[0] : 0;
    double w = s->missing_left ? (double)missing[1] : 0;
    double *const corner_g = corners->sums, *const corner_w = corners->sums + corners->room;
    for (int64_t i = 0; i < cuts->n; i++) {
        const double g_here = cuts->sums[i] - g, w_here = cuts->sums[cuts->room + i] - w;
        const double high = (g_here - w_here * search->low) / (search->high - search->low);
        const double added = corner == 0 ? high : w_here - high;
        corner_g[i] = g + added * (corner == 0 ? search->high : search->low);
        corner_w[i] = w + added;
        g = cuts->sums[i];
        w = cuts->sums[cuts->room + i];
    }
    mlci_cart_total total = search->total;
    total.least_weight = ABOVE_ZERO;
    corners->n = cuts->n;
    mlci_cart_score(search->criterion, &total, s->best->score, corners);
}

/* Which codes may have a better cut inside; returns how many. */
static int32_t mark_pairs(const side *s, const uint8_t *at, uint8_t hot[MLCI_BIN_CODES])
{
    const mlci_cart_cuts *const cuts = &s->scratch->cuts;
    const double *const score = s->scratch->corners.score;
    const double least = s->best->score * (1 - BOUND_SLACK);
    for (int32_t corner = 0; corner < 2; corner++) {
        score_corners(s, cuts, corner);
        for (int64_t i = 0; i < cuts->n; i++)
            hot[at[i]] |= score[i] >= 0 && score[i] >= least;
    }
    int32_t n_hot = 0;
    for (int64_t i = 0; i < cuts->n; i++)
        n_hot += hot[at[i]];
    return n_hot;
}

static int32_t mark_classes(const side *s, const uint8_t *at, uint8_t hot[MLCI_BIN_CODES])
{
    const mlci_cart_search *const search = s->search;
    const mlci_cart_cuts *const cuts = &s->scratch->cuts;
    const mlci_cart_total *const total = &search->total;
    const int is_entropy = search->criterion->kind == MLCI_CRITERION_ENTROPY;
    const double slack = is_entropy ? ENTROPY_SLACK * (fabs(total->parent) + total->weight)
                                    : BOUND_SLACK * total->weight;
    const double least = s->best->score - slack;
    double left = 0, weight = 0;
    int32_t n_hot = 0;
    if (s->missing_left) {
        double *const sums = s->scratch->corners.sums;
        for (int32_t k = 0; k < total->n_sums; k++)
            weight += sums[k] = (double)s->scratch->cells[k];
        left = mlci_cart_side(search->criterion, sums, total->n_sums, weight);
    }
    for (int64_t i = 0; i < cuts->n; i++) {
        const double most = is_entropy ? -total->parent : cuts->weight[i] - weight;
        hot[at[i]] = left + cuts->right[i] + most >= least;
        n_hot += hot[at[i]];
        left = cuts->left[i];
        weight = cuts->weight[i];
    }
    return n_hot;
}

/* Rows of the marked codes, by rank; returns how many. */
static int64_t sort_marked(const side *s, const uint8_t hot[MLCI_BIN_CODES])
{
    mlci_cart_scratch *const scratch = s->scratch;
    const mlci_cart_search *const search = s->search;
    int64_t n = 0;
    for (int64_t i = 0; i < search->n; i++) {
        const uint32_t row = search->rows[i];
        scratch->ranks[n] = s->column->ranks[row];
        scratch->index[n] = (uint32_t)i;
        n += hot[s->column->codes[row]];
    }
    mlci_cart_order(search->criterion->kernels, n, scratch->ranks, scratch->order, scratch->sort);
    return n;
}

/* Cuts inside the marked codes. */
static void refine(const side *s, const uint8_t hot[MLCI_BIN_CODES])
{
    const mlci_cart_search *const search = s->search;
    const int32_t n_sums = search->total.n_sums;
    const uint32_t *const ranks = s->scratch->ranks, *const order = s->scratch->order;
    int64_t *const running = s->scratch->running;
    const int64_t n = sort_marked(s, hot);
    int64_t at = 0;
    s->scratch->cuts.n = 0;
    for (int32_t k = 0; k < n_sums; k++)
        running[k] = s->missing_left ? s->scratch->cells[k] : 0;
    for (int32_t code = 1; code < s->column->n_codes; code++) {
        const int64_t *const cell = s->scratch->cells + code * n_sums;
        for (int32_t k = 0; k < n_sums && !hot[code]; k++)
            running[k] += cell[k];
        while (hot[code] && at < n && ranks[order[at]] <= s->column->last_rank[code]) {
            const uint32_t rank = ranks[order[at]];
            const uint32_t i = s->scratch->index[order[at++]];
            mlci_cart_add_pair(search->criterion, &search->pairs[i], running);
            if (at < n && ranks[order[at]] != rank &&
                ranks[order[at]] <= s->column->last_rank[code])
                push_cut(s, running, rank);
        }
    }
    take_cuts(s);
}

static int search_cells(side *s)
{
    const mlci_cart_search *const search = s->search;
    const mlci_cart_column *const column = s->column;
    uint8_t at[ROOM];
    mlci_cart_add_cells(search, column, s->scratch->cells);
    const int has_missing = cell_weight(search, s->scratch->cells) > 0;
    for (s->missing_left = 0; s->missing_left <= has_missing; s->missing_left++) {
        uint8_t hot[MLCI_BIN_CODES] = {0};
        run_cells(s, at);
        if (s->scratch->cuts.n + has_missing < 2 && column->ranks != NULL) return search_sorted(s);
        if (s->scratch->cuts.n + has_missing < 2 || s->scratch->cuts.n == 0) return 0;
        take_cuts(s);
        if (column->ranks == NULL) continue;
        const int32_t n_hot = search->criterion->sums == MLCI_CART_CLASSES
                                  ? mark_classes(s, at, hot)
                                  : mark_pairs(s, at, hot);
        if (n_hot > 0) refine(s, hot);
    }
    return 1;
}

int mlci_cart_search_number(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                            int32_t feature, mlci_cart_split *best)
{
    side s = {.search = search,
              .scratch = scratch,
              .column = &search->columns->columns[feature],
              .feature = feature,
              .best = best};
    const int has_cells = search->total.n_sums <= MOST_HISTOGRAM_SUMS &&
                          scratch->cuts.room == ROOM &&
                          search->criterion->kind != MLCI_CRITERION_POISSON &&
                          search->criterion->kind != MLCI_CRITERION_ABSOLUTE;
    if (has_cells && search->n > (int64_t)MLCI_MOST_ORDERED * search->total.n_sums / 2)
        return search_cells(&s);
    return search_sorted(&s);
}
