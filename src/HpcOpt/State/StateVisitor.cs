
namespace HpcOpt;

/// <summary>Visits the entries of an <see cref="IStateful"/>: to export them, to compare them with a snapshot, or to write them.</summary>
public abstract unsafe class StateVisitor
{
    private string _prefix = "";

    private protected StateVisitor()
    {
    }

    /// <summary>What must be equal in the object and in a snapshot, such as the name of a rule.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="value">The value.</param>
    public void Fixed(string name, string value) => VisitFixed(_prefix + name, value);

    /// <summary>A whole number.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="value">Where it is kept.</param>
    /// <param name="least">The least value that an import may bring.</param>
    /// <param name="most">The largest.</param>
    public void Integer(string name, ref long value, long least = 0, long most = long.MaxValue)
    {
        fixed (long* at = &value)
        {
            VisitNumbers(_prefix + name, EntryType.Int64, at, 1, number => number >= least && number <= most, "a whole number from " +
                $"{least} to {most}");
        }
    }

    /// <inheritdoc cref="Integer(string, ref long, long, long)"/>
    public void Integer(string name, ref int value, int least = 0, int most = int.MaxValue)
    {
        long wide = value;
        Integer(name, ref wide, least, most);
        value = (int)wide;
    }

    /// <summary>A switch, kept as 0 or 1.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="value">Where it is kept.</param>
    public void Flag(string name, ref bool value)
    {
        long number = value ? 1 : 0;
        Integer(name, ref number, 0, 1);
        value = number != 0;
    }

    /// <summary>A number; without bounds any, NaN included.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="value">Where it is kept.</param>
    /// <param name="least">The least value that an import may bring.</param>
    /// <param name="most">The largest.</param>
    public void Real(string name, ref double value, double least = double.NegativeInfinity, double most = double.PositiveInfinity)
    {
        bool isBounded = least > double.NegativeInfinity || most < double.PositiveInfinity;
        fixed (double* at = &value)
        {
            VisitNumbers(
                _prefix + name, EntryType.Double, at, 1, number => !isBounded || (number >= least && number <= most),
                FormattableString.Invariant($"a number from {least} to {most}"));
        }
    }

    /// <summary>Numbers whose count an import may change.</summary>
    /// <typeparam name="T">byte, int, long, float or double.</typeparam>
    /// <param name="name">Name of the entry.</param>
    /// <param name="values">Where they are kept.</param>
    /// <param name="width">An import brings a multiple of so many, such as the columns of a table.</param>
    public void Array<T>(string name, ref T[] values, int width = 1)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        VisitArray(_prefix + name, ref values, width);
    }

    /// <summary>Whether an import is only tried: what <see cref="Read{T}"/> gives must not be kept then.</summary>
    public virtual bool IsTrial => false;

    /// <summary>Numbers that must fit others; <see cref="Expect"/> says how. They are kept unless <see cref="IsTrial"/>.</summary>
    /// <typeparam name="T">byte, int, long, float or double.</typeparam>
    /// <param name="name">Name of the entry.</param>
    /// <param name="values">What the object has.</param>
    /// <returns>What it should have.</returns>
    public T[] Read<T>(string name, T[] values)
        where T : unmanaged
    {
        VisitArray(_prefix + name, ref values, width: 1);
        return IsTrial ? Imported<T>(_prefix + name) : values;
    }

    /// <summary>What must hold of entries that were read; an import that breaks it is refused.</summary>
    /// <param name="name">Name of the entry that is wrong then.</param>
    /// <param name="isRight">Whether it holds.</param>
    /// <param name="expected">What was expected.</param>
    public void Expect(string name, bool isRight, string expected)
    {
        if (!isRight)
        {
            Refuse(_prefix + name, expected);
        }
    }

    /// <summary>Numbers in place, in any format: a state vector, or the scales that belong to one.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="type">Type of a number.</param>
    /// <param name="address">Address of the first.</param>
    /// <param name="length">Number of numbers.</param>
    public void Vector(string name, EntryType type, void* address, nint length) =>
        VisitNumbers(_prefix + name, type, address, length, accepts: null, "");

    /// <inheritdoc cref="Vector(string, EntryType, void*, nint)"/>
    /// <typeparam name="T">byte, int, long, float or double.</typeparam>
    public void Vector<T>(string name, T* address, nint length)
        where T : unmanaged => Vector(name, TypeOf<T>(), address, length);

    /// <summary>The entries of another object, each behind the name and a full stop; nothing for null, whose absence must be
    /// equal.</summary>
    /// <param name="name">Put before the names of its entries.</param>
    /// <param name="inner">The object, or null.</param>
    public void Within(string name, IStateful? inner)
    {
        Fixed(name, inner is null ? "absent" : "present");
        if (inner is not null)
        {
            string outside = _prefix;
            _prefix = $"{outside}{name}.";
            inner.VisitState(this);
            _prefix = outside;
            Entered(inner);
        }
    }

    /// <summary>Entries that must be equal; <paramref name="name"/> is whole.</summary>
    private protected abstract void VisitFixed(string name, string value);

    /// <summary>Numbers in place; an import brings only what <paramref name="accepts"/> takes, which is
    /// <paramref name="expected"/>.</summary>
    private protected abstract void VisitNumbers(
        string name, EntryType type, void* address, nint length, Func<double, bool>? accepts, string expected);

    /// <summary>Numbers whose count may change, to another multiple of <paramref name="width"/>.</summary>
    private protected abstract void VisitArray<T>(string name, ref T[] values, int width)
        where T : unmanaged;

    /// <summary>The numbers of an entry on trial; none where it is missing or of another type.</summary>
    private protected virtual T[] Imported<T>(string name)
        where T : unmanaged => [];

    /// <summary>An expectation that does not hold.</summary>
    private protected virtual void Refuse(string name, string expected)
    {
    }

    /// <summary>An object within another was visited.</summary>
    private protected virtual void Entered(IStateful inner)
    {
    }

    private protected static EntryType TypeOf<T>() =>
        typeof(T) == typeof(double) ? EntryType.Double
        : typeof(T) == typeof(float) ? EntryType.Single
        : typeof(T) == typeof(long) ? EntryType.Int64
        : typeof(T) == typeof(int) ? EntryType.Int32
        : typeof(T) == typeof(byte) ? EntryType.Byte
        : throw new NotSupportedException($"State of type {typeof(T).Name} is not supported; use byte, int, long, float or double.");
}
