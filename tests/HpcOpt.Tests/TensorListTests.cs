namespace HpcOpt.Tests;

public unsafe class TensorListTests
{
    [Fact]
    public void Tensors_in_two_halves_have_two_addresses()
    {
        using NativeVector<BFloat16> upper = new(8);
        using NativeVector<ushort> lower = new(8);
        using TensorList<float> halves = new(ParameterLayout.Pack(("w", [8])), NumberFormat.Split);
        string error = Assert.Throws<NotSupportedException>(() => halves.SetAddress(0, upper.Pointer)).Message;
        Assert.Contains("Operand.Split", error, StringComparison.Ordinal);
        halves.Set(0, Operand<float>.Split(upper, lower));
        halves.Remove(0);
    }
}
