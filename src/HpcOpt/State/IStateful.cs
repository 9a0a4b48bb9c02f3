namespace HpcOpt;

/// <summary>An object with state from step to step. Exported and imported into a fresh object, it goes on bit for bit.</summary>
/// <remarks>
/// One method names each entry once; export, check and import are three visitors of it: no entry is exported and forgotten at import.
/// </remarks>
/// <example><code>
/// StateSnapshot saved = StateSnapshot.Of(optimizer).Copy();
/// saved.Restore(another); // as if it had taken the same steps
/// </code></example>
public interface IStateful
{
    /// <summary>Names every entry, in any order, each once.</summary>
    /// <param name="visitor">Reads, checks or writes the entries.</param>
    /// <remarks>
    /// Which entries there are may depend on how the object was made, not on what it carries: lengths that change are those of
    /// <see cref="StateVisitor.Array{T}"/>. Values that are computed from entries are computed again in <see cref="StateRestored"/>.
    /// </remarks>
    void VisitState(StateVisitor visitor);

    /// <summary>Called after an import, once all entries are written.</summary>
    void StateRestored()
    {
    }
}
