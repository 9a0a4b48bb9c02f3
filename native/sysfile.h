/* Small files of the kernel's: what /sys, /proc and the control groups say. Internal. */
#ifndef HPCOPT_SYSFILE_H
#define HPCOPT_SYSFILE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Numbers are read by hand: in newer systems the C library's functions for that are versions of glibc 2.38, and a library built there
 * would not load on an older one.
 */

/* The decimal number at the start of *text; moves *text behind it. False where there is none, or more than 64 bits hold. */
bool hpc_take_number(const char **text, uint64_t *number);

/* The first line of a file into `line`, without its end. False where the file cannot be read. */
bool hpc_read_line(const char *path, char *line, int size);

/* The number that begins a file, in bytes where K, M or G follows. 0 where there is none. */
uint64_t hpc_read_number(const char *path);

/* The number behind `key` in a file of lines "key   number …". 0 where there is none. */
uint64_t hpc_read_key(const char *path, const char *key);

/* Calls `visit` for each number of a list such as "0-3,8", from the smallest; returns how many, 0 where the file cannot be read. */
uint32_t hpc_read_list(const char *path, void (*visit)(uint32_t number, void *state), void *state);

#endif
