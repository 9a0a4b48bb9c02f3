using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HpcOpt;

/// <summary>All that an object carries from step to step, as named entries.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A snapshot is more than the collection of its entries: it can be restored.")]
public sealed unsafe class StateSnapshot : IReadOnlyCollection<StateEntry>
{
    // How many differences an error lists before it counts the rest.
    private const int MostListed = 8;

    private readonly OrderedDictionary<string, StateEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>A snapshot of entries from elsewhere, such as a file.</summary>
    /// <param name="entries">Each with a name of its own.</param>
    /// <exception cref="ArgumentException">Two entries share a name.</exception>
    public StateSnapshot(IEnumerable<StateEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (StateEntry entry in entries)
        {
            Add(entry);
        }
    }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <summary>The entry of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public StateEntry this[string name] => _entries[name];

    /// <summary>What an object carries now: large entries are views of its memory, valid until it takes a step or is disposed.</summary>
    public static StateSnapshot Of(IStateful source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var snapshot = new StateSnapshot([]);
        source.VisitState(new Export(snapshot, source));
        return snapshot;
    }

    /// <summary>The same, with memory of its own.</summary>
    public StateSnapshot Copy() => new(_entries.Values.Select(entry => entry.Copy()));

    /// <summary>Writes all entries into an object that was made alike; it then goes on like the one they came from.</summary>
    /// <exception cref="ArgumentException">A name, type, length or value does not fit; the message lists what differs. Nothing was
    /// written.</exception>
    public void Restore(IStateful target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var check = new Check(this);
        target.VisitState(check);
        List<string> differences = [.. check.Differences,
            .. _entries.Keys.Except(check.Names, StringComparer.Ordinal).Select(name => $"{name}: unknown here")];
        if (differences.Count > 0)
        {
            string rest = differences.Count > MostListed ? $"; and {differences.Count - MostListed} more" : "";
            throw new ArgumentException($"The state is not for this object: {string.Join("; ", differences.Take(MostListed))}{rest}. " +
                "Nothing was changed.", nameof(target));
        }

        var import = new Import(this);
        target.VisitState(import);
        foreach (IStateful inner in import.Visited)
        {
            inner.StateRestored();
        }

        target.StateRestored();
    }

    /// <inheritdoc/>
    public IEnumerator<StateEntry> GetEnumerator() => _entries.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Add(StateEntry entry)
    {
        if (!_entries.TryAdd(entry.Name, entry))
        {
            throw new ArgumentException($"Two entries are called '{entry.Name}'; give each a name of its own.", nameof(entry));
        }
    }

    private sealed class Export(StateSnapshot snapshot, object owner) : StateVisitor
    {
        private protected override void VisitFixed(string name, string value) =>
            snapshot.Add(new(name, EntryType.Text, Encoding.UTF8.GetBytes(value)));

        // A single number lies in an object that may move: it is copied.
        private protected override void VisitNumbers(
            string name, EntryType type, void* address, nint length, Func<double, bool>? accepts, string expected) =>
            snapshot.Add(accepts is null ? new(name, type, address, length, owner) : new(
                name, type, new ReadOnlySpan<byte>(address, StateEntry.BytesOf(type))));

        private protected override void VisitArray<T>(string name, ref T[] values, int width) =>
            snapshot.Add(new(name, TypeOf<T>(), MemoryMarshal.AsBytes<T>(values)));
    }

    private sealed class Check(StateSnapshot snapshot) : StateVisitor
    {
        public List<string> Differences { get; } = [];

        public List<string> Names { get; } = [];

        public override bool IsTrial => true;

        private protected override T[] Imported<T>(string name) =>
            snapshot._entries.TryGetValue(name, out StateEntry? entry)
            && entry.Type == TypeOf<T>()
            && entry.Length <= System.Array.MaxLength
                ? entry.ToArray<T>()
                : [];

        private protected override void Refuse(string name, string expected)
        {
            if (snapshot._entries.TryGetValue(name, out StateEntry? entry))
            {
                Differences.Add($"{name}: {entry}, expected {expected}");
            }
        }

        private protected override void VisitFixed(string name, string value)
        {
            if (Find(name) is { } entry && (entry.Type != EntryType.Text || entry.Text != value))
            {
                Differences.Add($"{name}: {entry}, expected '{value}'");
            }
        }

        private protected override void VisitNumbers(
            string name, EntryType type, void* address, nint length, Func<double, bool>? accepts, string expected)
        {
            if (Find(name) is not { } entry)
            {
                return;
            }

            if (entry.Type != type || entry.Length != length)
            {
                Differences.Add($"{name}: {entry}, expected {length} × {type}");
            }
            else if (accepts is not null)
            {
                double number = type == EntryType.Int64
                    ? Unsafe.ReadUnaligned<long>(entry.Address)
                    : Unsafe.ReadUnaligned<double>(entry.Address);
                if (!accepts(number))
                {
                    Differences.Add(FormattableString.Invariant($"{name}: {number}, expected {expected}"));
                }
            }
        }

        private protected override void VisitArray<T>(string name, ref T[] values, int width)
        {
            if (Find(name) is { } entry
                && (entry.Type != TypeOf<T>() || entry.Length > System.Array.MaxLength || entry.Length % width != 0))
            {
                Differences.Add($"{name}: {entry}, expected any {(width == 1 ? "number" : $"multiple of {width}")} × {TypeOf<T>()}");
            }
        }

        private StateEntry? Find(string name)
        {
            Names.Add(name);
            if (snapshot._entries.TryGetValue(name, out StateEntry? entry))
            {
                return entry;
            }

            Differences.Add($"{name}: missing");
            return null;
        }
    }

    private sealed class Import(StateSnapshot snapshot) : StateVisitor
    {
        public List<IStateful> Visited { get; } = [];

        private protected override void VisitFixed(string name, string value)
        {
        }

        private protected override void VisitNumbers(
            string name, EntryType type, void* address, nint length, Func<double, bool>? accepts, string expected)
        {
            StateEntry entry = snapshot[name];
            Buffer.MemoryCopy(entry.Address, address, entry.ByteLength, entry.ByteLength);
            GC.KeepAlive(entry);
        }

        private protected override void VisitArray<T>(string name, ref T[] values, int width)
        {
            values = snapshot[name].ToArray<T>();
        }

        private protected override void Entered(IStateful inner) => Visited.Add(inner);
    }
}
