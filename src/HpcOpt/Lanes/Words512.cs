using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Lanes;

/// <summary>16 words.</summary>
internal readonly unsafe struct Words512 : IWords<Vector512<uint>>
{
    public static Vector512<uint> Create(uint value) => Vector512.Create(value);

    public static Vector512<uint> Ramp(uint step) => Vector512<uint>.Indices * step;

    public static Vector512<uint> Load(uint* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(uint* source, out Vector512<uint> first, out Vector512<uint> second) => (first, second) = (Load(source), Load(source + Vector512<uint>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ramp(uint step, out Vector512<uint> first, out Vector512<uint> second) => (first, second) = (Ramp(step), Ramp(step) + Create((uint)Vector512<uint>.Count * step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadHalves(ushort* source) => Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadUpperHalves(ushort* source) =>
        Avx512F.IsSupported ? LoadHalves(source) << 16 : Vector512.Create(Words256.LoadUpperHalves(source), Words256.LoadUpperHalves(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadTopBytes(byte* source) =>
        Avx512F.IsSupported ? Avx512F.ConvertToVector512UInt32(Vector128.Load(source)) << 24
        : Vector512.Create(Words256.LoadTopBytes(source), Words256.LoadTopBytes(source + 8));

    public static void Store(uint* destination, Vector512<uint> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, Vector512<uint> first, Vector512<uint> second)
    {
        Store(destination, first);
        Store(destination + Vector512<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, Vector512<uint> value)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector256UInt16(value).Store(destination);
            return;
        }

        Words256.StoreHalves(destination, value.GetLower());
        Words256.StoreHalves(destination + 8, value.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector512<uint> value)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128Byte(value).Store(destination);
            return;
        }

        Words256.StoreBytes(destination, value.GetLower());
        Words256.StoreBytes(destination + 8, value.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, Vector512<uint> first, Vector512<uint> second)
    {
        StoreHalves(destination, first);
        StoreHalves(destination + Vector512<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector512<uint> first, Vector512<uint> second)
    {
        StoreBytes(destination, first);
        StoreBytes(destination + Vector512<uint>.Count, second);
    }

    public static Vector512<uint> Add(Vector512<uint> x, Vector512<uint> y) => x + y;

    public static Vector512<uint> Subtract(Vector512<uint> x, Vector512<uint> y) => x - y;

    public static Vector512<uint> Multiply(Vector512<uint> x, Vector512<uint> y) => x * y;

    public static Vector512<uint> And(Vector512<uint> x, Vector512<uint> y) => x & y;

    public static Vector512<uint> Or(Vector512<uint> x, Vector512<uint> y) => x | y;

    public static Vector512<uint> Xor(Vector512<uint> x, Vector512<uint> y) => x ^ y;

    public static Vector512<uint> ShiftLeft(Vector512<uint> x, int count) => x << count;

    public static Vector512<uint> ShiftRight(Vector512<uint> x, int count) => x >>> count;

    public static Vector512<uint> Min(Vector512<uint> x, Vector512<uint> y) => Vector512.Min(x, y);

    public static Vector512<uint> Max(Vector512<uint> x, Vector512<uint> y) => Vector512.Max(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Greater(Vector512<uint> x, Vector512<uint> y) => Vector512.GreaterThan(x.AsInt32(), y.AsInt32()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> AddFloats(Vector512<uint> x, Vector512<uint> y) => (x.AsSingle() + y.AsSingle()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> SubtractFloats(Vector512<uint> x, Vector512<uint> y) => (x.AsSingle() - y.AsSingle()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> NotNumbers(Vector512<uint> x) => Vector512.IsNaN(x.AsSingle()).AsUInt32();
}
