using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace HpcOpt.Engine;

/// <summary>
/// Persistent threads that share one pass at a time with the calling thread. They spin briefly for the next pass, then sleep.
/// </summary>
/// <remarks>
/// Part k always belongs to worker k. A caller that finishes first takes over parts that have not begun, so a sleeping or
/// descheduled worker delays nobody: results do not depend on who computes a part.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Pools live as long as the process.")]
internal sealed unsafe class WorkerPool
{
    private static readonly List<WorkerPool> Pools = [];

    private readonly Worker[] _workers;
    private readonly AutoResetEvent _finished = new(false);
    private readonly Counter* _counter = CacheLine.Allocate<Counter>();
    private Partition _partition;
    private long _lastAlone;
    private int _acquired = 1;

    private WorkerPool(int threads)
    {
        _workers = new Worker[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Worker(this, i + 1);
        }
    }

    /// <summary>An idle pool for that many threads, the caller among them; made if there is none.</summary>
    public static WorkerPool Acquire(int threads)
    {
        lock (Pools)
        {
            // A loop, because a lambda would allocate in a step.
            foreach (WorkerPool candidate in Pools)
            {
                if (candidate._workers.Length == threads - 1 && candidate.TryAcquire())
                {
                    return candidate;
                }
            }

            var pool = new WorkerPool(threads);
            Pools.Add(pool);
            return pool;
        }
    }

    public bool TryAcquire() => Interlocked.Exchange(ref _acquired, 1) == 0;

    public void Release() => Volatile.Write(ref _acquired, 0);

    /// <summary>Calls <paramref name="body"/> once for each part, and returns when all have finished.</summary>
    /// <param name="body">The work.</param>
    /// <param name="state">Passed to it.</param>
    /// <param name="partition">The parts.</param>
    /// <param name="isLong">Whether a part takes longer than to wake a thread.</param>
    public void Run(delegate*<void*, nint, nint, void> body, void* state, Partition partition, bool isLong)
    {
        int helpers = partition.Parts - 1;
        if (partition != _partition)
        {
            _partition = partition;
            for (int i = 0; i < helpers; i++)
            {
                (_workers[i].Mail->Start, _workers[i].Mail->End) = (partition.Start(i + 1), partition.Start(i + 2));
            }
        }

        bool wakes = isLong || StepsFollowEachOther(helpers);
        Volatile.Write(ref _counter->Pending, helpers);
        for (int i = 0; i < helpers; i++)
        {
            _workers[i].Offer(body, state, wakes);
        }

        body(state, 0, helpers > 0 ? _workers[0].Mail->Start : partition.Length);
        for (int i = 0; i < helpers; i++)
        {
            if (_workers[i].TryClaim())
            {
                RunPart(_workers[i].Mail);
            }
        }

        WaitForWorkers();
        if (!wakes)
        {
            _lastAlone = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Whether to wake sleeping threads for little work: not after a pause, when the caller is faster alone.</summary>
    private bool StepsFollowEachOther(int helpers)
    {
        for (int i = 0; i < helpers; i++)
        {
            if (_workers[i].Sleeps)
            {
                return Stopwatch.GetTimestamp() - _lastAlone < Spin.Limit;
            }
        }

        return true;
    }

    private void RunPart(Mail* mail)
    {
        mail->Body(mail->State, mail->Start, mail->End);
        if (Interlocked.Decrement(ref _counter->Pending) == 0 && Interlocked.Exchange(ref _counter->CallerSleeps, 0) == 1)
        {
            _finished.Set();
        }
    }

    private void WaitForWorkers()
    {
        // A loop: a worker of the last pass may have been delayed just before it takes the flag of this one.
        while (!Spin.Until(&_counter->Pending, 0))
        {
            Interlocked.Exchange(ref _counter->CallerSleeps, 1);

            // Whoever takes the flag back decides whether there is an event to wait for.
            if (Volatile.Read(ref _counter->Pending) != 0 || Interlocked.Exchange(ref _counter->CallerSleeps, 0) == 0)
            {
                _finished.WaitOne();
            }
        }
    }

    /// <summary>What a worker needs for a part, in one cache line: fetching lines from another core is most of a hand-over.</summary>
    private struct Mail
    {
        public int Work;
        public int Sleeps;
        public delegate*<void*, nint, nint, void> Body;
        public void* State;
        public nint Start;
        public nint End;
    }

    /// <summary>What workers write when they finish, in a cache line that nobody else needs meanwhile.</summary>
    private struct Counter
    {
        public int Pending;
        public int CallerSleeps;
    }

    [SuppressMessage("Design", "CA1001", Justification = "Pools live as long as the process.")]
    private sealed class Worker
    {
        private const int Idle = 0;
        private const int Offered = 1;

        private readonly WorkerPool _pool;
        private readonly AutoResetEvent _wake = new(false);

        public Worker(WorkerPool pool, int part)
        {
            _pool = pool;
            new Thread(Loop, maxStackSize: 256 * 1024) { IsBackground = true, Name = $"HpcOpt worker {part}" }.UnsafeStart();
        }

        public Mail* Mail { get; } = CacheLine.Allocate<Mail>();

        public bool Sleeps => Volatile.Read(ref Mail->Sleeps) == 1;

        public void Offer(delegate*<void*, nint, nint, void> body, void* state, bool wakes)
        {
            Mail->Body = body;
            Mail->State = state;

            // A full fence: the worker's check after it announces sleep sees the work, or this sees the announcement.
            Interlocked.Exchange(ref Mail->Work, Offered);
            if (wakes && Sleeps && Interlocked.Exchange(ref Mail->Sleeps, 0) == 1)
            {
                _wake.Set();
            }
        }

        public bool TryClaim() =>
            Volatile.Read(ref Mail->Work) == Offered && Interlocked.CompareExchange(ref Mail->Work, Idle, Offered) == Offered;

        private void Loop()
        {
            while (true)
            {
                if (TryClaim())
                {
                    _pool.RunPart(Mail);
                }
                else if (!Spin.Until(&Mail->Work, Offered))
                {
                    Interlocked.Exchange(ref Mail->Sleeps, 1);
                    if (Volatile.Read(ref Mail->Work) == Idle || Interlocked.Exchange(ref Mail->Sleeps, 0) == 0)
                    {
                        _wake.WaitOne();
                    }
                }
            }
        }
    }

    private static class Spin
    {
        /// <summary>1 ms: long enough for the next step of a training loop, short enough that an idle process uses no CPU.</summary>
        public static readonly long Limit = Stopwatch.Frequency / 1000;

        /// <summary>Waits for a value; false if it did not come in time.</summary>
        public static bool Until(int* place, int value)
        {
            // The clock is read only after some looks: reading it would delay the first.
            long start = 0, now;
            do
            {
                for (int i = 0; i < 16; i++)
                {
                    if (Volatile.Read(ref *place) == value)
                    {
                        return true;
                    }

                    Thread.SpinWait(1);
                }

                now = Stopwatch.GetTimestamp();
                start = start == 0 ? now : start;
            }
            while (now - start < Limit);

            return false;
        }
    }

    private static class CacheLine
    {
        // Two: processors fetch lines in pairs.
        private const int Bytes = 128;

        /// <summary>Zeros that share their cache line with nothing else, for as long as the process.</summary>
        public static T* Allocate<T>()
            where T : unmanaged
        {
            void* line = NativeMemory.AlignedAlloc(Bytes, Bytes);
            NativeMemory.Clear(line, Bytes);
            return (T*)line;
        }
    }
}
