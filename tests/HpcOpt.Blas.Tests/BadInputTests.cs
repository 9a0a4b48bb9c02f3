namespace HpcOpt.Blas.Tests;

/// <summary>Shapes that do not fit are errors that name both, before anything is written.</summary>
public class BadInputTests
{
    private static readonly LinearAlgebra Algebra = Subject.Of("managed");

    [Fact]
    public void A_matrix_fills_its_memory()
    {
        Assert.Equal("values has 5 elements; expected 2 rows × 3 columns = 6. (Parameter 'values')",
            Message<ArgumentException>(() => { _ = new MatrixSpan<float>(new float[5], 2, 3); }));
        Assert.Equal("values has 5 elements; expected 4611686018427387904 rows × 4 columns = 18446744073709551616. (Parameter 'values')",
            Message<ArgumentException>(() => { _ = new ReadOnlyMatrixSpan<float>(new float[5], (nint)1 << 62, 4); }));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new MatrixSpan<float>([], -1, 0); });
    }

    [Fact]
    public void A_matrix_lies_within_its_vector_and_a_part_within_its_matrix()
    {
        using NativeVector<double> vector = new(10);
        vector[9] = 7;
        Assert.Equal(7, new MatrixSpan<double>(vector, 4, 2, 3)[1, 2]);
        Assert.Equal("vector has 10 elements; expected at least 11: 2 rows × 3 columns from 5 on. (Parameter 'vector')",
            Message<ArgumentException>(() => { _ = new MatrixSpan<double>(vector, 5, 2, 3); }));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new MatrixSpan<double>(vector, -1, 2, 3); });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<double>(vector, 0, 2, 3).Slice(1, 0, 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<double>(vector, 0, 2, 3).Slice(0, 4, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReadOnlyMatrixSpan<double>(vector, 0, 2, 3)[2, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<double>(vector, 0, 2, 3).Transposed.Slice(0, 0, 2, 3));
    }

    [Fact]
    public void Operands_of_shapes_that_do_not_fit_are_errors()
    {
        float[] memory = new float[12];
        Assert.Equal("b is 2 × 2; expected 3 × 2, as many rows as A has columns. (Parameter 'b')",
            Message<ArgumentException>(() => Algebra.Gemm(
                1, new(memory.AsSpan(0, 6), 2, 3), new(memory.AsSpan(0, 4), 2, 2), 0, new MatrixSpan<float>(memory.AsSpan(0, 4), 2, 2))));
        Assert.StartsWith("c is 2 × 2; expected 2 × 1, the shape of AB.",
            Message<ArgumentException>(() => Algebra.Gemm(
                1, new(memory.AsSpan(0, 6), 2, 3), new(memory.AsSpan(0, 3), 3, 1), 0, new MatrixSpan<float>(memory.AsSpan(0, 4), 2, 2))));
        Assert.StartsWith("c is 3 × 4; expected 3 × 3, the shape of AAᵀ.",
            Message<ArgumentException>(() => Algebra.Syrk(1, new(memory.AsSpan(0, 6), 3, 2), 0, new MatrixSpan<float>(memory, 3, 4))));
        Assert.StartsWith("a is 3 × 4; expected 2 × 4, the shape of xyᵀ.", Message<ArgumentException>(
            () => Algebra.Ger(1, memory.AsSpan(0, 2), memory.AsSpan(0, 4), new MatrixSpan<float>(memory, 3, 4))));
        Assert.StartsWith("x has 3 elements; expected 4, one for each column of A.",
            Message<ArgumentException>(() => Algebra.Gemv(1, new(memory, 3, 4), memory.AsSpan(0, 3), 0, memory.AsSpan(0, 3))));
        Assert.StartsWith("y has 4 elements; expected 3, one for each row of A.",
            Message<ArgumentException>(() => Algebra.Gemv(1, new(memory, 3, 4), memory.AsSpan(0, 4), 0, memory.AsSpan(0, 4))));
        Assert.StartsWith("a is 3 × 4; expected as many rows as columns.",
            Message<ArgumentException>(() => Algebra.Cholesky(new MatrixSpan<float>(memory, 3, 4))));
        Assert.StartsWith("a is 3 × 4; expected as many rows as columns.",
            Message<ArgumentException>(() => Algebra.SymmetricEigen(new MatrixSpan<float>(memory, 3, 4), memory)));
        Assert.StartsWith("values has 3 elements; expected 2, one for each row of A.", Message<ArgumentException>(
            () => Algebra.SymmetricEigen(new MatrixSpan<float>(memory.AsSpan(0, 4), 2, 2), memory.AsSpan(0, 3))));
        Assert.StartsWith("x has 3 elements; expected 4, as many as y has.",
            Message<ArgumentException>(() => Algebra.Axpy(1, memory.AsSpan(0, 3), memory.AsSpan(0, 4))));
        Assert.All(memory, element => Assert.Equal(0, element));
    }

    [Fact]
    public void An_output_that_overlaps_an_input_is_an_error()
    {
        double[] memory = [1, 2, 3, 4, 5, 6, 7, 8], before = [.. memory];
        Assert.StartsWith(
            "c overlaps b", Message<ArgumentException>(() => Algebra.Gemm(
                1, new(new double[4], 2, 2), new(memory.AsSpan(0, 4), 2, 2), 0, new MatrixSpan<double>(memory.AsSpan(3, 4), 2, 2))));
        Assert.StartsWith("c overlaps a", Message<ArgumentException>(
            () => Algebra.Syrk(1, new(memory.AsSpan(0, 4), 2, 2), 0, new MatrixSpan<double>(memory.AsSpan(3, 4), 2, 2))));
        Assert.StartsWith("y overlaps x",
            Message<ArgumentException>(() => Algebra.Gemv(1, new(new double[4], 2, 2), memory.AsSpan(0, 2), 0, memory.AsSpan(1, 2))));
        Assert.StartsWith("a overlaps y", Message<ArgumentException>(
            () => Algebra.Ger(1, new double[2], memory.AsSpan(0, 2), new MatrixSpan<double>(memory.AsSpan(1, 4), 2, 2))));
        Assert.Contains("overlap", Message<ArgumentException>(() => Algebra.Axpy(1, memory.AsSpan(0, 4), memory.AsSpan(1, 4))),
            StringComparison.Ordinal);
        Assert.Equal(before, memory);
    }

    [Fact]
    public unsafe void Null_addresses_lengths_below_0_and_other_types_are_errors()
    {
        Assert.Throws<ArgumentNullException>(() => Algebra.Scal(1.0, (double*)null, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Algebra.Nrm2((double*)null, -1));
        Assert.Contains(
            "System.Half", Message<NotSupportedException>(() => Algebra.Scal(Half.One, new Half[1].AsSpan())), StringComparison.Ordinal);
    }

    private static string Message<TException>(Action action)
        where TException : Exception => Assert.ThrowsAny<TException>(action).Message;
}
