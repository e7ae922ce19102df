/* The recipe that train fits, out of --model, --recipe, --set, --seed and --early-stopping. */
#ifndef CLI_TRAIN_RECIPE_H
#define CLI_TRAIN_RECIPE_H

#include "session.h"

/* model: the text of --model, or one chosen from the target; not used with --recipe. */
mlc_status train_recipe_make(session *s, const char *model, mlc_model **out);

#endif
