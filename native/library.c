#include "hpcopt_native.h"

int32_t hpc_abi_version(void)
{
    return HPC_ABI_VERSION;
}

const char *hpc_version(void)
{
    return HPC_VERSION;
}
