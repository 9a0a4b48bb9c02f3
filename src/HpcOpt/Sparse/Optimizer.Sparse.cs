using HpcOpt.Engine;

namespace HpcOpt;

/// <content>Steps that update only what appears in a sparse gradient.</content>
public abstract unsafe partial class Optimizer<T>
{
    private MissedSteps<T>? _missed;

    /// <summary>Whether the rule, with its hyperparameters as they are, has a sparse step: see <see cref="IOptimizerRule.LazyDecay"/>.</summary>
    public virtual bool StepsSparsely => false;

    /// <summary>
    /// One step that updates the rows that appear in the gradient and touches nothing else. What the others miss of decays is made up for when they next appear,
    /// exactly: they are multiplied with the product of the factors missed, a power by repeated squaring where the factors are equal.
    /// </summary>
    /// <remarks>
    /// <para>With SGD without momentum, AdaGrad and RMSprop without momentum this is the dense step with zeros: the same bits where there is no decay, else
    /// up to the rounding of the decays, of which the dense steps round each and this one their product (k steps missed: k + 2 roundings in all).</para>
    /// <para>With momentum, and so with Adam and AdamW, the dense step also moves θ along old momentum while the gradient is 0. That movement is not made
    /// ("lazy Adam"); the moments themselves decay as in dense steps.</para>
    /// <para>Until then the rows that did not appear are behind: <see cref="Settle(Span{T})"/> brings them up to date, as a dense step and
    /// <see cref="WriteEvaluationPoint(ReadOnlySpan{T}, Span{T})"/> (in its destination) do by themselves. State memory is as for dense steps; a rule that decays needs 4 bytes
    /// a row more.</para>
    /// </remarks>
    /// <param name="parameters">θ, <see cref="Length"/> elements.</param>
    /// <param name="gradient">The gradient at θ; its width should be the same in all steps, as changing it settles all rows.</param>
    /// <exception cref="ArgumentException">A length differs from <see cref="Length"/>.</exception>
    /// <exception cref="NotSupportedException">The rule has no sparse step with these hyperparameters, the optimizer has groups, or <see cref="Storage"/> keeps its state in fewer bits.</exception>
    /// <exception cref="ObjectDisposedException">A vector or the optimizer is disposed.</exception>
    public void Step(NativeVector<T> parameters, SparseGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        StepSparse(parameters.Pointer, gradient);
        GC.KeepAlive(parameters);
    }

    /// <inheritdoc cref="Step(NativeVector{T}, SparseGradient{T})"/>
    public void Step(Span<T> parameters, SparseGradient<T> gradient)
    {
        Guard.Length(parameters.Length, Length, nameof(parameters));
        fixed (T* p = parameters)
        {
            StepSparse(p, gradient);
        }
    }

    /// <summary>Brings all rows up to date after sparse steps: before a checkpoint, or before θ is read elsewhere.</summary>
    /// <param name="parameters">θ, <see cref="Length"/> elements, as the last step left it.</param>
    /// <exception cref="ArgumentException">The length differs from <see cref="Length"/>.</exception>
    /// <exception cref="ObjectDisposedException">The vector or the optimizer is disposed.</exception>
    public void Settle(NativeVector<T> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Settle(parameters.Pointer);
        GC.KeepAlive(parameters);
    }

    /// <inheritdoc cref="Settle(NativeVector{T})"/>
    public void Settle(Span<T> parameters)
    {
        Guard.Length(parameters.Length, Length, nameof(parameters));
        fixed (T* p = parameters)
        {
            Settle(p);
        }
    }

    /// <summary>Brings the rows of a gradient up to date: before θ is read to compute its values.</summary>
    /// <param name="parameters">θ, <see cref="Length"/> elements, as the last step left it.</param>
    /// <param name="gradient">Its rows count, not its values.</param>
    /// <exception cref="ArgumentException">A length differs from <see cref="Length"/>.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer is disposed.</exception>
    public void Settle(Span<T> parameters, SparseGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Guard.Length(gradient.Length, Length, nameof(gradient));
        fixed (T* p = parameters)
        {
            Vectors<T> memory = Memory(p, null, nameof(gradient));
            if (_missed?.Width != gradient.Width)
            {
                _missed?.Settle(Execution, &memory);
                return;
            }

            fixed (nint* rows = gradient.Rows)
            {
                _missed.CatchUp(Execution, &memory, rows, gradient.Count, takesStep: false);
            }
        }
    }

    /// <summary>Whether some rows of θ may lack decays of steps in which they did not appear.</summary>
    internal bool MissesDecay => _missed?.MissesParameters ?? false;

    /// <summary>The factors of the next step where the gradient is 0.</summary>
    /// <exception cref="NotSupportedException">It cannot be a sparse one.</exception>
    private protected virtual LazyDecay NextDecay() => throw new NotSupportedException($"{Name} has no sparse step; use a dense gradient (SparseGradient.CopyTo).");

    /// <summary>The next step, on rows.</summary>
    private protected virtual void Sweep(RowPass<T>* rows) => NextDecay();

    private void Settle(T* parameters)
    {
        Vectors<T> memory = Memory(parameters, null, "");
        _missed?.Settle(Execution, &memory);
        GC.KeepAlive(this);
    }

    private void StepSparse(T* parameters, SparseGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        Guard.Length(gradient.Length, Length, nameof(gradient));
        if (IsStored)
        {
            throw new NotSupportedException(
                $"The state is stored in {Storage.State}; sparse steps need it in full: create the optimizer without Storage, or use a dense gradient (SparseGradient.CopyTo).");
        }

        Vectors<T> memory = Memory(parameters, null, nameof(gradient));
        LazyDecay decay = NextDecay();
        if (_missed?.Width != gradient.Width)
        {
            _missed?.Settle(Execution, &memory);
            _missed = new MissedSteps<T>(Length, gradient.Width, _state.Length);
        }

        fixed (nint* rows = gradient.Rows)
        fixed (T* values = gradient.Values)
        {
            _missed.Begin(Execution, &memory, decay);
            _missed.CatchUp(Execution, &memory, rows, gradient.Count, takesStep: true);
            memory.G = values;
            var pass = new RowPass<T> { Memory = &memory, Rows = rows, Count = gradient.Count, Width = gradient.Width, StateCount = _state.Length };
            Sweep(&pass);
            _missed.End(decay);
        }

        StepCount++;
        GC.KeepAlive(this);
    }
}
