using HpcOpt.Engine;
using HpcOpt.Formats;
using HpcOpt.Lanes;
using HpcOpt.Tests.Formats;
using HpcOpt.Tests.Memory;

namespace HpcOpt.Tests;

/// <summary>State, parameters and gradients of low precision: what they take, what they refuse, and what becomes of odd numbers.</summary>
public unsafe class StorageTests
{
    [Theory]
    [InlineData(StateFormat.Full, 8, 28)]
    [InlineData(StateFormat.BFloat16, 4, 20)]
    [InlineData(StateFormat.Float8, 2.03125, 16.0625)]
    public void State_takes_as_many_bytes_as_promised(StateFormat state, double bytes, double moved)
    {
        const int Length = 256 * 1000;
        using Optimizer<float> optimizer = Optimizer<float>.Create(Length, new AdamW(), storage: new Storage { State = state });
        Assert.Equal(bytes * Length, optimizer.State.Sum(vector => vector.MemoryBytes));
        Assert.Equal(moved, optimizer.BytesPerParameter);
        Assert.Equal(moved - 6, optimizer.BytesMoved(NumberFormat.BFloat16, NumberFormat.Half));
        Assert.Equal(["m", "v"], optimizer.State.Select(vector => vector.Name));
    }

    /// <summary>In whole blocks and in the rest, whose scales are found and kept at different places.</summary>
    [Fact]
    public unsafe void State_in_fp8_follows_gradients_that_grow_and_shrink()
    {
        const int Count = 600;
        using Optimizer<float> full = Optimizer<float>.Create(Count, new Adam());
        using Optimizer<float> stored = Optimizer<float>.Create(
            Count, new Adam(), storage: new Storage { State = StateFormat.Float8, Rounding = Rounding.Nearest });
        float[] theta = new float[Count], storedTheta = new float[Count], state = new float[Count];
        for (int t = 0; t < 24; t++)
        {
            float size = MathF.ScaleB(1, t < 12 ? t : 24 - t);
            float[] gradient = [.. Enumerable.Range(0, Count).Select(i => (i % 3 == 0 ? -size : size) * (0.5f + (i % 8 / 16f)))];
            full.Step(theta, gradient);
            stored.Step(storedTheta, gradient);
            foreach ((StateView vector, StateView wanted) in stored.State.Zip(full.State))
            {
                float[] exact = wanted.AsSpan<float>().ToArray();
                for (int i = 0; i < Count; i += Float8.BlockLength)
                {
                    fixed (float* numbers = state)
                        Conversion<float, LanesScalar<float>>.Decode(new(vector.Pointer, vector.Format), i,
                            vector.Scales[i / Float8.BlockLength], numbers + i, Math.Min(Float8.BlockLength, Count - i));
                }

                // A code is within 1/16 of its number, and what earlier steps lost decays.
                Assert.All(state, (x, i) => Assert.True(Math.Abs(x - exact[i]) <= 0.25 * Math.Abs(exact[i]),
                    $"{vector.Name}[{i}] is {x:R}, expected about {exact[i]:R}, step {t + 1}"));
            }
        }
    }

    [Fact]
    public void What_holds_parameters_keeps_its_precision()
    {
        using Optimizer<float> optimizer = Optimizer<float>.Create(
            5, new ScheduleFreeAdamW(), storage: new Storage { State = StateFormat.Float8 });
        Assert.Equal([NumberFormat.Single, NumberFormat.UnsignedFloat8], optimizer.State.Select(vector => vector.Format));
        using Optimizer<float> other = Optimizer<float>.Create(5, new AveragedSgd(), storage: new Storage { State = StateFormat.BFloat16 });
        Assert.Equal(NumberFormat.Single, Assert.Single(other.State).Format);
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        Refused("State in BFloat16 is for Optimizer<float>",
            () => Optimizer<double>.Create(1, new Adam(), storage: new Storage { State = StateFormat.BFloat16 }));
        Refused("holds a value that is none of its type",
            () => Optimizer<float>.Create(1, new Adam(), storage: new Storage { State = (StateFormat)9 }));
        Refused("FirstIndex is 7; with Float8 it must be a multiple of 256",
            () => Optimizer<float>.Create(1, new Adam(), storage: new Storage { State = StateFormat.Float8, FirstIndex = 7 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Storage { FirstIndex = -1 });

        using Optimizer<float> single = Optimizer<float>.Create(4, new AdamW(), storage: new Storage { State = StateFormat.Float8 });
        using Optimizer<double> dual = Optimizer<double>.Create(4, new AdamW());
        using NativeVector<float> f = new(4);
        using NativeVector<BFloat16> b = new(4), longer = new(5);
        using NativeVector<Half> h = new(4);
        Refused("Parameters in Half are not supported by Optimizer<Single>", () => single.Step(h, f));
        Refused("Expected Single, BFloat16 or Half", () => single.Step(f, Operand<float>.At(f.Pointer, 4, NumberFormat.Double)));
        Refused("Parameters in BFloat16 are not supported by Optimizer<Double>", () => dual.Step(b, new double[4]));
        Refused("parameters has 5 elements; expected 4", () => single.Step(longer, f));
        Refused("parameters overlaps the optimizer's state",
            () => single.Step(Operand<float>.At(single.State[1].Pointer, 4, NumberFormat.BFloat16), h));
        Refused("parameters overlaps gradient", () => single.Step(b, Operand<float>.At(b.Pointer + 1, 4, NumberFormat.BFloat16)));
        Assert.Equal((0, 0), (single.StepCount, dual.StepCount));
        single.Dispose();
        Assert.Throws<ObjectDisposedException>(() => single.Step(b, h));

        static void Refused(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(1e30f)]
    [InlineData(1e-30f)]
    [InlineData(1e-45f)]
    [InlineData(0f)]
    public void Odd_gradients_have_defined_results_that_stay_in_their_place(float odd)
    {
        foreach (StoredCase storage in StoredCase.All.Where(one => one.Gradient == NumberFormat.Single))
        {
            // One odd number among many, then whole blocks of it; the others must not notice beyond their block's scale.
            using Optimizer<float> optimizer = Optimizer<float>.Create(
                1024, new AdamW { LearningRate = 0.01 }, TestData.Plain, storage.Storage());
            using StoredParameters parameters = new(storage.Parameters, [.. Enumerable.Repeat(1f, 1024)]);
            for (int t = 0; t < 4; t++)
            {
                float[] gradient = [.. Enumerable.Range(0, 1024).Select(i => i / 256 == 2 || i == 5 ? odd : 0.5f)];
                parameters.Step(optimizer, NumberFormat.Single, gradient);
            }

            bool spoils = float.IsNaN(odd) || float.IsInfinity(odd);
            Assert.True(float.IsNaN(parameters[5]) == spoils, $"{storage}: {parameters[5]}");
            Assert.True(float.IsNaN(parameters[600]) == spoils, $"{storage}: {parameters[600]}");

            // Four steps of 0.01, at 2⁻⁸ and an eighth a rounding.
            Assert.InRange(parameters[0], 0.9f, 1f);
            Assert.InRange(parameters[1000], 0.93f, 0.99f);
        }
    }

    [Fact]
    public void Evaluation_points_of_bf16_and_split_parameters_are_those_of_float()
    {
        float[] start = TestData.Numbers<float>(300, 1), gradient = TestData.Numbers<float>(300, 2), expected = new float[300];
        using Optimizer<float> plain = Optimizer<float>.Create(300, new ScheduleFreeAdamW(), TestData.Plain);
        using Optimizer<float> stored = Optimizer<float>.Create(300, new ScheduleFreeAdamW(), TestData.Plain);
        using NativeVector<BFloat16> upper = new(300);
        using NativeVector<ushort> lower = new(300);
        using NativeVector<float> g = new(300), actual = new(300);
        for (int i = 0; i < 300; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(start[i]);
            (upper[i], lower[i], g[i]) = (new BFloat16((ushort)(bits >> 16)), (ushort)bits, gradient[i]);
        }

        plain.Step(start, gradient);
        stored.Step(Operand<float>.Split(upper, lower), g);
        plain.WriteEvaluationPoint(start, expected);
        stored.WriteEvaluationPoint(Operand<float>.Split(upper, lower), actual);
        Assert.Equal(expected, actual.AsSpan());
        stored.WriteEvaluationPoint(upper, actual);
        for (int i = 0; i < 300; i++)
            Assert.Equal(expected[i], actual[i], Math.Abs(expected[i]) / 16 + 0.01f);
    }

    [Theory, MemberData(nameof(Laws.RuleRows.All), MemberType = typeof(Laws.RuleRows))]
    internal void Nothing_outside_is_touched_not_even_scales(RuleCase rule)
    {
        const int Longest = 520;
        using GuardedMemory p = new(Longest * 4), lower = new(Longest * 2), g = new(Longest * 4);
        GuardedMemory[] state = [.. Enumerable.Range(0, 4).Select(_ => new GuardedMemory(Longest * 4))],
            scales = [.. Enumerable.Range(0, 4).Select(_ => new GuardedMemory(16))];
        foreach ((StoredCase storage, ExecutionPath path)
            in from storage in StoredCase.Some from path in ExecutionPath.All select (storage, path))
        {
            foreach (int length in (int[])[0, 1, 9, 31, 255, 256, 257, 512, 519])
            {
                foreach (bool atEnd in (bool[])[false, true])
                {
                    using Optimizer<float> optimizer = rule.Create<float>(length, TestData.Forced(path, 1), storage.Storage());
                    int blocks = (length + 255) / 256;
                    Streams streams = new()
                    {
                        Length = length,
                        P = new(p.Place(length * storage.Parameters.Bytes(), atEnd), storage.Parameters),
                        G = new(g.Place(length * storage.Gradient.Bytes(), atEnd), storage.Gradient),
                        Rounding = new(storage.Rounding == Rounding.Stochastic, Key: 0, FirstIndex: 0),
                        State = storage.State,
                        IsLowPrecision = true,
                    };
                    byte* halves = (byte*)lower.Place(length * 2, atEnd);
                    streams.P.Second = storage.Parameters == NumberFormat.Split ? halves : null;
                    for (int k = 0; k < optimizer.State.Count; k++)
                    {
                        NumberFormat format = optimizer.State[k].Format;
                        *Streams.StateOf(&streams, k) = new(state[k].Place(length * format.Bytes(), atEnd), format)
                        {
                            Scales = (float*)scales[k].Place(blocks * 4, atEnd),
                        };
                    }

                    optimizer.UpdateOn(streams);
                    Assert.True(p.IsIntact(length * storage.Parameters.Bytes(), atEnd)
                        && g.IsIntact(length * storage.Gradient.Bytes(), atEnd)
                        && lower.IsIntact(length * 2, atEnd), $"{rule.Name} {storage} {path} {length}");
                    for (int k = 0; k < optimizer.State.Count; k++)
                        Assert.True(state[k].IsIntact(length * optimizer.State[k].Format.Bytes(), atEnd)
                            && scales[k].IsIntact(blocks * 4, atEnd), $"{rule.Name} {storage} {path} {length}");
                }
            }
        }

        foreach (GuardedMemory m in (GuardedMemory[])[.. state, .. scales])
            m.Dispose();
    }
}
