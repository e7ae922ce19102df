/* Functions of texts, beyond ASCII as well; case as Python's str.lower() and str.upper(). */
#include "expressing.h"

static mlc_dataset *words(void)
{
    return parse("t,u\n  Ab c \t,b\nZ\xc3\x84hne,\xc3\xa4\n,x\n\"\",\"\"\n"
                 "\xe2\x80\x83\xce\xa3\xf0\x9d\x84\x9e!\xe2\x80\x83,!\nbanana,an\n",
                 "types='t:text,u:text'");
}

START_TEST(test_parts_of_texts_are_found)
{
    mlc_dataset *d =
        parse("t,u\nbanana,an\nZ\xc3\x84hne,ne\n,x\n\"\",\"\"\nab,abc\n", "types='t:text,u:text'");
    gives(d, "contains(t, u)", "bool: true true NA true false");
    gives(d, "contains(t, 'nan')", "bool: true false NA false false");
    gives(d, "starts_with(t, 'ba')", "bool: true false NA false false");
    gives(d, "ends_with(t, u)", "bool: false true NA true false");
    gives(d, "replace(t, 'an', '<>')", "text: b<><>a Z\xc3\x84hne NA  ab");
    gives(d, "replace(t, '', 'x')", "text: banana Z\xc3\x84hne NA  ab");
    gives(d, "replace(t, 'a', '')", "text: bnn Z\xc3\x84hne NA  b");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_characters_are_counted_not_bytes)
{
    mlc_dataset *d =
        parse("t\nbanana\nZ\xc3\x84hne\nNA\n\"\"\n\xce\xa3\xf0\x9d\x84\x9e!\n", "types='t:text'");
    gives(d, "length(t)", "int64: 6 5 NA 0 3");
    gives(d, "substring(t, 2)", "text: anana \xc3\x84hne NA  \xf0\x9d\x84\x9e!");
    gives(d, "substring(t, 2, 2)", "text: an \xc3\x84h NA  \xf0\x9d\x84\x9e!");
    gives(d, "substring(t, -2, 1)", "text: n n NA  \xf0\x9d\x84\x9e");
    gives(d, "substring(t, -9, 2)", "text: ba Z\xc3\x84 NA  \xce\xa3\xf0\x9d\x84\x9e");
    gives(d, "substring(t, 3, -1)", "text:   NA  ");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_case_and_blanks_follow_unicode)
{
    mlc_dataset *d = words();
    gives(d, "lower(trim(t))", "text: ab c z\xc3\xa4hne NA  \xcf\x83\xf0\x9d\x84\x9e! banana");
    gives(d, "upper(u)", "text: B \xc3\x84 X  ! AN");
    gives(d, "trim(t) + '|' + u",
          "text: Ab c|b Z\xc3\x84hne|\xc3\xa4 NA | \xce\xa3\xf0\x9d\x84\x9e!|! banana|an");
    gives(d, "concat(u, '-', u)", "text: b-b \xc3\xa4-\xc3\xa4 x-x - !-! an-an");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_text", test_parts_of_texts_are_found,
                 test_characters_are_counted_not_bytes, test_case_and_blanks_follow_unicode)
