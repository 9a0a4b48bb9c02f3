namespace HpcOpt.Native.Tests;

public class ThreadPinTests
{
    [Fact]
    public void It_keeps_the_thread_on_one_CPU_and_gives_back_what_it_had()
    {
        Assert.NotEmpty(TheLibrary.File);
        int[] before = InThread.AllowedCpus();
        InThread.Run(() =>
        {
            foreach (int cpu in before)
            {
                using (ThreadPin pin = new(cpu))
                    Assert.Equal([cpu], InThread.AllowedCpus());
                Assert.Equal(before, InThread.AllowedCpus());
            }
        });
        Assert.Equal(before, InThread.AllowedCpus());
    }

    [Fact]
    public void A_step_pins_nothing()
    {
        InThread.Run(() =>
        {
            int[] before = InThread.AllowedCpus();
            using Optimizer<float> optimizer = Optimizer<float>.Create(1 << 20, new AdamW());
            float[] vector = new float[1 << 20];
            optimizer.Step(vector, vector);
            Assert.Equal(before, InThread.AllowedCpus());
        });
    }

    [Theory, InlineData(-1), InlineData(65_535), InlineData(65_536)]
    public void A_CPU_that_is_not_there_is_an_error_and_changes_nothing(int cpu)
    {
        Assert.NotEmpty(TheLibrary.File);
        int[] before = InThread.AllowedCpus();
        Assert.Equal("cpu", Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadPin(cpu)).ParamName);
        Assert.Equal(before, InThread.AllowedCpus());
    }

    [Fact]
    public void Another_thread_cannot_free_it()
    {
        Assert.NotEmpty(TheLibrary.File);
        InThread.Run(() =>
        {
            ThreadPin pin = new(InThread.AllowedCpus()[0]);
            Assert.Throws<InvalidOperationException>(() => InThread.Run(pin.Dispose));
            pin.Dispose();
            pin.Dispose();
        });
    }
}
