/* Shapley values of a tree; included once an instruction set. shap_kernels.h has the formula.
 *
 * Let p be the product of the factors of the features above a node, and s the sum over the leaves
 * below it of their values times the factors that the splits below change. At a split by a feature
 * that is not above it, f_yes + f_no = 1, so that
 *
 *     p_yes = f_yes p,  p_no = p - p_yes,  s = s_no + f_yes (s_yes - s_no),
 *
 * and the leaves below give the feature the integral of p (s_yes - s_no) (o_yes - z_yes): no
 * division anywhere. Where the feature is above with factor f = o t + z (1 - t), a = f_yes / f
 * takes the place of f_yes. Writing what a leaf gives as the sum of the changes at each of these
 * splits, the split adds the integral of
 *
 *     p (s_yes - s_no) ((o_yes - z_yes) f - (o - z) f_yes) / f^2
 *         = p (s_yes - s_no) (test - share) o z / f^2,
 *
 * which is nothing for rows that have left the path by that feature; a is then the share. Two
 * features interact by the same sums: what a split adds, times (o_j - z_j) / f_j of each feature j
 * above it (half of it belongs to either order of the two). */

typedef struct shap_walk {
    const mlci_shap_tree *tree;
    const double *x; /* of the rows in the lanes */
    double *values, *pairs;
    int64_t stride; /* from a column to the next */
    V *p, *s, *g, *e;
    M *live; /* of the edge that is walked at each depth: rows that take it and those above of
                its feature */
} shap_walk;

static inline __attribute__((always_inline)) M shap_test(const shap_walk *w,
                                                         const mlci_shap_split *split)
{
    const V x = v_load(w->x + split->column * w->stride), threshold = v_set(split->threshold);
    return split->is_greater ? v_less(threshold, x) : v_less_equal(x, threshold);
}

/* a at node q of the quadrature. */
static inline __attribute__((always_inline)) V shap_ratio(const double *factors, int32_t q, M test,
                                                          M live, V share, int is_again)
{
    const V a = v_select(test, v_set(factors[2 * q]), v_set(factors[2 * q + 1]));
    return is_again ? v_select(live, a, share) : a;
}

/* (o - z) / f of an edge, for interactions. */
static inline void shap_keep_edge(const shap_walk *w, const mlci_shap_split *split, int is_yes,
                                  int is_again)
{
    const int32_t n = w->tree->n_nodes;
    const double *const kept = w->tree->factors + split->factors + (2 + is_again) * n;
    V *const g = w->g + split->depth * n;
    for (int32_t q = 0; q < n; q++)
        g[q] =
            v_select(w->live[split->depth], v_set(kept[2 * q + !is_yes]), v_set(w->tree->gone[q]));
}

/* Goes down to a child. */
static inline __attribute__((always_inline)) void
shap_enter(const shap_walk *w, const mlci_shap_split *split, int is_yes, int is_again, int pairs)
{
    const int32_t n = w->tree->n_nodes;
    const double *const factors = w->tree->factors + split->factors;
    const V share = v_set(split->share), *const p = w->p + split->depth * n;
    V *const below = w->p + (split->depth + 1) * n;
    const M test = shap_test(w, split), live = is_again ? w->live[split->above] : m_all();
    for (int32_t q = 0; q < n; q++) {
        const V a = shap_ratio(factors, q, test, live, share, is_again);
        below[q] = is_yes ? v_mul(a, p[q]) : v_fnma(a, p[q], p[q]);
    }
    w->live[split->depth] = is_yes ? m_and(live, test) : m_and_not(live, test);
    if (pairs) shap_keep_edge(w, split, is_yes, is_again);
}

/* What the split adds to the interactions of its feature with those above. */
static inline void shap_add_pairs(const shap_walk *w, const mlci_shap_split *split, V change)
{
    const int32_t n = w->tree->n_nodes;
    const mlci_shap_other *const others = w->tree->others + split->first_other;
    for (int64_t k = 0; k < split->n_others; k++) {
        const V *const g = w->g + others[k].depth * n;
        double *const sum = w->pairs + others[k].pair * w->stride;
        V acc = v_mul(w->e[0], g[0]);
        for (int32_t q = 1; q < n; q++)
            acc = v_fma(w->e[q], g[q], acc);
        v_store(sum, v_fma(acc, change, v_load(sum)));
    }
}

/* Comes back from the children. */
static inline __attribute__((always_inline)) void shap_leave(const shap_walk *w,
                                                             const mlci_shap_split *split,
                                                             int yes_leaf, int no_leaf,
                                                             int is_again, int pairs)
{
    const int32_t n = w->tree->n_nodes;
    const double *const factors = w->tree->factors + split->factors;
    const V share = v_set(split->share), *const p = w->p + split->depth * n;
    const V *const s_no = w->s + (2 * split->depth + 2) * n, *const s_yes = s_no + n;
    V *const s = w->s + (2 * split->depth + split->side) * n;
    const V no_value = v_set(split->value[0]), yes_value = v_set(split->value[1]);
    const M test = shap_test(w, split), live = is_again ? w->live[split->above] : m_all();
    V acc = v_set(0);
    for (int32_t q = 0; q < n; q++) {
        const V a = shap_ratio(factors, q, test, live, share, is_again);
        const V no = no_leaf ? no_value : s_no[q], yes = yes_leaf ? yes_value : s_yes[q];
        const V apart = v_sub(yes, no);
        s[q] = v_fma(a, apart, no);
        V e = p[q];
        if (is_again) e = v_mul(e, v_set(factors[2 * n + q]));
        if (pairs) w->e[q] = v_mul(e, apart);
        acc = v_fma(e, apart, acc);
    }
    V change = v_select(test, v_set(1 - split->share), v_set(-split->share));
    if (is_again) change = v_keep(live, change);
    double *const sum = w->values + split->feature * w->stride;
    v_store(sum, v_fma(acc, change, v_load(sum)));
    if (pairs) shap_add_pairs(w, split, change);
}

#define SHAP_CASE_END(leaves, yes_leaf, no_leaf)                                                   \
    case MLCI_SHAP_END | (leaves):                                                                 \
        shap_leave(w, split, yes_leaf, no_leaf, 0, pairs);                                         \
        break;                                                                                     \
    case MLCI_SHAP_END | (leaves) | MLCI_SHAP_AGAIN:                                               \
        shap_leave(w, split, yes_leaf, no_leaf, 1, pairs);                                         \
        break

static inline __attribute__((always_inline)) void shap_steps(const shap_walk *w, int pairs)
{
    const mlci_shap_tree *const tree = w->tree;
    for (int64_t i = 0; i < tree->n_steps; i++) {
        const mlci_shap_split *const split = tree->splits + (tree->steps[i] >> MLCI_SHAP_STEP_BITS);
        switch (tree->steps[i] & ((1 << MLCI_SHAP_STEP_BITS) - 1)) {
        case MLCI_SHAP_YES:
            shap_enter(w, split, 1, 0, pairs);
            break;
        case MLCI_SHAP_YES | MLCI_SHAP_AGAIN:
            shap_enter(w, split, 1, 1, pairs);
            break;
        case MLCI_SHAP_NO:
            shap_enter(w, split, 0, 0, pairs);
            break;
        case MLCI_SHAP_NO | MLCI_SHAP_AGAIN:
            shap_enter(w, split, 0, 1, pairs);
            break;
            SHAP_CASE_END(0, 0, 0);
            SHAP_CASE_END(MLCI_SHAP_YES_LEAF, 1, 0);
            SHAP_CASE_END(MLCI_SHAP_NO_LEAF, 0, 1);
            SHAP_CASE_END(MLCI_SHAP_YES_LEAF | MLCI_SHAP_NO_LEAF, 1, 1);
        default:
            break;
        }
    }
}

static void shap_tree(const mlci_shap_tree *tree, const mlci_shap_rows *rows)
{
    const int64_t n = tree->n_nodes, levels = tree->n_levels + 1;
    shap_walk w = {.tree = tree, .stride = rows->n_rows};
    w.p = (V *)(void *)rows->memory;
    w.s = w.p + levels * n;
    w.g = w.s + 2 * levels * n;
    w.e = w.g + levels * n;
    w.live = (M *)(void *)(w.e + n);
    for (int64_t q = 0; q < n; q++)
        w.p[q] = v_set(tree->weights[q]);
    for (int64_t first = 0; first < rows->n_rows; first += VL) {
        w.x = rows->x + first;
        w.values = rows->values + first;
        if (rows->pairs == NULL) {
            shap_steps(&w, 0);
            continue;
        }
        w.pairs = rows->pairs + first;
        shap_steps(&w, 1);
    }
}
