#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "torture.h"

static mlc_status no_gradients(void *user, int64_t n_rows, const double *target, const double *raw,
                               const double *weight, double *gradient, double *hessian,
                               mlc_error *err)
{
    return MLC_OK;
}

static mlc_status no_score(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                           const double *prediction, const double *probability,
                           const double *weight, double *score, mlc_error *err)
{
    return MLC_OK;
}

static mlc_status no_fit(void *user, int64_t n_rows, const double *values, const double *weight,
                         double *state, mlc_error *err)
{
    return MLC_OK;
}

static mlc_status no_apply(void *user, const double *state, int64_t n_rows, const double *values,
                           double *out, mlc_error *err)
{
    return MLC_OK;
}

static void count_release(void *user)
{
    ++*(int *)user;
}

static mlc_objective an_objective(int *n_released)
{
    return (mlc_objective){.size = sizeof(mlc_objective),
                           .link = "logit",
                           .user = n_released,
                           .gradients = no_gradients,
                           .release = count_release};
}

static mlc_metric_hooks a_metric(int *n_released)
{
    return (mlc_metric_hooks){.size = sizeof(mlc_metric_hooks),
                              .user = n_released,
                              .score = no_score,
                              .release = count_release};
}

static mlc_transform_hooks a_transform(int *n_released)
{
    return (mlc_transform_hooks){.size = sizeof(mlc_transform_hooks),
                                 .state_version = 1,
                                 .n_state = 2,
                                 .user = n_released,
                                 .fit = no_fit,
                                 .apply = no_apply,
                                 .release = count_release};
}

static mlc_context *open_context(void)
{
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    return ctx;
}

START_TEST(test_components_when_registered_are_found_by_kind_and_name)
{
    int n_released = 0;
    mlc_context *ctx = open_context();
    char name[] = "acme.x", link[] = "log";
    mlc_objective o = an_objective(&n_released);
    o.link = link;
    const mlc_metric_hooks m = a_metric(&n_released);
    const mlc_transform_hooks t = a_transform(&n_released);
    ck_assert_int_eq(mlc_context_add_objective(ctx, name, &o, NULL), MLC_OK);
    ck_assert_int_eq(mlc_context_add_metric(ctx, name, &m, NULL), MLC_OK);
    ck_assert_int_eq(mlc_context_add_transform(ctx, name, &t, NULL), MLC_OK);
    memset(name, 'z', 6); /* everything was copied */
    memset(link, 'z', 3);
    const mlci_root *root = mlci_context_root(ctx);
    ck_assert_str_eq(mlci_root_objective(root, "acme.x")->link, "log");
    ck_assert(mlci_root_metric(root, "acme.x")->score == no_score);
    ck_assert_int_eq(mlci_root_transform(root, "acme.x")->n_state, 2);
    ck_assert_ptr_null(mlci_root_objective(root, "acme.y"));
    ck_assert_ptr_null(mlci_root_metric(root, NULL));
    ck_assert_ptr_null(mlci_root_transform(NULL, "acme.x"));
    mlc_context_close(ctx);
    ck_assert_int_eq(n_released, 3);
}
END_TEST

static void refuse_name(mlc_context *ctx, const char *name)
{
    int n_released = 0;
    const mlc_metric_hooks m = a_metric(&n_released);
    mlc_error err;
    ck_assert_int_eq(mlc_context_add_metric(ctx, name, &m, &err), MLC_ERROR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(err.message, "at least one dot"));
}

START_TEST(test_name_when_not_dotted_words_is_refused)
{
    static const char *const names[] = {"",      "acme",    ".acme",         "acme.", "a..b",
                                        "a b.c", "acme.\n", "acme.\xC3\xA9", "a-b.c"};
    mlc_context *ctx = open_context();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        refuse_name(ctx, names[i]);
    refuse_name(ctx, NULL);
    char name[129];
    memset(name, 'a', sizeof name);
    name[1] = '.';
    name[128] = '\0';
    refuse_name(ctx, name);
    name[127] = '\0';
    int n_released = 0;
    const mlc_metric_hooks m = a_metric(&n_released);
    ck_assert_int_eq(mlc_context_add_metric(ctx, name, &m, NULL), MLC_OK);
    ck_assert_ptr_nonnull(mlci_root_metric(mlci_context_root(ctx), name));
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_registration_when_given_twice_is_refused)
{
    int n_released = 0;
    mlc_context *ctx = open_context();
    const mlc_metric_hooks m = a_metric(&n_released);
    mlc_error err;
    ck_assert_int_eq(mlc_context_add_metric(ctx, "a.b", &m, &err), MLC_OK);
    ck_assert_int_eq(mlc_context_add_metric(ctx, "a.b", &m, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "'a.b' is registered already");
    mlc_context_close(ctx);
    ck_assert_int_eq(n_released, 1);
}
END_TEST

START_TEST(test_registration_when_the_root_was_used_is_refused)
{
    int n_released = 0;
    mlc_context *ctx = open_context();
    const mlc_metric_hooks m = a_metric(&n_released);
    mlc_error err;
    mlc_buffer *buffer = NULL;
    ck_assert_int_eq(mlc_buffer_create(ctx, "a", 1, &buffer, &err), MLC_OK);
    mlc_buffer_free(buffer);
    ck_assert_int_eq(mlc_context_add_metric(ctx, "a.b", &m, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "'a.b' must be registered before the context is first used");
    mlc_context_close(ctx);
    ctx = open_context();
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, &err), MLC_OK);
    mlci_call_end(call);
    ck_assert_int_eq(mlc_context_add_metric(ctx, "a.b", &m, &err), MLC_ERROR_ARGUMENT);
    mlc_context_close(ctx);
    ck_assert_int_eq(n_released, 0);
}
END_TEST

START_TEST(test_registration_when_the_context_is_derived_or_null_is_refused)
{
    int n_released = 0;
    mlc_context *base = open_context(), *ctx = NULL;
    const mlc_metric_hooks m = a_metric(&n_released);
    mlc_error err;
    ck_assert_int_eq(mlc_context_derive(base, &ctx, &err), MLC_OK);
    ck_assert_int_eq(mlc_context_add_metric(ctx, "a.b", &m, &err), MLC_ERROR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(err.message, "not in a derived one"));
    ck_assert_int_eq(mlc_context_add_metric(NULL, "a.b", &m, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.name, "ctx");
    mlc_context_close(ctx);
    mlc_context_close(base);
}
END_TEST

START_TEST(test_members_when_wrong_are_named)
{
    int n_released = 0;
    mlc_context *ctx = open_context();
    mlc_error err;
    mlc_objective o = an_objective(&n_released);
    o.gradients = NULL;
    ck_assert_int_eq(mlc_context_add_objective(ctx, "a.b", &o, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "'a.b': gradients is NULL, but it is needed");
    o = an_objective(&n_released);
    o.link = "probit";
    ck_assert_int_eq(mlc_context_add_objective(ctx, "a.b", &o, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "'a.b': link = 'probit': must be identity, logit or log");
    o.link = NULL;
    ck_assert_int_eq(mlc_context_add_objective(ctx, "a.b", &o, &err), MLC_ERROR_ARGUMENT);
    mlc_metric_hooks m = a_metric(&n_released);
    m.larger_is_better = 2;
    ck_assert_int_eq(mlc_context_add_metric(ctx, "a.b", &m, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "'a.b': larger_is_better = 2: must be 0 or 1");
    m = a_metric(&n_released);
    m.reserved = 1;
    ck_assert_int_eq(mlc_context_add_metric(ctx, "a.b", &m, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "'a.b': reserved = 1: must be 0");
    m = a_metric(&n_released);
    m.score = NULL;
    ck_assert_int_eq(mlc_context_add_metric(ctx, "a.b", &m, &err), MLC_ERROR_ARGUMENT);
    mlc_transform_hooks t = a_transform(&n_released);
    t.n_state = 4097;
    ck_assert_int_eq(mlc_context_add_transform(ctx, "a.b", &t, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "'a.b': n_state = 4097: must be 0 to 4096");
    t = a_transform(&n_released);
    t.state_version = 0;
    ck_assert_int_eq(mlc_context_add_transform(ctx, "a.b", &t, &err), MLC_ERROR_ARGUMENT);
    t = a_transform(&n_released);
    t.fit = NULL;
    ck_assert_int_eq(mlc_context_add_transform(ctx, "a.b", &t, &err), MLC_ERROR_ARGUMENT);
    t.n_state = 0;
    ck_assert_int_eq(mlc_context_add_transform(ctx, "a.b", &t, &err), MLC_OK);
    ck_assert_int_eq(mlc_context_add_transform(ctx, "a.c", NULL, &err), MLC_ERROR_ARGUMENT);
    t.size = 3;
    ck_assert_int_eq(mlc_context_add_transform(ctx, "a.c", &t, &err), MLC_ERROR_ARGUMENT);
    mlc_context_close(ctx);
    ck_assert_int_eq(n_released, 1);
}
END_TEST

static mlc_status add_all(mlc_context *ctx, void *arg, mlc_error *err)
{
    int *n_released = arg;
    *n_released = 0;
    const mlc_objective o = an_objective(n_released);
    const mlc_metric_hooks m = a_metric(n_released);
    const mlc_transform_hooks t = a_transform(n_released);
    /* The second time in a root, those are there that came before the failure. */
    const mlci_root *root = mlci_context_root(ctx);
    mlc_status status = MLC_OK;
    if (mlci_root_objective(root, "a.b") == NULL) {
        status = mlc_context_add_objective(ctx, "a.b", &o, err);
    }
    if (status == MLC_OK && mlci_root_metric(root, "a.b") == NULL) {
        status = mlc_context_add_metric(ctx, "a.b", &m, err);
    }
    if (status == MLC_OK) status = mlc_context_add_transform(ctx, "a.b", &t, err);
    return status;
}

static int n_released_in_torture;
MLCI_TORTURE_TEST(test_registration_when_memory_fails_leaks_nothing, add_all,
                  &n_released_in_torture)

MLCI_CHECK_SUITE("host", test_components_when_registered_are_found_by_kind_and_name,
                 test_name_when_not_dotted_words_is_refused,
                 test_registration_when_given_twice_is_refused,
                 test_registration_when_the_root_was_used_is_refused,
                 test_registration_when_the_context_is_derived_or_null_is_refused,
                 test_members_when_wrong_are_named,
                 test_registration_when_memory_fails_leaks_nothing)
