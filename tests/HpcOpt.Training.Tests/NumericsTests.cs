namespace HpcOpt.Training.Tests;

public sealed class NumericsTests
{
    [Fact]
    public void Dot_has_the_documented_shape_at_every_length()
    {
        for (int length = 0; length <= 131; length++)
        {
            float[] a = TestData.Uniform<float>(length, stream: 3), b = TestData.Uniform<float>(length + 1, stream: 4);
            float[] partial = new float[32];
            for (int j = 0; j < length; j++)
            {
                partial[j % 32] += a[j] * b[j];
            }

            for (int half = 16; half >= 4; half /= 2)
            {
                for (int j = 0; j < half; j++)
                {
                    partial[j] += partial[j + half];
                }
            }

            float expected = partial[0] + partial[1] + partial[2] + partial[3];
            Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(FixedShape.Dot<float>(a, b)));
        }
    }
}
