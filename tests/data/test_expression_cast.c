/* Casts; what has no value of the other type is missing. */
#include "expressing.h"

START_TEST(test_texts_become_what_they_say_or_are_missing)
{
    mlc_dataset *d = parse("t\n12\n-1.5\ntrue\n2024-01-02\nNA\nx\n", "types='t:text'");
    gives(d, "int(t)", "int64: 12 NA NA NA NA NA");
    gives(d, "real(t)", "float64: 12 -1.5 NA NA NA NA");
    gives(d, "bool(t)", "bool: NA NA true NA NA NA");
    gives(d, "timestamp(t)", "timestamp: NA NA NA 2024-01-02T00:00:00Z NA NA");
    gives(d, "text(t)", "text: 12 -1.5 true 2024-01-02 NA x");
    gives(d, "real(missing)", "float64: NA NA NA NA NA NA");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_numbers_and_times_become_texts_that_read_back)
{
    mlc_dataset *d =
        parse("i,r,b,s\n-7,0.1,true,2024-01-02T03:04:05.5\n,,,\n0,1e300,false,1970-01-01\n",
              "types='s:timestamp'");
    gives(d, "text(i) + '|' + text(r) + '|' + text(b) + '|' + text(s)",
          "text: -7|0.1|true|2024-01-02T03:04:05.500000Z NA 0|1e+300|false|1970-01-01T00:00:00Z");
    gives(d, "int(r)", "int64: 0 NA NA");
    gives(d, "int(-1.9 * real(b))", "int64: -1 NA 0");
    gives(d, "int(b) + int(i)", "int64: -6 NA 0");
    gives(d, "bool(i)", "bool: true NA false");
    gives(d, "bool(r * 0)", "bool: false NA false");
    gives(d, "bool(b) == b", "bool: true NA true");
    gives(d, "timestamp(s) == s", "bool: true NA true");
    gives(d, "real(r) - r", "float64: 0 NA 0");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_cast", test_texts_become_what_they_say_or_are_missing,
                 test_numbers_and_times_become_texts_that_read_back)
