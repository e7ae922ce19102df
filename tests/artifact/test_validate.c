/* Validating: the table of a good artifact, and the same verdict as a load on a bad one. */
#include <stdio.h>
#include <unistd.h>

#include "artifacts.h"
#include "check_suite.h"
#include "torture.h"

static artifact_bytes make(const char *settings)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    artifact_bytes a = artifact_of(model, settings);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    return a;
}

static mlc_dataset *validated(const artifact_bytes *a, const char *settings)
{
    mlc_dataset *table = NULL;
    mlc_error err = {0};
    const mlc_status status =
        mlc_model_validate_memory(NULL, a->data, a->n, settings, &table, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return table;
}

static void hexadecimal(const uint8_t *bytes, char out[65])
{
    for (int i = 0; i < 32; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

START_TEST(test_table_has_the_header_and_each_section_as_the_file_has_them)
{
    for (int packed = 0; packed < 2; packed++) {
        artifact_bytes a = make(packed ? "compress=true" : NULL);
        mlc_dataset *table = validated(&a, NULL);
        const int64_t n = (int64_t)artifact_get(a.data + 24, 4);
        char id[65];
        ck_assert_int_eq(mlc_dataset_n_rows(table), n + 1);
        making_assert_text(table, "section", 0, "header");
        hexadecimal(a.data + 48, id);
        making_assert_text(table, "sha256", 0, id);
        ck_assert_double_eq(making_cell(table, "bytes", 0), (double)artifact_get(a.data + 12, 4));
        making_assert_text(table, "section", 1, "info");
        making_assert_text(table, "section", n, "golden");
        int64_t n_deflated = 0;
        for (int64_t i = 0; i < n; i++) {
            const uint8_t *entry = artifact_entry(&a, i);
            char crc[9];
            snprintf(crc, sizeof crc, "%08x", (unsigned)artifact_get(entry + 12, 4));
            making_assert_text(table, "crc32", i + 1, crc);
            ck_assert_double_eq(making_cell(table, "version", i + 1), 1);
            ck_assert_double_eq(making_cell(table, "critical", i + 1), i > 0);
            ck_assert_double_eq(making_cell(table, "offset", i + 1),
                                (double)artifact_get(entry + 16, 8));
            ck_assert_double_eq(making_cell(table, "stored", i + 1),
                                (double)artifact_get(entry + 24, 8));
            ck_assert_double_eq(making_cell(table, "bytes", i + 1),
                                (double)artifact_get(entry + 32, 8));
            n_deflated += making_cell(table, "deflated", i + 1) == 1;
            if (packed) continue;
            uint8_t sum[32];
            mlci_sha256 sha;
            mlci_sha256_init(&sha);
            mlci_sha256_add(&sha, a.data + artifact_get(entry + 16, 8),
                            (int64_t)artifact_get(entry + 24, 8));
            mlci_sha256_finish(&sha, sum);
            hexadecimal(sum, id);
            making_assert_text(table, "sha256", i + 1, id);
        }
        ck_assert(packed ? n_deflated > 2 : n_deflated == 0);
        mlc_dataset_free(table);
        free(a.data);
    }
}
END_TEST

START_TEST(test_file_is_validated_as_its_bytes_are_and_named)
{
    char path[] = "/tmp/mlcore-validate-XXXXXX";
    const int fd = mkstemp(path);
    artifact_bytes a = make(NULL);
    mlc_dataset *of_file = NULL, *of_bytes = validated(&a, NULL);
    ck_assert_int_eq(write(fd, a.data, (size_t)a.n), a.n);
    ck_assert_int_eq(mlc_model_validate(NULL, path, NULL, &of_file, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_validate(NULL, path, NULL, NULL, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(of_file), mlc_dataset_n_rows(of_bytes));
    ck_assert_int_eq(ftruncate(fd, a.n - 1), 0);
    mlc_error cut = {0};
    mlc_dataset *none = NULL;
    ck_assert_int_eq(mlc_model_validate(NULL, path, NULL, &none, &cut), MLC_ERROR_FORMAT);
    ck_assert_ptr_null(none);
    ck_assert(strncmp(cut.message, path, strlen(path)) == 0);
    ck_assert_ptr_nonnull(strstr(cut.message, "cut short"));
    ck_assert_str_eq(cut.name, "golden");
    ck_assert_int_eq(cut.column, a.n);
    making_assert_fails(mlc_model_validate(NULL, "/no/such/m", NULL, &none, err), MLC_ERROR_IO,
                        "/no/such/m");
    making_assert_fails(mlc_model_validate(NULL, NULL, NULL, &none, err), MLC_ERROR_ARGUMENT,
                        "path is NULL");
    making_assert_fails(mlc_model_validate(NULL, path, "max=3", &none, err), MLC_ERROR_SETTING,
                        "no such parameter of 'load'");
    making_assert_fails(mlc_model_validate_memory(NULL, NULL, 3, NULL, &none, err),
                        MLC_ERROR_ARGUMENT, "bytes is NULL");
    making_assert_fails(mlc_model_validate_memory(NULL, a.data, a.n, "max_sections=2", &none, err),
                        MLC_ERROR_LIMIT, "max_sections = 2");
    mlc_dataset_free(of_file);
    mlc_dataset_free(of_bytes);
    free(a.data);
    close(fd);
    unlink(path);
}
END_TEST

/* Every 7th byte changed, with and without checksums that fit: the verdict of a load. */
START_TEST(test_damage_gets_the_verdict_of_a_load)
{
    artifact_bytes a = make(NULL);
    int64_t n_refused = 0;
    for (int64_t at = 0; at < a.n; at += 7) {
        for (int repaired = 0; repaired < 2; repaired++) {
            artifact_bytes b = {malloc((size_t)a.n), a.n};
            mlc_error of_load = {0}, of_check = {0};
            mlc_model *model = NULL;
            memcpy(b.data, a.data, (size_t)a.n);
            b.data[at] ^= 0x11;
            if (repaired) artifact_repair(&b);
            const mlc_status loads =
                mlc_model_load_memory(NULL, b.data, b.n, NULL, &model, &of_load);
            const mlc_status holds =
                mlc_model_validate_memory(NULL, b.data, b.n, NULL, NULL, &of_check);
            if (loads != MLC_OK) {
                ck_assert_int_eq(holds, loads);
                ck_assert_str_eq(of_check.message, of_load.message);
                ck_assert_str_eq(of_check.name, of_load.name);
                ck_assert_int_eq(of_check.column, of_load.column);
                n_refused++;
            } else {
                ck_assert_msg(holds == MLC_OK || strcmp(of_check.name, "info") == 0, "%s",
                              of_check.message);
            }
            mlc_model_free(model);
            free(b.data);
        }
    }
    ck_assert_int_gt(n_refused, a.n / 7);
    free(a.data);
}
END_TEST

/* The notes replaced by other bytes of the same length. */
static artifact_bytes with_info(const char *info)
{
    char settings[300] = "description=";
    memset(settings + strlen(settings), 'x', 250);
    artifact_bytes a = make(settings);
    const uint8_t *entry = artifact_entry(&a, 0);
    uint8_t *at = a.data + artifact_get(entry + 16, 8);
    const size_t n = (size_t)artifact_get(entry + 24, 8), length = strlen(info);
    ck_assert(length <= n);
    memset(at, ' ', n);
    memcpy(at, info, length);
    artifact_repair(&a);
    return a;
}

static void notes_refused(const char *info, const char *says)
{
    artifact_bytes a = with_info(info);
    mlc_model *model = NULL;
    ck_assert_int_eq(mlc_model_load_memory(NULL, a.data, a.n, NULL, &model, NULL), MLC_OK);
    mlc_model_free(model); /* a load does not look at them */
    making_assert_fails(mlc_model_validate_memory(NULL, a.data, a.n, NULL, NULL, err),
                        MLC_ERROR_FORMAT, says);
    free(a.data);
}

START_TEST(test_notes_that_are_not_json_are_refused_here_only)
{
    char nested[400];
    notes_refused("{\"a\": }", "section 'info', line 1, byte 7, is not JSON");
    notes_refused("[1, 2]", "there is no object");
    notes_refused("{} {}", "is not JSON");
    notes_refused("{\"a\": \"\xff\"}", "is not JSON");
    for (int depth = 64; depth <= 65; depth++) { /* the object itself is one */
        strcpy(nested, "{\"a\": ");
        memset(nested + 6, '[', (size_t)depth - 1);
        memset(nested + 5 + depth, ']', (size_t)depth - 1);
        strcpy(nested + 4 + 2 * depth, "}");
        if (depth == 65) {
            notes_refused(nested, "is not JSON");
        } else {
            artifact_bytes a = with_info(nested);
            mlc_dataset_free(validated(&a, NULL));
            free(a.data);
        }
    }
}
END_TEST

static mlc_status validate_once(mlc_context *ctx, void *arg, mlc_error *err)
{
    const artifact_bytes *a = arg;
    mlc_dataset *table = NULL;
    const mlc_status status = mlc_model_validate_memory(ctx, a->data, a->n, NULL, &table, err);
    mlc_dataset_free(table);
    return status;
}

START_TEST(test_validate_when_memory_fails_leaks_nothing)
{
    artifact_bytes a = make("compress=true");
    mlci_torture(validate_once, &a);
    free(a.data);
}
END_TEST

MLCI_CHECK_SUITE("validate", test_table_has_the_header_and_each_section_as_the_file_has_them,
                 test_file_is_validated_as_its_bytes_are_and_named,
                 test_damage_gets_the_verdict_of_a_load,
                 test_notes_that_are_not_json_are_refused_here_only,
                 test_validate_when_memory_fails_leaks_nothing)
