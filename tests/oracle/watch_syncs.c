/* Watches what a program under test does with its database's log and its sockets, in the order in which it does it.
 *
 * Loaded before the C library (LD_PRELOAD). DUKEN_WATCHED names the log: what is written to a file of that name is
 * unsynced until fsync or fdatasync of it returns. Every answer that begins with "HTTP/1.1 2" is noted in the file that
 * DUKEN_NOTES names, as "clean" or "unsynced". While the file that DUKEN_BROKEN names is there, no sync succeeds.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int unsynced;

static int watched(int fd) {
    char link[64], path[4096];
    const char *name = getenv("DUKEN_WATCHED");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (name == NULL || length < 0) return 0;
    path[length] = 0;
    size_t whole = strlen(path), part = strlen(name);
    return whole >= part && strcmp(path + whole - part, name) == 0;
}

static void note(const char *bytes, size_t length) {
    const char *notes = getenv("DUKEN_NOTES");
    if (notes == NULL || length < 10 || memcmp(bytes, "HTTP/1.1 2", 10) != 0) return;
    const char *line = atomic_load(&unsynced) ? "unsynced\n" : "clean\n";
    int fd = open(notes, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    static ssize_t (*real)(int, const void *, size_t);
    if (real == NULL) real = dlsym(RTLD_NEXT, "write");
    if (real(fd, line, strlen(line)) < 0) abort();
    close(fd);
}

#define REAL(result, name, ...)                      \
    static result (*real)(__VA_ARGS__);              \
    if (real == NULL) real = dlsym(RTLD_NEXT, #name)

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    if (watched(fd)) atomic_store(&unsynced, 1);
    return real(fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    if (watched(fd)) atomic_store(&unsynced, 1);
    return real(fd, bytes, length, at);
}

static int synced(int fd, int (*real)(int)) {
    const char *broken = getenv("DUKEN_BROKEN");
    int log = watched(fd);
    if (log && broken != NULL && access(broken, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    int result = real(fd);
    if (log && result == 0) atomic_store(&unsynced, 0);
    return result;
}

int fsync(int fd) {
    REAL(int, fsync, int);
    return synced(fd, real);
}

int fdatasync(int fd) {
    REAL(int, fdatasync, int);
    return synced(fd, real);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    note(bytes, length);
    return real(fd, bytes, length);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    REAL(ssize_t, send, int, const void *, size_t, int);
    note(bytes, length);
    return real(fd, bytes, length, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    if (count > 0) note(parts[0].iov_base, parts[0].iov_len);
    return real(fd, parts, count);
}
