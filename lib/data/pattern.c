/* Patterns as programs that are run for all ways at once (Thompson, "Regular expression search
 * algorithm", 1968; Pike's loop): O(steps) a character whatever the text, no backtracking. */
#include "pattern.h"

#include <string.h>

#include "pattern_impl.h"

typedef enum step_kind { STEP_CLASS, STEP_SPLIT, STEP_JUMP, STEP_MATCH } step_kind;

typedef struct step {
    step_kind kind;
    int32_t to, other; /* SPLIT, JUMP */
    int32_t node;      /* CLASS */
} step;

struct mlci_pattern {
    mlci_pattern_tree tree;
    step *steps;
    int32_t n_steps;
    int32_t *lists[2]; /* steps that wait for a character */
    int32_t n_list[2];
    int32_t *stack;
    int64_t *seen; /* the round in which a step was last reached */
    int64_t round;
};

/* ---- compiling ------------------------------------------------------------------------------- */

static mlc_status add_step(mlci_pattern *p, step s, mlc_error *err)
{
    if (p->n_steps >= MLCI_PATTERN_STEPS) {
        return mlci_fail(err, MLC_ERROR_LIMIT, "pattern",
                         "the pattern takes more than %d steps: repeat less", MLCI_PATTERN_STEPS);
    }
    p->steps[p->n_steps++] = s;
    return MLC_OK;
}

static mlc_status compile(mlci_pattern *p, int32_t node, mlc_error *err);

/* Alternatives and sequences nest to the left, as deep as they are long. Turns the way down round:
 * from what is returned, the lowest node of the kind, `least` leads back up to the first, whose
 * own is -1. */
static int32_t turn_chain(mlci_pattern_node *nodes, int32_t node)
{
    const mlci_pattern_kind kind = nodes[node].kind;
    int32_t above = -1;
    for (int32_t at = node;; at = nodes[at].left) {
        nodes[at].least = above;
        above = at;
        if (nodes[nodes[at].left].kind != kind) return at;
    }
}

static mlc_status compile_either(mlci_pattern *p, int32_t node, mlc_error *err)
{
    mlci_pattern_node *const nodes = p->tree.nodes;
    int32_t at = turn_chain(nodes, node), alternative = nodes[at].left, last_jump = -1;
    for (; at >= 0; alternative = nodes[at].right, at = nodes[at].least) {
        const int32_t split = p->n_steps;
        MLCI_TRY(add_step(p, (step){.kind = STEP_SPLIT, .to = split + 1}, err));
        MLCI_TRY(compile(p, alternative, err));
        MLCI_TRY(add_step(p, (step){.kind = STEP_JUMP, .to = last_jump}, err));
        last_jump = p->n_steps - 1;
        p->steps[split].other = p->n_steps;
    }
    MLCI_TRY(compile(p, alternative, err));
    while (last_jump >= 0) { /* each held the one before it */
        const int32_t before = p->steps[last_jump].to;
        p->steps[last_jump].to = p->n_steps;
        last_jump = before;
    }
    return MLC_OK;
}

static mlc_status compile_sequence(mlci_pattern *p, int32_t node, mlc_error *err)
{
    for (int32_t at = turn_chain(p->tree.nodes, node); at >= 0; at = p->tree.nodes[at].least)
        MLCI_TRY(compile(p, p->tree.nodes[at].right, err));
    return MLC_OK;
}

static mlc_status compile_repeat(mlci_pattern *p, const mlci_pattern_node *n, mlc_error *err)
{
    for (int32_t i = 0; i < n->least; i++)
        MLCI_TRY(compile(p, n->left, err));
    if (n->most == MLCI_PATTERN_UNBOUNDED) {
        const int32_t split = p->n_steps;
        MLCI_TRY(add_step(p, (step){.kind = STEP_SPLIT, .to = split + 1}, err));
        MLCI_TRY(compile(p, n->left, err));
        MLCI_TRY(add_step(p, (step){.kind = STEP_JUMP, .to = split}, err));
        p->steps[split].other = p->n_steps;
        return MLC_OK;
    }
    for (int32_t i = n->least; i < n->most; i++) { /* x? as often: each may be passed over */
        const int32_t split = p->n_steps;
        MLCI_TRY(add_step(p, (step){.kind = STEP_SPLIT, .to = split + 1}, err));
        MLCI_TRY(compile(p, n->left, err));
        p->steps[split].other = p->n_steps;
    }
    return MLC_OK;
}

static mlc_status compile(mlci_pattern *p, int32_t node, mlc_error *err)
{
    const mlci_pattern_node *const n = &p->tree.nodes[node];
    switch (n->kind) {
    case MLCI_PATTERN_CLASS:
        return add_step(p, (step){.kind = STEP_CLASS, .node = node}, err);
    case MLCI_PATTERN_EITHER:
        return compile_either(p, node, err);
    case MLCI_PATTERN_REPEAT:
        return compile_repeat(p, n, err);
    case MLCI_PATTERN_SEQUENCE:
        return compile_sequence(p, node, err);
    case MLCI_PATTERN_EMPTY:
        break;
    }
    return MLC_OK;
}

static mlc_status reserve(mlci_pattern *p, mlc_error *err)
{
    mlci_root *const root = p->tree.root;
    const int64_t n = p->n_steps;
    p->lists[0] = mlci_alloc(root, n, sizeof(int32_t));
    p->lists[1] = mlci_alloc(root, n, sizeof(int32_t));
    p->stack = mlci_alloc(root, 2 * n, sizeof(int32_t));
    p->seen = mlci_alloc(root, n, sizeof(int64_t));
    if (p->lists[0] != NULL && p->lists[1] != NULL && p->stack != NULL && p->seen != NULL) {
        return MLC_OK;
    }
    return mlci_fail_memory(err, n, sizeof(int64_t));
}

mlc_status mlci_pattern_create(mlci_root *root, const char *text, mlci_pattern **out,
                               mlc_error *err)
{
    mlci_pattern *const p = mlci_alloc(root, 1, sizeof *p);
    if (p == NULL) return mlci_fail_memory(err, 1, sizeof *p);
    mlc_status status = mlci_pattern_parse(root, text, &p->tree, err);
    if (status == MLC_OK) {
        p->steps = mlci_alloc(root, MLCI_PATTERN_STEPS, sizeof *p->steps);
        if (p->steps == NULL) status = mlci_fail_memory(err, MLCI_PATTERN_STEPS, sizeof *p->steps);
    }
    if (status == MLC_OK) status = compile(p, p->tree.top, err);
    if (status == MLC_OK) status = add_step(p, (step){.kind = STEP_MATCH}, err);
    if (status == MLC_OK) status = reserve(p, err);
    if (status == MLC_OK) {
        *out = p;
    } else {
        mlci_pattern_free(p);
    }
    return status;
}

void mlci_pattern_free(mlci_pattern *p)
{
    if (p == NULL) return;
    mlci_pattern_tree_clear(&p->tree);
    mlci_free(p->steps);
    mlci_free(p->lists[0]);
    mlci_free(p->lists[1]);
    mlci_free(p->stack);
    mlci_free(p->seen);
    mlci_free(p);
}

/* ---- matching -------------------------------------------------------------------------------- */

static int is_in(const mlci_pattern *p, const mlci_pattern_node *class, uint32_t character)
{
    int found = 0;
    for (int32_t i = 0; i < class->n && !found; i++) {
        const mlci_pattern_range *const range = &p->tree.ranges[class->first + i];
        found = character >= range->low && character <= range->high;
    }
    return found != class->is_negated;
}

/* Adds the steps that are reached from one without a character; each once a round, so that the
 * stack holds at most two for each. Returns 1 when the end is among them. */
static int reach(mlci_pattern *p, int32_t start, int list)
{
    int32_t n = 0, is_match = 0;
    p->stack[n++] = start;
    while (n > 0) {
        const int32_t i = p->stack[--n];
        if (p->seen[i] == p->round) continue;
        p->seen[i] = p->round;
        const step *const s = &p->steps[i];
        if (s->kind == STEP_MATCH) is_match = 1;
        if (s->kind == STEP_CLASS) p->lists[list][p->n_list[list]++] = i;
        if (s->kind == STEP_SPLIT) p->stack[n++] = s->other;
        if (s->kind == STEP_SPLIT || s->kind == STEP_JUMP) p->stack[n++] = s->to;
    }
    return is_match;
}

int mlci_pattern_matches(mlci_pattern *p, const char *text, int64_t length)
{
    const char *const end = text + length;
    int now = 0;
    p->n_list[0] = 0;
    p->round++;
    int is_match = reach(p, 0, now);
    while (text < end && p->n_list[now] > 0) {
        const uint32_t character = mlci_pattern_character(&text);
        const int next = !now;
        p->n_list[next] = 0;
        p->round++;
        is_match = 0;
        for (int32_t k = 0; k < p->n_list[now]; k++) {
            const int32_t i = p->lists[now][k];
            if (is_in(p, &p->tree.nodes[p->steps[i].node], character)) {
                is_match |= reach(p, i + 1, next);
            }
        }
        now = next;
    }
    return text == end && is_match;
}
