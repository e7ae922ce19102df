/* Categories of a foreign model to bins: those that no set tells apart share one. The bins are
 * found by splitting classes set by set, in time linear in the members. */
#include "foreign_bins.h"

#include <string.h>

typedef struct foreign_set {
    int32_t set, feature;
} foreign_set;

typedef struct maker {
    const mlci_foreign *model;
    mlci_category_bins *bins;
    int64_t n_sets;
    foreign_set *sets; /* of all nodes, by feature */
    int64_t *first_of; /* of each feature, its first set; after them the next one's */
} maker;

/* ---- sets --------------------------------------------------------------------------------- */

/* Calls visit() for each split by a set that the file has. */
static mlc_status visit_sets(maker *m, void (*visit)(maker *, const mlci_foreign_node *),
                             mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    int64_t n = 0;
    for (int64_t t = 0; t < f->n_trees; t++) {
        for (int64_t i = f->first_node[t]; i < f->first_node[t + 1]; i++) {
            const mlci_foreign_node *const node = &f->nodes[i];
            if (node->feature < 0 || node->set < 0) continue;
            if (node->feature >= f->n_features || !f->inputs[node->feature].is_category)
                return mlci_foreign_fail_node(
                    f, err, t, i - f->first_node[t],
                    "it splits by a set of categories of a feature that has none");
            if (n++ == f->n_sets)
                return mlci_foreign_fail_node(f, err, t, i - f->first_node[t],
                                              "its set belongs to another node");
            visit(m, node);
        }
        MLCI_TRY(mlci_poll(f->call, err));
    }
    return MLC_OK;
}

static void count_set(maker *m, const mlci_foreign_node *node)
{
    m->first_of[node->feature + 1]++;
}

static void place_set(maker *m, const mlci_foreign_node *node)
{
    m->sets[m->first_of[node->feature]++] = (foreign_set){node->set, node->feature};
}

/* The sets of all nodes, by feature. */
static mlc_status list_sets(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    m->sets = mlci_alloc(f->root, f->n_sets, sizeof *m->sets);
    m->first_of = mlci_alloc(f->root, f->n_features + 1, sizeof *m->first_of);
    if (m->sets == NULL || m->first_of == NULL)
        return mlci_fail_memory(err, f->n_sets + f->n_features, sizeof *m->sets);
    if (f->n_sets == 0) return MLC_OK;
    MLCI_TRY(visit_sets(m, count_set, err));
    for (int64_t j = 0; j < f->n_features; j++)
        m->first_of[j + 1] += m->first_of[j];
    m->n_sets = m->first_of[f->n_features];
    return visit_sets(m, place_set, err);
}

/* ---- bins of categories ------------------------------------------------------------------- */

/* Classes of a feature's codes: of each, every set so far has all or none. */
typedef struct classes {
    int32_t n;
    int32_t *size;    /* codes of a class */
    int32_t *touched; /* those that the set at hand has */
    int32_t *target;  /* the class that those go to; 0: not known yet */
    int32_t *marked;  /* classes that the set touches */
} classes;

static mlc_status check_set(const mlci_foreign *f, int64_t set, int64_t feature, mlc_error *err)
{
    const int64_t first = f->first_member[set], end = f->first_member[set + 1];
    const mlci_foreign_input *const input = &f->inputs[feature];
    for (int64_t i = first; i < end; i++)
        if (f->members[i] < 0 || (i > first && f->members[i] <= f->members[i - 1]))
            return mlci_foreign_fail(
                f, err, "categories",
                "the categories of a split of feature '%s' do not ascend from 0 on", input->name);
    if (input->labels == NULL || first == end || f->members[end - 1] < input->n_labels)
        return MLC_OK;
    return mlci_foreign_fail(f, err, "categories",
                             "a split has category %d of feature '%s', which has %d of them",
                             (int)f->members[end - 1], input->name, (int)input->n_labels);
}

/* How many codes each feature has. */
static mlc_status count_codes(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    int64_t *const n_codes = m->bins->first_code + 1, total = 0;
    for (int64_t j = 0; j < f->n_features; j++)
        if (f->inputs[j].is_category) n_codes[j] = f->inputs[j].n_labels;
    for (int64_t k = 0; k < m->n_sets; k++) {
        const int64_t s = m->sets[k].set, j = m->sets[k].feature, end = f->first_member[s + 1];
        MLCI_TRY(check_set(f, s, j, err));
        if (end > f->first_member[s] && f->members[end - 1] >= n_codes[j])
            n_codes[j] = (int64_t)f->members[end - 1] + 1;
        /* A split by an empty set needs a feature of categories all the same. */
        if (n_codes[j] == 0) n_codes[j] = 1;
    }
    for (int64_t j = 0; j < f->n_features; j++)
        total += n_codes[j];
    if (total <= f->settings->max_categories) return MLC_OK;
    return mlci_foreign_refuse(f, err, MLC_ERROR_LIMIT, "max_categories",
                               "its features have %lld categories: more than max_categories = %lld "
                               "of the import settings",
                               (long long)total, (long long)f->settings->max_categories);
}

/* Members of a set leave their classes, where those have others too. Class `rest` has what no set
 * has, and so always has others. */
static mlc_status split_classes(const mlci_foreign *f, const foreign_set *set, uint16_t *bin,
                                int32_t rest, classes *c, mlc_error *err)
{
    const mlci_foreign_input *const input = &f->inputs[set->feature];
    const int64_t first = f->first_member[set->set], end = f->first_member[set->set + 1];
    int32_t n_marked = 0;
    for (int64_t i = first; i < end; i++) {
        const int32_t old = bin[mlci_foreign_own_code(input, f->members[i])];
        if (c->touched[old]++ == 0) c->marked[n_marked++] = old;
    }
    for (int32_t k = 0; k < n_marked; k++) {
        const int32_t old = c->marked[k];
        const int is_whole = old != rest && c->touched[old] == c->size[old];
        if (!is_whole && c->n > MLCI_MOST_CATEGORY_BINS)
            return mlci_foreign_refuse(f, err, MLC_ERROR_LIMIT, input->name,
                                       "its splits tell more than %d categories of feature '%s' "
                                       "apart",
                                       MLCI_MOST_CATEGORY_BINS, input->name);
        c->target[old] = is_whole ? old : c->n++;
        if (!is_whole) c->size[old] -= c->touched[old];
        if (!is_whole) c->size[c->target[old]] = c->touched[old];
    }
    for (int64_t i = first; i < end; i++) {
        uint16_t *const at = &bin[mlci_foreign_own_code(input, f->members[i])];
        *at = (uint16_t)c->target[*at];
    }
    for (int32_t k = 0; k < n_marked; k++)
        c->touched[c->marked[k]] = c->target[c->marked[k]] = 0;
    return MLC_OK;
}

/* The bin of codes in no set: that of missing ones, or one of their own. */
static int32_t rest_bin(const mlci_foreign *f)
{
    return f->unseen_is_no_member || f->known_is_no_member;
}

/* The bins of one feature, whose sets are k to end - 1. */
static mlc_status bin_feature(maker *m, int64_t k, int64_t end, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const mlci_category_bins *const c = m->bins;
    const int64_t j = m->sets[k].feature, n_codes = mlci_n_codes(c, j), room = n_codes + 2;
    uint16_t *const bin = c->bin_of_code + c->first_code[j];
    int32_t *const memory = mlci_alloc(f->root, room, 4 * (int64_t)sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, room, 4 * (int64_t)sizeof *memory);
    const int32_t rest = rest_bin(f);
    classes parts = {rest + 1, memory, memory + room, memory + 2 * room, memory + 3 * room};
    mlc_status status = MLC_OK;
    for (; k < end && status == MLC_OK; k++) {
        status = split_classes(f, &m->sets[k], bin, rest, &parts, err);
        if (status == MLC_OK) status = mlci_poll(f->call, err);
    }
    mlci_free(memory);
    return status;
}

static mlc_status bin_categories(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    mlci_category_bins *const c = m->bins;
    MLCI_TRY(count_codes(m, err));
    MLCI_TRY(mlci_category_bins_place(f->root, f->n_features, c, err));
    c->unseen_bin = f->unseen_is_no_member;
    for (int64_t i = 0; i < c->first_code[f->n_features]; i++)
        c->bin_of_code[i] = (uint16_t)rest_bin(f);
    for (int64_t k = 0, end; k < m->n_sets; k = end) {
        for (end = k; end < m->n_sets && m->sets[end].feature == m->sets[k].feature; end++) {
        }
        MLCI_TRY(bin_feature(m, k, end, err));
    }
    return MLC_OK;
}

mlc_status mlci_foreign_bins(const mlci_foreign *model, mlci_ensemble *ensemble, mlc_error *err)
{
    maker m = {.model = model, .bins = &ensemble->categories};
    mlc_status status = list_sets(&m, err);
    if (status == MLC_OK) status = bin_categories(&m, err);
    mlci_free(m.sets);
    mlci_free(m.first_of);
    return status;
}
