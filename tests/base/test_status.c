#include <mlcore/status.h>

#include <string.h>

#include "check_suite.h"
#include "isa.h"

START_TEST(test_version_when_asked_agrees_with_the_header)
{
    int32_t major = -1, minor = -1, patch = -1;
    const char *text = mlc_version(&major, &minor, &patch);
    ck_assert_int_eq(major, MLC_VERSION_MAJOR);
    ck_assert_int_eq(minor, MLC_VERSION_MINOR);
    ck_assert_int_eq(patch, MLC_VERSION_PATCH);
    ck_assert_str_eq(text, "0.1.0");
    ck_assert_str_eq(mlc_version(NULL, NULL, NULL), text);
}
END_TEST

START_TEST(test_status_name_when_known_is_the_constant)
{
    static const struct {
        mlc_status status;
        const char *name;
    } known[] = {{0, "MLC_OK"},
                 {1, "MLC_END"},
                 {-1, "MLC_ERROR_ARGUMENT"},
                 {-2, "MLC_ERROR_SETTING"},
                 {-3, "MLC_ERROR_SYNTAX"},
                 {-4, "MLC_ERROR_COMPONENT"},
                 {-5, "MLC_ERROR_COLUMN"},
                 {-6, "MLC_ERROR_ROLE"},
                 {-7, "MLC_ERROR_DATA"},
                 {-8, "MLC_ERROR_NOT_FITTED"},
                 {-9, "MLC_ERROR_UNSUPPORTED"},
                 {-10, "MLC_ERROR_NUMERIC"},
                 {-11, "MLC_ERROR_NO_MEMORY"},
                 {-12, "MLC_ERROR_LIMIT"},
                 {-13, "MLC_ERROR_IO"},
                 {-14, "MLC_ERROR_FORMAT"},
                 {-15, "MLC_ERROR_VERSION"},
                 {-16, "MLC_ERROR_CANCELLED"},
                 {-17, "MLC_ERROR_DEADLINE"},
                 {-18, "MLC_ERROR_THREAD"},
                 {-19, "MLC_ERROR_INVALID_VALUE"},
                 {-40, "MLC_ERROR_CALLBACK"},
                 {-99, "MLC_ERROR_INTERNAL"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        ck_assert_str_eq(mlc_status_name(known[i].status), known[i].name);
    }
}
END_TEST

START_TEST(test_status_name_when_unknown_says_so)
{
    ck_assert_str_eq(mlc_status_name(2), "MLC_ERROR_UNKNOWN");
    ck_assert_str_eq(mlc_status_name(-20), "MLC_ERROR_UNKNOWN");
    ck_assert_str_eq(mlc_status_name(INT32_MIN), "MLC_ERROR_UNKNOWN");
}
END_TEST

/* The build system gives it when it found the library. */
#ifdef MLCI_BLIS_VERSION
#define BLIS_VERSION MLCI_BLIS_VERSION
#else
#define BLIS_VERSION "none"
#endif

START_TEST(test_build_info_when_asked_names_version_and_instruction_set)
{
    const char *text = mlc_build_info();
    ck_assert_ptr_eq(text, mlc_build_info());
    ck_assert_int_eq(strncmp(text, "mlcore 0.1.0, ", 14), 0);
    ck_assert_ptr_nonnull(strstr(text, ", BLIS " BLIS_VERSION ", "));
    ck_assert_ptr_null(strchr(text, '\n'));
    const char *in_use = strstr(text, "in use: ");
    ck_assert_ptr_nonnull(in_use);
    ck_assert_str_eq(in_use + 8, mlci_isa_name(mlci_isa_best()));
}
END_TEST

MLCI_CHECK_SUITE("status", test_version_when_asked_agrees_with_the_header,
                 test_status_name_when_known_is_the_constant, test_status_name_when_unknown_says_so,
                 test_build_info_when_asked_names_version_and_instruction_set)
