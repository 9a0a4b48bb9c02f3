using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>What a step makes of the gradients of its micro-batches.</summary>
public enum GradientReduction
{
    /// <summary>g = (g₁ + … + g_K) / K</summary>
    Mean,

    /// <summary>g = g₁ + … + g_K</summary>
    Sum,
}

/// <summary>
/// Adds the gradients of K micro-batches, in the order in which they come, so that one step sees them as one large batch.
/// </summary>
/// <remarks>
/// The first micro-batch after a step overwrites, so nothing is ever zeroed. The mean is the sum times 1/K (rounded to the
/// precision), taken within the step. Compensated, the sum of any number of micro-batches has nearly the error of one rounding (Kahan's
/// sum: y = g - c; t = s + y; c ← (t - s) - y; s ← t), for a second vector as long.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class GradientAccumulator<T> : IStateful, IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeVector<T> _sum;
    private readonly NativeVector<T>? _compensation;
    private readonly VectorPass<T> _pass;
    private readonly GradientReduction _reduction;

    /// <summary>An empty accumulator.</summary>
    /// <param name="length">Number of parameters, from 0.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <param name="execution">Path and threads; none means <see cref="Execution.Default"/>.</param>
    /// <param name="isCompensated">Whether to carry along what each addition rounds off.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public GradientAccumulator(
        nint length, GradientReduction reduction = GradientReduction.Mean, Execution? execution = null, bool isCompensated = false)
    {
        execution ??= Execution.Default;
        _pass = new VectorPass<T>(execution);
        _reduction = reduction;
        _sum = new NativeVector<T>(length, execution);
        _compensation = isCompensated ? new NativeVector<T>(length, execution) : null;
    }

    /// <summary>Number of parameters.</summary>
    public nint Length => _sum.Length;

    /// <summary>Micro-batches since the last step.</summary>
    public long Count { get; private set; }

    /// <summary>Adds the gradient of one micro-batch.</summary>
    /// <param name="gradient"><see cref="Length"/> numbers of type <typeparamref name="T"/>, not changed.</param>
    /// <exception cref="ArgumentException">Length or format differ, or the memory overlaps the accumulator.</exception>
    /// <exception cref="ObjectDisposedException">The vector or the accumulator is disposed.</exception>
    public void Add(in Operand<T> gradient)
    {
        Guard.Length(gradient.Length, Length, nameof(gradient));
        if (gradient.Kind != OperandKind.Dense || gradient.Format != Operand<T>.Arithmetic)
        {
            throw new ArgumentException($"The gradient is in {gradient.Format}; expected a vector of {typeof(T).Name}.", nameof(gradient));
        }

        fixed (byte* g = &gradient.First)
        {
            AddCore((T*)g);
        }

        GC.KeepAlive(gradient.Owner);
    }

    /// <summary>Writes what a step would take: the mean or the sum of the micro-batches so far.</summary>
    /// <param name="destination"><see cref="Length"/> elements.</param>
    /// <exception cref="ArgumentException">The length differs.</exception>
    /// <exception cref="InvalidOperationException">The accumulator is empty.</exception>
    public void CopyTo(Span<T> destination)
    {
        Guard.Length(destination.Length, Length, nameof(destination));
        T* sum = Sum(out double scale);
        T factor = T.CreateTruncating(scale);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = factor * sum[i];
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    /// <remarks>Also in the middle of a window: the sum, what it rounded off, and the number of micro-batches.</remarks>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        long count = Count;
        visitor.Integer("count", ref count);
        visitor.Vector("sum", _sum.Pointer, Length);
        if (_compensation is not null)
        {
            visitor.Vector("compensation", _compensation.Pointer, Length);
        }

        Count = count;
    }

    /// <summary>Forgets the micro-batches since the last step.</summary>
    public void Clear() => Count = 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _sum.Dispose();
        _compensation?.Dispose();
    }

    /// <summary>The sum so far, and what the reduction multiplies it with.</summary>
    internal T* Sum(out double scale)
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("The accumulator is empty; add at least one micro-batch before the step.");
        }

        scale = _reduction == GradientReduction.Mean ? 1.0 / Count : 1;
        return _sum.Pointer;
    }

    private void AddCore(T* gradient)
    {
        T* sum = _sum.Pointer;
        Guard.Disjoint(gradient, Length, sum, Length, nameof(gradient), "the accumulator");
        _pass.Run(new AddPass(Count == 0, _compensation is not null), Length, sum, gradient,
            _compensation is null ? null : _compensation.Pointer);
        Count++;
        GC.KeepAlive(this);
    }

    private readonly struct AddPass(bool isFirst, bool isCompensated) : IPass
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V>
        {
            if (isFirst)
            {
                if (isCompensated)
                {
                    sweep.Run(default(OverwriteCompensated<V>));
                }
                else
                {
                    sweep.Run(default(Overwrite<V>));
                }
            }
            else if (isCompensated)
            {
                sweep.Run(default(PlusCompensated<V>));
            }
            else
            {
                sweep.Run(default(Plus<V>));
            }
        }
    }

    /// <summary>p ← g</summary>
    private readonly struct Overwrite<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = g;
    }

    /// <summary>p ← p + g</summary>
    private readonly struct Plus<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p += g;
    }

    /// <summary>p ← g, and nothing rounded off so far</summary>
    private readonly struct OverwriteCompensated<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        public static Traffic Traffic => Traffic.ReadGradient | Traffic.WriteParameters | Traffic.WriteState;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => (p, s0) = (g, V.Create(0));
    }

    /// <summary>Kahan's sum, with c in the state.</summary>
    private readonly struct PlusCompensated<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            V y = g - s0;
            V t = p + y;
            s0 = t - p - y;
            p = t;
        }
    }
}
