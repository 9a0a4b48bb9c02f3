namespace HpcOpt.Lanes;

/// <summary>Lanes that move from and to memory.</summary>
/// <typeparam name="TSelf">The lanes themselves.</typeparam>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public unsafe interface IMemoryLanes<TSelf, T> : ILanes<TSelf>
    where TSelf : unmanaged, IMemoryLanes<TSelf, T>
    where T : unmanaged
{
    /// <summary>The number of lanes; a constant to the compiler.</summary>
    static abstract int Count { get; }

    /// <summary>Reads <see cref="Count"/> elements; no alignment is required.</summary>
    /// <param name="source">The first.</param>
    static abstract TSelf Load(T* source);

    /// <summary>Every lane holds the element at <paramref name="source"/>.</summary>
    /// <param name="source">The element.</param>
    static abstract TSelf Broadcast(T* source);

    /// <summary>Writes <see cref="Count"/> elements; no alignment is required.</summary>
    /// <param name="destination">The first.</param>
    /// <param name="value">The lanes.</param>
    static abstract void Store(T* destination, TSelf value);

    /// <summary>Reads the first <paramref name="count"/> elements and no byte beyond; the other lanes are zero.</summary>
    /// <param name="source">The first.</param>
    /// <param name="count">More than 0, less than <see cref="Count"/>.</param>
    static abstract TSelf LoadFirst(T* source, nint count);

    /// <summary>Writes the first <paramref name="count"/> lanes and no byte beyond.</summary>
    /// <param name="destination">The first.</param>
    /// <param name="count">More than 0, less than <see cref="Count"/>.</param>
    /// <param name="value">The lanes.</param>
    static abstract void StoreFirst(T* destination, nint count, TSelf value);
}
