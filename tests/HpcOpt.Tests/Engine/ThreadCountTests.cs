using HpcOpt.Engine;

namespace HpcOpt.Tests.Engine;

public class ThreadCountTests
{
    [Theory]
    [InlineData(3, "", 8, 8, 3, "option")]
    [InlineData(12, "", 8, 8, 8, "option asks for 12, limited by affinity to 8 CPUs")]
    [InlineData(null, "HPCOPT_NUM_THREADS=2 OMP_NUM_THREADS=4", 8, 8, 2, "HPCOPT_NUM_THREADS")]
    [InlineData(null, "OMP_NUM_THREADS=4,2 SLURM_CPUS_PER_TASK=6", 8, 8, 4, "OMP_NUM_THREADS")]
    [InlineData(null, "SLURM_CPUS_PER_TASK=6", 8, 8, 6, "SLURM_CPUS_PER_TASK")]
    [InlineData(null, "SLURM_CPUS_PER_TASK=64", 8, 8, 8, "SLURM_CPUS_PER_TASK asks for 64, limited by affinity to 8 CPUs")]
    [InlineData(null, "", 8, 8, 8, "affinity to 8 CPUs")]
    [InlineData(null, "", 8, 3, 3, "cgroup limit of 3 CPUs")]
    [InlineData(null, "", 8, 1, 1, "cgroup limit of 1 CPU")]
    [InlineData(null, "", 1, 1, 1, "affinity to 1 CPU")]
    [InlineData(2, "", 1, 1, 1, "option asks for 2, limited by affinity to 1 CPU")]
    public void The_first_source_that_is_set_decides(
        int? option, string variables, int affinity, int processors, int count, string reason) =>
        Assert.Equal(new ThreadCount(count, reason), ThreadCount.Choose(option, Environment(variables), affinity, processors));

    [Theory, InlineData("HPCOPT_NUM_THREADS=0"), InlineData("OMP_NUM_THREADS=two"), InlineData("SLURM_CPUS_PER_TASK=-1")]
    public void A_variable_that_is_no_count_is_an_error_that_names_it(string variable)
    {
        string[] parts = variable.Split('=');
        var error = Assert.Throws<InvalidOperationException>(() => ThreadCount.Choose(null, Environment(variable), 8, 8));
        Assert.StartsWith($"{parts[0]} is '{parts[1]}'; expected a whole number from 1.", error.Message);
    }

    [Fact]
    public void An_option_below_one_is_an_error() => Assert.Throws<ArgumentOutOfRangeException>(() => new Execution(threads: 0));

    private static Func<string, string?> Environment(string variables)
    {
        var values = variables.Split(' ',
            StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        return name => values.GetValueOrDefault(name);
    }
}
