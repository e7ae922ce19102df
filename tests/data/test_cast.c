/* Columns of other types, without loss. */
#include "shaping.h"

static mlc_dataset *cast(const mlc_dataset *d, const char *types, const char *settings)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_cast(NULL, d, types, settings, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", types, status == MLC_OK ? "" : err.message);
    return out;
}

START_TEST(test_values_survive)
{
    mlc_dataset *d =
        parse("i,r,b,t,s,c\n1,0.5,true,7,2024-01-02,x\n,,,,,\n-3,2,false,1e2,1969-12-31,y\n",
              "types='t:text,s:timestamp,c:category'");
    is_csv(cast(d, "i:float32,r:text,b:int64,t:float64,s:int64,c:text", NULL),
           "i,r,b,t,s,c\n1,0.5,1,7,1704153600000000,x\n,,,,,\n-3,2,0,100,-86400000000,y\n");
    mlc_dataset *whole = cast(d, "s:int64", NULL);
    is_csv(cast(whole, "s:timestamp,i:category,r:float32", NULL),
           "i,r,b,t,s,c\n1,0.5,true,7,2024-01-02T00:00:00Z,x\n,,,,,\n"
           "-3,2,false,1e2,1969-12-31T00:00:00Z,y\n");
    mlc_dataset_free(whole);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_values_that_would_be_lost_are_named_or_missing)
{
    static const struct {
        const char *types, *message, *with_missing;
    } cases[] = {{"r:int64",
                  "column 'r', row 0: 0.5 has no value as int64; on_error=missing makes such "
                  "values missing",
                  "i,r,t\n9007199254740993,,x\n1,2,true\n"},
                 {"i:float64",
                  "column 'i', row 0: 9007199254740993 has no value as float64; "
                  "on_error=missing makes such values missing",
                  "i,r,t\n,0.5,x\n1,2,true\n"},
                 {"i:bool",
                  "column 'i', row 0: 9007199254740993 has no value as bool; on_error=missing "
                  "makes such values missing",
                  "i,r,t\n,0.5,x\ntrue,2,true\n"},
                 {"t:bool",
                  "column 't', row 0: x has no value as bool; on_error=missing makes such values "
                  "missing",
                  "i,r,t\n9007199254740993,0.5,\n1,2,true\n"},
                 {"t:timestamp",
                  "column 't', row 0: x has no value as timestamp; on_error=missing makes "
                  "such values missing",
                  "i,r,t\n9007199254740993,0.5,\n1,2,\n"}};
    mlc_dataset *d = parse("i,r,t\n9007199254740993,0.5,x\n1,2,true\n", "types='t:text'");
    for (int i = 0; i < 5; i++) {
        mlc_dataset *out = NULL;
        mlc_error err;
        refused(mlc_dataset_cast(NULL, d, cases[i].types, NULL, &out, &err), MLC_ERROR_DATA, out,
                &err, cases[i].message);
        is_csv(cast(d, cases[i].types, "on_error=missing"), cases[i].with_missing);
    }
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_types_are_checked)
{
    mlc_dataset *d = parse("i,s\n1,2024-01-02\n", "types='s:timestamp'"), *out = NULL;
    mlc_error err;
    refused(mlc_dataset_cast(NULL, d, "i:int", NULL, &out, &err), MLC_ERROR_SETTING, out, &err,
            "types: 'int' is no type of a column: must be bool, int64, float32, float64, category, "
            "text or timestamp");
    refused(mlc_dataset_cast(NULL, d, "i", NULL, &out, &err), MLC_ERROR_SETTING, out, &err,
            "types: 'i' is not of the form column:type");
    refused(mlc_dataset_cast(NULL, d, "j:text", NULL, &out, &err), MLC_ERROR_COLUMN, out, &err,
            "no column 'j' among the 2 columns");
    refused(mlc_dataset_cast(NULL, d, "s:bool", NULL, &out, &err), MLC_ERROR_COLUMN, out, &err,
            "column 's' is timestamp, which cannot become bool");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("cast", test_values_survive, test_values_that_would_be_lost_are_named_or_missing,
                 test_types_are_checked)
