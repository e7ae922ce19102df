/* The Arrow schema of a dataset: formats, names, flags, metadata. */
#include "arrow_export.h"

#include <stdlib.h>

#include "arrow_metadata.h"
#include "arrow_rows.h"
#include "check_suite.h"

START_TEST(test_schema_has_formats_names_and_flags)
{
    static const char *const formats[] = {"b", "l", "f", "g", "s", "U", "tsu:UTC", "+w:2"};
    static const char *const names[] = {"b", "i", "f", "d", "c", "t", "w", "v"};
    mlc_dataset *d = NULL;
    struct ArrowSchema s;
    ck_assert_int_eq(arrow_rows(NULL, &d, NULL), MLC_OK);
    ck_assert_int_eq(mlci_arrow_export_schema(NULL, d, &s, NULL), MLC_OK);
    mlc_dataset_free(d);
    ck_assert_str_eq(s.format, "+s");
    ck_assert_int_eq(s.flags, 0);
    ck_assert_int_eq(s.n_children, 8);
    for (int i = 0; i < 8; i++) {
        ck_assert_str_eq(s.children[i]->format, formats[i]);
        ck_assert_str_eq(s.children[i]->name, names[i]);
        ck_assert_int_eq(s.children[i]->flags, ARROW_FLAG_NULLABLE);
    }
    ck_assert_str_eq(s.children[4]->dictionary->format, "u");
    ck_assert_str_eq(s.children[7]->children[0]->format, "g");
    s.release(&s);
    ck_assert_ptr_null(s.release);
}
END_TEST

static void assert_value(const char *metadata, const char *key, const char *wanted)
{
    const char *value = NULL;
    int32_t length = 0;
    ck_assert(mlci_arrow_metadata_find(metadata, key, &value, &length));
    ck_assert_int_eq(length, (int32_t)strlen(wanted));
    ck_assert_int_eq(memcmp(value, wanted, (size_t)length), 0);
}

START_TEST(test_metadata_has_roles_classes_and_components)
{
    mlc_dataset *d = NULL;
    struct ArrowSchema s;
    ck_assert_int_eq(arrow_rows(NULL, &d, NULL), MLC_OK);
    ck_assert_int_eq(mlci_arrow_export_schema(NULL, d, &s, NULL), MLC_OK);
    assert_value(s.metadata, MLCI_ARROW_CLASSES, "h,g");
    assert_value(s.metadata, MLCI_ARROW_POSITIVE, "g");
    assert_value(s.children[4]->metadata, MLCI_ARROW_ROLE, "target");
    assert_value(s.children[3]->metadata, MLCI_ARROW_ROLE, "weight");
    assert_value(s.children[7]->metadata, MLCI_ARROW_COMPONENTS, "[\"v0\",\"v1\"]");
    ck_assert_ptr_null(s.children[0]->metadata);
    s.release(&s);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_child_when_moved_out_outlives_its_parent)
{
    mlc_dataset *d = NULL;
    struct ArrowSchema s, vector;
    ck_assert_int_eq(arrow_rows(NULL, &d, NULL), MLC_OK);
    ck_assert_int_eq(mlci_arrow_export_schema(NULL, d, &s, NULL), MLC_OK);
    vector = *s.children[7];
    s.children[7]->release = NULL;
    s.release(&s);
    ck_assert_str_eq(vector.children[0]->name, "item");
    vector.release(&vector);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("arrow_export_schema", test_schema_has_formats_names_and_flags,
                 test_metadata_has_roles_classes_and_components,
                 test_child_when_moved_out_outlives_its_parent)
