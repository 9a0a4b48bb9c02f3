using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using HpcOpt.Interop;

namespace HpcOpt;

/// <summary>
/// A vector outside the garbage-collected heap: 64-bit length, aligned to 64 bytes (from 4,096 bytes on to a page), zero at first.
/// From 2 MiB on it requests transparent huge pages, and its pages are first touched by the threads that will work on them.
/// </summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="BFloat16"/>, or another unmanaged type.</typeparam>
public sealed unsafe class NativeVector<T> : IDisposable
    where T : unmanaged
{
    private const nuint CacheLine = 64;

    // The vectors of a pass meet at the same place of a page: where one is read just behind where another was written, modulo 4,096, the
    // CPU takes the two for the same address and waits. On Zen 5, 4,096 parameters, AdamW took 0.78 of the time at random places.
    private const nuint Page = 4096;
    private const nuint HugePage = 2 << 20;

    private readonly long _bytes; // 0 where nothing is freed
    private readonly bool _isForeign;
    private readonly hpc_memory _placed; // without address where the run-time's allocator gave the memory
    private nint _address;

    /// <summary>Allocates a vector of zeros.</summary>
    /// <param name="length">Number of elements, from 0.</param>
    /// <param name="execution">Gives threads and <see cref="Execution.Memory"/>; none means <see cref="Execution.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative or exceeds the address space.</exception>
    /// <exception cref="OutOfMemoryException">The system refuses the memory.</exception>
    public NativeVector(nint length, Execution? execution = null)
    {
        CheckLength(length);
        Length = length;
        execution ??= Execution.Default;
        nuint bytes = (nuint)length * (nuint)sizeof(T);
        _address = bytes >= HugePage && PlacedMemory.TryAllocate(bytes, execution.Memory, out _placed)
            ? (nint)_placed.address
            : (nint)Allocate(bytes);
        _bytes = (long)bytes;
        if (_bytes > 0)
        {
            GC.AddMemoryPressure(_bytes);
        }

        execution.Fill((T*)_address, length, default);
    }

    private NativeVector(T* address, nint length)
    {
        (Length, _address, _isForeign) = (length, (nint)address, true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory if <see cref="Dispose"/> was not called.</summary>
    ~NativeVector() => Free();

    /// <summary>Number of elements.</summary>
    public nint Length { get; }

    /// <summary>Which of the wishes of <see cref="Execution.Memory"/> were granted.</summary>
    public MemoryOptions Memory => (MemoryOptions)_placed.granted;

    /// <summary>Address of the first element; valid until <see cref="Dispose"/>, and only while the vector is reachable.</summary>
    /// <exception cref="ObjectDisposedException">The vector is disposed.</exception>
    public T* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_address == 0, this);
            return (T*)_address;
        }
    }

    /// <summary>The element at <paramref name="index"/>.</summary>
    /// <param name="index">0 to <see cref="Length"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside the vector.</exception>
    /// <exception cref="ObjectDisposedException">The vector is disposed.</exception>
    public ref T this[nint index]
    {
        get
        {
            if ((nuint)index >= (nuint)Length)
            {
                throw new ArgumentOutOfRangeException(nameof(index), index, $"The index must be from 0 to {Length - 1}.");
            }

            return ref Pointer[index];
        }
    }

    /// <summary>A vector over memory of somebody else, who keeps it alive and frees it; <see cref="Dispose"/> does not.</summary>
    /// <param name="address">Address of the first element, aligned to its size.</param>
    /// <param name="length">Number of elements, from 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative or exceeds the address space.</exception>
    [SuppressMessage("Design", "CA1000", Justification = "As the constructor.")]
    public static NativeVector<T> Wrap(T* address, nint length)
    {
        ArgumentNullException.ThrowIfNull(address);
        CheckLength(length);
        return new(address, length);
    }

    /// <summary>All elements as a span.</summary>
    /// <exception cref="InvalidOperationException">The vector is longer than a span can be; take slices.</exception>
    /// <exception cref="ObjectDisposedException">The vector is disposed.</exception>
    public Span<T> AsSpan() =>
        Length <= int.MaxValue
            ? new Span<T>(Pointer, (int)Length)
            : throw new InvalidOperationException(
                $"A span holds at most {int.MaxValue} elements, the vector has {Length}; take slices with AsSpan(start, length).");

    /// <summary>The elements from <paramref name="start"/> on.</summary>
    /// <param name="start">First element.</param>
    /// <param name="length">Number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the vector.</exception>
    /// <exception cref="ObjectDisposedException">The vector is disposed.</exception>
    public Span<T> AsSpan(nint start, int length)
    {
        if (start < 0 || length < 0 || start > Length - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), start, $"The range of {length} elements from {start} is not inside 0 to {Length}.");
        }

        return new Span<T>(Pointer + start, length);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static void CheckLength(nint length)
    {
        nint most = (nint.MaxValue / sizeof(T)) - (nint)HugePage;
        if (length < 0 || length > most)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"The length must be from 0 to {most}.");
        }
    }

    private static T* Allocate(nuint bytes)
    {
        bool huge = bytes >= HugePage;
        void* pointer = NativeMemory.AlignedAlloc(bytes, huge ? HugePage : bytes >= Page ? Page : CacheLine);
        if (huge)
        {
            HugePages.Advise(pointer, bytes);
        }

        return (T*)pointer;
    }

    private void Free()
    {
        // Exchange: threads that dispose at the same time free once.
        nint address = Interlocked.Exchange(ref _address, 0);
        if (address != 0 && !_isForeign)
        {
            if (_placed.address is null)
            {
                NativeMemory.AlignedFree((void*)address);
            }
            else
            {
                PlacedMemory.Free(_placed);
            }

            if (_bytes > 0)
            {
                GC.RemoveMemoryPressure(_bytes);
            }
        }
    }
}
