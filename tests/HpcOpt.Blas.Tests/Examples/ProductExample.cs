namespace HpcOpt.Blas.Tests.Examples;

internal static class ProductExample
{
    public static float Run()
    {
        // README begins
        using var memory = new NativeVector<float>(1024 * 1024 + 128 * 1024);
        var weights = new MatrixSpan<float>(memory, 0, 1024, 1024);
        var batch = new MatrixSpan<float>(memory, 1024 * 1024, 128, 1024);
        var products = new MatrixSpan<float>(new float[128 * 1024], 128, 1024);
        weights[5, 7] = 2;
        batch[3, 7] = 4;
        LinearAlgebra.Default.Gemm(1f, batch, weights.Transposed, 0f, products);   // C ← αAB + βC, row-major, nothing copied
        Console.WriteLine(LinearAlgebra.Default.Provider);                         // who computed: name, version, file

        // README ends
        return products[3, 5];
    }
}
