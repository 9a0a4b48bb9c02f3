using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>Where and how passes run: the path and the number of threads. Neither changes a result.</summary>
/// <remarks>Worker threads are shared by all executions of the process; they sleep when there is nothing to do.</remarks>
public sealed unsafe class Execution
{
    // A part smaller than this costs more to hand over than to do.
    private const int GrainBytes = 32 * 1024;

    // Of one vector; a step then takes longer than to wake a thread that sleeps.
    private const int LongPartBytes = 64 * 1024;

    // A page: a thread then touches whole pages alone.
    private const int ChunkBytes = 4096;

    private static Execution? _default;

    private readonly int _chunkBytes = ChunkBytes;
    private readonly int _grainBytes = GrainBytes;
    private WorkerPool? _pool;

    /// <summary>An execution on the given path with the given number of threads.</summary>
    /// <param name="path">The path; none means the environment variable <c>HPCOPT_PATH</c>, or the fastest.</param>
    /// <param name="threads">
    /// Number of threads, from 1; none means <c>HPCOPT_NUM_THREADS</c>, <c>OMP_NUM_THREADS</c>, <c>SLURM_CPUS_PER_TASK</c>,
    /// or all CPUs that affinity and control group allow. Never more than affinity allows.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is not supported here.</exception>
    /// <exception cref="InvalidOperationException">An environment variable holds a value that is not valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    public Execution(ExecutionPath? path = null, int? threads = null)
    {
        (Threads, ThreadsReason) = ThreadCount.Choose(threads);
        Path = path is null ? FromEnvironment() : ExecutionPath.Parse(path.Name);
    }

    /// <summary>Any path, number of threads and chunk: the laws hold for vectors of one element and for more threads than CPUs.</summary>
    internal Execution(ExecutionPath path, int threads, int chunkBytes, int grainBytes)
    {
        (Path, Threads, ThreadsReason) = (path, threads, "test");
        (_chunkBytes, _grainBytes) = (chunkBytes, grainBytes);
    }

    /// <summary>The environment's choice, made at first use.</summary>
    /// <exception cref="InvalidOperationException">An environment variable holds a value that is not valid.</exception>
    public static Execution Default => _default ??= new Execution();

    /// <summary>The path that passes take.</summary>
    public ExecutionPath Path { get; }

    /// <summary>The largest number of threads that a pass uses; a small vector uses one.</summary>
    public int Threads { get; }

    /// <summary>What decided <see cref="Threads"/>.</summary>
    public string ThreadsReason { get; }

    /// <summary>Wishes for the memory of large vectors of this execution, optimizer state included; none by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to a value that is no combination of <see cref="MemoryOptions"/>.</exception>
    public MemoryOptions Memory
    {
        get;
        init => field = (value & ~(MemoryOptions.Interleaved | MemoryOptions.ReservedHugePages)) == MemoryOptions.None
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Memory {value} is no combination of {nameof(MemoryOptions)}.");
    }

    /// <summary>Runs <paramref name="job"/> with the lanes of the chosen path: for loops of one's own.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TJob">The job.</typeparam>
    /// <param name="job">A struct.</param>
    public void OnPath<T, TJob>(in TJob job)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TJob : struct, IPathJob<T>
    {
        var kernel = new PathJob<T, TJob>(job);
        Dispatch<T, PathJob<T, TJob>>(ref kernel);
    }

    /// <summary>Runs <paramref name="job"/> with the lanes of the chosen path.</summary>
    internal void Dispatch<T, TJob>(ref TJob job)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TJob : struct, IKernelJob<T>
    {
        switch (Path.Lanes)
        {
            case LaneWidth.Bits512: RunOn<T, Lanes512<T>, TJob>(ref job); break;
            case LaneWidth.Bits256: RunOn<T, Lanes256<T>, TJob>(ref job); break;
            case LaneWidth.Bits128: RunOn<T, Lanes128<T>, TJob>(ref job); break;
            case LaneWidth.Portable: RunOn<T, LanesPortable<T>, TJob>(ref job); break;
            case LaneWidth.Scalar: RunOn<T, LanesScalar<T>, TJob>(ref job); break;
        }
    }

    /// <summary>Sets every element, by the threads that will work on it.</summary>
    internal void Fill<T>(T* destination, nint length, T value)
        where T : unmanaged
    {
        (nint, T) state = ((nint)destination, value);
        Run(&FillRange<T>, &state, length, sizeof(T));
    }

    /// <summary>Whether a vector is worth no second thread.</summary>
    internal bool RunsAlone(nint length, int elementSize) => Threads == 1 || length * elementSize < 2 * _grainBytes;

    /// <summary>Calls <paramref name="body"/> for parts that cover 0…<paramref name="length"/>, on as many threads as pay off.</summary>
    /// <param name="body">Takes <paramref name="state"/>, the first element and the one behind the last. It must not throw.</param>
    /// <param name="state">Passed to it.</param>
    /// <param name="length">Number of elements.</param>
    /// <param name="elementSize">Bytes of an element in the largest stream.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(delegate*<void*, nint, nint, void> body, void* state, nint length, int elementSize)
    {
        // First, because most vectors of a model of many are small.
        if (RunsAlone(length, elementSize))
        {
            body(state, 0, length);
        }
        else
        {
            RunOnPool(body, state, length, elementSize);
        }
    }

    // Never inlined: it may wake a thread by a system call, whose frame the run-time would set up in every step, also on one thread; that
    // was half of a step on 64 parameters.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunOnPool(delegate*<void*, nint, nint, void> body, void* state, nint length, int elementSize)
    {
        Partition partition = Partition.Create(
            length, Math.Max(1, _chunkBytes / elementSize), Math.Max(1, _grainBytes / elementSize), Threads);

        // The pool of last time first: its threads have touched these pages. Another host thread may be using it just now.
        WorkerPool pool = _pool is { } last && last.TryAcquire() ? last : _pool = WorkerPool.Acquire(Threads);
        pool.Run(body, state, partition, isLong: length * elementSize >= LongPartBytes * (nint)partition.Parts);
        pool.Release();
    }

    // Never inlined: each width has a small frame of its own. In one frame for all of them, compiled without a profile, a step on few
    // parameters took twice as long.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void RunOn<T, V, TJob>(ref TJob job)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged, IKernelLanes<V, T>
        where TJob : struct, IKernelJob<T> => job.Run<V>();

    private readonly struct PathJob<T, TJob>(TJob job) : IKernelJob<T>
        where T : unmanaged
        where TJob : struct, IPathJob<T>
    {
        public void Run<V>()
            where V : unmanaged, IKernelLanes<V, T> => job.Run<V>();
    }

    private static ExecutionPath FromEnvironment()
    {
        const string Variable = "HPCOPT_PATH";
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } name)
        {
            return ExecutionPath.Supported[0];
        }

        ExecutionPath path = ExecutionPath.Find(name, out string? error);
        return error is null ? path : throw new InvalidOperationException($"{Variable}: {error}");
    }

    private static void FillRange<T>(void* state, nint start, nint end)
        where T : unmanaged
    {
        (nint destination, T value) = *((nint, T)*)state;
        while (start < end)
        {
            int length = (int)nint.Min(end - start, 1 << 30);
            new Span<T>((T*)destination + start, length).Fill(value);
            start += length;
        }
    }
}
