/* Loading: what a file may ask for, and files that were cut, lengthened or put together from the
 * sections of good ones, always with checksums that fit. */
#include <stdio.h>

#include "artifacts.h"
#include "check_suite.h"
#include "context_impl.h"

static const char *const recipes[] = {
    "pipeline(automatic, ridge)",
    "pipeline(automatic, kmeans(n_clusters=3, n_init=1, max_iter=3))",
    "gradient_boosting_classifier(n_estimators=2, max_leaf_nodes=4, min_samples_leaf=5)",
};
#define N_RECIPES 3

static artifact_bytes make(const char *recipe, const char *settings)
{
    const int is_regressor = strstr(recipe, "ridge") != NULL;
    mlc_dataset *rows = composing_rows(80, is_regressor ? COMPOSING_NUMBERS : COMPOSING_CLASSES);
    mlc_model *model = transforming_model(recipe, rows);
    artifact_bytes a = artifact_of(model, settings);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    return a;
}

static mlc_status load_with(const artifact_bytes *a, const char *settings, mlc_error *err)
{
    mlc_model *model = NULL;
    const mlc_status status = mlc_model_load_memory(NULL, a->data, a->n, settings, &model, err);
    ck_assert((status == MLC_OK) == (model != NULL));
    mlc_model_free(model);
    return status;
}

static void loads(const artifact_bytes *a, const char *settings)
{
    mlc_error err = {0};
    const mlc_status status = load_with(a, settings, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", settings, err.message);
}

/* Name of section i, NUL-terminated. */
static const char *name_of(const artifact_bytes *a, int64_t i)
{
    static char name[1100];
    const uint64_t n = artifact_get(a->data + 24, 4);
    const uint8_t *entry = artifact_entry(a, i);
    const uint64_t length = artifact_get(entry + 4, 4);
    memcpy(name, artifact_entry(a, (int64_t)n) + artifact_get(entry, 4), length);
    name[length] = '\0';
    return name;
}

/* ---- cut and lengthened --------------------------------------------------------------------- */

/* The section that a file of n bytes ends in; NULL within the header. */
static const char *section_at(const artifact_bytes *a, int64_t n)
{
    const int64_t count = (int64_t)artifact_get(a->data + 24, 4);
    if (n < (int64_t)artifact_get(a->data + 12, 4)) return NULL;
    for (int64_t i = 0; i < count; i++) {
        const uint8_t *entry = artifact_entry(a, i);
        const uint64_t end = artifact_get(entry + 16, 8) + artifact_get(entry + 24, 8);
        if (end > (uint64_t)n) return name_of(a, i);
    }
    return NULL;
}

START_TEST(test_file_cut_at_any_length_names_the_section_and_the_byte)
{
    artifact_bytes a = make(recipes[_i], NULL);
    const int64_t whole = a.n;
    for (a.n = 8; a.n < whole; a.n++) {
        char says[64];
        mlc_error err = {0};
        const char *section = section_at(&a, a.n);
        ck_assert_int_eq(load_with(&a, NULL, &err), MLC_ERROR_FORMAT);
        snprintf(says, sizeof says, "ends at byte %lld of", (long long)a.n);
        ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
        ck_assert_msg(strstr(err.message, "cut short") != NULL, "%s", err.message);
        ck_assert_str_eq(err.name, section != NULL ? section : "header");
        ck_assert_int_eq(err.column, a.n + 1);
    }
    loads(&a, NULL);
    free(a.data);
}
END_TEST

START_TEST(test_file_with_bytes_appended_names_the_last_section_and_the_byte)
{
    artifact_bytes a = make(recipes[_i], NULL);
    const int64_t whole = a.n;
    a.data = realloc(a.data, (size_t)whole + 300);
    for (int fill = 0; fill < 256; fill += 255) {
        memset(a.data + whole, fill, 300);
        for (a.n = whole + 1; a.n <= whole + 300; a.n++) {
            mlc_error err = {0};
            ck_assert_int_eq(load_with(&a, NULL, &err), MLC_ERROR_FORMAT);
            ck_assert_msg(strstr(err.message, "appended after section 'golden'") != NULL, "%s",
                          err.message);
            ck_assert_int_eq(err.column, whole + 1);
        }
    }
    free(a.data);
}
END_TEST

/* ---- put together anew ---------------------------------------------------------------------- */

/* The sections of an artifact, to be written again in any order. */
typedef struct parts {
    mlci_container_in in;
    mlci_container_out out;
} parts;

static parts parts_of(const artifact_bytes *a)
{
    parts p = {.out = {.root = NULL, .oldest = {0, 1}}};
    ck_assert_int_eq(mlci_container_open(NULL, a->data, a->n, &mlci_default_limits, &p.in, NULL),
                     MLC_OK);
    return p;
}

static void put_as(parts *p, const char *name, int32_t flags, int32_t content)
{
    mlci_writer *w = mlci_container_add(&p->out, name, flags & MLCI_SECTION_CRITICAL);
    mlci_write_bytes(w, p->in.sections[content].raw, p->in.sections[content].n_raw);
}

static void put_section(parts *p, int32_t i)
{
    put_as(p, p->in.sections[i].name, p->in.sections[i].flags, i);
}

/* The new file; its status, and what is said. */
static mlc_status finish(parts *p, mlc_error *err)
{
    artifact_bytes a = {NULL, 0};
    char *file = NULL;
    ck_assert_int_eq(mlci_container_finish(&p->out, 0, &file, &a.n, NULL), MLC_OK);
    a.data = (uint8_t *)file;
    memset(err, 0, sizeof *err);
    const mlc_status status = load_with(&a, NULL, err);
    mlci_container_clear(&p->out);
    mlci_free(file);
    return status;
}

START_TEST(test_file_without_a_section_says_which)
{
    artifact_bytes a = make(recipes[_i], NULL);
    parts p = parts_of(&a);
    mlc_error err;
    for (int32_t gone = 0; gone < p.in.n; gone++) {
        char says[1200];
        const char *name = p.in.sections[gone].name;
        for (int32_t i = 0; i < p.in.n; i++)
            if (i != gone) put_section(&p, i);
        const mlc_status status = finish(&p, &err);
        snprintf(says, sizeof says, "section '%s' is missing", name);
        if (strcmp(name, "info") == 0) {
            ck_assert_int_eq(status, MLC_OK);
        } else {
            ck_assert_int_eq(status, MLC_ERROR_FORMAT);
            ck_assert_str_eq(err.message, says);
            ck_assert_str_eq(err.name, name);
        }
    }
    mlci_container_close(&p.in);
    free(a.data);
}
END_TEST

START_TEST(test_file_with_a_section_twice_says_where_both_are)
{
    artifact_bytes a = make(recipes[_i], NULL);
    parts p = parts_of(&a);
    mlc_error err;
    for (int32_t twice = 0; twice < p.in.n; twice++) {
        char says[1200];
        for (int32_t i = 0; i < p.in.n; i++)
            put_section(&p, i);
        put_section(&p, twice);
        ck_assert_int_eq(finish(&p, &err), MLC_ERROR_FORMAT);
        snprintf(says, sizeof says,
                 "section '%s' is there twice (its entries are at bytes %d and %d)",
                 p.in.sections[twice].name, 96 + 48 * twice, 96 + 48 * p.in.n);
        ck_assert_str_eq(err.message, says);
    }
    mlci_container_close(&p.in);
    free(a.data);
}
END_TEST

/* Sections that the model is made of have one order; notes may lie anywhere. */
START_TEST(test_file_with_sections_in_another_order_names_one_of_them)
{
    artifact_bytes a = make(recipes[_i], NULL);
    parts p = parts_of(&a);
    mlc_error err;
    for (int32_t x = 0; x < p.in.n; x++) {
        for (int32_t y = x + 1; y < p.in.n; y++) {
            for (int32_t i = 0; i < p.in.n; i++)
                put_section(&p, i == x ? y : i == y ? x : i);
            const mlc_status status = finish(&p, &err);
            if (x == 0 && y == 1) { /* info, schema */
                ck_assert_int_eq(status, MLC_OK);
            } else {
                ck_assert_int_eq(status, MLC_ERROR_FORMAT);
                ck_assert_msg(strstr(err.message, "wrong order") != NULL, "%s", err.message);
            }
        }
    }
    mlci_container_close(&p.in);
    free(a.data);
}
END_TEST

/* Each pair of sections with each other's content: the fields do not make sense, and the message
 * says in which section. */
START_TEST(test_file_with_contents_exchanged_names_one_of_the_sections)
{
    artifact_bytes a = make(recipes[_i], NULL);
    parts p = parts_of(&a);
    mlc_error err;
    for (int32_t x = 1; x < p.in.n; x++) {
        for (int32_t y = x + 1; y < p.in.n; y++) {
            const mlci_in_section *const sx = &p.in.sections[x], *const sy = &p.in.sections[y];
            if (sx->n_raw == sy->n_raw && memcmp(sx->raw, sy->raw, (size_t)sx->n_raw) == 0)
                continue;
            for (int32_t i = 0; i < p.in.n; i++) {
                put_as(&p, p.in.sections[i].name, p.in.sections[i].flags,
                       i == x   ? y
                       : i == y ? x
                                : i);
            }
            const mlc_status status = finish(&p, &err);
            ck_assert_msg(status == MLC_ERROR_FORMAT || status == MLC_ERROR_VERSION, "%d: %s",
                          (int)status, err.message);
            ck_assert_int_ne(err.message[0], '\0');
            ck_assert_int_ne(err.name[0], '\0');
        }
    }
    mlci_container_close(&p.in);
    free(a.data);
}
END_TEST

START_TEST(test_file_with_a_section_too_many_is_judged_by_its_flag)
{
    artifact_bytes a = make(recipes[_i], NULL);
    parts p = parts_of(&a);
    mlc_error err;
    for (int32_t at = 0; at <= p.in.n; at++) {
        for (int32_t kind = 0; kind < 3; kind++) {
            for (int32_t i = 0; i <= p.in.n; i++) {
                if (i == at) put_as(&p, kind == 0 ? "state/other" : "other", kind != 2, 0);
                if (i < p.in.n) put_section(&p, i);
            }
            const mlc_status status = finish(&p, &err);
            ck_assert_int_eq(status, kind == 0   ? MLC_ERROR_FORMAT
                                     : kind == 1 ? MLC_ERROR_VERSION
                                                 : MLC_OK);
            if (kind == 0)
                ck_assert_str_eq(err.message, "section 'state/other' belongs to no step");
            if (kind == 1) ck_assert_ptr_nonnull(strstr(err.message, "section 'other' that this"));
        }
    }
    mlci_container_close(&p.in);
    free(a.data);
}
END_TEST

START_TEST(test_file_with_a_section_that_is_not_critical_but_needed_is_refused)
{
    artifact_bytes a = make(recipes[_i], NULL);
    parts p = parts_of(&a);
    mlc_error err;
    for (int32_t k = 1; k < p.in.n; k++) {
        for (int32_t i = 0; i < p.in.n; i++)
            put_as(&p, p.in.sections[i].name, i == k ? 0 : p.in.sections[i].flags, i);
        ck_assert_int_eq(finish(&p, &err), MLC_ERROR_FORMAT);
        ck_assert_str_eq(err.name, p.in.sections[k].name);
        ck_assert_msg(strstr(err.message, "is not marked as critical") != NULL, "%s", err.message);
    }
    mlci_container_close(&p.in);
    free(a.data);
}
END_TEST

/* ---- versions ------------------------------------------------------------------------------- */

START_TEST(test_file_of_a_later_release_names_it)
{
    artifact_bytes a = make(recipes[0], NULL);
    ck_assert(artifact_get(a.data + 80, 2) == 0 && artifact_get(a.data + 82, 2) == 1);
    artifact_put(a.data + 80, 7, 2);
    artifact_put(a.data + 82, 3, 2);
    artifact_repair(&a);
    artifact_refused(&a, MLC_ERROR_VERSION,
                     "needs features (0x0) that this library does not have: it is for libmlcore "
                     "7.3 or later, and this is 0.");
    artifact_put(a.data + 32, 5, 8);
    artifact_repair(&a);
    artifact_refused(&a, MLC_ERROR_VERSION, "needs features (0x5)");
    free(a.data);
}
END_TEST

START_TEST(test_file_with_a_later_minor_version_and_optional_features_loads)
{
    artifact_bytes a = make(recipes[0], NULL);
    artifact_put(a.data + 10, 9, 2);
    artifact_put(a.data + 40, UINT64_MAX, 8);
    artifact_repair(&a);
    loads(&a, NULL);
    artifact_put(a.data + 84, 1, 1);
    artifact_repair(&a);
    artifact_refused(&a, MLC_ERROR_FORMAT, "bytes where zeros belong");
    free(a.data);
}
END_TEST

/* ---- limits --------------------------------------------------------------------------------- */

static int64_t longest_name(const artifact_bytes *a)
{
    int64_t most = 0;
    for (int64_t i = 0; i < (int64_t)artifact_get(a->data + 24, 4); i++) {
        const int64_t n = (int64_t)artifact_get(artifact_entry(a, i) + 4, 4);
        most = n > most ? n : most;
    }
    return most;
}

/* The least ratio that lets every section pass. */
static int64_t densest(const artifact_bytes *a)
{
    int64_t most = 1;
    for (int64_t i = 0; i < (int64_t)artifact_get(a->data + 24, 4); i++) {
        const int64_t stored = (int64_t)artifact_get(artifact_entry(a, i) + 24, 8);
        const int64_t raw = (int64_t)artifact_get(artifact_entry(a, i) + 32, 8);
        while (raw / most > stored + 64)
            most++;
    }
    return most;
}

/* The number passes; one less does not, and the message says which setting to raise. */
static void has_limit(const artifact_bytes *a, const char *name, int64_t edge)
{
    char settings[80], says[80];
    mlc_error err = {0};
    snprintf(settings, sizeof settings, "%s=%lld", name, (long long)edge);
    loads(a, settings);
    snprintf(settings, sizeof settings, "%s=%lld", name, (long long)edge - 1);
    snprintf(says, sizeof says, "%s = %lld", name, (long long)edge - 1);
    const mlc_status status = load_with(a, settings, &err);
    ck_assert_msg(status == MLC_ERROR_LIMIT, "%s: status %d: %s", settings, (int)status,
                  err.message);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
}

START_TEST(test_limits_of_the_container_hold_on_both_sides)
{
    artifact_bytes a = make(recipes[0], NULL);
    has_limit(&a, "max_bytes", a.n);
    has_limit(&a, "max_header_bytes", (int64_t)artifact_get(a.data + 12, 4));
    has_limit(&a, "max_sections", (int64_t)artifact_get(a.data + 24, 4));
    has_limit(&a, "max_name_bytes", longest_name(&a));
    ck_assert_str_eq(name_of(&a, 0), "info");
    has_limit(&a, "max_info_bytes", (int64_t)artifact_get(artifact_entry(&a, 0) + 32, 8));
    free(a.data);
}
END_TEST

/* A description of 20,000 equal letters: unpacked, the file is larger than it is stored. */
START_TEST(test_limits_of_packed_sections_hold_on_both_sides)
{
    char settings[20100] = "compress=true description=";
    memset(settings + strlen(settings), 'x', 20000);
    artifact_bytes a = make(recipes[0], settings);
    int64_t unpacked = 0;
    for (int64_t i = 0; i < (int64_t)artifact_get(a.data + 24, 4); i++)
        unpacked += (int64_t)artifact_get(artifact_entry(&a, i) + 32, 8);
    ck_assert_int_gt(unpacked, a.n);
    has_limit(&a, "max_bytes", unpacked);
    ck_assert_int_gt(densest(&a), 10);
    has_limit(&a, "max_ratio", densest(&a));
    free(a.data);
}
END_TEST

START_TEST(test_limits_of_the_model_hold_on_both_sides)
{
    artifact_bytes a = make("pipeline(on([age, income], chain(simple_imputer, standard_scaler)), "
                            "on([job, city], one_hot_encoder), ridge)",
                            NULL);
    has_limit(&a, "max_golden_rows", 16);
    has_limit(&a, "max_steps",
              8); /* pipeline, a chain in it, on, chain, its two; on, encoder ... */
    free(a.data);
}
END_TEST

START_TEST(test_limits_of_classes_and_features_hold_on_both_sides)
{
    artifact_bytes a = make("gradient_boosting_classifier(n_estimators=2)", NULL);
    has_limit(&a, "max_classes", 2);
    has_limit(&a, "max_features", 4); /* age, income, job, city */
    free(a.data);
}
END_TEST

START_TEST(test_limits_of_trees_hold_on_both_sides)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES), *trees = NULL;
    mlc_model *model = transforming_model("gradient_boosting_classifier(n_estimators=7, "
                                          "max_leaf_nodes=9, max_depth=5, min_samples_leaf=2)",
                                          rows);
    artifact_bytes a = artifact_of(model, NULL);
    ck_assert_int_eq(mlc_model_table(NULL, model, "trees", &trees, NULL), MLC_OK);
    has_limit(&a, "max_trees", 7);
    has_limit(&a, "max_nodes", mlc_dataset_n_rows(trees));
    has_limit(&a, "max_depth", 5);
    free(a.data);
    mlc_dataset_free(trees);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_settings_of_a_load_are_checked)
{
    artifact_bytes a = make(recipes[0], NULL);
    mlc_model *model = NULL;
    making_assert_fails(mlc_model_load_memory(NULL, a.data, a.n, "max_tree=3", &model, err),
                        MLC_ERROR_SETTING, "did you mean 'max_trees'?");
    making_assert_fails(mlc_model_load_memory(NULL, a.data, a.n, "max_trees=-1", &model, err),
                        MLC_ERROR_SETTING, "max_trees = -1: must be at least 0");
    making_assert_fails(mlc_model_load_memory(NULL, a.data, a.n, "content_id=abc", &model, err),
                        MLC_ERROR_SETTING, "content_id = abc: must be 64 digits of 0-9 and a-f");
    ck_assert_ptr_null(model);
    free(a.data);
}
END_TEST

START_TEST(test_content_id_that_was_asked_for_is_the_one_that_loads)
{
    artifact_bytes a = make(recipes[0], NULL), packed = make(recipes[0], "compress=true");
    artifact_bytes other = make(recipes[0], "description=other");
    char settings[100] = "content_id=";
    for (int i = 0; i < 32; i++)
        snprintf(settings + 11 + 2 * i, 3, "%02x", a.data[48 + i]);
    loads(&a, settings);
    loads(&packed, settings); /* the id is over what is unpacked */
    mlc_error err = {0};
    ck_assert_int_eq(load_with(&other, settings, &err), MLC_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "the artifact is another one: its content id is "));
    free(other.data);
    free(packed.data);
    free(a.data);
}
END_TEST

/* ---- cancelling ----------------------------------------------------------------------------- */

/* ---- where an imported model comes from -------------------------------------------------------
 */

/* The artifact with one more section, "origin", which holds that. */
static mlc_status with_origin(const artifact_bytes *a, const char *content, int64_t n,
                              int32_t flags, const char *settings, mlc_model **model,
                              mlc_error *err)
{
    parts p = parts_of(a);
    artifact_bytes made = {NULL, 0};
    char *file = NULL;
    for (int32_t i = 0; i < p.in.n; i++)
        put_section(&p, i);
    mlci_write_bytes(mlci_container_add(&p.out, "origin", flags), content, n);
    ck_assert_int_eq(mlci_container_finish(&p.out, 0, &file, &made.n, NULL), MLC_OK);
    made.data = (uint8_t *)file;
    const mlc_status status = mlc_model_load_memory(NULL, made.data, made.n, settings, model, err);
    ck_assert((status == MLC_OK) == (*model != NULL));
    mlci_container_clear(&p.out);
    mlci_container_close(&p.in);
    mlci_free(file);
    return status;
}

START_TEST(test_origin_is_a_table_and_stays_in_the_next_file)
{
    const char *note = "{\"library\": \"lightgbm\", \"version\": \"4.6\"}";
    artifact_bytes a = make(recipes[0], NULL);
    mlc_model *model = NULL, *again = NULL;
    mlc_error err = {0};
    const mlc_status status = with_origin(&a, note, (int64_t)strlen(note), 0, NULL, &model, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    artifact_bytes kept = artifact_of(model, NULL);
    ck_assert_int_eq(mlc_model_load_memory(NULL, kept.data, kept.n, NULL, &again, NULL), MLC_OK);
    mlc_model *const both[] = {model, again};
    for (int i = 0; i < 2; i++) {
        mlc_dataset *table = composing_table(both[i], "origin");
        making_assert_text(table, "value", 0, "lightgbm");
        making_assert_text(table, "value", 1, "4.6");
        mlc_dataset_free(table);
        mlc_model_free(both[i]);
    }
    free(kept.data);
    free(a.data);
}
END_TEST

START_TEST(test_origin_that_is_none_is_refused)
{
    static const char spaces[500] = {' '};
    static const struct {
        const char *content;
        int64_t n;
        int32_t flags;
        const char *settings;
        mlc_status status;
        const char *says;
    } cases[] = {
        {"{\"library\"", 10, 0, NULL, MLC_ERROR_FORMAT, "section 'origin': "},
        {"[1, 2]", 6, 0, NULL, MLC_ERROR_FORMAT, "section 'origin': "},
        {"", 0, 0, NULL, MLC_ERROR_FORMAT, "section 'origin': "},
        {"{\"library\": \"\xff\"}", 16, 0, NULL, MLC_ERROR_FORMAT, "section 'origin': "},
        {spaces, 500, 0, "max_info_bytes=499", MLC_ERROR_LIMIT,
         "section 'origin': 500 bytes: more than max_info_bytes = 499"},
        {"{}", 2, MLCI_SECTION_CRITICAL, NULL, MLC_ERROR_VERSION, "origin"},
    };
    artifact_bytes a = make(recipes[0], NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlc_model *model = NULL;
        mlc_error err = {0};
        const mlc_status status = with_origin(&a, cases[i].content, cases[i].n, cases[i].flags,
                                              cases[i].settings, &model, &err);
        ck_assert_msg(status == cases[i].status, "%zu: %d: %s", i, (int)status, err.message);
        ck_assert_msg(strstr(err.message, cases[i].says) != NULL, "%zu: %s", i, err.message);
    }
    free(a.data);
}
END_TEST

/* Each look at the flag finds it set: the call ends there and hands nothing out. Returns how many
 * looks a load takes. */
static int64_t looks_of(const artifact_bytes *a)
{
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    int64_t k = 0;
    for (mlc_status status = MLC_ERROR_CANCELLED; status != MLC_OK;) {
        mlc_model *model = NULL;
        mlci_root_set_cancel_after(mlci_context_root(ctx), ++k);
        status = mlc_model_load_memory(ctx, a->data, a->n, NULL, &model, NULL);
        ck_assert(status == MLC_OK || status == MLC_ERROR_CANCELLED);
        ck_assert((status == MLC_OK) == (model != NULL));
        mlc_model_free(model);
    }
    mlci_root_set_cancel_after(mlci_context_root(ctx), 0);
    mlc_context_close(ctx);
    return k - 1;
}

/* A look after each section's share of the content id, and one after each that was unpacked. */
START_TEST(test_load_cancelled_at_any_look_ends)
{
    artifact_bytes stored = make(recipes[0], NULL), packed = make(recipes[0], "compress=true");
    const int64_t n = (int64_t)artifact_get(packed.data + 24, 4), looks = looks_of(&stored);
    int64_t n_packed = 0;
    for (int64_t i = 0; i < n; i++)
        n_packed += (artifact_get(artifact_entry(&packed, i) + 10, 2) & MLCI_SECTION_DEFLATE) != 0;
    ck_assert_int_ge(looks, n);
    ck_assert_int_gt(n_packed, 2);
    ck_assert_int_eq(looks_of(&packed), looks + n_packed);
    free(packed.data);
    free(stored.data);
}
END_TEST

static void fill_suite(Suite *suite)
{
    TCase *each = tcase_create("each"), *once = tcase_create("once");
    tcase_set_timeout(each, 60);
    tcase_add_loop_test(each, test_file_cut_at_any_length_names_the_section_and_the_byte, 0,
                        N_RECIPES);
    tcase_add_loop_test(each, test_file_with_bytes_appended_names_the_last_section_and_the_byte, 0,
                        N_RECIPES);
    tcase_add_loop_test(each, test_file_without_a_section_says_which, 0, N_RECIPES);
    tcase_add_loop_test(each, test_file_with_a_section_twice_says_where_both_are, 0, N_RECIPES);
    tcase_add_loop_test(each, test_file_with_sections_in_another_order_names_one_of_them, 0,
                        N_RECIPES);
    tcase_add_loop_test(each, test_file_with_contents_exchanged_names_one_of_the_sections, 0,
                        N_RECIPES);
    tcase_add_loop_test(each, test_file_with_a_section_too_many_is_judged_by_its_flag, 0,
                        N_RECIPES);
    tcase_add_loop_test(each, test_file_with_a_section_that_is_not_critical_but_needed_is_refused,
                        0, N_RECIPES);
    tcase_add_test(once, test_file_of_a_later_release_names_it);
    tcase_add_test(once, test_file_with_a_later_minor_version_and_optional_features_loads);
    tcase_add_test(once, test_limits_of_the_container_hold_on_both_sides);
    tcase_add_test(once, test_limits_of_packed_sections_hold_on_both_sides);
    tcase_add_test(once, test_limits_of_the_model_hold_on_both_sides);
    tcase_add_test(once, test_limits_of_classes_and_features_hold_on_both_sides);
    tcase_add_test(once, test_limits_of_trees_hold_on_both_sides);
    tcase_add_test(once, test_settings_of_a_load_are_checked);
    tcase_add_test(once, test_content_id_that_was_asked_for_is_the_one_that_loads);
    tcase_add_test(once, test_load_cancelled_at_any_look_ends);
    tcase_add_test(once, test_origin_is_a_table_and_stays_in_the_next_file);
    tcase_add_test(once, test_origin_that_is_none_is_refused);
    suite_add_tcase(suite, each);
    suite_add_tcase(suite, once);
}

MLCI_CHECK_SUITE_OF("load", fill_suite)
