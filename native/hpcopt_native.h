/*
 * The native part of HpcOpt: memory, topology and thread pinning of a Linux machine, and an independent AdamW. This header is the whole ABI.
 *
 * Every function returns HPC_OK or a negative number, the errno of <errno.h> with its sign changed:
 *     -EINVAL      an argument is outside what its function says; nothing was written
 *     -ENOMEM      the system has not that much memory
 *     -EOPNOTSUPP  the CPU lacks the instructions asked for
 *     others       what the system call said
 * No function keeps state, changes the floating-point environment or starts a thread; all may be called from any thread at the same time.
 *
 * After any change here: raise HPC_ABI_VERSION and generate the bindings again (CONTRIBUTING.md).
 */
#ifndef HPCOPT_NATIVE_H
#define HPCOPT_NATIVE_H

#include <stdint.h>

#ifndef HPC_API
#define HPC_API __attribute__((visibility("default")))
#endif

#define HPC_ABI_VERSION 1

#define HPC_OK 0

/* Wishes to hpc_allocate, and which of them it granted. */
#define HPC_MEMORY_INTERLEAVED 1 /* pages in turn over the NUMA nodes; otherwise each on the node of the thread that first touches it */
#define HPC_MEMORY_RESERVED 2    /* huge pages that the administrator reserved; otherwise transparent ones are asked for */

/* Which instructions hpc_adamw_* uses. */
#define HPC_ISA_BEST 0
#define HPC_ISA_SCALAR 1
#define HPC_ISA_AVX2 2   /* with FMA */
#define HPC_ISA_AVX512 3 /* the foundation, AVX512F */

/* Memory from hpc_allocate, for hpc_free. */
typedef struct hpc_memory {
    void *address;       /* first byte; a multiple of page_bytes */
    uint64_t bytes;      /* mapped: what was asked for, rounded up to page_bytes */
    uint64_t page_bytes; /* of a huge page, reserved or transparent */
    uint32_t granted;    /* HPC_MEMORY_* flags, of those wished */
    uint32_t numa_nodes; /* nodes with memory over which the pages may lie */
} hpc_memory;

/* What this process finds on the machine. 0 means unknown, or for a limit that there is none. */
typedef struct hpc_topology {
    uint32_t cpus;                    /* online: hardware threads */
    uint32_t allowed_cpus;            /* that affinity leaves to the calling thread */
    uint32_t cores;                   /* online CPUs that are the first of their core */
    uint32_t numa_nodes;              /* online */
    uint64_t l1_bytes;                /* data caches of the first online CPU */
    uint64_t l2_bytes;
    uint64_t l3_bytes;
    uint64_t memory_bytes;            /* of the machine */
    uint64_t memory_limit_bytes;      /* smallest limit of the control groups that hold this process */
    uint64_t cpu_limit_thousandths;   /* smallest CPU quota of those groups, in thousandths of a CPU */
    uint64_t huge_page_bytes;         /* of a reserved huge page */
    uint64_t huge_pages_reserved;     /* in the machine's pool */
    uint64_t huge_pages_free;         /* of them, in no use */
} hpc_topology;

/* The constants of one step of AdamW, folded, in double; the float kernel rounds each once. With c = 1 - beta^t: */
typedef struct hpc_adamw {
    double keep;            /* 1 - rate * weight decay */
    double minus_rate;      /* -rate * sqrt(c2) / c1 */
    double beta1;
    double one_minus_beta1;
    double beta2;
    double one_minus_beta2;
    double epsilon;         /* epsilon * sqrt(c2) */
} hpc_adamw;

/* HPC_ABI_VERSION of the library, to compare with that of the caller's header. */
HPC_API int32_t hpc_abi_version(void);

/* The release, such as "0.1.0": a constant that is never freed. */
HPC_API const char *hpc_version(void);

/*
 * Maps zeroed memory in huge pages as far as the system has them. Wishes that it cannot grant are no error: `memory->granted` tells.
 * Reserved pages, of which the memory must fill at least one, are taken and touched at once, since a control group that refuses one later
 * would end the process by a signal. So they are not granted where touching decides the node: with several nodes, only together with
 * HPC_MEMORY_INTERLEAVED; nor before Linux 5.14.
 * bytes: from 1 to 2^47; wishes: HPC_MEMORY_* flags; memory: where the result goes.
 */
HPC_API int32_t hpc_allocate(uint64_t bytes, uint32_t wishes, hpc_memory *memory);

/* Gives back what hpc_allocate gave. The record is not changed: free it once. */
HPC_API int32_t hpc_free(const hpc_memory *memory);

/* Reads /sys and /proc. What cannot be read is 0. */
HPC_API int32_t hpc_read_topology(hpc_topology *topology);

/*
 * The CPUs that the calling thread may run on: bit i of word j is CPU 64 j + i. Nothing in this library sets them unasked.
 * words: from 1 to 1024, enough for all CPUs of the kernel (1024 CPUs take 16); hpc_get_affinity fails with -EINVAL where there are more.
 */
HPC_API int32_t hpc_get_affinity(uint64_t *mask, uint32_t words);
HPC_API int32_t hpc_set_affinity(const uint64_t *mask, uint32_t words);

/* HPC_OK where the CPU and the system support an HPC_ISA_*, -EOPNOTSUPP where not. */
HPC_API int32_t hpc_supports(uint32_t isa);

/*
 * One step of AdamW on one thread, the same bits with every isa:
 *     m = fma(beta1, m, one_minus_beta1 * g)
 *     v = fma(beta2, v, one_minus_beta2 * g * g)
 *     p = fma(minus_rate, m / (sqrt(v) + epsilon), keep * p)
 * p, g, m, v: n elements each, aligned to their size, none overlapping another; n: from 0 to 2^44.
 */
HPC_API int32_t hpc_adamw_f32(const hpc_adamw *constants, float *p, const float *g, float *m, float *v, uint64_t n, uint32_t isa);
HPC_API int32_t hpc_adamw_f64(const hpc_adamw *constants, double *p, const double *g, double *m, double *v, uint64_t n, uint32_t isa);

#endif
