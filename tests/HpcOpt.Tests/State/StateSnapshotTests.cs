namespace HpcOpt.Tests.State;

/// <summary>What the contract of <see cref="IStateful"/> promises, on an object with an entry of every kind.</summary>
public sealed class StateSnapshotTests
{
    [Fact]
    public void Every_entry_is_exported_and_imported()
    {
        Everything source = new() { Count = 5, Small = 3, Rate = double.NaN, IsOn = true, Table = [1, 2, 3, 4] };
        source.Inner!.Value = 7;
        Everything target = new();
        source.Vector[1] = 9;
        StateSnapshot.Of(source).Copy().Restore(target);
        Assert.Equal((5, 3, true, 7), (target.Count, target.Small, target.IsOn, target.Inner!.Value));
        Assert.Equal((1, 1), (target.Restored, target.Inner.Restored));
        Assert.True(double.IsNaN(target.Rate));
        Assert.Equal([1, 2, 3, 4], target.Table);
        Assert.Equal(source.Vector, target.Vector);
    }

    [Fact]
    public void A_copy_keeps_what_a_view_loses()
    {
        Everything source = new();
        source.Vector[0] = 1;
        StateSnapshot view = StateSnapshot.Of(source), copy = view.Copy();
        source.Vector[0] = 2;
        Everything target = new();
        copy.Restore(target);
        Assert.Equal(1, target.Vector[0]);
        view.Restore(target);
        Assert.Equal(2, target.Vector[0]);
    }

    public static TheoryData<string, string> Misfits => new()
    {
        { nameof(Everything.Kind), "kind: 'other', expected 'this'" },
        { nameof(Everything.Count), "count: 11, expected a whole number from 0 to 10" },
        { nameof(Everything.Table), "table: 3 × Double, expected any multiple of 2 × Double" },
        { nameof(Everything.Vector), "vector: 4 × Single, expected 3 × Single" },
        { nameof(Everything.Inner), "inner: 'absent', expected 'present'; inner.value: missing" },
        { nameof(Everything.Extra), "extra: unknown here" },
    };

    [Theory, MemberData(nameof(Misfits))]
    public void What_does_not_fit_is_named_before_any_write(string part, string message)
    {
        Everything source = part switch
        {
            nameof(Everything.Kind) => new() { Kind = "other" },
            nameof(Everything.Count) => new() { Count = 11 },
            nameof(Everything.Table) => new() { Table = [1, 2, 3] },
            nameof(Everything.Vector) => new() { Vector = GC.AllocateArray<float>(4, pinned: true) },
            nameof(Everything.Inner) => new() { Inner = null },
            _ => new() { Extra = true },
        };
        source.Small = 8;
        Everything target = new();
        string text = Assert.Throws<ArgumentException>("target", () => StateSnapshot.Of(source).Restore(target)).Message;
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", text, StringComparison.Ordinal);
        Assert.Equal((0, 0), (target.Small, target.Restored));
    }

    [Fact]
    public void A_name_may_stand_once() =>
        Assert.Throws<ArgumentException>("entry", () => new StateSnapshot([new("a", EntryType.Byte, [1]), new("a", EntryType.Byte, [2])]));

    private sealed class Everything : IStateful
    {
        public string Kind = "this";
        public long Count;
        public int Small;
        public double Rate;
        public bool IsOn;
        public double[] Table = [];
        public float[] Vector = GC.AllocateArray<float>(3, pinned: true);
        public Leaf? Inner = new();
        public bool Extra;

        public int Restored { get; private set; }

        public unsafe void VisitState(StateVisitor visitor)
        {
            visitor.Fixed("kind", Kind);
            visitor.Integer("count", ref Count, 0, 10);
            visitor.Integer("small", ref Small);
            visitor.Real("rate", ref Rate);
            visitor.Flag("isOn", ref IsOn);
            visitor.Array("table", ref Table, width: 2);
            fixed (float* address = Vector)
            {
                visitor.Vector("vector", address, Vector.Length);
            }

            visitor.Within("inner", Inner);
            if (Extra)
            {
                visitor.Flag("extra", ref Extra);
            }
        }

        public void StateRestored() => Restored++;
    }

    private sealed class Leaf : IStateful
    {
        public long Value;

        public int Restored { get; private set; }

        public void VisitState(StateVisitor visitor) => visitor.Integer("value", ref Value);

        public void StateRestored() => Restored++;
    }
}
