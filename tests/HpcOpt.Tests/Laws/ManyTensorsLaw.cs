using System.Numerics;
using HpcOpt.Tests.Formats;
using HpcOpt.Tests.Memory;

namespace HpcOpt.Tests.Laws;

/// <summary>
/// A step over tensors, each in memory of its own that changes from step to step, has the bits of the step over the flat vector:
/// parameters, state, average and copy. Tensors whose gradient is absent stay as they are, and so does all that belongs to them.
/// </summary>
public class ManyTensorsLaw
{
    private const int Steps = 3;

    // One number without dimensions, nothing, less than a vector, around a block of scales, and more than a block of a norm.
    private static readonly ParameterLayout Layout = ParameterLayout.Pack(
        ("scalar", []), ("none", [0, 7]), ("row", [17]), ("scaled", [3, 100]), ("frozen", [5]),
        ("large", [4099]), ("end", [0]), ("last", [2, 1, 8]));

    // Kept, because the system takes its time to guard pages.
    private static readonly ThreadLocal<TensorPair> Memory = new(() => new(new(Layout), new(Layout)));

    private static readonly StepOptions Surrounded = new()
    {
        MaxNorm = 20,
        MaxValue = 0.7,
        AverageDecay = 0.9,
        NonFinite = NonFiniteGradient.Throw,
    };

    /// <summary>Every path with one thread and three; both operands are tensors, or one of them.</summary>
    private static readonly (Execution Execution, bool Parameters, bool Gradient)[] Executions =
    [
        .. from one in ExecutionPath.All.Index()
           from threads in (int[])[1, 3]
           let isAlone = (one.Index % 2 == 0) == (threads == 3)
           select (TestData.Forced(one.Item, threads), !isAlone || one.Index % 4 < 2, !isAlone || one.Index % 4 >= 2),
    ];

    private static readonly (Execution Execution, bool Parameters, bool Gradient)[] SomeExecutions =
        [(TestData.Forced(ExecutionPath.Supported[0], 3), true, true), (TestData.Plain, false, true)];

    /// <summary>How numbers are stored, and whether there are groups and what surrounds a step.</summary>
    private static readonly (StoredCase Storage, bool HasGroups, StepOptions? Options)[] Cases =
    [
        .. Stored(StateFormat.Full, NumberFormat.Single, NumberFormat.Single).SelectMany(one =>
            ((StoredCase, bool, StepOptions?)[])[(one, false, null), (one, true, null), (one, true, Surrounded with { KeepsCopy = true })]),
        .. StoredCase.Some.SelectMany(one => ((StoredCase, bool, StepOptions?)[])[(one, true, null), (one, false, Surrounded)]),
        .. Stored(StateFormat.Full, NumberFormat.Split, NumberFormat.BFloat16).Select(one => (one, false, (StepOptions?)null)),
    ];

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Tensors_equal_the_flat_vector(RuleCase rule)
    {
        foreach ((StoredCase storage, bool hasGroups, StepOptions? options) in Cases)
            TensorsEqualFlat<float>(rule, storage, hasGroups, options, _ => false);
        StoredCase wide = new(StateFormat.Full, Rounding.Nearest, NumberFormat.Double, NumberFormat.Double);
        TensorsEqualFlat<double>(rule, wide, hasGroups: false, null, _ => false);
        TensorsEqualFlat<double>(rule, wide, hasGroups: true, Surrounded, _ => false);
    }

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void A_tensor_without_gradient_is_left_alone(RuleCase rule)
    {
        foreach ((StoredCase storage, bool hasGroups, StepOptions? options) in Cases)
        {
            TensorsEqualFlat<float>(rule, storage, hasGroups, options, segment => segment is "scaled" or "last");
            TensorsEqualFlat<float>(rule, storage, hasGroups, options, segment => segment is "scalar" or "large" or "none");
        }
    }

    private sealed record TensorPair(ScatteredTensors Parameters, ScatteredTensors Gradient);

    private static IEnumerable<StoredCase> Stored(StateFormat state, NumberFormat parameters, NumberFormat gradient) =>
        [new(state, Rounding.Nearest, parameters, gradient)];

    private static void TensorsEqualFlat<T>(
        RuleCase rule, StoredCase storage, bool hasGroups, StepOptions? options, Func<string, bool> isAbsent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool Absent(int step, int segment) => step % 2 == 0 && isAbsent(Layout.Segments[segment].Name);
        byte[] expected = Flat<T>(rule, storage, hasGroups, options, Absent);
        bool hasAbsent = Layout.Segments.Any(segment => isAbsent(segment.Name));
        foreach ((Execution execution, bool parameters, bool gradient) in hasAbsent ? SomeExecutions : Executions)
        {
            byte[] actual = Scattered<T>(rule, storage, hasGroups, options, Absent, execution, parameters, gradient);
            if (!expected.AsSpan().SequenceEqual(actual))
            {
                string where = $"{execution.Path}, {execution.Threads} threads, tensors: {parameters}, {gradient}";
                Assert.Fail($"{rule.Name} {storage}, groups {hasGroups}, {options} on {where}.");
            }
        }
    }

    private static byte[] Scattered<T>(
        RuleCase rule,
        StoredCase storage,
        bool hasGroups,
        StepOptions? options,
        Func<int, int, bool> isAbsent,
        Execution execution,
        bool parameters,
        bool gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Optimizer<T> optimizer = Create<T>(rule, storage, hasGroups, options, execution);
        using TensorList<T> parameterList = new(Layout, storage.Parameters), gradientList = new(Layout, storage.Gradient);
        (ScatteredTensors parameterTensors, ScatteredTensors gradientTensors) = (Memory.Value!.Parameters, Memory.Value.Gradient);
        StoredNumbers theta = Numbers(storage.Parameters, 0);
        List<byte> reports = [];
        for (int step = 0; step < Steps; step++)
        {
            StoredNumbers g = Numbers(storage.Gradient, 1 + step), kept = Numbers(storage.Gradient, 1 + step);
            parameterTensors.Scatter(theta, parameterList, _ => false);
            gradientTensors.Scatter(g, gradientList, segment => isAbsent(step, segment));
            StepReport report = optimizer.Step(parameters ? parameterList : theta.As<T>(), gradient ? gradientList : g.As<T>());
            reports.AddRange(BitConverter.GetBytes(report.GradientNorm ?? -1));
            if (parameters)
                parameterTensors.Gather(theta);
            gradientTensors.Gather(g);
            Assert.True(kept.Bytes.SequenceEqual(g.Bytes), "A step changed a gradient.");
        }

        return [.. theta.Bytes, .. Owned(optimizer), .. reports];
    }

    /// <summary>The flat vector; what belongs to a tensor whose gradient is absent, of zeros here, is put back after the step.</summary>
    private static byte[] Flat<T>(RuleCase rule, StoredCase storage, bool hasGroups, StepOptions? options, Func<int, int, bool> isAbsent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Optimizer<T> optimizer = Create<T>(rule, storage, hasGroups, options, TestData.Plain);
        StoredNumbers theta = Numbers(storage.Parameters, 0);
        List<byte> reports = [];
        for (int step = 0; step < Steps; step++)
        {
            StoredNumbers g = Numbers(storage.Gradient, 1 + step);
            List<SegmentBytes<T>> kept = [];
            foreach ((int i, ParameterSegment segment) in Layout.Segments.Index().Where(one => isAbsent(step, one.Index)))
            {
                kept.Add(new(optimizer, theta, Layout, i, isFirst: step == 0));
                g.Bytes.Slice((int)segment.Start * g.FirstBytes, (int)segment.Length * g.FirstBytes).Clear();
            }

            reports.AddRange(BitConverter.GetBytes(optimizer.Step(theta.As<T>(), g.As<T>()).GradientNorm ?? -1));
            kept.ForEach(bytes => bytes.PutBack());
        }

        return [.. theta.Bytes, .. Owned(optimizer), .. reports];
    }

    private static Optimizer<T> Create<T>(RuleCase rule, StoredCase storage, bool hasGroups, StepOptions? options, Execution execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[] slow = hasGroups ? ["row", "large"] : [];
        Optimizer<T> optimizer = rule.Create<T>(Layout, slow, execution, storage.Storage(), hasGroups ? ["frozen", "end"] : null);
        optimizer.Options = options ?? new();
        return optimizer;
    }

    private static StoredNumbers Numbers(NumberFormat format, int seed) => new(format, TestData.Numbers<double>((int)Layout.Length, seed));

    private static byte[] Owned<T>(Optimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. ((StateView?[])[.. optimizer.State, optimizer.Average, optimizer.Copy]).OfType<StateView>().SelectMany(TestData.Bits)];
}

/// <summary>All that belongs to a segment before a step: its parameters, state with scales, average and copy.</summary>
internal sealed unsafe class SegmentBytes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(nint Address, byte[] Bytes)> _kept = [];

    public SegmentBytes(Optimizer<T> optimizer, StoredNumbers parameters, ParameterLayout layout, int index, bool isFirst)
    {
        (int start, int length) = ((int)layout.Segments[index].Start, (int)layout.Segments[index].Length);
        int firstScale = layout.Segments.Take(index).Sum(segment => (int)(segment.Length + 255) / 256);
        Keep(parameters.Upper.Slice(start * parameters.FirstBytes, length * parameters.FirstBytes));
        if (parameters.Format == NumberFormat.Split)
            Keep(parameters.Lower.Slice(start * sizeof(ushort), length * sizeof(ushort)));
        foreach (StateView state in optimizer.State)
        {
            Keep(Of(state));
            if (!state.Scales.IsEmpty)
                Keep(System.Runtime.InteropServices.MemoryMarshal.AsBytes(state.Scales.Slice(firstScale, (length + 255) / 256)));
        }

        // Both begin with the parameters as they are before the first step.
        double[] now = [.. Enumerable.Range(start, length).Select(i => parameters[i])];
        if (optimizer.Average is { } average)
            Keep(Of(average), isFirst ? new StoredNumbers(average.Format, now).Bytes.ToArray() : null);
        if (optimizer.Copy is { } copy)
            Keep(Of(copy), isFirst ? new StoredNumbers(copy.Format, now).Bytes.ToArray() : null);

        Span<byte> Of(StateView view)
        {
            int bytes = view.Length == 0 ? 0 : (int)(view.ByteLength / view.Length);
            return new((byte*)view.Pointer + (start * bytes), length * bytes);
        }
    }

    public void PutBack() => _kept.ForEach(one => one.Bytes.CopyTo(new Span<byte>((byte*)one.Address, one.Bytes.Length)));

    private void Keep(Span<byte> bytes, byte[]? instead = null)
    {
        // Native or pinned.
        fixed (byte* address = bytes)
            _kept.Add(((nint)address, instead ?? bytes.ToArray()));
    }
}
