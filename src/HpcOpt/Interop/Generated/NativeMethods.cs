using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace HpcOpt.Interop;

internal unsafe partial struct hpc_memory
{
    public void* address;

    [NativeTypeName("uint64_t")]
    public ulong bytes;

    [NativeTypeName("uint64_t")]
    public ulong page_bytes;

    [NativeTypeName("uint32_t")]
    public uint granted;

    [NativeTypeName("uint32_t")]
    public uint numa_nodes;
}

internal partial struct hpc_topology
{
    [NativeTypeName("uint32_t")]
    public uint cpus;

    [NativeTypeName("uint32_t")]
    public uint allowed_cpus;

    [NativeTypeName("uint32_t")]
    public uint cores;

    [NativeTypeName("uint32_t")]
    public uint numa_nodes;

    [NativeTypeName("uint64_t")]
    public ulong l1_bytes;

    [NativeTypeName("uint64_t")]
    public ulong l2_bytes;

    [NativeTypeName("uint64_t")]
    public ulong l3_bytes;

    [NativeTypeName("uint64_t")]
    public ulong memory_bytes;

    [NativeTypeName("uint64_t")]
    public ulong memory_limit_bytes;

    [NativeTypeName("uint64_t")]
    public ulong cpu_limit_thousandths;

    [NativeTypeName("uint64_t")]
    public ulong huge_page_bytes;

    [NativeTypeName("uint64_t")]
    public ulong huge_pages_reserved;

    [NativeTypeName("uint64_t")]
    public ulong huge_pages_free;
}

internal partial struct hpc_adamw
{
    public double keep;

    public double minus_rate;

    public double beta1;

    public double one_minus_beta1;

    public double beta2;

    public double one_minus_beta2;

    public double epsilon;
}

internal static unsafe partial class NativeMethods
{
    [DllImport("hpcopt_native", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [return: NativeTypeName("int32_t")]
    public static extern int hpc_abi_version();

    [DllImport("hpcopt_native", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [return: NativeTypeName("const char *")]
    public static extern sbyte* hpc_version();

    [DllImport("hpcopt_native", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [return: NativeTypeName("int32_t")]
    public static extern int hpc_allocate([NativeTypeName("uint64_t")] ulong bytes, [NativeTypeName("uint32_t")] uint wishes, hpc_memory* memory);

    [DllImport("hpcopt_native", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [return: NativeTypeName("int32_t")]
    public static extern int hpc_free([NativeTypeName("const hpc_memory *")] hpc_memory* memory);

    [DllImport("hpcopt_native", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [return: NativeTypeName("int32_t")]
    public static extern int hpc_read_topology(hpc_topology* topology);

    [DllImport("hpcopt_native", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [return: NativeTypeName("int32_t")]
    public static extern int hpc_get_affinity([NativeTypeName("uint64_t *")] ulong* mask, [NativeTypeName("uint32_t")] uint words);

    [DllImport("hpcopt_native", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [return: NativeTypeName("int32_t")]
    public static extern int hpc_set_affinity([NativeTypeName("const uint64_t *")] ulong* mask, [NativeTypeName("uint32_t")] uint words);

    [DllImport("hpcopt_native", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [return: NativeTypeName("int32_t")]
    public static extern int hpc_supports([NativeTypeName("uint32_t")] uint isa);

    [DllImport("hpcopt_native", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [return: NativeTypeName("int32_t")]
    public static extern int hpc_adamw_f32([NativeTypeName("const hpc_adamw *")] hpc_adamw* constants, float* p, [NativeTypeName("const float *")] float* g, float* m, float* v, [NativeTypeName("uint64_t")] ulong n, [NativeTypeName("uint32_t")] uint isa);

    [DllImport("hpcopt_native", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [return: NativeTypeName("int32_t")]
    public static extern int hpc_adamw_f64([NativeTypeName("const hpc_adamw *")] hpc_adamw* constants, double* p, [NativeTypeName("const double *")] double* g, double* m, double* v, [NativeTypeName("uint64_t")] ulong n, [NativeTypeName("uint32_t")] uint isa);

    [NativeTypeName("#define HPC_ABI_VERSION 1")]
    public const int HPC_ABI_VERSION = 1;

    [NativeTypeName("#define HPC_OK 0")]
    public const int HPC_OK = 0;

    [NativeTypeName("#define HPC_MEMORY_INTERLEAVED 1")]
    public const int HPC_MEMORY_INTERLEAVED = 1;

    [NativeTypeName("#define HPC_MEMORY_RESERVED 2")]
    public const int HPC_MEMORY_RESERVED = 2;

    [NativeTypeName("#define HPC_ISA_BEST 0")]
    public const int HPC_ISA_BEST = 0;

    [NativeTypeName("#define HPC_ISA_SCALAR 1")]
    public const int HPC_ISA_SCALAR = 1;

    [NativeTypeName("#define HPC_ISA_AVX2 2")]
    public const int HPC_ISA_AVX2 = 2;

    [NativeTypeName("#define HPC_ISA_AVX512 3")]
    public const int HPC_ISA_AVX512 = 3;
}

/// <summary>Defines the type of a member as it was used in the native signature.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter | AttributeTargets.ReturnValue, AllowMultiple = false, Inherited = true)]
[Conditional("DEBUG")]
internal sealed partial class NativeTypeNameAttribute : Attribute
{
    private readonly string _name;

    /// <summary>Initializes a new instance of the <see cref="NativeTypeNameAttribute" /> class.</summary>
    /// <param name="name">The name of the type that was used in the native signature.</param>
    public NativeTypeNameAttribute(string name)
    {
        _name = name;
    }

    /// <summary>Gets the name of the type that was used in the native signature.</summary>
    public string Name => _name;
}

/// <summary>Defines the annotation found in a native declaration.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter | AttributeTargets.ReturnValue, AllowMultiple = true, Inherited = false)]
[Conditional("DEBUG")]
internal sealed partial class NativeAnnotationAttribute : Attribute
{
    private readonly string _annotation;

    /// <summary>Initializes a new instance of the <see cref="NativeAnnotationAttribute" /> class.</summary>
    /// <param name="annotation">The annotation that was used in the native declaration.</param>
    public NativeAnnotationAttribute(string annotation)
    {
        _annotation = annotation;
    }

    /// <summary>Gets the annotation that was used in the native declaration.</summary>
    public string Annotation => _annotation;
}
