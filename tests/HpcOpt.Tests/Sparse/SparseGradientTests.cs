using CsCheck;

namespace HpcOpt.Tests.Sparse;

public class SparseGradientTests
{
    /// <summary>Any rows in any order, repeated or not, equal their sum in a dense vector, one after the other, bit for bit.</summary>
    [Fact]
    public void Repeated_rows_are_summed_in_the_order_of_their_appearance() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 400].Array[0, 700], Gen.Int).Sample((width, rows, seed) =>
        {
            const int RowCount = 401;
            float[] values = TestData.Numbers<float>(rows.Length * width, seed);
            float[] expected = new float[RowCount * width], found = new float[RowCount * width];
            SparseGradient<float> gradient = new(found.Length, width);
            gradient.Row(3)[0] = 9;
            gradient.Clear();
            int half = rows.Length / 2;
            gradient.Add([.. rows[..half].Select(row => (long)row)], values.AsSpan(0, half * width));
            gradient.Add([.. rows[half..].Select(row => (long)row)], values.AsSpan(half * width));
            for (int i = 0; i < values.Length; i++)
                expected[(rows[i / width] * width) + (i % width)] += values[i];
            gradient.CopyTo(found);
            Assert.Equal(expected, found);
            Assert.Equal(rows.Distinct().Count(), gradient.Count);
            Assert.Equal(rows.Distinct().Select(row => (nint)row), gradient.Rows.ToArray());
        });

    [Theory]
    [InlineData(new long[] { 1, 5 }, 2, "rows[1] is 5; expected 0 to 4")]
    [InlineData(new long[] { -1 }, 1, "rows[0] is -1; expected 0 to 4")]
    [InlineData(new long[] { long.MaxValue }, 1, "expected 0 to 4")]
    [InlineData(new long[] { 1, 2 }, 3, "has 6 elements; expected 4, 2 rows of 2")]
    public void What_does_not_fit_adds_nothing(long[] rows, int valueRows, string message)
    {
        SparseGradient<double> gradient = new(10, width: 2);
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => gradient.Add(rows, new double[valueRows * 2]));
        Assert.Contains(message, error.Message);
        Assert.Equal(0, gradient.Count);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Assert.Contains(
            "10 is not a multiple of the width 3", Assert.Throws<ArgumentException>(() => new SparseGradient<float>(10, width: 3)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SparseGradient<float>(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SparseGradient<float>(4, width: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SparseGradient<float>(4).Row(4));
        using Optimizer<float> optimizer = Optimizer<float>.Create(4, new AdaGrad());
        Assert.Contains("gradient has 5 elements; expected 4",
            Assert.Throws<ArgumentException>(() => optimizer.Step(new float[4], new SparseGradient<float>(5))).Message);
        Assert.Contains("parameters has 3 elements; expected 4",
            Assert.Throws<ArgumentException>(() => optimizer.Step(new float[3], new SparseGradient<float>(4))).Message);
        Assert.Equal(0, optimizer.StepCount);
        var layout = ParameterLayout.Pack(("a", [2]), ("b", [2]));
        using Optimizer<float> grouped = Optimizer<float>.Create(layout, new AdaGrad(), [new("slow", new AdaGrad(), "b")]);
        Assert.False(grouped.StepsSparsely);
        Assert.Contains(
            "1 groups", Assert.Throws<NotSupportedException>(() => grouped.Step(new float[4], new SparseGradient<float>(4))).Message);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void A_step_allocates_nothing_after_the_first(int threads)
    {
        const int Length = 1 << 16;
        using Optimizer<float, AdamW> optimizer = Optimizer<float>.Create(
            Length, new AdamW(), TestData.Forced(ExecutionPath.Supported[0], threads));
        float[] theta = new float[Length];
        SparseGradient<float> gradient = new(Length, width: 16);
        int t = 0;
        while (t < 3)
            Step();
        Assert.Equal(0, Allocation.Least(50, Step));

        void Step()
        {
            gradient.Clear();
            for (int i = 0; i < 300; i++)
                gradient.Row(i * 7919 * (t + 1) % (Length / 16)).Fill(1);
            optimizer.Step(theta, gradient);
            t++;
        }
    }
}
