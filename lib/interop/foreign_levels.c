/* The levels of a model of quantiles. Ours ascend, so that the columns of a prediction do; in other
 * libraries they stand as the user gave them. */
#include "foreign_levels.h"

#include <string.h>

#include "number.h"
#include "settings.h"
#include "text.h"

typedef struct levels {
    const mlci_foreign *model;
    const char *name;
    int32_t n;
    double level[MLCI_MOST_LEVELS];
    int32_t place[MLCI_MOST_LEVELS]; /* of a score: how many levels are lower */
} levels;

static mlc_status add_level(void *arg, const char *item, int64_t length, mlc_error *err)
{
    levels *const l = arg;
    double level = -1;
    if (l->n == MLCI_MOST_LEVELS)
        return mlci_foreign_refuse(l->model, err, MLC_ERROR_LIMIT, l->name,
                                   "%s has more than %d levels", l->name, MLCI_MOST_LEVELS);
    if (!mlci_real_parse(item, length, &level) || !(level >= 0 && level <= 1))
        return mlci_foreign_fail(l->model, err, l->name, "%s: '%.*s' is no level from 0 to 1",
                                 l->name, length < 40 ? (int)length : 40, item);
    l->level[l->n++] = level;
    return MLC_OK;
}

static mlc_status find_places(levels *l, mlc_error *err)
{
    for (int32_t k = 0; k < l->n; k++) {
        if (!(l->level[k] > 0 && l->level[k] < 1))
            return mlci_foreign_refuse(l->model, err, MLC_ERROR_UNSUPPORTED, l->name,
                                       "%s: the levels of several quantiles are above 0 and below "
                                       "1 here",
                                       l->name);
        for (int32_t other = 0; other < l->n; other++) {
            if (other != k && l->level[other] == l->level[k])
                return mlci_foreign_refuse(l->model, err, MLC_ERROR_UNSUPPORTED, l->name,
                                           "%s has the same level twice: one score a level can be "
                                           "taken over",
                                           l->name);
            l->place[k] += l->level[other] < l->level[k];
        }
    }
    return MLC_OK;
}

static void move(const levels *l, double *of_score)
{
    double moved[MLCI_MOST_LEVELS];
    for (int32_t k = 0; k < l->n; k++)
        moved[l->place[k]] = of_score[k];
    memcpy(of_score, moved, (size_t)l->n * sizeof *moved);
}

static void move_scores(levels *l, mlci_foreign *m)
{
    move(l, l->level);
    move(l, m->start);
    if (m->end != NULL) move(l, m->end);
    for (int64_t t = 0; t < m->n_trees; t++)
        m->output[t] = l->place[m->output[t]];
}

mlc_status mlci_foreign_set_levels(mlci_foreign *m, const char *name, const char *list,
                                   mlc_error *err)
{
    levels l = {.model = m, .name = name};
    MLCI_TRY(mlci_list_each(list, add_level, &l, err));
    if (l.n != m->n_outputs)
        return mlci_foreign_fail(m, err, name, "%s has %d levels, the model %d scores", name,
                                 (int)l.n, (int)m->n_outputs);
    if (l.n == 1 && !(l.level[0] > 0 && l.level[0] < 1)) return MLC_OK; /* no loss of ours */
    MLCI_TRY(find_places(&l, err));
    move_scores(&l, m);
    if (l.n > 1) m->link = MLCI_LINK_QUANTILES;
    mlci_text_append_format(&m->recipe, "%squantile='", m->recipe.length > 0 ? ", " : "");
    for (int32_t k = 0; k < l.n; k++) {
        if (k > 0) mlci_text_append_char(&m->recipe, ',');
        mlci_text_append_real(&m->recipe, l.level[k]);
    }
    mlci_text_append_char(&m->recipe, '\'');
    return mlci_text_status(&m->recipe, err);
}
