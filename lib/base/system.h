/* The calls to the operating system that can fail, in one table that tests replace. Each member
 * behaves as the POSIX call of that name, goes on after EINTR, and returns a negative errno on
 * failure. */
#ifndef MLCI_SYSTEM_H
#define MLCI_SYSTEM_H

#include <stdint.h>

#define MLCI_PATH_SIZE 4096 /* longest path with its NUL */

typedef struct mlci_system {
    void *user;
    int64_t (*open_read)(void *user, const char *path);                /* fd */
    int64_t (*open_append)(void *user, const char *path);              /* fd; must exist */
    int64_t (*open_directory)(void *user, const char *path);           /* fd */
    int64_t (*create_exclusive)(void *user, const char *path, uint32_t mode); /* fd, O_EXCL */
    int64_t (*file_size)(void *user, int64_t fd); /* -EINVAL: not a regular file */
    int64_t (*file_mode)(void *user, const char *path); /* st_mode: kind and permission bits */
    int64_t (*set_mode)(void *user, int64_t fd, uint32_t mode);
    /* Follows symbolic links of the last component; what they lead to need not exist. */
    int64_t (*real_path)(void *user, const char *path, char *out, int64_t n_out);
    int64_t (*read)(void *user, int64_t fd, void *bytes, int64_t n);
    int64_t (*write)(void *user, int64_t fd, const void *bytes, int64_t n);
    int64_t (*sync)(void *user, int64_t fd);
    int64_t (*close)(void *user, int64_t fd);
    int64_t (*rename)(void *user, const char *from, const char *to);
    int64_t (*unlink)(void *user, const char *path);
    int64_t (*thread_create)(void *user, void *thread, void *(*fn)(void *), void *arg);
    int64_t (*mutex_init)(void *user, void *mutex);
    int64_t (*condition_init)(void *user, void *condition);
} mlci_system;

extern const mlci_system mlci_native_system;

/* What an errno means, in English whatever the locale; result may be a negative errno too. */
#define MLCI_CAUSE_SIZE 64
const char *mlci_system_cause(int64_t result, char out[MLCI_CAUSE_SIZE]);

/* Nanoseconds of a clock that only goes forward. */
int64_t mlci_clock_ns(void);

/* Cores this process may use: its affinity mask, bounded by the CPU quota of its control groups
 * rounded up. At least 1. */
int32_t mlci_system_cores(const mlci_system *system);

#endif
