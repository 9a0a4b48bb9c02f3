using HpcOpt.Engine;

namespace HpcOpt;

/// <content>Steps that update only what appears in a sparse gradient.</content>
public abstract unsafe partial class Optimizer<T>
{
    private readonly DeferredDecay<T> _deferred;

    /// <summary>
    /// Whether the rule, with its hyperparameters as they are, has a sparse step: see <see cref="IOptimizerRule.LazyDecay"/>. A step with a
    /// <see cref="SparseGradient{T}"/> then updates the rows that appear in it and touches nothing else.
    /// </summary>
    /// <remarks>
    /// <para>Skipped decay is applied lazily, as one multiplication when the row next appears: by the product of the factors skipped, a
    /// power by repeated squaring where they are equal.</para>
    /// <para>Without momentum, SGD, AdaGrad and RMSprop take the dense step with zeros: the same bits without decay, else up to rounding.
    /// Dense steps round each decay, a sparse one their product (k steps skipped: k + 2 roundings in all).</para>
    /// <para>With momentum, as in Adam and AdamW, a dense step also moves θ along old momentum while the gradient is 0. That movement is
    /// not made ("lazy Adam"); the moments themselves decay as in dense steps.</para>
    /// <para>Until then the rows that did not appear are behind. <see cref="Flush(in Operand{T})"/>, a dense step and
    /// <see cref="WriteEvaluationPoint"/> (in its destination) bring them up to date; so do an average and a bf16 copy, at each step, and a
    /// change of the gradient's width. State memory is as for dense steps; a rule that decays needs 4 bytes a row more.</para>
    /// </remarks>
    public virtual bool StepsSparsely => false;

    /// <summary>Whether some rows of θ may lack decay of steps in which they did not appear.</summary>
    public bool HasDeferredDecay => _deferred.MissesParameters;

    /// <summary>Brings all rows up to date after sparse steps: before a checkpoint, or before θ is read elsewhere.</summary>
    /// <param name="parameters">θ, <see cref="Length"/> elements of type <typeparamref name="T"/>, as the last step left it.</param>
    /// <exception cref="ArgumentException">Length or format differ.</exception>
    /// <exception cref="ObjectDisposedException">The vector or the optimizer is disposed.</exception>
    public void Flush(in Operand<T> parameters)
    {
        fixed (byte* p = &parameters.First)
        {
            SetParameters(parameters, p);
            _deferred.Flush(Execution, Memory, _state.Length);
        }

        GC.KeepAlive(parameters.Owner);
    }

    /// <summary>Brings the rows of a gradient up to date: before θ is read to compute its values.</summary>
    /// <param name="parameters">θ, <see cref="Length"/> elements of type <typeparamref name="T"/>, as the last step left it.</param>
    /// <param name="gradient">Its rows count, not its values.</param>
    /// <exception cref="ArgumentException">Length or format differ.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer is disposed.</exception>
    public void Flush(in Operand<T> parameters, SparseGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        Guard.Length(gradient.Length, Length, nameof(gradient));
        fixed (byte* p = &parameters.First)
        fixed (nint* rows = gradient.Rows)
        {
            SetParameters(parameters, p);
            if (_deferred.Width != gradient.Width)
            {
                _deferred.Flush(Execution, Memory, _state.Length);
            }
            else
            {
                _deferred.CatchUp(Execution, Memory, rows, gradient.Count, _state.Length, takesStep: false);
            }
        }

        GC.KeepAlive(parameters.Owner);
    }

    /// <summary>The factors of the next step where the gradient is 0.</summary>
    /// <exception cref="NotSupportedException">It cannot be a sparse one.</exception>
    private protected virtual LazyDecay NextDecay(double rateFactor) =>
        throw new NotSupportedException($"{Name} has no sparse step; use a dense gradient (SparseGradient.CopyTo).");

    private void SetParameters(in Operand<T> parameters, byte* address)
    {
        if (parameters.Kind != OperandKind.Dense)
        {
            throw new NotSupportedException("Sparse steps are for parameters in one vector, not for tensors with addresses of their own.");
        }

        Memory->P = new(address, parameters.Format);
        Memory->G = Memory->P;
        Check(parameters, parameters);
    }

    private StepReport StepRows(in Operand<T> parameters, SparseGradient<T> gradient)
    {
        if (_isStored)
        {
            throw new NotSupportedException(
                $"The state is stored in {Storage.State}; sparse steps need it in full: create the optimizer without Storage, "
                + "or use a dense gradient (SparseGradient.CopyTo).");
        }

        SetParameters(parameters, Memory->P.Address);
        LazyDecay decay = NextDecay(NextFactor());
        fixed (nint* rows = gradient.Rows)
        fixed (T* values = gradient.Values)
        {
            Memory->G = new(values, Arithmetic);
            var pass = new RowPass<T>
            {
                Memory = Memory,
                Rows = rows,
                Count = gradient.Count,
                Width = gradient.Width,
                StateCount = _state.Length,
                Decay = decay,
            };
            return Run(default, &pass, new GradientSources<T> { Count = 1 }, scale: 1);
        }
    }

    /// <summary>Brings the rows of a sparse step up to date before its update.</summary>
    private void BeginRows(RowPass<T>* rows)
    {
        _deferred.Begin(Execution, Memory, rows->Width, _state.Length, rows->Decay);
        _deferred.CatchUp(Execution, Memory, rows->Rows, rows->Count, _state.Length, takesStep: true);
    }
}
