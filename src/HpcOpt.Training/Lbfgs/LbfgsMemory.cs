using System.Numerics;
using System.Numerics.Tensors;

namespace HpcOpt.Training;

/// <summary>The last pairs s = θ_{k+1} - θ_k, y = ∇L_{k+1} - ∇L_k, and the inverse Hessian that they approximate.</summary>
/// <param name="capacity">The most pairs.</param>
/// <param name="length">m.</param>
internal sealed class LbfgsMemory<T>(int capacity, int length) : IStateful
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Pair> _pairs = []; // the oldest first
    private readonly (T[] S, T[] Y)[] _visited = new (T[], T[])[capacity];

    public int Count => _pairs.Count;

    public void Clear() => _pairs.Clear();

    /// <summary>Takes in a pair, and drops the oldest one for it; a pair without curvature, sᵀy ≤ 0 up to rounding, is left out.</summary>
    public void Add(ReadOnlySpan<T> from, ReadOnlySpan<T> to, ReadOnlySpan<T> gradientFrom, ReadOnlySpan<T> gradientTo)
    {
        bool full = _pairs.Count == capacity;
        Pair pair = full ? _pairs[0] : new Pair(new T[length], new T[length]);
        if (full)
        {
            _pairs.RemoveAt(0);
        }

        TensorPrimitives.Subtract(to, from, pair.S);
        TensorPrimitives.Subtract(gradientTo, gradientFrom, pair.Y);
        Add(pair);
    }

    /// <summary>p = -Hg by the two loops, H₀ = (sᵀy / yᵀy) I with the newest pair; -g without any, or where they are not to be
    /// used.</summary>
    /// <remarks>
    /// q = g; from the newest pair to the oldest a_i = ρ_i s_iᵀq, q ← q - a_i y_i; r = γq; from the oldest to the newest
    /// b = ρ_i y_iᵀr, r ← r + (a_i - b) s_i; p = -r. ρ = 1/sᵀy. Nocedal and Wright, algorithm 7.4.
    /// </remarks>
    public void Direction(ReadOnlySpan<T> gradient, Span<T> direction, bool usesPairs)
    {
        TensorPrimitives.Negate(gradient, direction); // linear, so the sign may come first
        if (!usesPairs || _pairs.Count == 0)
        {
            return;
        }

        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            Pair pair = _pairs[i];
            pair.A = pair.Rho * FixedShape.WideDot<T>(pair.S, direction);
            TensorPrimitives.FusedMultiplyAdd(pair.Y, T.CreateTruncating(-pair.A), direction, direction);
        }

        TensorPrimitives.Multiply(direction, T.CreateTruncating(_pairs[^1].Gamma), direction);
        foreach (Pair pair in _pairs)
        {
            double b = pair.Rho * FixedShape.WideDot<T>(pair.Y, direction);
            TensorPrimitives.FusedMultiplyAdd(pair.S, T.CreateTruncating(pair.A - b), direction, direction);
        }
    }

    /// <summary>A pair is two vectors, empty where there is none; their products are computed again.</summary>
    public void VisitState(StateVisitor visitor)
    {
        for (int i = 0; i < capacity; i++)
        {
            (T[] s, T[] y) = i < _pairs.Count ? (_pairs[i].S, _pairs[i].Y) : ([], []);
            visitor.Array($"s{i + 1}", ref s, length);
            visitor.Array($"y{i + 1}", ref y, length);
            _visited[i] = (s, y);
        }
    }

    public void StateRestored()
    {
        _pairs.Clear();
        foreach ((T[] s, T[] y) in _visited.Where(pair => pair.S.Length == length && pair.Y.Length == length))
        {
            Add(new Pair(s, y));
        }

        Array.Clear(_visited);
    }

    private void Add(Pair pair)
    {
        double sy = FixedShape.WideDot<T>(pair.S, pair.Y);
        double yy = FixedShape.WideDot<T>(pair.Y, pair.Y), ss = FixedShape.WideDot<T>(pair.S, pair.S);
        if (sy > double.Epsilon && sy * sy > ss * yy * 1e-20 && double.IsFinite(yy))
        {
            pair.Rho = 1 / sy;
            pair.Gamma = sy / yy;
            _pairs.Add(pair);
        }
    }

    private sealed class Pair(T[] s, T[] y)
    {
        public T[] S { get; } = s;

        public T[] Y { get; } = y;

        public double Rho { get; set; }

        public double Gamma { get; set; }

        public double A { get; set; }
    }
}
