/* Expected values: mpmath 1.3.0 with 60 digits. */
#include "erfcx.h"

#include <float.h>
#include <math.h>

#include "kernel_cases.h"

START_TEST(test_erfcx_is_exact_to_its_last_bits)
{
    static const double cases[][2] = {{0, 1},
                                      {1e-300, 1},
                                      {1e-10, 0.9999999998871620833},
                                      {0.1, 0.89645697996912663666},
                                      {0.46875, 0.63206968924955607816},
                                      {0.5, 0.61569034419292587487},
                                      {1, 0.42758357615580700441},
                                      {2, 0.25539567631050574387},
                                      {3.75, 0.14558972127503853905},
                                      {4, 0.13699945762506138989},
                                      {10, 0.056140992743822585858},
                                      {26, 0.021683584850562906616},
                                      {100, 0.0056416137829894329036},
                                      {1e4, 0.000056418958072680841152},
                                      {1e8, 5.6418958354775625874e-9},
                                      {1e15, 5.6418958354775628695e-16},
                                      {1e200, 5.6418958354775630402e-201},
                                      {1e305, 5.6418958354775628695e-306}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_double_eq_tol(mlci_erfcx(cases[i][0]) / cases[i][1], 1, 4 * DBL_EPSILON);
}
END_TEST

START_TEST(test_erfcx_falls_and_knows_what_is_no_number)
{
    for (double x = 0; x < 50; x += 0.01)
        ck_assert_double_lt(mlci_erfcx(x + 0.01), mlci_erfcx(x));
    ck_assert_double_eq(mlci_erfcx(INFINITY), 0);
    ck_assert_double_nan(mlci_erfcx(NAN));
}
END_TEST

MLCI_CHECK_SUITE("erfcx", test_erfcx_is_exact_to_its_last_bits,
                 test_erfcx_falls_and_knows_what_is_no_number)
