using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace HpcOpt.Engine;

/// <summary>
/// Persistent threads that share one sweep at a time with the thread that calls. They spin briefly for the next sweep, then sleep.
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
    private delegate*<void*, nint, nint, void> _body;
    private void* _state;
    private Partition _partition;
    private int _acquired = 1;
    private int _pending;
    private int _callerSleeps;

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
    public void Run(delegate*<void*, nint, nint, void> body, void* state, Partition partition)
    {
        _body = body;
        _state = state;
        _partition = partition;
        int helpers = partition.Parts - 1;
        Volatile.Write(ref _pending, helpers);
        for (int i = 0; i < helpers; i++)
        {
            _workers[i].Offer();
        }

        body(state, 0, partition.Start(1));
        for (int i = 0; i < helpers; i++)
        {
            if (_workers[i].TryClaim())
            {
                RunPart(i + 1);
            }
        }

        WaitForWorkers();
    }

    private void RunPart(int part)
    {
        _body(_state, _partition.Start(part), _partition.Start(part + 1));
        if (Interlocked.Decrement(ref _pending) == 0 && Interlocked.Exchange(ref _callerSleeps, 0) == 1)
        {
            _finished.Set();
        }
    }

    private void WaitForWorkers()
    {
        // A loop: a worker of the last sweep may have been delayed just before it takes the flag of this one.
        while (!Spin.Until(&IsFinished, this))
        {
            Interlocked.Exchange(ref _callerSleeps, 1);

            // Whoever takes the flag back decides whether there is an event to wait for.
            if (Volatile.Read(ref _pending) != 0 || Interlocked.Exchange(ref _callerSleeps, 0) == 0)
            {
                _finished.WaitOne();
            }
        }
    }

    private static bool IsFinished(object pool) => Volatile.Read(ref ((WorkerPool)pool)._pending) == 0;

    [SuppressMessage("Design", "CA1001", Justification = "Pools live as long as the process.")]
    private sealed class Worker
    {
        private const int Idle = 0;
        private const int Offered = 1;

        private readonly WorkerPool _pool;
        private readonly int _part;
        private readonly AutoResetEvent _wake = new(false);
        private int _work = Idle;
        private int _sleeps;

        public Worker(WorkerPool pool, int part)
        {
            (_pool, _part) = (pool, part);
            new Thread(Loop, maxStackSize: 256 * 1024) { IsBackground = true, Name = $"HpcOpt worker {part}" }.UnsafeStart();
        }

        public void Offer()
        {
            // A full fence: the worker's check after it announces sleep sees the work, or this sees the announcement.
            Interlocked.Exchange(ref _work, Offered);
            if (Volatile.Read(ref _sleeps) == 1 && Interlocked.Exchange(ref _sleeps, 0) == 1)
            {
                _wake.Set();
            }
        }

        public bool TryClaim() => Volatile.Read(ref _work) == Offered && Interlocked.CompareExchange(ref _work, Idle, Offered) == Offered;

        private static bool HasWork(object worker) => Volatile.Read(ref ((Worker)worker)._work) == Offered;

        private void Loop()
        {
            while (true)
            {
                if (TryClaim())
                {
                    _pool.RunPart(_part);
                }
                else if (!Spin.Until(&HasWork, this))
                {
                    Interlocked.Exchange(ref _sleeps, 1);
                    if (Volatile.Read(ref _work) == Idle || Interlocked.Exchange(ref _sleeps, 0) == 0)
                    {
                        _wake.WaitOne();
                    }
                }
            }
        }
    }

    private static class Spin
    {
        // Long enough for the next step of a tight loop, short enough that an idle process uses no CPU.
        private static readonly long Limit = Stopwatch.Frequency / 5000;

        public static bool Until(delegate*<object, bool> condition, object argument)
        {
            long start = Stopwatch.GetTimestamp();
            do
            {
                for (int i = 0; i < 16; i++)
                {
                    if (condition(argument))
                    {
                        return true;
                    }

                    Thread.SpinWait(1);
                }
            }
            while (Stopwatch.GetTimestamp() - start < Limit);

            return false;
        }
    }
}
