#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hpcopt_native.h"
#include "sysfile.h"

#define MOST_BYTES ((uint64_t)1 << 47)
#define TRANSPARENT_PAGE ((uint64_t)2 << 20)
#define ALL_WISHES (HPC_MEMORY_INTERLEAVED | HPC_MEMORY_RESERVED)

/* From <linux/mempolicy.h> and <linux/mman.h>: an older system's headers lack them, or come with libnuma alone. */
#define POLICY_INTERLEAVE 3
#define POPULATE_WRITE 23

#define MOST_NODES 1024
#define BITS_IN_WORD (8 * sizeof(unsigned long))

typedef struct node_set {
    unsigned long words[MOST_NODES / BITS_IN_WORD];
    uint32_t count;
} node_set;

static void add_node(uint32_t node, void *state)
{
    node_set *nodes = state;
    if (node < MOST_NODES) {
        nodes->words[node / BITS_IN_WORD] |= 1UL << (node % BITS_IN_WORD);
        nodes->count++;
    }
}

static uint64_t round_up(uint64_t bytes, uint64_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

static void *map(uint64_t bytes, int flags)
{
    void *address = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

static bool interleave(const hpc_memory *memory, const node_set *nodes)
{
    /* The kernel counts one bit less than it is told. */
    return syscall(SYS_mbind, memory->address, memory->bytes, POLICY_INTERLEAVE, nodes->words, (unsigned long)MOST_NODES + 1, 0UL) == 0;
}

static bool map_reserved(uint64_t bytes, uint32_t wishes, const node_set *nodes, hpc_memory *memory)
{
    uint64_t page = hpc_read_key("/proc/meminfo", "Hugepagesize:") << 10;
    if (page == 0 || bytes < page)
        return false;
    memory->bytes = round_up(bytes, page);
    memory->page_bytes = page;
    memory->address = map(memory->bytes, MAP_HUGETLB);
    if (memory->address == NULL)
        return false;
    memory->granted = HPC_MEMORY_RESERVED;
    if ((wishes & HPC_MEMORY_INTERLEAVED) != 0 && interleave(memory, nodes))
        memory->granted |= HPC_MEMORY_INTERLEAVED;
    bool places_itself = nodes->count > 1 && (memory->granted & HPC_MEMORY_INTERLEAVED) == 0;
    if (places_itself || madvise(memory->address, memory->bytes, POPULATE_WRITE) != 0) {
        munmap(memory->address, memory->bytes);
        return false;
    }
    return true;
}

static bool map_transparent(uint64_t bytes, uint32_t wishes, const node_set *nodes, hpc_memory *memory)
{
    memory->bytes = round_up(bytes, TRANSPARENT_PAGE);
    memory->page_bytes = TRANSPARENT_PAGE;
    memory->granted = 0;

    /* A page more than needed, and then without what stands over at both ends: aligned. */
    char *start = map(memory->bytes + TRANSPARENT_PAGE, 0);
    if (start == NULL)
        return false;
    uint64_t before = round_up((uintptr_t)start, TRANSPARENT_PAGE) - (uintptr_t)start;
    if (before > 0)
        munmap(start, before);
    munmap(start + before + memory->bytes, TRANSPARENT_PAGE - before);
    memory->address = start + before;

    /* A kernel without huge pages refuses, and the memory is as good as any. */
    madvise(memory->address, memory->bytes, MADV_HUGEPAGE);
    if ((wishes & HPC_MEMORY_INTERLEAVED) != 0 && interleave(memory, nodes))
        memory->granted |= HPC_MEMORY_INTERLEAVED;
    return true;
}

int32_t hpc_allocate(uint64_t bytes, uint32_t wishes, hpc_memory *memory)
{
    if (bytes < 1 || bytes > MOST_BYTES || (wishes & ~(uint32_t)ALL_WISHES) != 0 || memory == NULL)
        return -EINVAL;

    node_set nodes = {.count = 0};
    hpc_read_list("/sys/devices/system/node/has_memory", add_node, &nodes);
    if (nodes.count == 0)
        add_node(0, &nodes);

    hpc_memory mapped;
    bool done = (wishes & HPC_MEMORY_RESERVED) != 0 && map_reserved(bytes, wishes, &nodes, &mapped);
    if (!done && !map_transparent(bytes, wishes, &nodes, &mapped))
        return -errno;
    mapped.numa_nodes = nodes.count;
    *memory = mapped;
    return HPC_OK;
}

int32_t hpc_free(const hpc_memory *memory)
{
    if (memory == NULL || memory->address == NULL || memory->bytes == 0 || memory->page_bytes == 0
        || (uintptr_t)memory->address % memory->page_bytes != 0 || memory->bytes % memory->page_bytes != 0)
        return -EINVAL;
    return munmap(memory->address, memory->bytes) == 0 ? HPC_OK : -errno;
}
