#include <errno.h>
#include <sched.h>

#include "hpcopt_native.h"

enum { MOST_WORDS = 1024 };

/* cpu_set_t is an array of unsigned long, on x86-64 one word of 64 CPUs each. The thread 0 is the calling one. */

int32_t hpc_get_affinity(uint64_t *mask, uint32_t words)
{
    if (mask == NULL || words < 1 || words > MOST_WORDS)
        return -EINVAL;
    return sched_getaffinity(0, words * sizeof *mask, (cpu_set_t *)mask) == 0 ? HPC_OK : -errno;
}

int32_t hpc_set_affinity(const uint64_t *mask, uint32_t words)
{
    if (mask == NULL || words < 1 || words > MOST_WORDS)
        return -EINVAL;
    return sched_setaffinity(0, words * sizeof *mask, (const cpu_set_t *)mask) == 0 ? HPC_OK : -errno;
}
