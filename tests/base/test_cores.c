/* Control groups are pretended by a system table whose files are texts. */
#include <errno.h>
#include <sched.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "system.h"

typedef struct pretended_file {
    const char *path, *text;
} pretended_file;

static const pretended_file *files;
static int64_t positions[16];

static int64_t open_pretended(void *user, const char *path)
{
    for (int i = 0; files[i].path != NULL; i++) {
        if (strcmp(files[i].path, path) != 0) continue;
        positions[i] = 0;
        return i;
    }
    return -ENOENT;
}

static int64_t read_pretended(void *user, int64_t fd, void *bytes, int64_t n)
{
    const char *text = files[fd].text + positions[fd];
    int64_t length = (int64_t)strlen(text);
    if (length > n) length = n;
    if (length > 3) length = 3; /* short reads */
    memcpy(bytes, text, (size_t)length);
    positions[fd] += length;
    return length;
}

static int64_t close_pretended(void *user, int64_t fd)
{
    return 0;
}

static int32_t count(const pretended_file *pretended)
{
    static const mlci_system system = {
        .open_read = open_pretended, .read = read_pretended, .close = close_pretended};
    files = pretended;
    return mlci_system_cores(&system);
}

static int32_t affinity(void)
{
    cpu_set_t set;
    ck_assert_int_eq(sched_getaffinity(0, sizeof set, &set), 0);
    return CPU_COUNT(&set);
}

START_TEST(test_cores_when_there_is_no_quota_are_the_affinity_mask)
{
    const pretended_file none[] = {{NULL, NULL}};
    ck_assert_int_eq(count(none), affinity());
    const pretended_file unlimited[] = {{"/proc/self/cgroup", "0::/a\n"},
                                        {"/sys/fs/cgroup/a/cpu.max", "max 100000\n"},
                                        {NULL, NULL}};
    ck_assert_int_eq(count(unlimited), affinity());
}
END_TEST

START_TEST(test_cores_when_pinned_are_those_of_the_mask)
{
    cpu_set_t old, one;
    ck_assert_int_eq(sched_getaffinity(0, sizeof old, &old), 0);
    CPU_ZERO(&one);
    for (size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++) {
        if (CPU_ISSET(i, &old)) CPU_SET(i, &one);
    }
    ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
    const pretended_file none[] = {{NULL, NULL}};
    ck_assert_int_eq(count(none), 1);
    sched_setaffinity(0, sizeof old, &old);
}
END_TEST

START_TEST(test_cores_when_a_group_above_has_the_quota_obey_it)
{
    const pretended_file v2[] = {{"/proc/self/cgroup", "0::/a/b\n"},
                                 {"/sys/fs/cgroup/a/b/cpu.max", "900000 100000\n"},
                                 {"/sys/fs/cgroup/a/cpu.max", "100000 100000\n"},
                                 {NULL, NULL}};
    ck_assert_int_eq(count(v2), 1);
    const pretended_file top[] = {{"/proc/self/cgroup", "0::/\n"},
                                  {"/sys/fs/cgroup/cpu.max", "50000 100000\n"},
                                  {NULL, NULL}};
    ck_assert_int_eq(count(top), 1);
}
END_TEST

START_TEST(test_cores_when_the_quota_is_a_fraction_are_rounded_up)
{
    const pretended_file v2[] = {{"/proc/self/cgroup", "0::/a\n"},
                                 {"/sys/fs/cgroup/a/cpu.max", "110000 100000\n"},
                                 {NULL, NULL}};
    const int32_t mask = affinity();
    ck_assert_int_eq(count(v2), mask < 2 ? mask : 2);
}
END_TEST

START_TEST(test_cores_when_groups_are_of_version_1_obey_their_quota)
{
    const pretended_file v1[] = {
        {"/proc/self/cgroup", "5:cpuset:/x\n4:cpuacct,cpu:/docker/y\n1:name=systemd:/z\n"},
        {"/sys/fs/cgroup/cpu/docker/y/cpu.cfs_quota_us", "40000\n"},
        {"/sys/fs/cgroup/cpu/docker/y/cpu.cfs_period_us", "100000\n"},
        {NULL, NULL}};
    ck_assert_int_eq(count(v1), 1);
    const pretended_file none[] = {{"/proc/self/cgroup", "4:cpu:/\n"},
                                   {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"},
                                   {"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"},
                                   {NULL, NULL}};
    ck_assert_int_eq(count(none), affinity());
}
END_TEST

START_TEST(test_cores_when_the_files_are_odd_ignore_them)
{
    static const char *const odd[] = {"", "x", "::", "0:", "0::", "0::\n\n", "9:cpu", "0::/a\n"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        const pretended_file texts[] = {{"/proc/self/cgroup", odd[i]},
                                        {"/sys/fs/cgroup/a/cpu.max", "7 0"},
                                        {"/sys/fs/cgroup/cpu.max", "0 99999999999999999999999"},
                                        {NULL, NULL}};
        ck_assert_int_eq(count(texts), affinity());
    }
}
END_TEST

MLCI_CHECK_SUITE("cores", test_cores_when_there_is_no_quota_are_the_affinity_mask,
                 test_cores_when_pinned_are_those_of_the_mask,
                 test_cores_when_a_group_above_has_the_quota_obey_it,
                 test_cores_when_the_quota_is_a_fraction_are_rounded_up,
                 test_cores_when_groups_are_of_version_1_obey_their_quota,
                 test_cores_when_the_files_are_odd_ignore_them)
