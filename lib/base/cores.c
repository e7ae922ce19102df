/* How many cores this process may use. The number of processors of the machine is not it: a
 * container is held back by its affinity mask and by CPU quotas of its control groups, and more
 * threads than that only get in each other's way. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* sched_getaffinity */
#endif
#include "system.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "context_impl.h"

#define MASK_WORDS 128 /* 8,192 processors */
#define TEXT_SIZE 4096

static int32_t count_affinity(void)
{
#if defined(__linux__)
    union {
        unsigned long words[MASK_WORDS];
        cpu_set_t set;
    } mask;
    memset(&mask, 0, sizeof mask);
    if (sched_getaffinity(0, sizeof mask, &mask.set) == 0) {
        const int32_t n = CPU_COUNT_S(sizeof mask, &mask.set);
        if (n > 0) return n;
    }
#endif
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int32_t)n : 1;
}

/* The start of a small file as text; 0 when it cannot be read. */
static int read_text(const mlci_system *system, const char *path, char out[TEXT_SIZE])
{
    const int64_t fd = system->open_read(system->user, path);
    if (fd < 0) return 0;
    int64_t length = 0, got;
    do {
        got = system->read(system->user, fd, out + length, TEXT_SIZE - 1 - length);
        if (got > 0) length += got;
    } while (got > 0 && length < TEXT_SIZE - 1);
    system->close(system->user, fd);
    out[length] = '\0';
    return got >= 0;
}

/* A decimal integer at *text, which moves past it; -1 when there is none ("max", "-1"). */
static int64_t read_integer(const char **text)
{
    const char *at = *text;
    while (*at == ' ' || *at == '\n') at++;
    if (*at < '0' || *at > '9') return -1;
    int64_t value = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (value < INT64_MAX / 16) value = 10 * value + (*at - '0');
    }
    *text = at;
    return value;
}

static int32_t cores_of_quota(int64_t quota, int64_t period)
{
    if (quota <= 0 || period <= 0) return INT32_MAX;
    const int64_t n = quota / period + (quota % period != 0);
    return n < INT32_MAX ? (int32_t)n : INT32_MAX;
}

/* Version 2: "QUOTA PERIOD" or "max PERIOD" in one file. */
static int32_t quota_v2(const mlci_system *system, const char *group)
{
    char path[TEXT_SIZE], text[TEXT_SIZE];
    const int n = snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", group);
    if (n < 0 || n >= TEXT_SIZE || !read_text(system, path, text)) return INT32_MAX;
    const char *at = text;
    const int64_t quota = read_integer(&at);
    return quota < 0 ? INT32_MAX : cores_of_quota(quota, read_integer(&at));
}

/* Version 1: a file for each, -1 for no quota. */
static int32_t quota_v1(const mlci_system *system, const char *group)
{
    char path[TEXT_SIZE], text[TEXT_SIZE];
    int n = snprintf(path, sizeof path, "/sys/fs/cgroup/cpu%s/cpu.cfs_quota_us", group);
    if (n < 0 || n >= TEXT_SIZE || !read_text(system, path, text)) return INT32_MAX;
    const char *at = text;
    const int64_t quota = read_integer(&at);
    n = snprintf(path, sizeof path, "/sys/fs/cgroup/cpu%s/cpu.cfs_period_us", group);
    if (n < 0 || n >= TEXT_SIZE || !read_text(system, path, text)) return INT32_MAX;
    at = text;
    return cores_of_quota(quota, read_integer(&at));
}

typedef int32_t (*quota_fn)(const mlci_system *system, const char *group);

/* The least quota of a group and all above it. */
static int32_t least_quota(const mlci_system *system, char *group, quota_fn quota)
{
    int32_t least = INT32_MAX;
    for (;;) {
        const int32_t n = quota(system, group);
        if (n < least) least = n;
        char *slash = strrchr(group, '/');
        if (slash == NULL) return least;
        *slash = '\0';
    }
}

/* Is `cpu` among the comma-separated names of [names, end)? */
static int has_cpu(const char *names, const char *end)
{
    while (names < end) {
        const char *comma = memchr(names, ',', (size_t)(end - names));
        const char *stop = comma != NULL ? comma : end;
        if (stop - names == 3 && memcmp(names, "cpu", 3) == 0) return 1;
        names = stop + 1;
    }
    return 0;
}

/* Lines of /proc/self/cgroup: "0::/group" for version 2, "4:cpu,cpuacct:/group" for 1. */
static int32_t quota_of_line(const mlci_system *system, const char *line, size_t length)
{
    char group[TEXT_SIZE];
    const char *end = line + length;
    const char *names = memchr(line, ':', length);
    if (names == NULL) return INT32_MAX;
    names++;
    const char *path = memchr(names, ':', (size_t)(end - names));
    if (path == NULL) return INT32_MAX;
    const size_t n = (size_t)(end - path - 1);
    memcpy(group, path + 1, n);
    group[n] = '\0';
    if (names == path) return least_quota(system, group, quota_v2);
    return has_cpu(names, path) ? least_quota(system, group, quota_v1) : INT32_MAX;
}

int32_t mlci_system_cores(const mlci_system *system)
{
    int32_t n = count_affinity();
    char text[TEXT_SIZE];
    if (read_text(system, "/proc/self/cgroup", text)) {
        for (const char *line = text; *line != '\0';) {
            const size_t length = strcspn(line, "\n");
            const int32_t quota = quota_of_line(system, line, length);
            if (quota < n) n = quota;
            line += length + (line[length] == '\n');
        }
    }
    return n > 0 ? n : 1;
}
