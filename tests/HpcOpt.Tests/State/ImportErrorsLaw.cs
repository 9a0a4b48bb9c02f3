using HpcOpt.Tests.Laws;

namespace HpcOpt.Tests.State;

/// <summary>The state of another optimizer is refused by one error that lists what differs, and nothing is written.</summary>
public class ImportErrorsLaw
{
    private static readonly ParameterLayout Layout = ParameterLayout.Pack(("a", [17]), ("b", [4, 75]));

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Rule_storage_length_groups_names_and_shapes_must_be_equal(RuleCase rule)
    {
        using Optimizer<float> source = Create(rule, Layout, ["b"]);
        RuleCase another = RuleTable.All.First(one => one.Name == (rule.Name.StartsWith("lion") ? "adam" : "lion"));
        Refused(source, Create(another, Layout, ["b"]), $"rule: '{source.Name}', expected '{another.Name}'");
        Refused(source, Create(rule, Layout, ["b"], StateFormat.BFloat16), "storage: 'Full', expected 'BFloat16'");
        ParameterLayout longer = ParameterLayout.Pack(("a", [17]), ("b", [4, 76])), flat = ParameterLayout.Pack(("a", [17]), ("b", [300]));
        Refused(source, Create(rule, longer, ["b"]), "parameters: '317 × Single', expected '321 × Single'");
        Refused(source, Create(rule, flat, ["b"]), "layout: 'a[17] at 0…16; b[4, 75] at 17…316', expected");
        ParameterLayout renamed = ParameterLayout.Pack(("a", [17]), ("c", [4, 75]));
        Refused(source, Create(rule, renamed, ["c"]), "expected 'a[17] at 0…16; c[4, 75] at 17…316'");
        Refused(source, Create(rule, Layout, []), "progress.groups: '2', expected '1'");
        Refused(source, Create(rule, Layout, ["a"]), "group.1: 'slow: b', expected 'slow: a'");
        Refused(source, Create(rule, Layout, ["b"], options: new()), "average: 'present', expected 'absent'");
        Refused(source, Create(rule, Layout, ["b"], options: new() { AverageDecay = 0.5 }), "scaler: 'present', expected 'absent'");
        Refused(source, rule.Create<double>(Layout, ["b"], TestData.Plain), "parameters: '317 × Single', expected '317 × Double'");
    }

    private static void Refused<T>(Optimizer<float> source, Optimizer<T> target, string difference)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using (target)
        {
            byte[] before = Everything.Of(target, (T[])[]);
            string message = Assert.Throws<ArgumentException>(() => StateSnapshot.Of(source).Restore(target)).Message;
            Assert.Contains(difference, message, StringComparison.Ordinal);
            Assert.Contains("Nothing was changed.", message, StringComparison.Ordinal);
            Assert.Equal(before, Everything.Of(target, (T[])[]));
        }
    }

    // Two steps, so that nothing is zero any more.
    private static Optimizer<float> Create(
        RuleCase rule, ParameterLayout layout, string[] slow, StateFormat state = StateFormat.Full, StepOptions? options = null)
    {
        Optimizer<float> optimizer = rule.Create<float>(layout, slow, TestData.Plain, new Storage { State = state });
        optimizer.Options = options ?? new() { AverageDecay = 0.5, LossScaler = new() { Scale = 4 } };
        float[] theta = TestData.Numbers<float>((int)layout.Length, 0);
        for (int step = 0; step < 2; step++)
            optimizer.Step(theta, TestData.Numbers<float>(theta.Length, 1 + step));
        return optimizer;
    }
}
