using System.Runtime.InteropServices;

namespace HpcOpt.Interop;

/// <summary>The functions of the native part; Generated/NativeMethods.cs has them.</summary>
internal static unsafe partial class NativeMethods
{
    // Before the first call of any, whoever makes it. Of this assembly alone; its other libraries are found as ever.
    static NativeMethods() => NativeLibrary.SetDllImportResolver(
        typeof(NativeMethods).Assembly, (name, _, _) => name == "hpcopt_native" ? NativePart.Handle : 0);
}
