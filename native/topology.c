#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "hpcopt_native.h"
#include "sysfile.h"

enum { PATH = 4352, LONGEST_GROUP = 4096, AFFINITY_WORDS = 1024 };

#define CPUS "/sys/devices/system/cpu"
#define POOL "/sys/kernel/mm/hugepages/hugepages"
/* Version 1 of control groups says "no limit" by a number near 2^63. */
#define NO_LIMIT ((uint64_t)1 << 60)

typedef struct cpu_walk {
    uint32_t cores;
    uint32_t first;
    int any;
} cpu_walk;

static void see_cpu(uint32_t cpu, void *state)
{
    cpu_walk *walk = state;
    char path[PATH];
    snprintf(path, sizeof path, CPUS "/cpu%u/topology/thread_siblings_list", cpu);
    char line[64];
    const char *text = line;
    uint64_t sibling;
    /* A kernel that does not tell has one thread a core. */
    if (!hpc_read_line(path, line, sizeof line) || !hpc_take_number(&text, &sibling) || sibling == cpu)
        walk->cores++;
    if (!walk->any) {
        walk->any = 1;
        walk->first = cpu;
    }
}

static void read_caches(uint32_t cpu, hpc_topology *topology)
{
    for (uint32_t index = 0; index < 16; index++) {
        char path[PATH], type[32];
        snprintf(path, sizeof path, CPUS "/cpu%u/cache/index%u/type", cpu, index);
        if (!hpc_read_line(path, type, sizeof type))
            return;
        if (strcmp(type, "Instruction") == 0)
            continue;
        snprintf(path, sizeof path, CPUS "/cpu%u/cache/index%u/level", cpu, index);
        uint64_t level = hpc_read_number(path);
        snprintf(path, sizeof path, CPUS "/cpu%u/cache/index%u/size", cpu, index);
        uint64_t bytes = hpc_read_number(path);
        if (level == 1)
            topology->l1_bytes = bytes;
        else if (level == 2)
            topology->l2_bytes = bytes;
        else if (level == 3)
            topology->l3_bytes = bytes;
    }
}

static void lower(uint64_t *limit, uint64_t value)
{
    if (value > 0 && value < NO_LIMIT && (*limit == 0 || value < *limit))
        *limit = value;
}

static uint64_t thousandths(uint64_t quota, uint64_t period)
{
    return period == 0 || quota > NO_LIMIT / 1000 ? 0 : quota * 1000 / period;
}

/* Version 2: "quota period", or "max period". */
static uint64_t quota_of_one_line(const char *path)
{
    char line[64];
    const char *text = line;
    uint64_t quota, period;
    return hpc_read_line(path, line, sizeof line) && hpc_take_number(&text, &quota) && hpc_take_number(&text, &period) ? thousandths(quota, period) : 0;
}

/* The group and all above it: each limits. `group` is cut down to the empty string. */
static void read_groups(const char *root, int is_version_2, int has_memory, int has_cpu, char *group, hpc_topology *topology)
{
    for (size_t length = strlen(group);; length--) {
        if (length > 0 && group[length] != '/' && group[length] != '\0')
            continue;
        if (length > 0 && group[length - 1] == '/')
            continue;
        group[length] = '\0';
        char path[PATH];
        if (has_memory) {
            snprintf(path, sizeof path, "%s%s/%s", root, group, is_version_2 ? "memory.max" : "memory.limit_in_bytes");
            lower(&topology->memory_limit_bytes, hpc_read_number(path));
        }
        if (has_cpu && is_version_2) {
            snprintf(path, sizeof path, "%s%s/cpu.max", root, group);
            lower(&topology->cpu_limit_thousandths, quota_of_one_line(path));
        } else if (has_cpu) {
            snprintf(path, sizeof path, "%s%s/cpu.cfs_quota_us", root, group);
            uint64_t quota = hpc_read_number(path);
            snprintf(path, sizeof path, "%s%s/cpu.cfs_period_us", root, group);
            lower(&topology->cpu_limit_thousandths, thousandths(quota, hpc_read_number(path)));
        }
        if (length == 0)
            return;
    }
}

/* Whether `name` is one of a list divided by commas. */
static int lists(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list;; at = strchr(at, ',') + 1) {
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return 1;
        if (strchr(at, ',') == NULL)
            return 0;
    }
}

/* Lines of /proc/self/cgroup are "number:controllers:path"; version 2 names no controllers. */
static void read_limits(hpc_topology *topology)
{
    FILE *file = fopen("/proc/self/cgroup", "re");
    if (file == NULL)
        return;
    char line[LONGEST_GROUP];
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':');
        char *group = controllers == NULL ? NULL : strchr(controllers + 1, ':');
        if (group == NULL)
            continue;
        controllers++;
        *group++ = '\0';
        if (*controllers == '\0')
            read_groups("/sys/fs/cgroup", 1, 1, 1, group, topology);
        else if (lists(controllers, "memory"))
            read_groups("/sys/fs/cgroup/memory", 0, 1, 0, group, topology);
        else if (lists(controllers, "cpu"))
            read_groups("/sys/fs/cgroup/cpu", 0, 0, 1, group, topology);
    }
    fclose(file);
}

static uint32_t allowed_cpus(void)
{
    uint64_t mask[AFFINITY_WORDS] = {0};
    if (hpc_get_affinity(mask, AFFINITY_WORDS) != HPC_OK)
        return 0;
    uint32_t count = 0;
    for (int i = 0; i < AFFINITY_WORDS; i++)
        count += (uint32_t)__builtin_popcountll(mask[i]);
    return count;
}

static void read_huge_pages(hpc_topology *topology)
{
    uint64_t kibibytes = hpc_read_key("/proc/meminfo", "Hugepagesize:");
    char path[PATH];
    snprintf(path, sizeof path, POOL "-%llukB/nr_hugepages", (unsigned long long)kibibytes);
    topology->huge_page_bytes = kibibytes << 10;
    topology->huge_pages_reserved = hpc_read_number(path);
    snprintf(path, sizeof path, POOL "-%llukB/free_hugepages", (unsigned long long)kibibytes);
    topology->huge_pages_free = hpc_read_number(path);
}

int32_t hpc_read_topology(hpc_topology *topology)
{
    if (topology == NULL)
        return -EINVAL;
    memset(topology, 0, sizeof *topology);
    cpu_walk walk = {0, 0, 0};
    topology->cpus = hpc_read_list(CPUS "/online", see_cpu, &walk);
    topology->cores = walk.cores;
    topology->allowed_cpus = allowed_cpus();
    topology->numa_nodes = hpc_read_list("/sys/devices/system/node/online", NULL, NULL);
    read_caches(walk.first, topology);
    topology->memory_bytes = hpc_read_key("/proc/meminfo", "MemTotal:") << 10;
    read_limits(topology);
    read_huge_pages(topology);
    return HPC_OK;
}
